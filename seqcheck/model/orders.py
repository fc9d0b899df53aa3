"""In which order epochs deliver their samples, and how likely chance is to repeat one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import Account, account, gravest
from seqcheck.model.check import Case, Judgement, Outcome, inconclusive, not_applicable
from seqcheck.model.history import History
from seqcheck.model.observation import Holding
from seqcheck.model.samples import Identity, Unidentified, ledger
from seqcheck.model.sources import sample_sources

LIKELY = -9.0
"""Chance explains what has a probability of 10**-9 or more."""


def all_different(size: int) -> float:
    """log10 of the probability that as many draws with replacement as there are samples give each of them once."""
    return (math.lgamma(size + 1) - size * math.log(size)) / math.log(10)


@dataclass(frozen=True)
class Orders:
    """The order of samples in each whole pass of one purpose, by epoch.

    `natural` says of the first order whether it is the one in which the data are held; None where that is not known.
    `chance` is the decimal logarithm of the probability that a sound shuffle gives one order twice.
    """

    history: History
    identity: Identity
    by_epoch: Mapping[int, tuple[Hashable, ...]]
    natural: bool | None
    chance: float

    @property
    def same(self) -> bool:
        """Whether every epoch has the same order."""
        return len(set(self.by_epoch.values())) == 1

    def repeated(self) -> tuple[int, int] | None:
        """The first two epochs that have one order, as (earlier, later)."""
        seen: dict[tuple[Hashable, ...], int] = {}
        for epoch, order in self.by_epoch.items():
            if order in seen:
                return seen[order], epoch
            seen[order] = epoch
        return None


def orders(case: Case, history: History) -> Orders | Unidentified:
    """The orders of the `epoch` passes of one run of the loop."""
    found = account(case, history)
    if isinstance(found, Unidentified):
        return found
    by_epoch = {entry.epoch: entry.order for entry in found.ledgers}
    first = found.ledgers[0]
    natural: bool | None = None
    if found.identity.kind in ("probe", "array"):
        numbers = [sample for sample in first.order if isinstance(sample, int)]
        natural = numbers == sorted(numbers)
    else:
        for source in sample_sources(found):
            place = {row: number for number, row in enumerate(source.holding.rows)}
            leaves = [batch.leaf(source.path) for batch in found.batches[0].values()]
            at = [place.get(row, -1) for leaf in leaves if leaf is not None for row in leaf.rows]
            natural = at == sorted(at)
            break
    chance = _chance(history, first.counts, len(found.batches[0]), _moved_whole(found))
    return Orders(history, found.identity, by_epoch, natural, chance)


def _moved_whole(found: Account) -> bool:
    """Whether the orders of the epochs differ, and only in which batch comes when."""
    by_epoch = [[found.identity.of(batch) for _, batch in sorted(batches.items())] for batches in found.batches]
    first = by_epoch[0]
    return any(other != first for other in by_epoch[1:]) and all(Counter(other) == Counter(first) for other in by_epoch)


def order_of_pass(case: Case, history: History, purpose: str, epoch: int, like: Orders) -> tuple[Hashable, ...] | None:
    """The order of one pass of another run, its samples told apart as in `like`; None where it was not read whole."""
    batches = history.whole_passes(purpose).get(epoch)
    entry = ledger(epoch, batches, like.identity, case.contract.padding) if batches else None
    return entry.order if entry is not None else None


def _chance(history: History, counts: Mapping[Hashable, int], batches: int, moved_whole: bool) -> float:
    """log10 P(a shuffle gives the order that was there before).

    Where whole batches are seen to change places, or the instance holds as many entries as there are batches, it may
    shuffle whole batches only, and leave out the last, which may be a short one.
    """
    if moved_whole or any(holding.length == batches for holding in history.observed(Holding)):
        return -math.lgamma(batches) / math.log(10)
    arrangements = math.lgamma(sum(counts.values()) + 1)
    for often in Counter(counts).values():
        arrangements -= math.lgamma(often + 1)
    return -arrangements / math.log(10)


def each_shuffled(case: Case, judge: Callable[[Orders, str], Judgement]) -> Judgement:
    """One judgement of all runs that were asked to shuffle: `judge` has its orders and who asked for it.

    A run of which the order cannot be told counts only where there is no other.
    """
    if not case.runs("loop"):
        return inconclusive(case.why_not("loop"))
    asked = [(run, said) for run in case.runs("loop") if (said := shuffle_asked(case, run))]
    if not asked:
        return not_applicable("no shuffle was declared or passed")

    def one(run: History, said: str) -> Judgement:
        found = orders(case, run)
        if isinstance(found, Unidentified):
            return inconclusive(found.reason, found.declare)
        if len(found.by_epoch) < 2:
            return inconclusive("fewer than two epochs were read whole")
        return judge(found, said)

    judged = [one(run, said) for run, said in asked]
    settled = [judgement for judgement in judged if judgement.outcome in (Outcome.VIOLATED, Outcome.HOLDS)]
    return gravest(settled or judged)


def shuffle_asked(case: Case, run: History, *, wanted: bool = True) -> str:
    """Who asked this run to shuffle, or not to: ``passed``, ``declared`` or ``inferred``; empty where nobody did."""
    if run.scenario.shuffle is not None:
        return "passed" if run.scenario.shuffle is wanted else ""
    if case.contract.shuffles is wanted:
        return "declared" if case.contract.declared("shuffles") else "inferred"
    return ""


def shuffled_by_hook(case: Case, found: Orders) -> bool:
    """Whether an order that is the same in every epoch was shuffled anew for each.

    It was where a run without a hook before its first epoch begins in another order; or where the order is not that of
    the data, and the class has an `on_epoch_end` of its own that may have made it.
    """
    for run in case.runs("hooks"):
        if run.scenario.sizes() == found.history.scenario.sizes():
            before, after = (order_of_pass(case, run, "late", epoch, found) for epoch in (0, 1))
            if before is not None and after is not None and before != after and Counter(before) == Counter(after):
                return True
    return found.natural is False and "on_epoch_end" in case.facts.own_hooks
