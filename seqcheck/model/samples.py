"""Which sample is which: the identity of rows, and the ledger of an epoch.

Evidence is tried in this order: the owner's `sample_id`; the labels of a probe; its rows, unchanged or scaled;
fingerprints of the leaves that do not change when a batch is read again. Where none of them tells samples apart,
identity is not established and says why; to count the samples of an epoch there are the made-up files that each read
opens then, or the entries that it takes out of an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case
from seqcheck.model.history import History
from seqcheck.model.levels import Scale
from seqcheck.model.words import listing

PROBE_OFFSET = 0.5
"""A probe's array row k holds k + 0.5 everywhere and its label is k: neither is ever taken for the other."""

MOST_OWN_LABELS = 16
"""Classes that a Sequence may make itself; of more it is not told whether they come from the probe."""


@dataclass(frozen=True)
class Identity:
    """How the samples of a case are told apart; `evidence` says it in words.

    `kind` is ``sample_id``, ``probe`` (its labels), ``array`` (its rows, unchanged, or scaled by `scale`), ``touched``
    (in the order in which a read opens their files, or takes them) or ``fingerprint``.
    """

    kind: str
    evidence: str
    paths: frozenset[str] = frozenset()
    num_samples: int | None = None
    scale: Scale | None = None

    def of(self, batch: Batch) -> tuple[Hashable, ...] | None:
        """One identity a row; None where this batch shows none.

        A probe's row that is no sample is ``('foreign', value)``.
        """
        if self.kind == "sample_id":
            return batch.identities
        if self.kind == "touched":
            return touched_ids(batch)
        if self.kind in ("probe", "array"):
            leaf = next((leaf for leaf in batch.leaves if leaf.path in self.paths), None)
            if leaf is None:
                return None
            if self.kind == "probe":
                return label_ids(leaf, self.num_samples or 0)
            read = array_ids(leaf, self.num_samples or 0, self.scale)
            return read and tuple(
                ("foreign", value) if sample is None else sample
                for sample, value in zip(read, leaf.values or (), strict=True)
            )
        return batch.samples(self.paths)


@dataclass(frozen=True)
class Unidentified:
    """Samples cannot be told apart: why, and the declaration that would mend it."""

    reason: str
    declare: str = ""


def label_ids(leaf: Leaf, num_samples: int) -> tuple[Hashable, ...] | None:
    """The sample of each row of a probe's label leaf, plain or one-hot; None where the leaf is no such thing."""
    if leaf.hot is not None and leaf.inner_shape == (max(num_samples, leaf.inner_shape[0]),):
        return leaf.hot
    if leaf.values is None or leaf.inner_shape not in ((), (1,)):
        return None
    return tuple(
        int(value) if value == int(value) and 0 <= value < num_samples else ("foreign", value)
        for value in (number if abs(number) < 1e15 else -1.0 for number in map(_finite, leaf.values))
    )


def array_ids(leaf: Leaf, num_samples: int, scale: Scale | None = None) -> tuple[int | None, ...] | None:
    """The sample of each row of a probe's array leaf; None in rows whose values did not come through as `scale` says.

    Without a scale they must be unchanged.
    """
    if leaf.values is None:
        return None
    if scale is not None:
        return tuple(scale.sample(_finite(value), num_samples) for value in leaf.values)
    numbers = [_finite(value) - PROBE_OFFSET for value in leaf.values]
    return tuple(int(n) if n == int(n) and 0 <= n < num_samples else None for n in numbers)


def touched_ids(batch: Batch) -> tuple[int, ...] | None:
    """The samples whose files the read opened, or which it took, one a row; None where these are fewer or more.

    A library may open a file more than once to read it.
    """
    for samples in (batch.touched, batch.touched and tuple(dict.fromkeys(batch.touched))):
        if samples and len(samples) == batch.rows:
            return samples
    return None


def _finite(value: float) -> float:
    return value if value == value and abs(value) < 1e15 else -1.0


