"""What reaches the training step is not what the Sequence holds.

What it detects:
    Batches that the installed Keras fetched from the Sequence and that reached the training step with other values,
    because their dtype is not that of the batches Keras looked at first; batches that the Sequence gave to `fit`
    although it gives others, at the same index of the same epoch, to anybody else; and epochs of `fit` that lack
    samples, or raise, though the same instance reads them whole by itself: epochs after Keras looked at the first
    batches, and one of another `fit` on the same instance, after one that was stopped in the middle of an epoch and one
    that ended there by an exception of a callback.

Why it matters:
    Keras takes the dtypes of a data set from the first one or two batches, before the first epoch, and casts every
    later batch to them without a word. Labels of 0.9 become 0, images between 0 and 1 become black. And what batches
    were fetched for, a look or a training that was stopped, it never says: whatever a Sequence keeps of them, such as
    batches it has prepared, must not reach the next epoch.

Limits:
    What an engine changes of itself is not blamed on the Sequence: double precision that arrives as single is expected.
    Keras 3 on JAX takes each batch in its own dtype, so that there is no cast to find there.
    Only the first epoch can be held, batch by batch, against a read of its own, and only in leaves that are not drawn
    at random. Samples are counted where they can be told apart and an epoch has the same ones each time.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.hard = np.arange(32) % 2
            self.y = self.hard
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.y = 0.1 + 0.8 * self.hard

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.hard = np.arange(32) % 2
            self.y = self.hard.astype("float32")
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.y = (0.1 + 0.8 * self.hard).astype("float32")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from seqcheck.model import epochs_of_fit
from seqcheck.model.arrival import changed_leaves, close
from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import batches_of, compare, seen_leaves, settled_leaves
from seqcheck.model.history import History, Read
from seqcheck.model.parting import Parting
from seqcheck.model.words import counted, listing

CHECK = Check(
    "unfaithful-training",
    clause="fit",
    needs=("fit",),
    options=("augments:on", "epoch:per-epoch", "epoch:random", "infinite", "sample_id"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "ignored-index": None,
        "drifting-structure": None,
        "unrepeatable-read": None,
        "unstable-length": None,
        "phantom-batch": None,
        "swallowed-error": None,
        "worker-divergence": None,
        "unsupported-structure": None,
        "untrainable": None,
        "lost-samples": None,
        "repeated-samples": None,
        "foreign-samples": None,
        "fragile-epoch-end": None,
    },
)
NO_BASE = "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence"


@dataclass(frozen=True)
class _Cast:
    """One leaf of one batch that arrived with other values, at the step `place` of its epoch."""

    epoch: int
    place: int
    read: Read
    leaf: Leaf
    arrived: Leaf

    @property
    def parting(self) -> Parting:
        """The step that was fed it."""
        return Parting(self.epoch, self.place, self.read.index, self.read.worker)

    @property
    def rows(self) -> list[int]:
        """The rows whose number changed."""
        pairs = zip(self.leaf.values or (), self.arrived.values or (), strict=False)
        return [row for row, (ours, theirs) in enumerate(pairs) if not close(ours, theirs)]


def judge(case: Case) -> Judgement:
    """Hold deliveries against what was fetched, and what was fetched against the reference."""
    if case.facts.base is None:
        return not_applicable(NO_BASE)
    findings: list[Finding] = []
    told: list[str] = []
    reasons: list[str] = []
    for run in case.runs("fit"):
        found, reason, said = _judge(case, run)
        findings += found
        reasons += [reason] if reason else []
        told += [said] if said else []
    if findings:
        return violated(findings)
    return inconclusive(reasons[0]) if reasons or not told else holds(told[0])


def _judge(case: Case, run: History) -> tuple[list[Finding], str, str]:
    """Findings; else the reason why nothing can be said; else what was looked at."""
    given = [read for read, _ in run.given("epoch", "peek")]
    delivered = _delivered(run)
    strange = _strange(case, run) or epochs_of_fit.broken(case, run)
    if not delivered:
        return [strange] if strange else [], "" if strange else _why_none(run), ""
    casts: list[_Cast] = []
    unexplained = ""
    for epoch, batches in delivered.items():
        own = [read for read in given if read.purpose == "epoch" and read.epoch == epoch]
        others = [read for read in given if read not in own]
        missing, changed = _match(epoch, own, others, batches)
        casts += changed
        expected = len(run.expected_indices(epoch))
        if missing:
            unexplained = (
                f"{counted(missing, 'batch')} of epoch {epoch} reached training though none like it was fetched"
            )
        elif len(batches) < expected:
            unexplained = (
                unexplained or f"{len(batches)} of {counted(expected, 'batch')} of epoch {epoch} reached training"
            )
    findings = [_cast_finding(run, casts, path) for path in _paths(casts) if len(_dtypes(run, path)) > 1]
    findings += [strange] if strange else []
    if findings:
        return findings, "", ""
    if casts:
        first = casts[0]
        unexplained = (
            f"{first.leaf.path} of batch {first.read.index} reached step {first.place} of epoch {first.epoch} with "
            "other values"
        )
        if first.leaf.dtype != first.arrived.dtype:  # in every batch alike, so that no batch is to blame for it
            unexplained += f", as {first.arrived.dtype} in place of {first.leaf.dtype}: so the engine computes"
            return [], unexplained, ""
    error = next((note.text for note in run.notes if note.kind == "error"), "")
    if unexplained:
        return [], f"{unexplained}; {error or epochs_of_fit.unexplained(case)}", ""
    count = sum(map(len, delivered.values()))
    against = "and the first epoch's as another process reads them" if _referenced(case, run) else "as fetched alone"
    epochs, also = counted(len(delivered), "epoch"), epochs_of_fit.said(run)
    return (
        [],
        "",
        f"{counted(count, 'batch')} of {epochs} reached the training step as they were fetched, {against}{also}",
    )


def _delivered(run: History) -> dict[int, list[Batch]]:
    found: dict[int, list[Batch]] = {}
    for item in sorted(run.deliveries, key=lambda item: (item.epoch, item.place)):
        if item.batch is not None:
            found.setdefault(item.epoch, []).append(item.batch)
    return found


def _why_none(run: History) -> str:
    errors = [note.text for note in run.notes if note.kind in ("error", "skipped")]
    return errors[0] if errors else "no batch reached a training step"


def _match(epoch: int, fetched: list[Read], others: list[Read], delivered: list[Batch]) -> tuple[int, list[_Cast]]:
    """How many deliveries are like no batch that was fetched, and those that are one with other values.

    Engines deliver in the order of fetching or shuffle whole batches, and fetch ahead: `others` are the reads that are
    filed under another epoch.
    """
    left = [*fetched, *others]
    unmatched: list[tuple[int, Batch]] = []
    for place, batch in enumerate(delivered):
        same = next((read for read in left if read.batch is not None and not changed_leaves(read.batch, batch)), None)
        if same is None:
            unmatched.append((place, batch))
        else:
            left.remove(same)
    casts: list[_Cast] = []
    missing = 0
    for place, batch in unmatched:
        # In the order of fetching the batch that was cast is the one at the same place.
        read = fetched[place] if place < len(fetched) and fetched[place] in left else None
        if read is None or read.batch is None or read.batch.rows != batch.rows:
            missing += 1
            continue
        left.remove(read)
        casts += [_Cast(epoch, place, read, leaf, arrived) for leaf, arrived in changed_leaves(read.batch, batch)]
    return missing, casts


def _paths(casts: Iterable[_Cast]) -> list[str]:
    return sorted({cast.leaf.path for cast in casts})


def _dtypes(run: History, path: str) -> dict[str, Read]:
    """The dtypes in which the engine saw a leaf, each with its first read; widths of floats count as one."""
    found: dict[str, Read] = {}
    for read, batch in run.given("peek", "epoch"):
        leaf = batch.leaf(path)
        if leaf is not None:
            found.setdefault("float" if leaf.dtype.startswith("float") else leaf.dtype, read)
    return found


def _cast_finding(run: History, casts: list[_Cast], path: str) -> Finding:
    own = [cast for cast in casts if cast.leaf.path == path]
    first = min(own, key=lambda cast: (cast.epoch, cast.place))
    rows = first.rows[:10]
    given = [(first.leaf.values or ())[row] for row in rows]
    arrived = [(first.arrived.values or ())[row] for row in rows]
    where = f"batch {first.read.index} of epoch {first.epoch}, at step {first.place},"
    summary = (
        f"{path} of {where} was given as {first.leaf.dtype} and reached training as {first.arrived.dtype}: "
        f"{listing(f'{value:.6g}' for value in given)} became {listing(f'{value:.6g}' for value in arrived)}"
    )
    evidence = {
        "leaf": path,
        "first difference": first.parting.describe(),
        "batches changed": len(own),
        "rows": rows,
        "given": given,
        "arrived": arrived,
        "dtypes seen by the engine": [
            f"{name} first in batch {read.index}, "
            + ("before the first epoch" if read.purpose == "peek" else f"epoch {read.epoch}")
            for name, read in _dtypes(run, path).items()
        ],
    }
    return Finding(summary, evidence, run.scenario)


def _referenced(case: Case, run: History) -> bool:
    leaves = settled_leaves(case)
    reference, fetched = (batches_of(run.passes(purpose).get(0, ())) for purpose in ("reference", "epoch"))
    return bool(leaves and leaves & seen_leaves(reference)) and reference.keys() == fetched.keys() and bool(fetched)


def _strange(case: Case, run: History) -> Finding | None:
    """The Sequence gave `fit` other rows in the first epoch than it gave a fork that read the same indices."""
    leaves = settled_leaves(case)
    if leaves is None or not _referenced(case, run):
        return None
    reads = run.passes("epoch")[0]
    if len(reads) != len({read.index for read in reads}):
        return None  # an engine that asks twice has an epoch of its own
    expected, given = batches_of(run.passes("reference")[0]), batches_of(reads)
    shared = leaves & seen_leaves(expected)
    if all(_rows(expected, path) == _rows(given, path) for path in shared):
        return None
    differing = [(index, compare(index, expected[index], given[index], shared)) for index in sorted(expected)]
    found = [(index, difference) for index, difference in differing if difference is not None]
    if not found:
        return None
    steps = {read.index: step for step, read in enumerate(reads)}  # in the order of fetching, as batches are trained on
    index, difference = min(found, key=lambda entry: steps[entry[0]])
    parting = Parting(0, steps[index], index, reads[steps[index]].worker)
    evidence = {
        "leaf": difference.path,
        "first difference": parting.describe(),
        "rows": list(difference.rows),
        "expected": list(difference.expected),
        "given to fit": list(difference.seen),
        "batches that differ": [number for number, _ in found],
        "of": len(expected),
    }
    summary = (
        f"batch {index} of epoch 0, at step {parting.step}, is another under fit than in a fork of the same state: "
        f"{difference.describe()}"
    )
    return Finding(summary, evidence, run.scenario)


def _rows(batches: dict[int, Batch], path: str) -> Counter[bytes]:
    leaves = (batch.leaf(path) for batch in batches.values())
    return Counter(row for leaf in leaves if leaf is not None for row in (leaf.rows or (leaf.digest,)))
