"""The length changes within an epoch.

What it detects:
    Two calls of `len()` in one epoch, before and after its batches were read, that do not agree. A length that changes
    only between epochs, as in a Sequence that draws a new subset in `on_epoch_end`, is a fault where
    `length = "constant"` is declared, sound where `length = "per-epoch"` is, and inconclusive where nothing is.

Why it matters:
    Keras asks for the length many times an epoch and uses each answer for something else: how many batches to fetch,
    how many to wait for, what the progress bar says. When they disagree, training stops early, waits for a batch that
    never comes, or reads past the end.

Limits:
    The length is asked before the first epoch and around the reads of each epoch, not between any two reads.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.seen = set()

        def __len__(self):
            return -(-len(self.x) // self.batch_size) + len(self.seen)

        def __getitem__(self, index):
            self.seen.add(index)
            first = (index * self.batch_size) % len(self.x)
            return self.x[first : first + self.batch_size], self.y[first : first + self.batch_size]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            return self.x[first : first + self.batch_size], self.y[first : first + self.batch_size]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History
from seqcheck.model.scenario import DRIVERS, SCRIPT
from seqcheck.model.words import counted, listing

CHECK = Check(
    "unstable-length",
    clause="length",
    needs=("loop", SCRIPT),
    options=("length", "infinite"),
    explained_by={"non-integer-length": None},
)
PER_EPOCH = 'length = "per-epoch"'


def judge(case: Case) -> Judgement:
    """Compare the lengths of one epoch with each other, then those of different epochs."""
    if case.contract.infinite:
        return not_applicable("the Sequence is declared infinite: it promises no length")
    steady = {"read", "len", "epoch-end"}
    scripts = [run for run in case.runs(SCRIPT) if steady.issuperset(step.action for step in run.scenario.script)]
    runs = [*case.runs(*DRIVERS), *scripts]
    by_run = [(run, _by_epoch(run)) for run in runs]
    within = [
        _within(run, epoch, said) for run, epochs in by_run for epoch, said in epochs.items() if len(set(said)) > 1
    ]
    if within:
        return violated(within[:1])
    changing = [(run, epochs) for run, epochs in by_run if len({n for said in epochs.values() for n in said}) > 1]
    if changing and case.contract.length != "per-epoch":
        finding = _between(*changing[0])
        if case.contract.declared("length"):
            return violated([finding])
        return inconclusive(f"{finding.summary}; say whether that is meant", PER_EPOCH)
    twice = sum(len(said) > 1 for _, epochs in by_run for said in epochs.values())
    if not twice:
        return inconclusive("no epoch was driven in which the length was asked for twice")
    return holds(f"the length was the same before and after the reads of {counted(twice, 'epoch')}")


def _by_epoch(run: History) -> dict[int, list[int]]:
    """The usable lengths of each epoch, in the order of asking; −1 is before the first hook."""
    found: dict[int, list[int]] = {}
    for said in run.lengths:
        if said.number is not None:
            found.setdefault(-1 if said.when == "start" else said.epoch, []).append(said.number)
    return found


def _within(run: History, epoch: int, said: list[int]) -> Finding:
    summary = f"the length changes within epoch {epoch}: {said[0]} before its batches were read, {said[-1]} after"
    return Finding(summary, {"epoch": epoch, "lengths, in the order of asking": said}, run.scenario)


def _between(run: History, epochs: dict[int, list[int]]) -> Finding:
    by_epoch = [
        f"{said[0]} {'before the first' if epoch < 0 else f'in epoch {epoch}'}" for epoch, said in epochs.items()
    ]
    evidence = {"lengths by epoch": by_epoch}
    return Finding(f"the length changes between epochs: {listing(by_epoch)}", evidence, run.scenario, declare=PER_EPOCH)
