"""The samples that do not fill a last batch are never read.

What it detects:
    Epochs of full batches only, that leave out fewer samples than one batch holds, though no one declared that they
    may: `len(data) // batch_size`. How many samples there are is known as lost-samples knows it.

Why it matters:
    Without a shuffle the same samples are never trained on; in validation data the figures are of another set than the
    one that is named. It is often meant, because some models need batches of one size: then say so with
    `drop_remainder = true`.

Limits:
    Where nothing says how many samples there are, this is inconclusive until `num_samples` is declared. Where more is
    missing than a remainder, lost-samples judges it.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return len(self.x) // self.batch_size

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
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
from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.samples import name_of
from seqcheck.model.scenario import TAKING, TALLYING
from seqcheck.model.shortfall import Shortfall, Unsettled, is_cut_tail, shortfall
from seqcheck.model.substitutes import explained
from seqcheck.model.words import counted

CHECK = Check(
    "dropped-remainder",
    clause="epoch",
    needs=("loop", TAKING, TALLYING),
    options=("epoch", "drop_remainder", "augments:on", "batch_size:number", "num_samples", "sample_id", "infinite"),
    explained_by={"ignored-index": None, "unrepeatable-read": None, "lost-samples": None},
)


def judge(case: Case) -> Judgement:
    """Judge every whole epoch of the plain loop."""
    if case.contract.epoch in ("per-epoch", "random"):
        return not_applicable(f'epoch = "{case.contract.epoch}": an epoch need not deliver every sample')
    # Not `in`: a count of 1 equals True.
    if case.contract.drop_remainder is True or case.contract.drop_remainder == "per-group":
        shown = "true" if case.contract.drop_remainder is True else '"per-group"'
        declared = case.contract.declared("drop_remainder")
        said = f"drop_remainder = {shown} declares" if declared else "it is built with a parameter that says"
        return not_applicable(f"{said} that the remainder is left out")
    return each_run(case, lambda account: _judge(case, account), tallied.dropped)


def _judge(case: Case, account: Account) -> Judgement:
    lost = shortfall(case, account)
    if isinstance(lost, Unsettled):
        return inconclusive(lost.reason, lost.declare)
    drop = case.contract.drop_remainder
    allowed = drop if isinstance(drop, int) and not isinstance(drop, bool) else 0
    if lost.most == 0:
        return holds(f"{account.looked_at()}: all {lost.size} came ({lost.source})")
    if lost.most <= allowed:
        return holds(f"{account.looked_at()}: {lost.most} of {lost.size} are left out, {allowed} may be")
    because = explained(case, account, lost)
    if because is not None:
        return because
    if not is_cut_tail(account, lost.most):
        reason = f"{counted(lost.most, 'sample')} of {lost.size} never came, which is no remainder"
        return Judgement(Outcome.INCONCLUSIVE, f"follows from lost-samples: {reason}", follows_from="lost-samples")
    return violated([_finding(account, lost, case.contract.declared("drop_remainder"))])


def _finding(account: Account, lost: Shortfall, declared: bool) -> Finding:
    entry = account.ledgers[lost.worst]
    batches = len(account.batches[lost.worst])
    named = lost.named[lost.worst]
    left = f"the last {lost.most}" if lost.most > 1 else "the last one"
    # Where the order is shuffled, those left over are others each time.
    numbers = {one for one in named if isinstance(one, int)}
    shuffled = bool(numbers) and numbers != set(range(lost.size - lost.most, lost.size))
    where = f"in the order of epoch {entry.epoch} never came" if shuffled else f"never came in epoch {entry.epoch}"
    summary = (
        f"{left} of {lost.size} samples {where}: {counted(batches, 'batch')} of {account.nominal} "
        f"{'makes' if batches == 1 else 'make'} {entry.rows}"
    )
    evidence = {
        "samples in the data": lost.size,
        "who says so": lost.source,
        "rows delivered": entry.rows,
        "missing, by epoch": list(lost.counts),
    }
    if named:
        evidence["missing samples"] = [name_of(one) for one in named[:20]]
    return Finding(summary, evidence, account.history.scenario, declare="" if declared else "drop_remainder = true")
