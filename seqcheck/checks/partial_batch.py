"""A batch is incomplete though it is not the last one.

What it detects:
    A batch before the last one with fewer rows than the nominal batch size, or any batch with more. The nominal size is
    the declared `batch_size`, or the one that the Sequence was built with. Where nobody says it and all batches before
    the last have one size, that size is taken for it.

Why it matters:
    Each batch weighs the same in a step of the optimizer and in the averages that Keras prints: samples in short
    batches count more than others. Averages over batches that are compared between runs no longer mean the same.

Limits:
    Sizes that vary by design, as where groups or lengths are batched together, are declared with
    `batch_size = "variable"`; samples that are shared out evenly among as many batches as it takes are asked about.
    Where whole batches are shuffled, the rest may be any of them, as it is where Keras does
    so itself in `fit`. Batches without rows are `phantom-batch`'s. That the last batch holds exactly the rest is judged
    by `lost-samples`.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            rest = len(x) % batch_size or batch_size
            self.ends = list(range(rest, len(x) + 1, batch_size))

        def __len__(self):
            return len(self.ends)

        def __getitem__(self, index):
            rows = slice(self.ends[index - 1] if index else 0, self.ends[index])
            return self.x[rows], self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.starts = list(range(0, len(x), batch_size))

        def __len__(self):
            return len(self.starts)

        def __getitem__(self, index):
            rows = slice(self.starts[index], self.starts[index] + self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History
from seqcheck.model.orders import LIKELY
from seqcheck.model.samples import nominal_size
from seqcheck.model.words import batches_at, counted, listing, scope

CHECK = Check(
    "partial-batch",
    clause="batch",
    needs=("loop",),
    options=("batch_size",),
    explained_by={
        "unsupported-structure": None,
        "mismatched-rows": None,
        "drifting-structure": None,
        "unstable-length": None,
        "ignored-index": None,
    },
)
VARIABLE = 'batch_size = "variable"'
FEWEST = 2
"""So many batches before the last, all of one size, make that size the nominal one where nobody names another."""


@dataclass(frozen=True)
class Sizes:
    """The rows of each batch of one epoch that has rows at all; `last` is the index that may be short."""

    epoch: int
    rows: dict[int, int]
    last: int | None

    @property
    def before_last(self) -> dict[int, int]:
        """The batches that must be full."""
        return {index: count for index, count in self.rows.items() if index != self.last}

    def rest(self, size: int) -> int | None:
        """The index of the only short batch, where it holds what full batches of this size leave over."""
        short = [index for index, count in self.rows.items() if count != size]
        left = sum(self.rows.values()) % size
        return short[0] if len(short) == 1 and self.rows[short[0]] == left else None


def judge(case: Case) -> Judgement:
    """Compare the rows of every batch with the nominal size."""
    if case.contract.batch_size == "variable":
        return not_applicable("the batch size is declared variable")
    runs = [(run, epochs) for run in case.runs("loop") if (epochs := _sizes(run))]
    if not runs:
        return inconclusive("no batch was read whose rows can be counted")
    judgements = [_judge_run(case, run, epochs) for run, epochs in runs]
    faulty = [verdict for verdict in judgements if isinstance(verdict, Finding)]
    if faulty:
        return violated(faulty[:1])
    open_ones = [verdict for verdict in judgements if isinstance(verdict, Judgement)]
    if open_ones:
        return open_ones[0]
    kept = [(run, reason) for (run, _), reason in zip(runs, judgements, strict=True) if isinstance(reason, str)]
    if not kept:
        return inconclusive("nobody names the nominal size, and there are too few batches to see it", "batch_size = 32")
    return holds(f"{kept[0][1]}: {scope(run for run, _ in kept)}")


def _sizes(run: History) -> list[Sizes]:
    found = []
    for epoch in run.passes("epoch"):
        given = [(read, batch) for read, batch in run.given("epoch") if read.epoch == epoch]
        rows = {read.index: batch.rows for read, batch in given}
        counted_rows = {index: count for index, count in rows.items() if count}
        length = run.length_of(epoch)
        last = None if length is None else length - 1
        asked = {read.index for read in run.passes("epoch")[epoch]}
        while last in asked and not rows.get(last):
            last -= 1  # what is empty or raises at the end is a fault of the length: the one before it is not partial
        if counted_rows:
            found.append(Sizes(epoch, counted_rows, last))
    return found


def _judge_run(case: Case, run: History, epochs: list[Sizes]) -> Finding | Judgement | str | None:
    """The finding, what is open, or what holds; None where this run can say nothing."""
    seen = Counter(count for sizes in epochs for count in sizes.before_last.values())
    last = [sizes.rows[sizes.last] for sizes in epochs if sizes.last is not None and sizes.last in sizes.rows]
    nominal = nominal_size(case, run)
    if nominal is None:
        return _unnamed(seen, last)
    size, source = nominal
    declared = case.contract.declared("batch_size")
    if declared and run.scenario.batch_size not in (None, size):
        return None  # the declared number is that of the Sequence as it is used, not of one built smaller for this run
    # A constructor's batch_size may count something else than rows: pairs, files, samples of each class.
    if not declared and size not in seen and (seen or any(count > size for count in last)):
        shown = listing(sorted({*seen, *last}))
        reason = f"the nominal size is {size} ({source}), but batches have {shown} rows; it may count something else"
        return inconclusive(reason, _ask(seen))
    if not declared and all(_even(run, sizes, size) for sizes in epochs):
        return inconclusive(
            f"the samples are shared out evenly, in batches of {listing(sorted({*seen, *last}))} rows where {size} "
            f"({source}) would do but for the last",
            VARIABLE,
        )
    for sizes in epochs:
        short = {index: count for index, count in sizes.before_last.items() if count != size}
        large = {index: count for index, count in sizes.rows.items() if count > size}
        if short or large:
            shuffling = case.facts.own_hooks and run.scenario.shuffle is not False and _same_batches(run)
            place = sizes.rest(size) if run.reads_all and shuffling and not large else None
            if place is None:
                return _finding(run, sizes, {**short, **large}, size, source)
            moved = len({other.rest(size) for other in epochs}) > 1
            if not moved and _chance(epochs) <= LIKELY:
                return _finding(run, sizes, short, size, source)
            if not moved:
                return inconclusive(
                    f"the rest of the samples is batch {place} in every epoch, where a shuffle of whole batches puts "
                    "it now and then",
                    VARIABLE,
                )
    if any(sizes.rest(size) not in (None, sizes.last) for sizes in epochs):
        return (
            f"every batch had {counted(size, 'row')} ({source}), but for the rest, which moves with the other batches"
        )
    return f"every batch before the last had {counted(size, 'row')} ({source}), the last no more"


def _even(run: History, sizes: Sizes, size: int) -> bool:
    """Whether all samples are split into no more batches than it takes, as alike in size as can be: none is left out.

    Batches before the last are not full by that, and nothing is lost; rows that are skipped would be missing here. One
    short batch alone is the rest, which belongs at the end.
    """
    rows, count = sizes.rows.values(), run.truth.num_samples
    as_few = count is not None and len(rows) == math.ceil(count / size)
    several = sum(one < size for one in rows) > 1 and max(rows) <= size
    return run.reads_all and as_few and several and sum(rows) == count and max(rows) - min(rows) <= 1


def _same_batches(run: History) -> bool:
    """Whether there is a leaf of which every epoch holds the same batches, in whatever order.

    Whole batches may be shuffled then, and the rest of the samples with them, as Keras does it itself in `fit`.
    """
    epochs: dict[int, dict[str, Counter[tuple[bytes, ...]]]] = {}
    for read, batch in run.given("epoch"):
        leaves = epochs.setdefault(read.epoch, {})
        for leaf in batch.leaves:
            leaves.setdefault(leaf.path, Counter())[tuple(sorted(leaf.rows))] += 1
    first, *others = epochs.values()
    return any(all(other.get(path) == batches for other in others) for path, batches in first.items())


def _chance(epochs: list[Sizes]) -> float:
    """log10 P(a shuffle of whole batches leaves them all in place, in every epoch)."""
    batches = max(len(sizes.rows) for sizes in epochs)
    return -math.lgamma(batches + 1) / math.log(10) * (len(epochs) - 1)


def _unnamed(seen: Counter[int], last: list[int]) -> Judgement | str | None:
    if len(seen) == 1 and all(count <= max(seen) for count in last):
        if sum(seen.values()) < FEWEST:
            return None
        return f"every batch before the last had {counted(max(seen), 'row')}, the only size seen; the last no more"
    if not seen:
        return None
    sizes = listing(sorted({*seen, *last}))
    return inconclusive(f"nobody names the nominal size, and batches have {sizes} rows", _ask(seen))


def _ask(seen: Counter[int]) -> str:
    return f"batch_size = {max(seen)}" if len(seen) == 1 else VARIABLE


def _finding(run: History, sizes: Sizes, wrong: dict[int, int], size: int, source: str) -> Finding:
    index = min(wrong)
    kind = "short though not the last" if wrong[index] < size else "larger than nominal"
    seen = f"batch {index} of epoch {sizes.epoch} has {counted(wrong[index], 'row')}"
    summary = f"{seen}; expected {size} ({source}): it is {kind}"
    evidence: dict[str, object] = {
        "expected rows": f"{size} ({source})",
        "incomplete": batches_at(wrong),
        "rows by batch": {f"batch {number}": count for number, count in sorted(wrong.items())[:10]},
        "last batch": sizes.last,
    }
    return Finding(summary, evidence, run.scenario, declare=VARIABLE)
