"""An epoch delivers a sample more often than it is in the data.

What it detects:
    Samples that come again within one epoch: a last batch filled up from the front, batches that overlap, draws with
    replacement, an index that wraps. Samples are told apart by the probe's numbers, by `sample_id`, or by what their
    rows contain; equal rows in the data are not repeated samples.

Why it matters:
    A sample that comes twice counts twice in the loss and in every metric. In validation data the figures are wrong;
    `predict` answers more rows than were asked for. It may be meant, as in oversampling: then declare
    `epoch = "per-epoch"`.

Limits:
    Where only content tells samples apart and rows come twice alike in every epoch, this is inconclusive until
    `num_samples` or `sample_id` is declared. So it is where a remainder is left out on purpose, another one in each
    epoch: equal rows in the data then come now more and now less often. A sample that is augmented anew each time it
    comes is not recognised.

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
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size) % len(self.x)
            return self.x[rows], self.y[rows]

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
            rows = np.arange(index * self.batch_size, min((index + 1) * self.batch_size, len(self.x)))
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model import tallied
from seqcheck.model.accounts import Account, each_run
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.repeats import Repeats, repeats
from seqcheck.model.samples import name_of
from seqcheck.model.scenario import TAKING, TALLYING
from seqcheck.model.shortfall import Unsettled
from seqcheck.model.words import counted

CHECK = Check(
    "repeated-samples",
    clause="epoch",
    needs=("loop", TAKING, TALLYING),
    options=("epoch", "drop_remainder", "augments:on", "padding", "num_samples", "sample_id", "infinite"),
    explained_by={
        "unsupported-structure": None,
        "uninitialised-rows": None,
        "drifting-data": None,
        "ignored-index": None,
        "unrepeatable-read": None,
    },
)


def judge(case: Case) -> Judgement:
    """Judge every whole epoch of the plain loop."""
    if case.contract.epoch in ("per-epoch", "random"):
        return not_applicable(f'epoch = "{case.contract.epoch}": a sample may come more than once')
    return each_run(case, lambda account: _judge(case, account), tallied.repeated)


def _judge(case: Case, account: Account) -> Judgement:
    again = repeats(case, account)
    if isinstance(again, Unsettled):
        return inconclusive(again.reason, again.declare)
    if again.most == 0:
        return holds(f"{account.looked_at()}: none came more often than it is in the data")
    return violated([_finding(account, again)])


def _finding(account: Account, again: Repeats) -> Finding:
    entry = account.ledgers[again.worst]
    extras = again.extras[again.worst]
    worst = sorted(extras, key=lambda sample: (-extras[sample], entry.places[sample]))
    first = worst[0]
    others = f", and {counted(len(worst) - 1, 'other sample')} more often than once" if len(worst) > 1 else ""
    times = f"{entry.counts[first]} times in epoch {entry.epoch}"
    summary = f"sample {name_of(first)} came {times} ({entry.where(first)}){others}"
    evidence = {
        "rows too many, by epoch": list(again.counts),
        "rows delivered": entry.rows,
        "different samples": len(entry.counts),
        "who says so": again.source,
        "repeated samples": {name_of(sample): entry.where(sample) for sample in worst[:10]},
    }
    return Finding(summary, evidence, account.history.scenario, declare='epoch = "per-epoch"')
