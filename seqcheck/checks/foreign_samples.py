"""A batch holds rows that are not in the data.

What it detects:
    Rows that were never filled, such as the end of an `np.empty` or `np.zeros` buffer that is larger than what is left,
    or the place of a file that could not be read and was skipped; labels that no sample has. Rows are held against the
    probe, or against the arrays that the Sequence holds. Where it holds no data, equal rows that end every epoch and
    stand nowhere else are foreign if the others are as many as its files or indices.

Why it matters:
    The model is trained on what happened to lie in memory, with a label that means something. Nothing fails, and the
    figures are only a little worse.

Limits:
    Where the Sequence neither takes a probe nor holds its data in arrays, nothing says what is in the data and this is
    inconclusive. Leaves declared as augmented are not looked at; rows that are all `padding`, and rows of sample weight
    0, are no samples.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            x = np.zeros((self.batch_size, *self.x.shape[1:]), dtype=self.x.dtype)
            y = np.full((self.batch_size,), -1, dtype="int64")
            rows = range(index * self.batch_size, min((index + 1) * self.batch_size, len(self.x)))
            for place, row in enumerate(rows):
                x[place], y[place] = self.x[row], self.y[row]
            return x, y

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = range(index * self.batch_size, min((index + 1) * self.batch_size, len(self.x)))
            x = np.zeros((len(rows), *self.x.shape[1:]), dtype=self.x.dtype)
            y = np.full((len(rows),), -1, dtype="int64")
            for place, row in enumerate(rows):
                x[place], y[place] = self.x[row], self.y[row]
            return x, y
"""

from __future__ import annotations

from seqcheck.model.accounts import Account, each_run
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.shortfall import Unsettled
from seqcheck.model.strangers import Strangers, strangers
from seqcheck.model.words import counted

CHECK = Check(
    "foreign-samples",
    clause="epoch",
    needs=("loop",),
    options=("augments", "batch_size:number", "padding", "sample_id", "infinite"),
    explained_by={
        "unsupported-structure": None,
        "uninitialised-rows": None,
        "drifting-data": None,
        "unrepeatable-read": None,
    },
)


def judge(case: Case) -> Judgement:
    """Judge every whole epoch of the plain loop."""
    return each_run(case, lambda account: _judge(case, account))


def _judge(case: Case, account: Account) -> Judgement:
    found = strangers(case, account)
    if isinstance(found, Unsettled):
        return inconclusive(found.reason, found.declare)
    if not found.rows:
        return holds(f"{account.looked_at()}: every row is one of {found.source}")
    return violated([_finding(account, found)])


def _finding(account: Account, found: Strangers) -> Finding:
    first = found.rows[0]
    epochs = [entry.epoch for entry in account.ledgers]
    by_epoch = [sum(row.epoch == epoch for row in found.rows) for epoch in epochs]
    value = "" if first.value is None else f" (its value: {first.value:g})"
    others = by_epoch[epochs.index(first.epoch)] - 1
    more = f", and {counted(others, 'other row')} of that epoch" if others else ""
    summary = (
        f"row {first.row} of {first.path} in batch {first.index} of epoch {first.epoch} is not in the data{value}{more}"
    )
    evidence = {
        "rows not in the data, by epoch": by_epoch,
        "who says so": found.source,
        "places": [f"epoch {one.epoch}, batch {one.index}, row {one.row}" for one in found.rows[:10]],
        "values": [one.value for one in found.rows[:10] if one.value is not None],
    }
    return Finding(summary, evidence, account.history.scenario, declare=_declare(found))


def _declare(found: Strangers) -> str:
    """Rows of one value may be padding, other rows of x the work of an augmentation; labels are neither."""
    values = {row.value for row in found.rows}
    value = values.pop() if len(values) == 1 else None
    if not found.rows[0].path.startswith("x"):
        return ""
    return f"padding = {value:g}" if value is not None else f'augments = ["{found.rows[0].path}"]'
