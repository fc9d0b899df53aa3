"""Progress: nothing in the first seconds, then one line at a time, and a sign of life where no line comes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from seqcheck.plugin.progress import PATIENCE, PULSE, Progress


class Hand:
    """A clock that is turned by hand, and the timers that wait for it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waiting: list[Any] = []
        self.lines: list[str] = []
        self.progress = Progress(self.lines.append, lambda: self.now, self.timer)

    def timer(self, seconds: float, call: Callable[[], None]) -> Any:
        made = SimpleNamespace(due=self.now + seconds, call=call)
        made.start = lambda: self.waiting.append(made)
        made.cancel = lambda: self.waiting.remove(made)
        return made

    def turn(self, seconds: float) -> None:
        self.now += seconds
        for made in [made for made in self.waiting if made.due <= self.now]:
            self.waiting.remove(made)
            made.call()


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_quick_runs_are_silent_and_long_ones_speak(hand: Hand) -> None:
    with hand.progress.watch():
        hand.progress("loop")
        hand.turn(PATIENCE - 0.1)
        hand.progress("fork")
        assert hand.lines == []
        hand.turn(0.1)
        hand.progress("fork")
        hand.progress("fit \x1b[31m")
    assert hand.lines == ["seqcheck, after 5 s: fork", "seqcheck, after 5 s: fit \\x1b[31m"]


def test_a_run_that_says_nothing_is_still_seen_to_live(hand: Hand) -> None:
    with hand.progress.watch():
        hand.turn(PATIENCE)
        hand.turn(PULSE)
        hand.progress("spawn")
        hand.turn(PULSE)
    assert hand.lines == [
        "seqcheck, after 5 s: at work",
        "seqcheck, after 20 s: at work",
        "seqcheck, after 20 s: spawn",
        "seqcheck, after 35 s: spawn",
    ]


def test_every_run_has_its_own_silence_and_none_speaks_after_its_end(hand: Hand) -> None:
    with hand.progress.watch():
        hand.turn(1)
    hand.turn(60)
    with hand.progress.watch():
        hand.progress("loop")
    assert hand.lines == []
    assert hand.waiting == []
