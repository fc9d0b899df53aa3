"""From a schedule that breaks a batch to an observation: what differs, where, and the interleaving line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqcheck.model.batch import Batch, describe
from seqcheck.model.comparison import compare
from seqcheck.model.observation import Interleavings, Race, SettingTried
from seqcheck.schedule.explore import Found, Searched
from seqcheck.schedule.interleaving import NAMES, place_of_switch, rendered
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.policies import Replay, Serial
from seqcheck.schedule.subject import Subject, Unrepeatable
from seqcheck.schedule.text import Setting


def observed(subject: Subject, found: Found) -> Race:
    """The observation of one finding; its schedule is run again for the content of the batches."""
    setting, isolated = found.replayable.setting, found.replayable.isolated
    schedule = found.replayable.schedule
    thread, order = (0, ()) if found.outcome.trouble else found.reference.differing(found.outcome)
    index = setting.indices[thread]
    path, rows = "", tuple[int, ...]()
    expected = seen = tuple[str, ...]()
    if found.outcome.trouble:
        ends = dict.fromkeys(_unended(found.outcome), "never comes to its end")
        what = _standstill(found.outcome, setting)
    else:
        kept = subject.take
        subject.take = describe
        try:
            right = subject.run(setting, Serial(order), isolated=isolated).results[thread]
            wrong = subject.run(setting, Replay(schedule), isolated=isolated).results[thread]
        except Unrepeatable:
            right = wrong = ("abandoned", None)
        finally:
            subject.take = kept
        what = "it is another batch than in any order of the reads one after the other"
        if wrong[0] == "raised":
            what = f"reading it raises {_text(wrong[1])}"
        else:
            for read, one, other in zip(setting.reads[thread], _batches(right[1]), _batches(wrong[1]), strict=False):
                difference = compare(read, one, other, None)
                if difference is not None:
                    index, path, rows = read, difference.path, difference.rows
                    expected, seen = difference.expected, difference.seen
                    what = difference.describe()
                    break
        ends = {thread: f"batch {index}: {what}" if setting.then else what}
    at = place_of_switch(found.outcome)
    return Race(
        kind=found.kind,
        setting=setting.describe(),
        schedule=str(found.replayable),
        index=index,
        what=what,
        path=path,
        rows=rows,
        expected=expected,
        seen=seen,
        lines=rendered(found.outcome, setting, ends),
        switches=len(schedule.switches),
        hidden=found.hidden,
        after=found.after,
        file=at.file if at else "",
        line=at.number if at else 0,
        function=at.function if at else "",
        code=at.source if at else "",
    )


def torn_by_chance(index: int, alone: Batch | None, seen: Any, threads: int, reads: int) -> Race:
    """The observation of a batch that so many threads without control tore, or of what its read raised."""
    setting = f"{threads} threads without control"
    if isinstance(seen, BaseException):
        return Race("data race", setting, "", index, f"reading it raises {_text(seen)}", after=reads)
    difference = compare(index, alone, describe(seen), None) if alone is not None else None
    if difference is None:
        return Race("data race", setting, "", index, "it is another batch than when nothing else is read", after=reads)
    return Race(
        kind="data race",
        setting=setting,
        schedule="",
        index=index,
        what=difference.describe(),
        path=difference.path,
        rows=difference.rows,
        expected=difference.expected,
        seen=difference.seen,
        after=reads,
    )


def summed_up(
    subject: Subject, searched: Searched, *, stressed: int = 0, torn: int = 0, paths: Sequence[str] = ()
) -> Interleavings:
    """The observation of a whole search; `paths` are those of a batch's leaves, in order."""
    return Interleavings(
        settings=tuple(
            SettingTried(item.setting.describe(), item.interleavings, item.complete, item.why_not)
            for item in searched.settings
        ),
        uncompared=tuple(dict.fromkeys(paths[place % len(paths)] for place in sorted(searched.unsteady) if paths)),
        noise=searched.noise,
        outside=searched.outside,
        doubtful=searched.doubtful,
        started=subject.locks.started + subject.controller.helped,
        stressed=stressed,
        torn=torn,
        trouble=searched.trouble,
        cut=searched.cut,
        seconds=round(searched.seconds, 3),
    )


def _batches(value: object) -> tuple[Batch, ...]:
    """The batches of a thread's reads, one or several."""
    return tuple(item for item in (value if type(value) is tuple else (value,)) if isinstance(item, Batch))


def _unended(outcome: Outcome) -> tuple[int, ...]:
    return tuple(place for place, (kind, _) in enumerate(outcome.results) if kind == "abandoned")


def _standstill(outcome: Outcome, setting: Setting) -> str:
    if outcome.trouble == "livelock":
        return "the threads run for ever and none of them comes to an end"
    waits = [
        f"thread {NAMES[thread]} ({setting.read_by(thread)}) waits at {where}" for thread, where in outcome.waiting
    ]
    return f"nobody can go on: {', '.join(waits)}" if waits else "nobody can go on"


def _text(error: object) -> str:
    message = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {message}".rstrip(": ")
