"""Progress: nothing in the first seconds, then one line at a time, and a sign of life where no line comes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from seqcheck.plugin.progress import PACE, PATIENCE, PULSE, Progress


class Hand:
    """A clock that is turned by hand, and the timers that wait for it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waiting: list[Any] = []
        self.lines: list[str] = []
        self.resumed = 0
        self.progress = Progress(self, lambda: self.now, self.timer)

    def __call__(self, line: str) -> None:
        self.lines.append(line)

    def resume(self) -> None:
        self.resumed += 1

    def timer(self, seconds: float, call: Callable[[], None]) -> Any:
        made = SimpleNamespace(due=self.now + seconds, call=call)
        made.start = lambda: self.waiting.append(made)
        made.cancel = lambda: self.waiting.remove(made)
        return made

    def turn(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [made for made in self.waiting if made.due <= end]:
            first = min(due, key=lambda made: made.due)
            self.now = first.due
            self.waiting.remove(first)
            first.call()
        self.now = end


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
        hand.progress("fit \x1b[31m")
        hand.turn(PACE)
    assert hand.lines == ["seqcheck, after 5 s: fork", "seqcheck, after 10 s: fit \\x1b[31m"]
    assert hand.resumed == 1


def test_what_comes_quickly_is_told_by_its_last_line(hand: Hand) -> None:
    with hand.progress.watch():
        hand.turn(PATIENCE)
        for number in range(8):
            hand.progress(f"{number} of 8 runs made")
            hand.turn(0.5)
        hand.turn(PACE)
    assert hand.lines == ["seqcheck, after 5 s: at work", "seqcheck, after 10 s: 7 of 8 runs made"]


def test_a_run_that_says_nothing_is_still_seen_to_live(hand: Hand) -> None:
    with hand.progress.watch():
        hand.turn(PATIENCE)
        hand.turn(PULSE)
        hand.progress("spawn")
        hand.turn(PULSE + PACE)
    assert hand.lines == [
        "seqcheck, after 5 s: at work",
        "seqcheck, after 20 s: at work",
        "seqcheck, after 25 s: spawn",
        "seqcheck, after 40 s: spawn",
    ]


def test_every_run_has_its_own_silence_and_none_speaks_after_its_end(hand: Hand) -> None:
    with hand.progress.watch():
        hand.turn(1)
    hand.turn(60)
    with hand.progress.watch():
        hand.progress("loop")
    assert hand.lines == []
    assert hand.resumed == 0
    assert hand.waiting == []
