"""A thread counts as asleep when it is still in the same sleep, and not when it only waits for the interpreter."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import count, repeat
from typing import Any

import pytest

from seqcheck.schedule import watchdog
from seqcheck.schedule.watchdog import BROKEN, UNBROKEN, WITHOUT_PROC, Watchdog

Looks = Callable[[Iterator[str]], None]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Sets what the system says of a thread, look by look: its state, and how often it went to sleep."""

    def say(states: Iterator[str]) -> None:
        def status(*_: Any, **__: Any) -> io.StringIO:
            state, _space, slept = next(states).partition(" ")
            voluntary = f"voluntary_ctxt_switches:\t{slept}\n" if slept else ""
            return io.StringIO(f"Name:\tpython\nState:\t{state} (so)\n{voluntary}nonvoluntary_ctxt_switches:\t7\n")

        monkeypatch.setattr(watchdog, "_OPEN", status)

    return say


def looks_needed(states: Iterator[str], looks: Looks, most: int = 200) -> int | None:
    looks(states)
    dog = Watchdog()
    return next((number for number in range(1, most + 1) if dog.sees_sleep(1, 0.01 * number)), None)


def test_one_sleep_that_nobody_interrupts_is_seen_soon(looks: Looks) -> None:
    assert looks_needed(repeat("S 5"), looks) == UNBROKEN


def test_whoever_sleeps_anew_at_every_look_waits_for_the_interpreter(looks: Looks) -> None:
    """It is seen as well in the end: something may wake it up again and again that brings it no further."""
    assert looks_needed((f"S {number}" for number in count()), looks) == BROKEN


def test_whoever_waits_for_a_disk_goes_on_by_itself(looks: Looks) -> None:
    assert looks_needed(repeat("D 5"), looks) == BROKEN


def test_whoever_runs_is_awake_however_long(looks: Looks) -> None:
    assert looks_needed(repeat("R 5"), looks) is None
    assert looks_needed((("S 5", "R 5")[number % 2] for number in count()), looks) is None


def test_a_system_that_does_not_count_sleeps_is_believed(looks: Looks) -> None:
    assert looks_needed(repeat("S"), looks) == UNBROKEN


def test_a_step_in_between_begins_again(looks: Looks) -> None:
    looks(repeat("S 5"))
    dog = Watchdog()
    for _ in range(10):
        for _ in range(UNBROKEN - 1):
            assert not dog.sees_sleep(1, 0.1)
        dog.begin_again()


def test_where_the_system_does_not_tell_time_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(watchdog, "_OPEN", refuses)
    assert not Watchdog().sees_sleep(1, WITHOUT_PROC / 2)
    assert Watchdog().sees_sleep(1, WITHOUT_PROC * 2)