def stable_leaves(case: Case) -> frozenset[str] | None:
    """The leaves that stayed the same when the same batch was read again with no stream isolated; None: nobody looked.

    Leaves declared as augmented are not among them. Where one read differs, the leaf is not stable.
    """
    runs = [run for run in case.runs("reading") if run.passes("plain-twice")]
    if not runs:
        return None
    stable: set[str] = set()
    moved: set[str] = set()
    for run in runs:
        for reads in run.passes("plain-twice").values():
            by_index: dict[int, list[Batch]] = {}
            for read in reads:
                if read.batch is not None:
                    by_index.setdefault(read.index, []).append(read.batch)
            for batches in by_index.values():
                for leaf in batches[0].leaves:
                    others = [batch.leaf(leaf.path) for batch in batches[1:]]
                    same = all(other is not None and other.digest == leaf.digest for other in others)
                    (stable if same and others else moved).add(leaf.path)
    return frozenset(path for path in stable - moved if not case.contract.augmented(path))


def controlled_leaves(case: Case) -> frozenset[str] | None:
    """The leaves whose content is a function of the isolated random streams.

    Proved by two forks that read alike, and by a second read of each index that gave the same: a generator that no seed
    reaches goes on between the two, or differs between the forks. None where the proof was not made.
    """
    runs = [run for run in case.runs("reading") if run.passes("forward") and run.passes("forward-again")]
    if not runs:
        return None
    agree: set[str] = set()
    differ: set[str] = set()
    for run in runs:
        again = {read.index: read.batch for read in run.passes("forward-again").get(0, ())}
        for read in run.passes("forward").get(0, ()):
            other = again.get(read.index)
            if read.batch is None or other is None:
                continue
            for leaf in read.batch.leaves:
                twin = other.leaf(leaf.path)
                (agree if twin is not None and twin.digest == leaf.digest else differ).add(leaf.path)
        by_index: dict[int, Batch] = {}
        for read in run.passes("twice").get(0, ()):
            first = by_index.setdefault(read.index, read.batch) if read.batch is not None else None
            if first is not None and read.batch is not None:
                differ |= {leaf.path for leaf in first.leaves if _changed(leaf, read.batch)}
    return frozenset(agree - differ)


def _changed(leaf: Leaf, other: Batch) -> bool:
    twin = other.leaf(leaf.path)
    return twin is None or twin.digest != leaf.digest


def establish(case: Case, history: History) -> Identity | Unidentified:
    """How to tell the samples of one history apart."""
    batches = [read.batch for read in history.reads if read.batch is not None]
    if not batches:
        return Unidentified("no batch was read")
    if any(batch.identities is not None for batch in batches):
        return Identity("sample_id", "the owner's sample_id")
    size = history.truth.num_samples
    if history.truth.probe and size:
        # Weights are numbers too, and never those of samples.
        numbered = {leaf.path for leaf in batches[0].leaves if not leaf.path.startswith("sample_weight")}
        for path in sorted(numbered, key=lambda name: (name != "y", not name.startswith("y"), name)):
            leaves = [leaf for leaf in (batch.leaf(path) for batch in batches) if leaf is not None]
            rows = [row for leaf in leaves for row in (label_ids(leaf, size) or [("foreign", None)])]
            known = sum(not isinstance(row, tuple) for row in rows)
            if rows and known * 2 > len(rows) and names_samples(case, history, path):
                return Identity("probe", f"the probe's labels in {path}", frozenset({path}), size)
    stable = stable_leaves(case)
    present = frozenset(leaf.path for batch in batches for leaf in batch.leaves if leaf.kind != "none")
    paths = frozenset(p for p in (present if stable is None else present & stable) if not case.contract.augmented(p))
    declare = 'sample_id = "mypkg.data:ids_of_batch"'
    if not paths:
        return Unidentified(
            "every leaf of a batch changes when it is read again, so samples cannot be told apart", declare
        )
    left_out = present - paths
    if left_out and not _telling(batches, paths):
        moving, verb = listing(sorted(left_out)), "changes" if len(left_out) == 1 else "change"
        return Unidentified(
            f"{moving} {verb} when a batch is read again, and the other leaves do not tell samples apart", declare
        )
    return Identity("fingerprint", f"fingerprints of {' and '.join(sorted(paths))}", paths)


def names_samples(case: Case, history: History, path: str) -> bool:
    """Whether the labels at `path` may be those of the probe.

    They are not where a few labels come with many different inputs: then the Sequence makes them itself, such as 1 for
    a pair that belongs together and 0 for one that does not, or one and the same for all. In a small run that cannot be
    seen; a larger one tells.
    """
    stable = stable_leaves(case)
    return not any(_made(run, path, stable) for run in (history, *case.runs("reading")) if run.truth.probe)


