"""Which samples the epochs of `fit` hold, beside those that the same instance holds when it is read by itself.

An epoch of `fit` is held against the epoch that a fork of the instance read after as many calls of `on_epoch_end`:
where that fork has other samples from epoch to epoch as well, or raises too, training is not to blame for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from seqcheck.model.accounts import Account, whole_epochs_only
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Finding, Judgement
from seqcheck.model.history import History
from seqcheck.model.observation import Alone, Resumed
from seqcheck.model.parting import Parting
from seqcheck.model.samples import Ledger, ledger, name_of
from seqcheck.model.words import counted, listing

FEWEST: Final = 8
"""Samples of an epoch below which chance may bring the same ones together from epoch to epoch."""
MOST_NAMED: Final = 10


@dataclass(frozen=True)
class _Epoch:
    """One epoch of fit: its number, what was fetched in that order, and the calls of `on_epoch_end` before it."""

    number: int
    batches: Mapping[int, Batch]
    ended: int
    where: str


def broken(case: Case, run: History) -> Finding | None:
    """What shows that training broke the epochs of the instance; None where nothing does, or cannot be told."""
    resumed = next(iter(run.observed(Resumed)), None)
    if resumed is None or case.contract.infinite:
        return None
    alone = {item.ended: item for item in run.observed(Alone)}
    if resumed.trouble:
        return _raised(run, resumed, alone) if resumed.own else None
    if case.contract.epoch in ("per-epoch", "random") or not run.reads_all:
        return None
    plain = next((loop for loop in case.runs("loop") if loop.scenario.sizes() == run.scenario.sizes()), None)
    known = None if plain is None else whole_epochs_only(case, plain)
    if known is None or isinstance(known, Judgement) or not known.alike or known.rows < FEWEST:
        return None
    expected = _expected(case, known, alone)
    if expected is None:
        return None
    for epoch in _epochs(run, resumed):
        seen = ledger(epoch.number, epoch.batches, known.identity, case.contract.padding)
        if epoch.ended not in alone or seen is None or seen.counts == expected.counts:
            continue
        if all(sample in expected.counts for sample in seen.counts):
            return _otherwise(run, epoch, known, expected, seen)
    return None


def said(run: History) -> str:
    """What was looked at beyond the first fit, for a verdict that holds; empty where nothing was."""
    resumed = next(iter(run.observed(Resumed)), None)
    if resumed is None or resumed.trouble or resumed.steps != len(resumed.batches):
        return ""
    return f", and {counted(resumed.steps, 'batch')} of another fit on the same instance"


def unexplained(case: Case) -> str:
    """Why other batches arrived than were expected, as far as that is known: engines go by one of several lengths."""
    for run in case.runs("loop"):
        lengths = {run.length_of(epoch) for epoch in run.passes("epoch")}
        if len(lengths) > 1:
            return f"epochs differ in length: {listing(sorted(length or 0 for length in lengths))} batches"
    return "nothing in the Sequence explains it"


def _epochs(run: History, resumed: Resumed) -> list[_Epoch]:
    before = dict(resumed.before)
    epochs = [
        _Epoch(number, {read.index: batch for read, batch in run.given("epoch") if read.epoch == number}, ended, "")
        for number, ended in before.items()
        if number in run.whole_passes("epoch")
    ]
    batches = dict(resumed.batches)
    if len(batches) == len(resumed.batches) == len(run.expected_indices(0)):
        epochs.append(_Epoch(0, batches, resumed.ended, _where(resumed)))
    return epochs


def _where(resumed: Resumed) -> str:
    between = f"one that was stopped and one in which a callback raised, each amid an epoch of {resumed.stopped} steps"
    return f"another fit on the same instance{f', after {between}' if resumed.stopped else ''}"


def _expected(case: Case, known: Account, alone: Mapping[int, Alone]) -> Ledger | None:
    """The samples of every epoch that was read alone; None where they differ, or are not those of the plain loop."""
    found = [
        None if item.trouble else ledger(item.ended, dict(item.batches), known.identity, case.contract.padding)
        for item in alone.values()
    ]
    kept = [entry for entry in found if entry is not None]
    if len(kept) < 2 or len(kept) < len(found) or any(entry.counts != kept[0].counts for entry in kept):
        return None
    return kept[0]


def _raised(run: History, resumed: Resumed, alone: Mapping[int, Alone]) -> Finding | None:
    if resumed.ended not in alone or any(item.trouble for item in alone.values()):
        return None
    evidence = {
        "in another fit": resumed.trouble,
        "read alone": f"{counted(len(alone), 'epoch')} without an error",
        "steps of the fits between": resumed.stopped,
    }
    return Finding(f"{resumed.trouble} in {_where(resumed)}", evidence, run.scenario)


def _otherwise(run: History, epoch: _Epoch, known: Account, expected: Ledger, seen: Ledger) -> Finding:
    ours, theirs = Counter(expected.counts), Counter(seen.counts)
    missing, extra = list((ours - theirs).elements()), list((theirs - ours).elements())
    parting = _parting(epoch, known, ours)
    where = epoch.where or f"epoch {epoch.number} of fit"
    summary = (
        f"{where} trains on other samples than the same instance holds when it is read alone: {len(missing)} of "
        f"{counted(expected.rows, 'sample')} never come, {len(extra)} come too often"
    )
    evidence: dict[str, object] = {
        "first difference": parting.describe() if parting else "rows are missing",
        "never come": [name_of(one) for one in sorted(missing, key=name_of)[:MOST_NAMED]],
        "come too often": [name_of(one) for one in sorted(extra, key=name_of)[:MOST_NAMED]],
        "told apart by": known.identity.evidence,
    }
    if parting is not None:
        summary += f", the first at step {parting.step}, in batch {parting.index}"
    return Finding(summary, evidence, run.scenario)


def _parting(epoch: _Epoch, known: Account, expected: Counter[Hashable]) -> Parting | None:
    """The first step that is fed a sample once more than the epoch has it."""
    met: Counter[Hashable] = Counter()
    for step, (index, batch) in enumerate(epoch.batches.items()):
        for sample in known.identity.of(batch) or ():
            met[sample] += 1
            if met[sample] > expected[sample]:
                return Parting(epoch.number, step, index)
    return None
