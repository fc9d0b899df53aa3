"""Rows of a batch are memory that nobody has written.

What it detects:
    Rows whose content follows what lay in memory before: an array made with `np.empty` or `np.empty_like` that a read
    does not fill to its end, because an item was skipped, a file was missing, or the last batch is short. Fresh memory
    is filled with one pattern and with another while the same batches are read; rows that show the pattern are named.

Why it matters:
    Such rows hold whatever was there: often the samples of an earlier batch, now with other labels, sometimes zeros,
    now and then numbers so large that the loss is NaN for good. Every engine passes them on, no run repeats, and
    nothing says why.

Limits:
    Memory from `np.empty` and `np.empty_like` during reads is looked at; what a constructor, a compiled library or
    `np.ndarray(shape)` left unwritten is not. Rows whose sample weight is 0 are no samples. Content that no seed
    repeats is not compared.

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
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            batch = np.empty((len(rows), 1), dtype="float32")
            for place, row in enumerate(rows):
                if row != 13:
                    batch[place] = self.x[row]
            return batch, self.y[rows]

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
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            batch = np.empty((len(rows), 1), dtype="float32")
            for place, row in enumerate(rows):
                batch[place] = self.x[row]
            return batch, self.y[rows]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.comparison import batches_of
from seqcheck.model.history import History
from seqcheck.model.observation import Filled
from seqcheck.model.samples import unweighted
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check("uninitialised-rows", clause="batch", content=True, needs=("filling",))
PASSES = ("filled", "filled-otherwise", "filled-otherwise-again", "filled-again")
MOST_BATCHES = 10


@dataclass(frozen=True)
class _Unwritten:
    """Rows of one leaf of one batch that follow the pattern; all of them where the leaf has no rows."""

    index: int
    path: str
    rows: tuple[int, ...]
    seen: tuple[float, ...]
    """A number of the first such row under each pattern, where rows are numbers."""


def judge(case: Case) -> Judgement:
    """Hold what was read under one pattern against what was read under the other."""
    judgements = [_judge(run) for run in case.runs("filling")]
    return gravest(judgements or [inconclusive(case.why_not("filling"))])


def _judge(run: History) -> Judgement:
    filled = run.observed(Filled)
    if not filled:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "no batch could be read")
    first, other, other_again, again = (batches_of(run.passes(name).get(0, ())) for name in PASSES)
    if not first:
        return inconclusive("no batch could be read")
    if not filled[0].arrays:
        return holds(f"{counted(len(first), 'batch')} read: no fresh array was asked for that could be left unwritten")
    looked_at = f"{counted(len(first), 'batch')} read over two patterns in {counted(filled[0].arrays, 'fresh array')}"
    if filled[0].alike:
        return holds(f"{looked_at}: the same content")
    unsettled: set[str] = set()
    found: list[_Unwritten] = []
    for index in sorted(first):
        four = (first[index], other.get(index), again.get(index), other_again.get(index))
        if any(batch is None or batch.structure != first[index].structure for batch in four):
            unsettled.add(f"batch {index}")
            continue
        found += _unwritten(index, [batch for batch in four if batch is not None], unsettled)
    # Where rows of a leaf move by themselves, others of it may agree and differ as the patterns do by luck alone.
    found = [one for one in found if one.path not in unsettled]
    if found:
        return violated([_finding(run, found)])
    if unsettled:
        return inconclusive(f"{listing(sorted(unsettled))} could not be read alike twice over one pattern")
    return holds(f"{looked_at}: the same content in every row that counts")


def _unwritten(index: int, four: list[Batch], unsettled: set[str]) -> Iterator[_Unwritten]:
    no_samples = unweighted(four[0])
    for leaves in zip(*(batch.leaves for batch in four), strict=True):
        first, other, again, other_again = leaves
        if first.digest == other.digest == again.digest == other_again.digest:
            continue
        if len({leaf.shape for leaf in leaves}) > 1 or not first.rows:
            repeats = first.digest == again.digest and other.digest == other_again.digest
            if repeats and len({leaf.shape for leaf in leaves}) == 1:
                yield _Unwritten(index, first.path, (), ())
            else:
                unsettled.add(first.path)
            continue
        rows = []
        for row, (one, two, three, four_) in enumerate(
            zip(first.rows, other.rows, again.rows, other_again.rows, strict=True)
        ):
            if one != three or two != four_:
                unsettled.add(first.path)
            elif one != two and row not in no_samples:
                rows.append(row)
        if rows:
            numbers = tuple(leaf.values[rows[0]] for leaf in (first, other) if leaf.values)
            yield _Unwritten(index, first.path, tuple(rows), numbers)


def _finding(run: History, found: list[_Unwritten]) -> Finding:
    first = found[0]
    where = f"row{'s' * (len(first.rows) > 1)} {listing(first.rows)} of " if first.rows else ""
    summary = f"{where}{first.path} of batch {first.index}: memory that nobody has written"
    others = sorted({one.index for one in found} - {first.index})
    if others:
        summary += f", as in {batches_at(others)}"
    evidence: dict[str, object] = {"batch": first.index, "leaf": first.path, "rows": list(first.rows)}
    if len(first.seen) == 2:
        evidence["over one pattern"], evidence["over another"] = (f"{number:.6g}" for number in first.seen)
    evidence["rows by batch"] = {
        f"batch {one.index}, {one.path}": listing(one.rows) if one.rows else "all" for one in found[:MOST_BATCHES]
    }
    return Finding(summary, evidence, run.scenario)
