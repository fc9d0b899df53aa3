"""A schedule that was found is made again, is shown, and can be looked at with a debugger while it is made."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.run import Run
from seqcheck.model.observation import Race
from seqcheck.model.scenario import Truth
from seqcheck.runner import replaying
from seqcheck.runner.objects import random_state_kept
from seqcheck.runner.replaying import Replayed
from seqcheck.schedule.text import Replayable, Schedule, Setting, parse
from tests.runner.test_racing import Numbers, Torn, of, recorded


def replayed(kind: Any, replayable: Replayable, tmp_path: Path, terminal: str = "") -> Replayed:
    events: list[Any] = []
    with random_state_kept():
        replaying.replay(lambda: (kind(), Truth()), replayable, (False, False), terminal, Run(tmp_path, events.append))
    (made,) = of(Replayed, events)
    return made  # type: ignore[no-any-return]


def test_what_was_found_happens_again(tmp_path: Path) -> None:
    (race,) = of(Race, recorded(Torn, tmp_path))
    again = replayed(Torn, parse(race.schedule), tmp_path)
    assert again.broken
    assert again.lines == race.lines
    assert again.what == f"batch {race.index}: {race.what}"


def test_a_schedule_that_breaks_nothing_says_so_with_its_lines(tmp_path: Path) -> None:
    again = replayed(Torn, Replayable(Setting((0, 1)), Schedule(1)), tmp_path)
    assert not again.broken
    assert "every batch is what some order" in again.what
    assert again.lines[0].strip().startswith("B ")


@pytest.mark.parametrize(
    ("replayable", "why"),
    [
        (Replayable(Setting((0, 9)), Schedule(0)), "it reads batch 9, and the length is 8"),
        (Replayable(Setting((0, 1)), Schedule(0), python=(3, 1)), "it was found on Python 3.1"),
    ],
)
def test_what_cannot_be_replayed_says_why(replayable: Replayable, why: str, tmp_path: Path) -> None:
    assert why in replayed(Numbers, replayable, tmp_path).problem


def test_a_class_that_cannot_be_built_says_so(tmp_path: Path) -> None:
    class Refuses(Numbers):
        def __init__(self) -> None:
            raise ValueError("no data")

    replayable = Replayable(Setting((0, 1)), Schedule(0))
    assert replayed(Refuses, replayable, tmp_path).problem == "no instance could be built"


class TwoTurns(Numbers):
    def __getitem__(self, index: int) -> Any:
        self.start = index * 4
        first = self.cut()
        second = self.cut()
        return np.concatenate([first, second])

    def cut(self) -> Any:
        return self.x[self.start : self.start + 4]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_debugger_opens_at_every_switch_and_changes_nothing(tmp_path: Path) -> None:
    schedule = Replayable(Setting((0, 1)), Schedule(0, ((0, 5, 1), (1, 6, 0))))
    plain = replayed(TwoTurns, schedule, tmp_path)
    master, slave = os.openpty()
    try:
        os.write(master, b"p 'start is', self.start\nc\np 'start is', self.start\nc\n")
        debugged = replayed(TwoTurns, schedule, tmp_path, os.ttyname(slave))
        screen = ""
        while select.select([master], [], [], 0.5)[0]:  # what was echoed, and what was written, in pieces
            screen += os.read(master, 1 << 16).decode()
    finally:
        os.close(master)
        os.close(slave)
    assert debugged == plain
    assert "thread A (batch 0) goes on here" in screen
    assert "thread B (batch 1) goes on here" in screen
    assert screen.count("('start is', ") == 2
    assert sys.gettrace() is None or "coverage" in repr(sys.gettrace()).lower()
