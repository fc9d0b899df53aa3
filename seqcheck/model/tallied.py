"""What the tally of whole epochs says of samples, where their batches are too many to be kept.

The rules are those of `shortfall` and `repeats`, as far as numbers alone can follow them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from seqcheck.model.check import Case, Finding, Judgement, Outcome, holds, inconclusive, violated
from seqcheck.model.history import History
from seqcheck.model.observation import Holding
from seqcheck.model.samples import nominal_size, stable_leaves
from seqcheck.model.scenario import TALLYING
from seqcheck.model.tally import OWNERS, TOGETHER, LeafTally, Repeat, Tally
from seqcheck.model.words import batches_at, counted

SAMPLE_ID = 'sample_id = "mypkg.data:ids_of_batch"'
ONLY_LEFT_OUT = (
    "some rows came more often in one epoch than in another: repeats, or equal rows in the data, where the remainder "
    "that is left out is another in each epoch"
)


@dataclass(frozen=True)
class Tallied:
    """The tallies of a run's epochs by what tells samples apart in them.

    `size` is the number of samples in the data as the owner says, or as a container of the instance `source` shows that
    has or numbers them; None where nobody says.
    """

    history: History
    epochs: tuple[Tally, ...]
    leaves: tuple[LeafTally, ...]
    nominal: int
    size: int | None = None
    source: str = ""

    @property
    def rows(self) -> int:
        """Those of the shortest epoch."""
        return self.worst.rows

    @property
    def worst(self) -> Tally:
        """The shortest epoch."""
        return min(self.epochs, key=lambda epoch: epoch.rows)

    @property
    def distinct(self) -> int:
        """The kinds of row in the epoch that has the fewest."""
        return min(leaf.distinct for leaf in self.leaves)

    @property
    def union(self) -> int:
        """The kinds of row in two epochs together."""
        return self.leaves[0].distinct + sum(leaf.fresh for leaf in self.leaves[1:2])

    @property
    def alike(self) -> bool:
        """Whether every epoch delivered the same rows, each as often."""
        return len({epoch.rows for epoch in self.epochs}) == 1 and not any(leaf.gone for leaf in self.leaves)

    @property
    def regrouped(self) -> bool:
        """Whether two epochs hold other rows together in their batches."""
        return any(leaf.regrouped for leaf in self.leaves)

    @property
    def counted_off(self) -> bool:
        """Whether rows can be taken for samples: none came twice, or those that did kept other company each time."""
        return self.distinct == self.rows or self.regrouped

    @property
    def numbered(self) -> bool:
        """Whether samples are known by ids of the owner's."""
        return self.leaves[0].path == OWNERS

    def looked_at(self) -> str:
        """``2 epochs of 51200000 samples in 400000 batches, told apart by x``"""
        path = self.leaves[0].path
        names = {TOGETHER: "all that is in a row"}
        samples = f"{self.rows} samples in {counted(self.worst.batches, 'batch')}"
        return f"{counted(len(self.epochs), 'epoch')} of {samples}, told apart by {names.get(path, path)}"

    def is_remainder(self, missing: int) -> bool:
        """Whether so many missing samples are what is left when only full batches are delivered."""
        full = all(epoch.full == self.nominal and not epoch.short for epoch in self.epochs)
        return 0 < missing < self.nominal and full


Judge = Callable[[Case, Tallied], Judgement]


def worth_counting(case: Case, loop: History) -> tuple[str, ...]:
    """What of a row is to be counted to tell samples apart, as `Scenario.counted` has it; empty where nothing does."""
    if case.contract.sample_id is not None:
        return (OWNERS,)
    steady = stable_leaves(case) or frozenset()
    batches = [batch for _, batch in loop.given("epoch")][:1]
    paths = [leaf.path for batch in batches for leaf in batch.leaves if leaf.rows]
    if len(paths) > 1 and set(paths) <= steady:
        return (TOGETHER,)
    return tuple(path for path in paths if path in steady)


def tallied(case: Case) -> Tallied | None:
    """The tally of a case; None where none was made, or nothing in it tells samples apart."""
    for run in case.runs(TALLYING):
        epochs = run.observed(Tally)
        path = _path(case, epochs)
        if path is None:
            continue
        leaves = tuple(leaf for leaf in (epoch.leaf(path) for epoch in epochs) if leaf is not None)
        said = nominal_size(case, run)
        found = Tallied(run, epochs, leaves, said[0] if said else max(epoch.full for epoch in epochs))
        return _sized(case, found)
    return None


