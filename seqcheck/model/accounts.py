"""The account of a run: what each whole epoch delivered, sample by sample, where samples can be told apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from seqcheck.model import tallied
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Judgement, Outcome, inconclusive, not_applicable
from seqcheck.model.history import History
from seqcheck.model.levels import samples_of, scale_of
from seqcheck.model.samples import (
    Identity,
    Ledger,
    Unidentified,
    array_ids,
    establish,
    ledger,
    nominal_size,
    stable_leaves,
)
from seqcheck.model.scenario import TAKING

MOST_FINDINGS = 3
"""Runs shown for one defect; more of the same teach nothing."""


@dataclass(frozen=True)
class Account:
    """The whole epochs of one run.

    `batches` and `ledgers` are in the order of the epochs. `nominal` is the number of rows of a full batch; `all_full`
    says that no batch has fewer.
    """

    history: History
    identity: Identity
    batches: tuple[Mapping[int, Batch], ...]
    ledgers: tuple[Ledger, ...]
    nominal: int
    all_full: bool

    @property
    def numbered(self) -> bool:
        """Whether samples are known by a number or id of their own, not by what they contain."""
        return self.identity.kind != "fingerprint"

    @property
    def union(self) -> frozenset[Hashable]:
        """Every sample seen in any epoch."""
        return frozenset(sample for entry in self.ledgers for sample in entry.counts)

    @property
    def alike(self) -> bool:
        """Whether every epoch delivered the same samples, each as often."""
        return all(entry.counts == self.ledgers[0].counts for entry in self.ledgers[1:])

    @property
    def regrouped(self) -> bool:
        """Whether two epochs group their samples in other batches: more than the same batches in another order."""
        groups = [
            frozenset(frozenset(self.identity.of(batch) or ()) for batch in batches.values())
            for batches in self.batches
        ]
        return any(group != groups[0] for group in groups[1:])

    @property
    def rows(self) -> int:
        """The rows of the shortest epoch."""
        return min(entry.rows for entry in self.ledgers)

    def looked_at(self) -> str:
        """``3 epochs of 37 samples, told apart by the probe's labels in y``"""
        count = len(self.ledgers)
        rows = sorted({entry.rows for entry in self.ledgers})
        said = f"{rows[0]}" if len(rows) == 1 else f"{rows[0]} to {rows[-1]}"
        return f"{count} epoch{'s' * (count != 1)} of {said} samples, told apart by {self.identity.evidence}"


_recent: deque[tuple[Case, History, Account | Unidentified]] = deque(maxlen=4)
"""Seven checks ask for the account of one run after another; a long epoch need not be counted seven times."""


def account(case: Case, history: History) -> Account | Unidentified:
    """The account of the `epoch` passes of one run; where there is none, why."""
    for of, run, known in _recent:
        if of is case and run is history:
            return known
    found = _account(case, history)
    _recent.append((case, history, found))
    return found


def _account(case: Case, history: History) -> Account | Unidentified:
    whole = history.whole_passes()
    if not whole:
        return Unidentified(_why_none_whole(history))
    identity = _identity(case, history, whole)
    if isinstance(identity, Unidentified):
        return identity
    counted = _counted(case, history, whole, identity)
    return counted or Unidentified("the leaves of a batch disagree on the number of rows, so rows are no samples")


def _counted(
    case: Case, history: History, whole: Mapping[int, Mapping[int, Batch]], identity: Identity
) -> Account | None:
    """The account by one identity; None where a batch shows none."""
    padding = case.contract.padding
    ledgers = [ledger(epoch, batches, identity, padding) for epoch, batches in whole.items()]
    kept = tuple(entry for entry in ledgers if entry is not None)
    if len(kept) < len(ledgers):
        return None
    sizes = [batch.rows or 0 for batches in whole.values() for batch in batches.values()]
    said = nominal_size(case, history)
    nominal = said[0] if said else max(sizes)
    all_full = min(sizes) >= nominal
    return Account(history, identity, tuple(whole.values()), kept, nominal, all_full)


def whole_epochs_only(case: Case, history: History) -> Account | Judgement:
    """The account of a run that reads everything; otherwise the judgement that says why there is none."""
    if not history.reads_all:
        return inconclusive("only a selection of the batches was read; a larger --seqcheck-budget reads them all")
    found = account(case, history)
    return inconclusive(found.reason, found.declare) if isinstance(found, Unidentified) else found


