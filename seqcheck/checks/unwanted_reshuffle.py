"""The order of samples changes between epochs, though no shuffle is wanted.

What it detects:
    Epochs in different orders where `shuffles = false` was declared or `shuffle=False` was passed: a flag that is
    stored and never asked, or asked in the constructor only.

Why it matters:
    `predict` answers in the order of the batches: predictions are then written beside the wrong names. Validation
    figures by place, time series and anything that is joined by its row go wrong in silence.

Limits:
    Without a declaration or `shuffle=False` nothing is judged; where only a default or an attribute named `shuffle` is
    false, an order that changes is inconclusive. An order that is shuffled once and kept is no change.
    Where epochs hold different rows that cannot be told apart by number, or rows that show no sample, as blends of
    several do, this is inconclusive.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": False}

        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.arange(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": False}

        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.arange(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History
from seqcheck.model.orders import Orders, orders, shuffle_asked
from seqcheck.model.samples import Unidentified, name_of
from seqcheck.model.substitutes import is_foreign

CHECK = Check(
    "unwanted-reshuffle",
    clause="epoch end",
    needs=("loop",),
    options=("shuffles:false", "augments:on", "sample_id"),
    explained_by={"ignored-index": None, "unrepeatable-read": None},
)


def judge(case: Case) -> Judgement:
    """Hold the orders of the epochs of each run against each other."""
    if not case.runs("loop"):
        return inconclusive(case.why_not("loop"))
    asked = [(run, said) for run in case.runs("loop") if (said := shuffle_asked(case, run, wanted=False))]
    if not asked:
        return not_applicable("nobody declared that the order stays, or passed shuffle=False")
    return gravest([_judge(case, run, said) for run, said in asked])


def _judge(case: Case, run: History, said: str) -> Judgement:
    found = orders(case, run)
    if isinstance(found, Unidentified):
        return inconclusive(found.reason, found.declare)
    if len(found.by_epoch) < 2:
        return inconclusive("fewer than two epochs were read whole")
    if found.same:
        return holds(f"{len(found.by_epoch)} epochs in one order, told by {found.identity.evidence}")
    (first, order), *rest = found.by_epoch.items()
    if any(is_foreign(sample) for samples in found.by_epoch.values() for sample in samples):
        # A blend of two may look like either, another time like the other: nothing has moved for that.
        return inconclusive("some rows show no sample of the data, as blends of several do: their order is not known")
    for epoch, other in rest:
        if other == order:
            continue
        common = Counter(order) & Counter(other)
        ours, theirs = _only(order, common), _only(other, common)
        if (Counter(order) == Counter(other) or found.identity.kind != "fingerprint") and ours != theirs:
            if said == "inferred":
                return inconclusive(
                    f"epoch {epoch} came in another order than epoch {first}, though its shuffle is false; nobody "
                    "declared that the order stays",
                    "shuffles = false",
                )
            return violated([_finding(found, first, epoch, said)])
    return inconclusive("epochs hold different samples, so their orders cannot be compared")


def _only(order: tuple[Hashable, ...], common: Counter[Hashable]) -> list[Hashable]:
    return [sample for sample in order if sample in common]


def _finding(found: Orders, first: int, epoch: int, said: str) -> Finding:
    order, other = found.by_epoch[first], found.by_epoch[epoch]
    moved = [place for place, (one, two) in enumerate(zip(order, other, strict=False)) if one != two]
    place = moved[0] if moved else 0
    how = "shuffle=False was passed" if said == "passed" else "shuffles = false is declared"
    summary = (
        f"place {place} of the epoch holds {name_of(order[place])} in epoch {first} and {name_of(other[place])} in "
        f"epoch {epoch}, though {how}"
    )
    evidence = {
        "places that differ": len(moved),
        "samples in an epoch": len(order),
        f"epoch {first} begins with": [name_of(one) for one in order[:10]],
        f"epoch {epoch} begins with": [name_of(one) for one in other[:10]],
        "told apart by": found.identity.evidence,
    }
    return Finding(summary, evidence, found.history.scenario, declare="shuffles = true")