def _path(case: Case, epochs: tuple[Tally, ...]) -> str | None:
    """What tells samples apart in each epoch: the owner's ids, whole rows, or the steady leaf of the most kinds."""
    if not epochs:
        return None
    common = [leaf for leaf in epochs[0].leaves if all(epoch.leaf(leaf.path) is not None for epoch in epochs)]
    paths = {leaf.path for leaf in common}
    if case.contract.sample_id is not None:
        return OWNERS if OWNERS in paths else None
    steady = stable_leaves(case) or frozenset()
    if TOGETHER in paths and paths - {TOGETHER, OWNERS} <= steady:
        return TOGETHER
    kept = [leaf for leaf in common if leaf.path in steady]
    return max(kept, key=lambda leaf: leaf.distinct).path if kept else None


def _sized(case: Case, seen: Tallied) -> Tallied:
    """With the number of samples, where somebody says it."""

    if case.contract.num_samples is not None:
        return replace(seen, size=case.contract.num_samples, source="num_samples")
    for holding in sorted(seen.history.observed(Holding), key=lambda one: not one.permutation):
        says = "numbers" if holding.permutation else "has"
        source = f"{holding.path}, which {says} {holding.length}"
        all_came = holding.length == seen.rows and seen.alike and seen.counted_off
        others_came = holding.length == seen.union and seen.is_remainder(holding.length - seen.rows)
        fewer = holding.permutation and seen.distinct == holding.length < seen.rows
        if all_came or others_came or fewer:
            return replace(seen, size=holding.length, source=source)
    if _trusted(case, seen) and not seen.alike:
        return replace(seen, size=seen.union, source="the other epochs of the run")
    return seen


def _trusted(case: Case, seen: Tallied) -> bool:
    """Whether a sample is known to look alike in every epoch."""
    return seen.numbered or (case.contract.augments is False and case.contract.declared("augments"))


def lost(case: Case, seen: Tallied) -> Judgement:
    """Whether samples were left out of an epoch."""
    missing = _missing(seen)
    if isinstance(missing, Judgement):
        return missing
    if missing == 0:
        return holds(f"{seen.looked_at()}: all {seen.size} came ({seen.source})")
    drop = case.contract.drop_remainder
    if seen.is_remainder(missing) or ((drop is True or drop == "per-group") and missing < seen.nominal):
        return holds(f"{seen.looked_at()}: no more than the remainder of {seen.size} is left out")
    if isinstance(drop, int) and not isinstance(drop, bool) and missing <= drop:
        return holds(f"{seen.looked_at()}: {missing} of {seen.size} are left out, {drop} may be")
    return violated([_finding(seen, missing)])


def dropped(case: Case, seen: Tallied) -> Judgement:
    """Whether the rest that makes no full batch was left out."""
    missing = _missing(seen)
    if isinstance(missing, Judgement):
        return missing
    drop = case.contract.drop_remainder
    allowed = drop if isinstance(drop, int) and not isinstance(drop, bool) else 0
    if missing <= allowed:
        return holds(f"{seen.looked_at()}: {missing} of {seen.size} are left out")
    if not seen.is_remainder(missing):
        reason = f"{counted(missing, 'sample')} of {seen.size} never came, which is no remainder"
        return Judgement(Outcome.INCONCLUSIVE, f"follows from lost-samples: {reason}", follows_from="lost-samples")
    epoch = seen.worst
    summary = (
        f"{counted(missing, 'sample')} of {seen.size} never came in epoch {epoch.epoch}: "
        f"{counted(epoch.batches, 'batch')} of {seen.nominal} make {epoch.rows}"
    )
    declare = "" if case.contract.declared("drop_remainder") else "drop_remainder = true"
    return violated([Finding(summary, _evidence(seen), seen.history.scenario, declare=declare)])