def each_run(case: Case, judge_one: Callable[[Account], Judgement], by_tally: tallied.Judge | None = None) -> Judgement:
    """Judge exactly-once on every run of the plain loop, and say the gravest.

    Where a run reads a selection, `by_tally` judges what was counted of all batches.
    """
    if case.contract.infinite:
        return not_applicable("the Sequence is declared infinite: it has no epochs")
    judgements = []
    counted = None if by_tally is None else tallied.tallied(case)
    noted = next(filter(None, (_by_touch(case, run) for run in case.runs(TAKING))), None)
    for run in case.runs("loop"):
        found = whole_epochs_only(case, run)
        if not run.reads_all and counted is not None and by_tally is not None:
            found = by_tally(case, counted)
        elif isinstance(found, Judgement):
            found = _by_touch(case, run) or noted or found
        judgements.append(found if isinstance(found, Judgement) else judge_one(found))
    if not judgements and counted is not None and by_tally is not None:
        judgements = [by_tally(case, counted)]
    if noted is not None and not judgements:
        judgements = [judge_one(noted)]
    return gravest(judgements) if judgements else inconclusive(case.why_not("loop"))


def _by_touch(case: Case, history: History) -> Account | None:
    """The account of a run whose samples nothing tells apart but what each read touches: see `Batch.touched`."""
    truth = history.truth
    whole, size = history.whole_passes(), truth.num_samples
    if not whole or not size or not (truth.files or truth.noted) or not history.reads_all:
        return None
    evidence = (
        f"the entries of {truth.noted} that each batch took" if truth.noted else "the files that each batch opened"
    )
    return _counted(case, history, whole, Identity("touched", evidence, num_samples=size))


def gravest(judgements: Iterable[Judgement]) -> Judgement:
    """One judgement of several runs: a violation, else what could not be settled, else what holds."""
    every = tuple(judgements)
    bad = [item for item in every if item.outcome is Outcome.VIOLATED]
    if bad:
        findings = tuple(finding for item in bad for finding in item.findings)[:MOST_FINDINGS]
        return Judgement(Outcome.VIOLATED, findings[0].summary, findings)
    for outcome in (Outcome.INCONCLUSIVE, Outcome.HOLDS):
        said = [item for item in every if item.outcome is outcome]
        if said:
            more = f" (and {len(said) - 1} more run{'s' * (len(said) > 2)})" if len(said) > 1 else ""
            return Judgement(outcome, said[0].reason + more, (), said[0].declare, said[0].follows_from)
    return every[0]


def _why_none_whole(history: History) -> str:
    for read in history.reads:
        if read.purpose == "epoch" and read.failure is not None:
            return (
                f"no epoch was read whole: batch {read.index} raised {read.failure.type_name}: {read.failure.message}"
            )
        if read.purpose == "epoch" and read.is_none:
            return f"no epoch was read whole: batch {read.index} is None"
    return "no epoch was read whole" + (f": {history.note}" if history.note else "")


def _identity(case: Case, history: History, whole: Mapping[int, Mapping[int, Batch]]) -> Identity | Unidentified:
    """How to count samples. A probe's unchanged arrays say it best: labels may be shifted or grouped on purpose."""
    said = establish(case, history)
    if isinstance(said, Identity) and said.kind == "sample_id":
        return said
    batches = [batch for epoch in whole.values() for batch in epoch.values()]
    size = history.truth.num_samples
    if (history.truth.probe or history.truth.encoded) and size:
        readable = {path: _readable(batches, path, size) for path in _array_paths(batches)}
        best = max(readable, key=lambda path: readable[path], default="")
        labelled = isinstance(said, Identity) and said.kind == "probe"
        # A run of one sample has no other to be paired with; a larger one shows what rows are made of.
        for run in (history, *case.runs("reading")):
            paired = _paired(run)
            if paired and isinstance(said, Identity) and labelled and _anchored(batches, paired, said):
                return said
            if paired:
                return Unidentified(
                    f"{' and '.join(paired)} hold different samples in one row: a sample is a tuple of them",
                    'sample_id = "mypkg.data:ids_of_batch"',
                )
        tells = isinstance(said, Identity) and labelled and _labels_tell(case, whole, said)
        if best and (readable[best] == 1 or (readable[best] > 0.5 and not tells)):
            return Identity("array", f"the probe's rows in {best}", frozenset({best}), size)
        scaled = None if tells else _scaled(batches, size, pictured=history.truth.pictured)
        if scaled is not None:
            return scaled
        if labelled and not tells and isinstance(said, Identity):
            return Unidentified(f"different samples bear the same label in {' and '.join(sorted(said.paths))}")
        if labelled:
            return said
    if isinstance(said, Identity) and case.contract.padding is None:
        for path in sorted(said.paths):
            shapes = {leaf.inner_shape for leaf in (batch.leaf(path) for batch in batches) if leaf is not None}
            if len(shapes) > 1:
                return Unidentified(
                    f"rows of {path} differ in shape from batch to batch, so a sample does not look alike in each",
                    "padding = 0",
                )
    return said


def _scaled(batches: list[Batch], size: int, *, pictured: bool) -> Identity | None:
    """The inputs that tell their samples though they were scaled."""
    for path in _array_paths(batches):
        leaves = [batch.leaf(path) for batch in batches]
        found = [leaf for leaf in leaves if leaf is not None]
        scale = scale_of(found, size, pictured=pictured) if len(found) == len(leaves) else None
        if scale is not None:
            evidence = f"the probe's rows in {path} ({scale.words})"
            return Identity("array", evidence, frozenset({path}), size, scale)
    return None


