"""A copy of the Sequence that went through pickle does not read as the original does.

What it detects:
    The instance and its unpickled copy, read in the same state and under the same random streams, differ: in length, in
    which samples a batch holds, in content, or in that the copy raises where the original reads.

Why it matters:
    Workers that are spawned, or forked from a fork server, read from such copies. A `__getstate__` that leaves too much
    out, or a `__setstate__` that draws an order of its own, gives every worker other data: samples come twice in an
    epoch and others never.

Limits:
    The copy is unpickled in a process that has the same globals; what is lost because a fresh interpreter lacks them is
    judged by worker-divergence and stale-shuffle. Content that could not be brought under control is not compared.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.order = np.random.default_rng(7).permutation(32)

        def __getstate__(self):
            return {name: value for name, value in self.__dict__.items() if name != "order"}

        def __setstate__(self, state):
            self.__dict__.update(state)
            self.order = np.arange(32)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.order = np.random.default_rng(7).permutation(32)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections.abc import Iterator

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import (
    Difference,
    ask_for_augments,
    batches_of,
    compare,
    isolated_leaves,
    moves_by_itself,
    places_of,
    seen_leaves,
    tells_samples,
    wandering_leaves,
)
from seqcheck.model.history import History, Read
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import SCRIPT
from seqcheck.model.scripts import deviations
from seqcheck.model.usage import SENT, weighed
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check(
    "lossy-pickle",
    clause="pickling",
    content=True,
    needs=("pickling", SCRIPT),
    options=("epoch:random", "augments:on", "sample_id", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "unpicklable": None,
        "unimportable-class": None,
        "ignored-index": (SCRIPT,),
        "unrepeatable-read": (SCRIPT,),
    },
)


def judge(case: Case) -> Judgement:
    """Hold the copy's length and batches against the original's."""
    if case.facts.origin == "api" and case.facts.nested_class:
        return not_applicable("the class is local to a function or to __main__: it is not pickled")
    judged = [_judge(case, run) for run in case.runs("pickling")] or [inconclusive(case.why_not("pickling"))]
    return gravest([*judged, *_of_scripts(case)])


def _of_scripts(case: Case) -> list[Judgement]:
    """What is read from copies that were made within an epoch, after the reads and hooks of a script."""
    if case.contract.epoch == "random":
        return []
    # What is lost to `copy.copy` is lost to pickle: both ask the instance for its state in the same way.
    found = [
        deviation.finding(case)
        for deviation in deviations(case)
        if deviation.scripted.after("pickle", "copy") and not deviation.scripted.after("past")
    ]
    return [violated(weighed(found, case.contract, *SENT))] if found else []


def _judge(case: Case, run: History) -> Judgement:
    failed = next((one for one in run.observed(PickleAttempt) if one.stage != "done"), None)
    if failed is not None:
        cause = "unpicklable" if failed.importable else "unimportable-class"
        reason = f"follows from {cause}: there is no copy to read from"
        return Judgement(Outcome.INCONCLUSIVE, reason, follows_from=cause)
    findings = [*_lengths(run), *_failures(case, run)]
    original, copy = (batches_of(run.passes(purpose).get(0, ())) for purpose in ("original", "copy"))
    both = {index: (original[index], copy[index]) for index in original if index in copy}
    leaves = isolated_leaves(case)
    findings += _contents(case, run, original, both, leaves)
    if findings:
        return violated(weighed(findings, case.contract, *SENT))
    if not both:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "the copy read no batch that the original read too")
    if leaves is None:
        return inconclusive("whether random streams could be isolated was not looked at, so content proves nothing")
    return _unharmed(case, original, leaves, len(both))


def _unharmed(case: Case, original: dict[int, Batch], leaves: frozenset[str], count: int) -> Judgement:
    present = seen_leaves(original)
    compared = sorted(present & leaves)
    excluded = sorted(path for path in present - leaves if not case.contract.augmented(path))
    if not compared or (excluded and not tells_samples(original, leaves)):
        left = excluded or sorted(present)
        return inconclusive(
            f"{listing(left)} draws from something that cannot be seeded, so content proves nothing",
            ask_for_augments(left),
        )
    rest = sorted(present - leaves)
    said = f"; {listing(rest)} draws from something that cannot be seeded and was not compared" if rest else ""
    return holds(f"{counted(count, 'batch')} of a copy read as the original's in {listing(compared)}{said}")


def _lengths(run: History) -> Iterator[Finding]:
    said = {when: [one for one in run.lengths if one.when == when] for when in ("original", "copy")}
    for ours, copied in zip(said["original"], said["copy"], strict=False):
        if ours.number is None or ours.number == copied.number:
            continue
        seen = copied.failure.text if copied.failure else copied.value
        evidence = {"length of the original": ours.number, "length of the copy": seen}
        yield Finding(f"the copy has the length {seen}, the original {ours.number}", evidence, run.scenario)


def _failures(case: Case, run: History) -> Iterator[Finding]:
    good = batches_of(run.passes("original").get(0, ()))
    failed: list[Read] = []
    for read in run.passes("copy").get(0, ()):
        if (read.failure is not None or read.is_none) and read.index in good:
            failed.append(read)
    if failed:
        first = failed[0].failure
        what = f"raises {first.text}" if first is not None else "is None"
        summary = f"{batches_at([failed[0].index])} of the copy {what}, though the original reads it"
        evidence = {"batches": [read.index for read in failed], "of": len(good)}
        yield Finding(summary, evidence, run.scenario, first.line_in(case.facts.file) if first is not None else None)


def _contents(
    case: Case,
    run: History,
    original: dict[int, Batch],
    both: dict[int, tuple[Batch, Batch]],
    leaves: frozenset[str] | None,
) -> Iterator[Finding]:
    if leaves is None:
        return
    may_move = case.contract.epoch == "random" or moves_by_itself(case, isolated=True)
    known = None if may_move else places_of(original, wandering_leaves(case, isolated=True))
    found: list[tuple[int, Difference]] = []
    for index, (ours, copied) in sorted(both.items()):
        difference = compare(index, ours, copied, leaves, known)
        if difference is not None:
            found.append((index, difference))
    if found:
        # Which samples a batch holds says more than what is in them.
        index, difference = next((item for item in found if item[1].kind == "samples"), found[0])
        evidence = {
            "batch": index,
            "leaf": difference.path,
            "rows": list(difference.rows),
            "original": list(difference.expected),
            "copy": list(difference.seen),
            "batches that differ": [number for number, _ in found],
            "of": len(both),
        }
        what = "other samples" if difference.kind == "samples" else "something else"
        summary = f"batch {index} of the copy holds {what}: {difference.describe()}"
        yield Finding(summary, evidence, run.scenario)
