"""Locks of the system keep threads and processes apart as before; threads under control wait for them in turns."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seqcheck.schedule.locks import Substitution
from seqcheck.schedule.policies import Replay, Serial
from seqcheck.schedule.system_locks import SEMAPHORE, CooperativeSemaphore
from seqcheck.schedule.text import Schedule
from tests.schedule.test_baton import Log, controlled, values

fcntl = pytest.importorskip("fcntl")
FORK = multiprocessing.get_context("fork")


@contextlib.contextmanager
def substituted(*modules: types.ModuleType) -> Iterator[Substitution]:
    locks = Substitution()
    locks.begin(modules)
    try:
        yield locks
    finally:
        locks.restore()


def outcomes(calls: list[Callable[[], Any]], controller: Any) -> list[Any]:
    """One switch at every step of the first thread."""
    steps = controller.run(calls, Serial((0, 1))).steps[0]
    return [controller.run(calls, Replay(Schedule(0, ((0, step, 1),)))) for step in range(1, steps + 1)]


@pytest.mark.parametrize("kind", ["Lock", "RLock", "BoundedSemaphore"])
def test_threads_take_turns_at_a_lock_of_processes(kind: str) -> None:
    with controlled() as (controller, _):
        lock, told = getattr(FORK, kind)(), Log()

        def read(name: str) -> None:
            with lock:
                told.talk(name)

        for outcome in outcomes([lambda: read("a"), lambda: read("b")], controller):
            assert (outcome.trouble, outcome.outside) == ("", 0)
        seen = " ".join(told.told).split("3")
        assert all(len({word[0] for word in part.split()}) <= 1 for part in seen)
    assert lock.acquire(timeout=10)


def test_threads_take_turns_at_a_lock_of_a_file(tmp_path: Path) -> None:
    with controlled() as (controller, _):
        told = Log()

        def read(name: str) -> None:
            with open(tmp_path / "lock", "w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                told.talk(name)

        for outcome in outcomes([lambda: read("a"), lambda: read("b")], controller):
            assert (outcome.trouble, outcome.outside) == ("", 0)
    order = [word[0] for word in told.told]
    assert all(len(set(order[start : start + 3])) == 1 for start in range(0, len(order), 3))


def test_locks_of_processes_taken_in_two_orders_are_a_deadlock_with_its_places() -> None:
    with controlled() as (controller, _):
        one, other = FORK.Lock(), FORK.Lock()

        def take(first: Any, second: Any) -> None:
            with first:
                Log().tell("")
                with second:
                    pass

        found = outcomes([lambda: take(one, other), lambda: take(other, one)], controller)
        dead = [outcome for outcome in found if outcome.trouble == "deadlock"]
        assert dead
        assert all(__file__ in where for _, where in dead[0].waiting)
        assert all(outcome.outside == 0 for outcome in found)
        assert not controller.lost
        assert one.acquire(timeout=10)
        assert other.acquire(timeout=10)


def test_a_lock_of_processes_and_one_of_threads_in_two_orders_are_a_deadlock_as_well() -> None:
    with controlled() as (controller, _):
        one, other = FORK.Lock(), threading.Lock()

        def take(first: Any, second: Any) -> None:
            with first:
                Log().tell("")
                with second:
                    pass

        found = outcomes([lambda: take(one, other), lambda: take(other, one)], controller)
        assert "deadlock" in {outcome.trouble for outcome in found}
        assert not controller.lost


def test_what_another_process_has_is_waited_for_in_the_system_and_no_deadlock() -> None:
    with controlled() as (controller, _):
        lock = FORK.Lock()
        lock.acquire()
        go_on, begun = os.pipe()
        child = os.fork()
        if not child:
            os.read(go_on, 1)
            lock.release()
            os.kill(os.getpid(), signal.SIGKILL)  # whatever measures coverage at an exit would meet the exchanged locks
        told = Log()

        def waits() -> str:
            with lock:
                return "through"

        def begins() -> None:
            told.talk("b")
            os.write(begun, b".")

        try:
            outcome = controller.run([waits, begins], Replay(Schedule(0)))
        finally:
            os.waitpid(child, 0)
            os.close(go_on)
            os.close(begun)
        assert values(outcome) == ["through", None]
        assert outcome.trouble == ""


def test_reads_one_after_the_other_stay_so_where_another_process_has_the_lock() -> None:
    with controlled(patience=0.5) as (controller, _):
        lock, told = FORK.Lock(), Log()
        lock.acquire()

        def waits() -> None:
            told.tell("a")
            if lock.acquire(timeout=0.1):
                lock.release()
            told.tell("a")

        outcome = controller.run([waits, lambda: told.tell("b")], Serial((0, 1)))
        lock.release()
    assert outcome.outside or told.told == ["a", "a", "b"]


def test_those_that_are_there_are_exchanged_and_put_back() -> None:
    lock = FORK.Lock()
    real, module = lock._semlock, types.ModuleType("users")  # type: ignore[attr-defined]
    vars(module).update(lock=lock, flock=fcntl.flock)
    before = fcntl.flock
    with substituted(module):
        assert isinstance(lock._semlock, CooperativeSemaphore)  # type: ignore[attr-defined]
        assert isinstance(FORK.Lock()._semlock, CooperativeSemaphore)  # type: ignore[attr-defined]
        assert module.flock is fcntl.flock is not before
        with lock:
            assert not lock.acquire(False)
        assert lock.acquire(timeout=1)
        lock.release()
    assert lock._semlock is real  # type: ignore[attr-defined]
    assert lock.acquire.__self__ is lock.release.__self__ is real  # type: ignore[attr-defined]
    assert module.flock is fcntl.flock is before
    assert isinstance(FORK.Lock()._semlock, SEMAPHORE)  # type: ignore[attr-defined]