def repeated(case: Case, seen: Tallied) -> Judgement:
    """Whether a sample came more often than it is in the data."""
    extras = [epoch.rows - leaf.distinct for epoch, leaf in zip(seen.epochs, seen.leaves, strict=True)]
    if not any(extras):
        return holds(f"{seen.looked_at()}: none came more than once")
    if seen.alike and seen.leaves[0].fewest == seen.leaves[0].most:
        times = f"every sample came {seen.leaves[0].most} times in every epoch, as crops of one picture do"
        return inconclusive(f"{seen.looked_at()}: {times}", 'epoch = "per-epoch"')
    too_many = seen.size is not None and max(epoch.rows for epoch in seen.epochs) > seen.size >= seen.distinct
    if seen.numbered or too_many:
        return violated([_too_often(seen, [one for leaf in seen.leaves for one in leaf.repeats])])
    if not seen.alike:
        if _only_left_out(case, seen):
            return inconclusive(f"{seen.looked_at()}: {ONLY_LEFT_OUT}", SAMPLE_ID)
        excess = [one for leaf in seen.leaves for one in leaf.excess]
        recurring = seen.leaves[0].distinct - sum(leaf.vanished for leaf in seen.leaves[1:2])
        if excess and (_trusted(case, seen) or recurring * 2 >= seen.union):
            return violated([_too_often(seen, excess)])
        return inconclusive(
            f"{seen.looked_at()}: some rows came more than once, and epochs do not hold the same rows: which are "
            "repeats is not known",
            "augments = false",
        )
    if seen.regrouped:
        return holds(f"{seen.looked_at()}: none came more often than it is in the data")
    return inconclusive(
        f"{seen.looked_at()}: {counted(max(extras), 'row')} came that had come before, alike in every epoch: equal "
        "rows in the data, or repeated samples",
        SAMPLE_ID,
    )


def _only_left_out(case: Case, seen: Tallied) -> bool:
    """Whether both epochs may hold all rows there are, each as often as it came in either, but for a remainder."""
    drop, missing = case.contract.drop_remainder, max(leaf.gone for leaf in seen.leaves)
    if drop is True:
        return seen.is_remainder(missing)
    return bool(drop) and (not isinstance(drop, int) or missing <= drop)


def _missing(seen: Tallied) -> int | Judgement:
    """How many samples never came in the worst epoch; where that is not known, why."""
    if seen.size is None:
        if seen.alike:
            return inconclusive(
                f"{seen.looked_at()}, and nothing says that these are all", f"num_samples = {seen.rows}"
            )
        return inconclusive(
            f"{seen.looked_at()}, do not hold the same ones ({seen.union} different in all): samples left out, or rows "
            "drawn anew in each epoch",
            f"num_samples = {seen.union}" if seen.union - seen.rows < seen.nominal else SAMPLE_ID,
        )
    if seen.numbered:
        return max(0, seen.size - seen.distinct)
    missing = max(0, seen.size - seen.rows)
    if missing:
        return missing
    if not seen.alike:
        if seen.union <= seen.size:
            return seen.union - seen.distinct
        return inconclusive(
            f"{seen.looked_at()}: as many as there are, but other ones in every epoch, so they cannot be counted off",
            SAMPLE_ID,
        )
    if seen.distinct < seen.size and not seen.regrouped:
        return inconclusive(
            f"{seen.looked_at()}, {seen.distinct} of them different: equal rows in the data, or some came twice and "
            "others never",
            SAMPLE_ID,
        )
    return 0


def _finding(seen: Tallied, missing: int) -> Finding:
    epoch = seen.worst
    summary = f"{counted(missing, 'sample')} of {seen.size} never came in epoch {epoch.epoch}: {epoch.rows} rows did"
    places = {batch for leaf in seen.leaves for batch in leaf.vanished_from}
    if epoch.first_short is not None and epoch.first_short < epoch.batches - 1:
        summary += f", and batch {epoch.first_short} is the first with fewer than {epoch.full}"
    elif places:
        summary += f", and {batches_at(places)} of the epoch before held some of the others"
    return Finding(summary, _evidence(seen), seen.history.scenario, declare='epoch = "per-epoch"')


def _too_often(seen: Tallied, repeats: list[Repeat]) -> Finding:
    worst = max(repeats, key=lambda one: one.times)
    beside = "" if worst.beside is None else f", and {_times(worst.beside[1])} in epoch {worst.beside[0]}"
    summary = f"a sample came {_times(worst.times)} in epoch {worst.epoch} ({batches_at(worst.batches)}){beside}"
    evidence = {**_evidence(seen), "different samples, by epoch": [leaf.distinct for leaf in seen.leaves]}
    return Finding(summary, evidence, seen.history.scenario, declare='epoch = "per-epoch"')


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _evidence(seen: Tallied) -> dict[str, object]:
    known = {} if seen.size is None else {"samples in the data": seen.size, "who says so": seen.source}
    return {
        **known,
        "rows delivered, by epoch": [epoch.rows for epoch in seen.epochs],
        "batches": seen.worst.batches,
        "rows in a full batch": seen.nominal,
    }
