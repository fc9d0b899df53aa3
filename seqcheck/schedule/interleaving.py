"""A run as its lines: who executed which line of the user's code, and where threads were switched."""

from __future__ import annotations

import linecache
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seqcheck.schedule.opcodes import line_at
from seqcheck.schedule.outcome import Outcome, Step
from seqcheck.schedule.text import Setting

MOST_LINES: Final = 60
"""Lines that are shown; of a longer run those around its switches."""
AROUND: Final = 12
"""Lines shown before and after each switch of a longer run."""
NAMES: Final = "ABCDEFGH"


@dataclass(frozen=True)
class Line:
    """One line that one thread executed, or went on executing after a switch."""

    thread: int
    file: str
    number: int
    function: str
    again: bool = False
    """A part of it had run before the switch."""

    @property
    def source(self) -> str:
        """What stands there."""
        return linecache.getline(self.file, self.number).strip()


def lines(outcome: Outcome) -> tuple[Line, ...]:
    """The lines of a recorded run, in the order in which they ran.

    A step is recorded when it is about to be taken; where its thread gives way there, it is taken after the switch.
    """
    gave_way = {(thread, step) for thread, step, _ in outcome.schedule.switches}
    postponed: dict[int, Step] = {}
    found: list[Line] = []
    latest: dict[int, Line] = {}

    def add(step: Step) -> None:
        line = Line(step.thread, step.code.co_filename, line_at(step.code, step.offset), step.code.co_name)
        before = latest.get(step.thread)
        if before == line:
            if found[-1].thread == step.thread:
                return
            found.append(Line(line.thread, line.file, line.number, line.function, again=True))
        else:
            found.append(line)
        latest[step.thread] = line

    for step in outcome.trace:
        if (earlier := postponed.pop(step.thread, None)) is not None:
            add(earlier)
        if (step.thread, step.number) in gave_way:
            postponed[step.thread] = step
        else:
            add(step)
    for step in postponed.values():
        add(step)
    return tuple(found)


def rendered(outcome: Outcome, setting: Setting, ends: Mapping[int, str]) -> tuple[str, ...]:
    """The interleaving for people; `ends` says of each thread what became of its batch."""
    ran = lines(outcome)
    shown = _around_switches(ran)
    width = max((len(_place(ran[at])) for at in shown if at >= 0), default=0)
    text: list[str] = []
    last = -1
    for at in shown:
        if at < 0:
            text.append("      ...")
            continue
        line = ran[at]
        if last not in (-1, line.thread):
            text.append(f"  ---- thread {NAMES[line.thread]} goes on ----")
        last = line.thread
        going_on = "   (the rest of this line)" if line.again else ""
        text.append(f"  {NAMES[line.thread]}  {_place(line):<{width}}  {line.source}{going_on}")
    for thread in range(len(setting.indices)):
        text.append(f"  => thread {NAMES[thread]}, {setting.read_by(thread)}: {ends.get(thread, 'as alone')}")
    return tuple(text)


def place_of_switch(outcome: Outcome) -> Line | None:
    """The line in the middle of which, or before which, the first switch by choice came."""
    by_step = {(step.thread, step.number): step for step in outcome.trace}
    for thread, number, _ in outcome.schedule.switches:
        step = by_step.get((thread, number))
        if step is not None:
            return Line(thread, step.code.co_filename, line_at(step.code, step.offset), step.code.co_name)
    return None


def _place(line: Line) -> str:
    return f"{os.path.basename(line.file)}:{line.number} {line.function}"


def _around_switches(ran: Sequence[Line]) -> list[int]:
    """The places of the lines to be shown; -1 stands for those left out between."""
    if len(ran) <= MOST_LINES:
        return list(range(len(ran)))
    turns = [at for at in range(1, len(ran)) if ran[at].thread != ran[at - 1].thread]
    near = sorted({place for at in turns for place in range(max(0, at - AROUND), min(len(ran), at + AROUND))})
    found: list[int] = []
    for place in near[: MOST_LINES * 2]:
        if not found or place != found[-1] + 1:
            found.append(-1)
        found.append(place)
    return [*found, -1]