def _made(run: History, path: str, stable: frozenset[str] | None) -> bool:
    reads = next(iter((run.passes("epoch") or run.passes("forward")).values()), ())
    batches = [read.batch for read in reads if read.batch is not None]
    inputs = {leaf.path for batch in batches for leaf in batch.leaves if leaf.path.startswith("x") and leaf.rows}
    steady = inputs if stable is None else inputs & stable
    labels: set[Hashable] = set()
    rows: set[bytes] = set()
    for batch in batches:
        leaf = batch.leaf(path)
        labels.update((leaf.hot or leaf.values or ()) if leaf is not None else ())
        rows.update(batch.samples(frozenset(steady or inputs)) or ())
    # Inputs that are drawn anew at each read differ though they are of one sample.
    most = MOST_OWN_LABELS if steady else 2
    of_its_own = len(labels) == 1 or labels == set(range(len(labels)))
    return len(labels) <= most and of_its_own and len(rows) >= 4 * len(labels)


def _telling(batches: Iterable[Batch], paths: frozenset[str]) -> bool:
    """Whether rows of these leaves differ from each other within every batch, so that they can stand for samples."""
    for batch in batches:
        rows = batch.samples(paths)
        if rows is None or len(set(rows)) < len(rows):
            return False
    return True


@dataclass(frozen=True)
class Ledger:
    """What one epoch delivered: how often each sample, and where (batch index, row)."""

    epoch: int
    counts: Mapping[Hashable, int]
    places: Mapping[Hashable, tuple[tuple[int, int], ...]]
    rows: int
    order: tuple[Hashable, ...]

    def where(self, sample: Hashable) -> str:
        """``row 3 of batch 1 and row 0 of batch 5``; the first four places of many"""
        places = self.places.get(sample, ())
        said = " and ".join(f"row {row} of batch {index}" for index, row in places[:4])
        return said if len(places) <= 4 else f"{said} and {len(places) - 4} more"


def ledger(epoch: int, batches: Mapping[int, Batch], identity: Identity, padding: float | None = None) -> Ledger | None:
    """The ledger of one whole pass; None where a batch shows no identities.

    Rows of sample weight 0 are no samples, nor are rows whose every number in x is `padding`.
    """
    places: dict[Hashable, list[tuple[int, int]]] = {}
    order: list[Hashable] = []
    for index in sorted(batches):
        batch = batches[index]
        rows = identity.of(batch)
        if rows is None:
            return None
        left_out = no_samples(batch, padding)
        for row, sample in enumerate(rows):
            if row in left_out:
                continue
            places.setdefault(sample, []).append((index, row))
            order.append(sample)
    counts = Counter(order)
    return Ledger(epoch, counts, {sample: tuple(where) for sample, where in places.items()}, len(order), tuple(order))


def no_samples(batch: Batch, padding: float | None) -> set[int]:
    """The rows that are no samples: of sample weight 0, or with nothing but `padding` in x."""
    return unweighted(batch) | (_padded(batch, padding) if padding is not None else set())


def unweighted(batch: Batch) -> set[int]:
    """The rows of sample weight 0, which are no samples."""
    weight = batch.leaf("sample_weight")
    if weight is None or weight.values is None or weight.inner_shape not in ((), (1,)):
        return set()
    return {row for row, value in enumerate(weight.values) if value == 0}


def _padded(batch: Batch, padding: float) -> set[int]:
    numbers = [leaf.values for leaf in batch.leaves if leaf.path.startswith("x") and leaf.values is not None]
    return {row for row, values in enumerate(zip(*numbers, strict=False)) if all(one == padding for one in values)}


def name_of(sample: Hashable) -> str:
    """How a finding writes a sample: its number or id, or the first eight digits of its fingerprint."""
    return f"#{sample.hex()[:8]}" if isinstance(sample, bytes) else str(sample)


def nominal_size(case: Case, history: History) -> tuple[int, str] | None:
    """The nominal number of rows and who says so: contract, plan or constructor; None where nobody does."""
    if isinstance(case.contract.batch_size, int):
        return case.contract.batch_size, "the contract"
    if history.truth.batch_size is not None:
        return history.truth.batch_size, f"the {history.truth.batch_size_source or 'plan'}"
    return None
