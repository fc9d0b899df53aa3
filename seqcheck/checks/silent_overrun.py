"""An index at or past the length still returns data.

What it detects:
    A read of index `len` or `len + 1`, after an epoch, that returns a batch with rows instead of raising IndexError or
    returning nothing. The part of a batch that `drop_remainder` is declared to leave out is no finding.

Why it matters:
    A plain `for` loop over the Sequence ends at an IndexError and at nothing else where the base class brings no
    iterator (Keras before 3.11, and classes without a base): it never ends here. Rows past the length that are not a
    repetition are samples that no epoch trains on.

Limits:
    Advice: Keras itself keeps below the length. Two indices are read, no further ones.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            index = index % len(self)
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            if index >= len(self):
                raise IndexError(f"batch {index} of {len(self)}")
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

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
from seqcheck.model.history import History, Read
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check(
    "silent-overrun",
    clause="length",
    content=True,
    needs=("loop",),
    severity=Severity.ADVICE,
    options=("drop_remainder", "infinite"),
    explained_by={
        "non-integer-length": None,
        "unstable-length": None,
        "dropped-remainder": None,
        "lost-samples": None,
    },
)


def judge(case: Case) -> Judgement:
    """Look at the reads past the length."""
    if case.contract.infinite:
        return not_applicable("the Sequence is declared infinite: no index is past its end")
    runs = [(run, _past(run)) for run in case.runs("loop")]
    read = [(run, reads) for run, reads in runs if reads]
    if not read:
        return inconclusive("no index past the length was read")
    left_out = 0
    for run, reads in read:
        full = [past for past in reads if _rows(past)]
        if (
            case.contract.drop_remainder
            and len(full) == 1
            and full[0].index == run.length_of(full[0].epoch)
            and len(reads) > 1
        ):
            left_out += 1
        elif full:
            return violated([_finding(run, full)])
    if left_out:
        return holds("past the length there is only the remainder that is declared to be dropped")
    answers = sorted({_answer(past) for _, reads in read for past in reads})
    return holds(f"a read past the length {listing(answers)}")


def _past(run: History) -> list[Read]:
    return [read for read in run.reads if read.purpose == "overrun"]


def _rows(read: Read) -> int:
    if read.batch is None or read.is_none or read.batch.empty:
        return 0
    return max((count or 0 for count in read.batch.row_counts.values()), default=0)


def _answer(read: Read) -> str:
    if read.failure is not None:
        return f"raises {read.failure.type_name}"
    return "returns None" if read.is_none else "returns no rows"


def _finding(run: History, full: list[Read]) -> Finding:
    batches = {
        read.batch.digest: read.index for read in run.reads if read.purpose == "epoch" and read.batch is not None
    }
    length = run.length_of(full[0].epoch)
    evidence: dict[str, object] = {"length": length}
    for read in full:
        same = batches.get(read.batch.digest) if read.batch is not None else None
        again = f", the same as batch {same}" if same is not None else ""
        evidence[f"index {read.index}"] = f"{counted(_rows(read), 'row')}{again}"
    indices = [read.index for read in full]
    verb = "returns" if len(indices) == 1 else "return"
    return Finding(f"the length is {length}, but {batches_at(indices)} {verb} data", evidence, run.scenario)