def _array_paths(batches: list[Batch]) -> list[str]:
    return sorted({leaf.path for leaf in batches[0].leaves if not leaf.path.startswith(("y", "sample_weight"))})


def _readable(batches: list[Batch], path: str, size: int) -> float:
    """The share of rows whose sample can be read off the array at `path`."""
    known = total = 0
    for batch in batches:
        leaf = batch.leaf(path)
        total += batch.rows or 0
        known += sum(one is not None for one in (array_ids(leaf, size) or ())) if leaf is not None else 0
    return known / total if total else 0.0


def _labels_tell(case: Case, whole: Mapping[int, Mapping[int, Batch]], identity: Identity) -> bool:
    """Whether labels stand for samples, not for classes: one that comes twice in an epoch comes with the same data."""
    if _shifted(whole, identity):
        return False
    stable = stable_leaves(case)
    for batches in whole.values():
        paths = frozenset(
            leaf.path
            for leaf in next(iter(batches.values())).leaves
            if leaf.path.startswith("x") and leaf.kind != "none" and stable is not None and leaf.path in stable
        )
        seen: dict[Hashable, bytes] = {}
        distinct = total = 0
        for batch in batches.values():
            labels = identity.of(batch) or ()
            distinct, total = distinct + len(set(labels)), total + len(labels)
            for label, row in zip(labels, (batch.samples(paths) or ()) if paths else (), strict=False):
                if not isinstance(label, tuple) and seen.setdefault(label, row) != row:
                    return False
        if not paths and distinct * 2 <= total:
            return False
    return True


def _paired(run: History) -> list[str]:
    """The inputs that put different samples of a probe in one row; empty where none do, or that cannot be read."""
    size = run.truth.num_samples or 0
    reads = run.passes("epoch") or run.passes("forward")
    batches = [read.batch for its in reads.values() for read in its if read.batch is not None and not read.is_none]
    if not batches or not size:
        return []
    targets = {leaf.path for leaf in batches[0].leaves if leaf.path.startswith("y") and len(leaf.inner_shape) > 1}
    paths = [*_array_paths(batches), *sorted(targets)]
    whole = [path for path in paths if _readable(batches, path, size) == 1]
    if _tuples(batches, whole, size):
        return whole
    once = [read.batch for read in next(iter(reads.values())) if read.batch is not None and not read.is_none]
    read = {path: _levels_read(once, path, size) for path in paths}
    known = {path: ids for path, ids in read.items() if ids}
    return list(known) if len(set(known.values())) > 1 else []


def _levels_read(batches: list[Batch], path: str, size: int) -> tuple[int, ...]:
    """The sample of every row of a leaf in one pass, of scaled pictures or arrays; empty where one is not read.

    What holds the same few numbers again and again, as a mask may, holds none.
    """
    read: list[int] = []
    for batch in batches:
        leaf = batch.leaf(path)
        ids = samples_of(leaf, size) if leaf is not None else None
        if ids is None:
            return ()
        read += ids
    return tuple(read) if len(set(read)) * 2 > len(read) else ()


def _anchored(batches: list[Batch], paths: list[str], identity: Identity) -> bool:
    """Whether the labels are those of the samples in one of these inputs: the others have partners drawn for them."""
    size = identity.num_samples or 0
    rows = [(batch, identity.of(batch)) for batch in batches]
    return any(all(labels and _ids_at(batch, path, size) == labels for batch, labels in rows) for path in paths)


def _ids_at(batch: Batch, path: str, size: int) -> tuple[int | None, ...] | None:
    leaf = batch.leaf(path)
    return array_ids(leaf, size) if leaf is not None else None


def _tuples(batches: list[Batch], paths: list[str], size: int) -> bool:
    """Whether the arrays at `paths`, each of them readable, put different samples in one row, as pairs do."""
    for batch in batches:
        leaves = [leaf for leaf in map(batch.leaf, paths) if leaf is not None]
        if len({array_ids(leaf, size) for leaf in leaves}) > 1:
            return True
    return False


def _shifted(whole: Mapping[int, Mapping[int, Batch]], identity: Identity) -> bool:
    """Whether all labels are moved up or down by a few, as by a Sequence whose classes begin at 1."""
    size = identity.num_samples or 0
    seen: set[Hashable] = set()
    for batches in whole.values():
        for batch in batches.values():
            if any(leaf.path in identity.paths and not leaf.finite for leaf in batch.leaves):
                return False
            seen.update(identity.of(batch) or ())
    outside = {one[1] for one in seen if isinstance(one, tuple)}
    by = len(outside)
    up, down = {float(size + k) for k in range(by)}, {float(-1 - k) for k in range(by)}
    return bool(outside) and (
        (outside == up and not any(k in seen for k in range(by)))
        or (outside == down and not any(size - 1 - k in seen for k in range(by)))
    )
