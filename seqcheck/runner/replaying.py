"""One interleaving made again: printed line by line and, at a terminal, with a debugger at every switch.

It runs in the child of a run, like everything in `errands`. The debugger looks and evaluates; it takes no steps of its
own, since who takes which step is what the schedule says.
"""

from __future__ import annotations

import contextlib
import pdb
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, ask_length, construct
from seqcheck.engines.run import Run
from seqcheck.runner.racing import subject_of, with_gil
from seqcheck.schedule import telling
from seqcheck.schedule.explore import Found
from seqcheck.schedule.interleaving import NAMES, rendered
from seqcheck.schedule.oracle import Reference
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.policies import Replay
from seqcheck.schedule.subject import Subject, Unrepeatable
from seqcheck.schedule.text import Replayable


@dataclass(frozen=True)
class Replayed:
    """What a replay came to. `broken` says that some batch is not what any order of the reads gives.

    With `problem` nothing was replayed, for that reason.
    """

    lines: tuple[str, ...] = ()
    what: str = ""
    broken: bool = False
    problem: str = ""


def replay(build: Build, replayable: Replayable, protocol: Protocol, terminal: str, run: Run) -> None:
    """Make the interleaving again and record a `Replayed`; `terminal` is the device of a debugger, or empty."""
    run.record(_replayed(build, replayable, protocol, terminal, run))  # type: ignore[arg-type]  # not of a history


def _replayed(build: Build, replayable: Replayable, protocol: Protocol, terminal: str, run: Run) -> Replayed:
    if replayable.python != sys.version_info[:2]:
        found, here = (".".join(map(str, version)) for version in (replayable.python, sys.version_info[:2]))
        return Replayed(problem=f"it was found on Python {found}; on {here} the same code has other instructions")
    setting = replayable.setting
    try:
        first = construct(build, run)
    except NotBuilt:
        return Replayed(problem="no instance could be built")
    length = ask_length(first, run, -1, "start")
    highest = max(*setting.indices, *setting.then, *setting.before)
    if length is None or highest >= length:
        return Replayed(problem=f"it reads batch {highest}, and the length is {length}")
    with subject_of(build, first, length, protocol) as made:
        if isinstance(made, str):
            return Replayed(problem=made)
        subject, _ = made
        try:
            known = subject.reference(setting, isolated=replayable.isolated)
            if known.trouble:
                return Replayed(problem=f"the reads one after the other end in: {known.trouble}")
            return _made_again(subject, replayable, known, terminal)
        except Unrepeatable as problem:
            return Replayed(problem=str(problem))


def _made_again(subject: Subject, replayable: Replayable, known: Reference, terminal: str) -> Replayed:
    controller = subject.controller
    policy = Replay(replayable.schedule)
    controller.recording = True
    with _debugger(subject, replayable, terminal):
        outcome = subject.run(replayable.setting, policy, isolated=replayable.isolated)
    controller.recording = False
    if not _breaks(known, outcome):
        lines = rendered(outcome, replayable.setting, {})
        return Replayed(lines, "every batch is what some order of the reads one after the other gives")
    hidden = with_gil() and bool(outcome.held)
    race = telling.observed(subject, Found("data race", replayable, outcome, known, hidden, 1, 0.0))
    return Replayed(race.lines, f"batch {race.index}: {race.what}", True)


def _breaks(known: Reference, outcome: Outcome) -> bool:
    return bool(outcome.trouble) or not known.explains(outcome)


@contextlib.contextmanager
def _debugger(subject: Subject, replayable: Replayable, terminal: str) -> Iterator[None]:
    """A prompt in the frame that goes on, at every switch, while all other threads stand still."""
    if not terminal:
        yield
        return
    with open(terminal, encoding="utf-8") as keys, open(terminal, "w", encoding="utf-8") as screen:

        def stop(thread: int) -> None:
            frame = _own_frame(subject)
            if frame is None:
                return
            reads = replayable.setting.read_by(thread)
            screen.write(f"\nthread {NAMES[thread]} ({reads}) goes on here; c goes to the next switch\n")
            screen.flush()
            prompt = pdb.Pdb(stdin=keys, stdout=screen, nosigint=True)
            with _tracing_kept(frame):
                prompt.reset()
                prompt.interaction(frame, None)

        subject.controller.resumed = stop
        try:
            yield
        finally:
            subject.controller.resumed = None


@contextlib.contextmanager
def _tracing_kept(frame: FrameType) -> Iterator[None]:
    """A debugger that goes on takes every trace function of the thread away: those that count our steps too."""
    kept = sys.gettrace()
    traced: list[tuple[FrameType, Any]] = []
    above: FrameType | None = frame
    while above is not None:
        traced.append((above, above.f_trace))
        above = above.f_back
    try:
        yield
    finally:
        for above, trace in traced:
            above.f_trace = trace
        sys.settrace(kept)


def _own_frame(subject: Subject) -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not subject.owns(frame.f_code.co_filename):
        frame = frame.f_back
    return frame
