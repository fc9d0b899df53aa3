"""An epoch leaves out samples, and more than the remainder of the last batch.

What it detects:
    Samples that no batch of a whole epoch delivers: a step that skips some, a length that ends the epoch early, an
    index that is off by one, a slice that is too short. How many samples there are is known from the probe, from
    `num_samples`, or where two witnesses agree: the arrays and lists that the Sequence holds, what reading past the
    end gives, and what other epochs delivered.

Why it matters:
    Keras trains on what `__getitem__` returns and asks no questions. Samples that never come are data that were paid
    for and are not learned from; where they are left out by their place in the file, whole classes may be missing.

Limits:
    Where nothing says how many samples there are, this is inconclusive until `num_samples` is declared. The tail
    that a floor division leaves out is judged by dropped-remainder; samples in whose place others came twice, or rows
    that are no data, by repeated-samples and foreign-samples.

Example:
    import math

    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size - 1)
            return self.x[rows], self.y[rows]

Use instead:
    import math

    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model import tallied
from seqcheck.model.accounts import Account, each_run
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.samples import name_of
from seqcheck.model.scenario import TAKING, TALLYING
from seqcheck.model.shortfall import Shortfall, Unsettled, is_cut_tail, shortfall
from seqcheck.model.substitutes import explained
from seqcheck.model.words import counted, listing

CHECK = Check(
    "lost-samples",
    clause="epoch",
    needs=("loop", TAKING, TALLYING),
    options=("epoch", "drop_remainder", "augments", "batch_size:number", "num_samples", "sample_id", "infinite"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "ignored-index": None,
        "unrepeatable-read": None,
        "mismatched-rows": None,
    },
)


def judge(case: Case) -> Judgement:
    """Judge every whole epoch of the plain loop."""
    if case.contract.epoch in ("per-epoch", "random"):
        return not_applicable(f'epoch = "{case.contract.epoch}": an epoch need not deliver every sample')
    return each_run(case, lambda account: _judge(case, account), tallied.lost)


def _judge(case: Case, account: Account) -> Judgement:
    lost = shortfall(case, account)
    if isinstance(lost, Unsettled):
        return inconclusive(lost.reason, lost.declare)
    if lost.most == 0:
        return holds(f"{account.looked_at()}: all {lost.size} came ({lost.source})")
    drop = case.contract.drop_remainder
    if is_cut_tail(account, lost.most) or ((drop is True or drop == "per-group") and lost.most < account.nominal):
        return holds(f"{account.looked_at()}: no more than the remainder of {lost.size} is left out")
    if isinstance(drop, int) and not isinstance(drop, bool) and lost.most <= drop:
        return holds(f"{account.looked_at()}: {lost.most} of {lost.size} are left out, {drop} may be")
    if drop == "per-group":
        return inconclusive(
            f"{lost.most} of {lost.size} samples are left out, and how many groups there are is not known",
            f"drop_remainder = {lost.most}",
        )
    return explained(case, account, lost) or violated([_finding(account, lost)])


def _finding(account: Account, lost: Shortfall) -> Finding:
    entry = account.ledgers[lost.worst]
    named = sorted(lost.named[lost.worst], key=lambda one: (isinstance(one, bytes), str(one).zfill(12)))
    which = f": {listing(map(name_of, named))}" if named else ""
    missing = f"{counted(lost.most, 'sample')} of {lost.size} never came in epoch {entry.epoch}"
    evidence = {
        "samples in the data": lost.size,
        "who says so": lost.source,
        "rows delivered": entry.rows,
        "missing, by epoch": list(lost.counts),
        "batches": len(account.batches[lost.worst]),
        "rows in a full batch": account.nominal,
    }
    if named:
        evidence["missing samples"] = [name_of(one) for one in named[:20]]
    return Finding(f"{missing}{which}", evidence, account.history.scenario, declare='epoch = "per-epoch"')
