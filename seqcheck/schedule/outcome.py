"""What one run of threads came to: their results, the schedule that happened, and the steps that were taken."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType
from typing import Any

from seqcheck.schedule.text import Schedule


@dataclass(frozen=True)
class Step:
    """One step that a thread was about to take: its number, and the instruction."""

    thread: int
    number: int
    code: CodeType
    offset: int


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    `results` has one entry a thread: ``("returned", value)``, ``("raised", exception)`` or ``("abandoned", None)``.
    `schedule` is what happened, and happens again when it is followed. `trouble` is empty, ``deadlock``,
    ``livelock`` (nobody comes to an end though all run), ``endless`` (a thread that runs alone), or ``stuck``
    (a thread sleeps where nobody knows why). `outside` counts how often a thread lost the baton in its sleep: what was
    seen then need not happen again. `held` are the switches by choice that only a build without the GIL can make.
    """

    results: tuple[tuple[str, Any], ...]
    schedule: Schedule
    steps: tuple[int, ...]
    trouble: str = ""
    outside: int = 0
    held: tuple[tuple[int, int], ...] = ()
    waiting: tuple[tuple[int, str], ...] = ()
    """In a deadlock: the threads that wait, and where."""
    trace: tuple[Step, ...] = ()
