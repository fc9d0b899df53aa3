"""Two reads at the same time give a batch that neither gives alone.

What it detects:
    Threads read batches at the same time, and one instruction after the other it is decided which of them runs. After
    some of these interleavings a batch is not what any order of the reads one after the other gives, or a read raises
    what it never raises alone, or nobody can go on. Random draws come from a stream of each batch's own, so that a
    generator that threads share does not pass for a race; it is told apart where it alone changes batches that are
    otherwise the same on every run.

Why it matters:
    With `workers=2` and without `use_multiprocessing` Keras reads batches from two threads on one instance. A row that
    is read while another thread moves the file, the index or the buffer on goes into training without a word, on some
    runs and not on others, and no two of them agree.

Limits:
    Threads are switched in the files of the class, of its bases and of their package, and of what lies beside that
    package, at instructions that can touch what others see. Threads that the class starts itself, and those of
    libraries, are not controlled: a second of reading by threads without control is all that meets them. A switch that
    no build with the interpreter's global lock can make is advice: it counts on free-threaded builds. Leaves that are
    not the same when the same reads are made again are not compared.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            self.start = index * self.batch_size
            return self.rows(self.x), self.rows(self.y)

        def rows(self, array):
            return array[self.start : self.start + self.batch_size]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            start = index * self.batch_size
            return self.rows(self.x, start), self.rows(self.y, start)

        def rows(self, array, start):
            return array[start : start + self.batch_size]
"""

from __future__ import annotations

from typing import Final

from seqcheck.model.accounts import gravest
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Interleavings, Race
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

CHECK = Check(
    "thread-race",
    clause="workers",
    content=True,
    needs=("schedule",),
    options=("fit:workers", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={"ignored-index": None, "unrepeatable-read": None, "shared-buffer": None, "uninitialised-rows": None},
)
FEWEST: Final = 100
"""Interleavings below which nothing is said for the Sequence."""


def judge(case: Case) -> Judgement:
    """Look at what the search found, and at how far it came."""
    judgements = [_judge(case, run) for run in case.runs("schedule")]
    return gravest(judgements or [inconclusive(case.why_not("schedule"))])


def _judge(case: Case, run: History) -> Judgement:
    races = run.observed(Race)
    if races:
        return violated(weighed([_finding(run, race) for race in races], case.contract, "threads"))
    if run.length is not None and run.length < 2:
        return not_applicable(f"{counted(run.length, 'batch')}: no two of them are ever read at the same time")
    tried = run.observed(Interleavings)
    if not tried:
        return inconclusive(_ended(run))
    return _sound(tried[-1])


def _sound(tried: Interleavings) -> Judgement:
    """Nothing was found: whether enough was looked at to say so."""
    if tried.trouble:
        return inconclusive(f"threads could not be interleaved: {tried.trouble}")
    usable = [item for item in tried.settings if not item.why_not]
    others = list(dict.fromkeys(item.why_not for item in tried.settings if item.why_not))
    said = _looked_at(tried, len(usable))
    if not usable:
        return inconclusive(f"threads could not be interleaved: {listing(others)}")
    if tried.started:
        return inconclusive(f"{said}; but the class starts threads of its own, which were not controlled")
    if tried.outside:
        why = "a thread waited for something that was not under control"
        return inconclusive(f"{said}; but in {tried.outside} of them {why}")
    if tried.torn:
        few = "among more threads without control than training was said to have, though not among as many"
        return inconclusive(f"{said}; but reads raised {few}")
    if tried.doubtful:
        return inconclusive(f"{said}; but {tried.doubtful} broke a batch that came out whole when run again")
    if tried.uncompared:
        which = listing(tried.uncompared)
        return inconclusive(f"{said}; but {which} changed when the same reads were made again, and was not compared")
    if tried.total < FEWEST:
        return inconclusive(f"there was time for {said.removeprefix('no race in ')} only")
    if tried.noise:
        said += "; which thread draws first from a generator that they share decides what is drawn"
    return holds(f"{said}{'; not tried: ' + listing(others) if others else ''}")


def _looked_at(tried: Interleavings, usable: int) -> str:
    said = f"no race in {tried.total:,} interleavings of {counted(usable, 'scenario')}"
    bounds = [item.complete for item in tried.settings if not item.why_not]
    most = max(bounds, default=-1)
    if most > 0:
        whole = sum(bound >= most for bound in bounds)
        which = "all of them" if whole == usable else f"{whole} of them"
        said += f"; complete up to {counted(most, 'switch', 'switches')} for {which}"
    if tried.stressed:
        said += f"; and in {tried.stressed:,} reads by threads without control"
    return said


def _ended(run: History) -> str:
    notes = [note.text for note in run.notes if note.kind in ("error", "skipped")]
    if notes:
        return notes[0]
    if run.timeouts:
        return "the search for races hung"
    if run.length is None:
        return "the length is unknown"
    return "the search for races did not come to its end"


def _finding(run: History, race: Race) -> Finding:
    evidence: dict[str, object] = {"read together": race.setting, "kind": race.kind}
    if race.path:
        evidence |= {
            "batch": race.index,
            "leaf": race.path,
            "rows": list(race.rows),
            "alone": list(race.expected),
            "together": list(race.seen),
        }
    if race.schedule:
        evidence |= {
            "replay": f"--seqcheck-replay {race.schedule}",
            "found after": f"{counted(race.after, 'interleaving')}, brought down to "
            f"{counted(race.switches, 'switch', 'switches')}",
        }
    if race.hidden:
        evidence["builds"] = "only free-threaded ones: the global lock does not change hands at this place"
    frame = Frame(race.file, race.line, race.function, race.code) if race.file else None
    severity = Severity.ADVICE if race.hidden else None
    return Finding(_summary(race), evidence, run.scenario, frame, severity=severity, interleaving=race.lines)


def _summary(race: Race) -> str:
    if race.kind in ("deadlock", "livelock"):
        return f"{race.kind} of threads that read {race.setting}: {race.what}"
    if not race.schedule:
        return f"batch {race.index} comes out torn with {race.setting}: {race.what}"
    if race.kind == "shared generator":
        return (
            f"batch {race.index} draws from a generator that another thread seeds or draws from meanwhile: {race.what}"
        )
    builds = " on free-threaded builds" if race.hidden else ""
    return f"batch {race.index} comes out torn{builds} when threads read {race.setting}: {race.what}"
