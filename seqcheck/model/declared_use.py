"""Whether `fit` with workers trained on what `fit` without them trains on: what was tried, and told.

What our own workers of that kind do not deliver either is the Sequence's own, and has checks that say so. What they
deliver whole and the engine does not is what the use makes of it, whoever is to blame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from seqcheck.model.accounts import Account, whole_epochs_only
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Judgement
from seqcheck.model.history import Delivery, History
from seqcheck.model.samples import ledger, name_of
from seqcheck.model.scenario import FITS
from seqcheck.model.words import counted, listing

THREADS: Final = "threads"
MOST_NAMED: Final = 3
LATE_HOOK: Final = (
    "prepare an epoch in on_epoch_end, since Keras 3 has its workers begin before it calls on_epoch_begin "
    "(keras-team/keras#23283)"
)


@dataclass(frozen=True)
class Tried:
    """At most one of them is not empty: what is broken, why nothing can be said, or what was seen to hold."""

    broken: str = ""
    unknown: str = ""
    held: str = ""


def tried(case: Case) -> tuple[Tried, ...]:
    """What each run with workers shows."""
    return tuple(_shown(case, run) for run in case.histories if run.engine in FITS)


def _shown(case: Case, run: History) -> Tried:
    way = next((note.text for note in run.notes if note.kind == "started"), "")
    skipped = next((note.text for note in run.notes if note.kind == "skipped"), run.note)
    if not way or run.ending == "not-run":
        return Tried(unknown=f"training with workers was not tried: {skipped or 'no instance was built'}")
    name = _name(run, way)
    if run.timeouts or run.ending != "finished":
        return Tried(unknown=f"{name} did not come to its end: {run.ending}")
    plain = next(iter(case.runs("fit")), None)
    own = next(iter(case.runs(way)), None)
    if plain is None or own is None:
        return Tried(unknown=f"{name} is held against nothing: {case.why_not('fit' if plain is None else way)}")
    error = next((note.text for note in run.notes if note.kind == "error"), "")
    if error:
        return _stopped(name, error, plain, own, way)
    return _compared(case, run, plain, own, name, way)


def _name(run: History, way: str) -> str:
    engine = next((note.text for note in run.notes if note.kind == "version"), "fit")
    kind = THREADS if way == THREADS else f"{'process' if run.scenario.workers == 1 else 'processes'} by {way}"
    return f"fit of {engine} with {run.scenario.workers} {kind}"


def _stopped(name: str, error: str, plain: History, own: History, way: str) -> Tried:
    for other, called in ((plain, "fit without workers"), (own, f"our own run of {way}")):
        if other.ending != "finished" or other.deaths or any(note.kind == "error" for note in other.notes):
            return Tried(unknown=f"{name}: {error}; so did {called}")
        if any(item.failure is not None for item in other.deliveries):
            return Tried(unknown=f"{name}: {error}; {called} meets an error as well")
    return Tried(broken=f"{name}: {error}; without workers, and read by our own {way}, all batches come")


def _compared(case: Case, run: History, plain: History, own: History, name: str, way: str) -> Tried:
    loop = next((one for one in case.runs("loop") if one.scenario.sizes() == run.scenario.sizes()), None)
    known = None if loop is None else whole_epochs_only(case, loop)
    if known is None or isinstance(known, Judgement):
        return Tried(unknown=f"{name}: {case.why_not('loop') if known is None else known.reason}")
    padding = case.contract.padding
    without = _epochs(plain.deliveries, known, padding)
    expected = next(iter(without.values()), None)
    if not known.alike or expected is None or any(epoch != expected for epoch in without.values()):
        return Tried(unknown=f"{name}: without workers, epochs do not hold the same samples each time")
    ours = _epochs(own.deliveries, known, padding)
    if not ours or any(epoch != Counter(known.ledgers[0].counts) for epoch in ours.values()):
        return Tried(unknown=f"{name}: our own {way} do not deliver the samples of an epoch either")
    seen = _epochs(run.deliveries, known, padding)
    for number in range(run.scenario.epochs):
        epoch = seen.get(number)
        if epoch is None:
            return Tried(unknown=f"{name}: the samples of epoch {number} could not be read off what reached its steps")
        if epoch != expected:
            instead = LATE_HOOK if "on_epoch_begin" in case.facts.own_hooks else "workers=1"
            return Tried(broken=_otherwise(name, number, expected, epoch, way, instead))
    rows = counted(sum(expected.values()), "sample")
    return Tried(held=f"{name} trained on the {rows} of each of {counted(len(seen), 'epoch')}")


def _epochs(deliveries: Iterable[Delivery], known: Account, padding: float | None) -> Mapping[int, Counter[Hashable]]:
    """How often each sample came, by epoch; an epoch of which it cannot be told is left out."""
    arrived: dict[int, dict[int, Batch]] = {}
    for item in deliveries:
        if item.batch is not None:
            arrived.setdefault(item.epoch, {})[item.place] = item.batch
    told = {epoch: ledger(epoch, batches, known.identity, padding) for epoch, batches in sorted(arrived.items())}
    return {epoch: Counter(entry.counts) for epoch, entry in told.items() if entry is not None}


def _otherwise(
    name: str, epoch: int, expected: Counter[Hashable], seen: Counter[Hashable], way: str, instead: str
) -> str:
    missing, extra = expected - seen, seen - expected
    parts = []
    for those, words in ((missing, "too seldom"), (extra, "too often")):
        if those:
            names = listing(map(name_of, sorted(those, key=name_of)), MOST_NAMED)
            parts.append(f"{counted(sum(those.values()), 'sample')} {words} ({names})")
    return (
        f"{name} trains on other samples than without workers: in epoch {epoch} {' and '.join(parts)}; our own {way} "
        f"deliver each as often as a loop. Instead: {instead}"
    )
