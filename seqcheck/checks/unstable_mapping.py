"""Which class has which number, or which file comes first, differs from run to run.

What it detects:
    Instances that are built under equal random streams and yet read other batches: in an interpreter with another hash
    seed, as where classes are numbered in the order of a set, or where directories are listed in another order. Only
    leaves count that two instances made alike agree on. Where the module draws at random while it is imported, it is
    imported anew in each interpreter, with the generators seeded before.

Why it matters:
    A model that was trained while class 3 was "cat" is evaluated, in the next process, with class 3 being "dog". A
    split by position trains on what it later validates on. The order that a file system lists in differs between
    machines, and between a disk and its copy.

Limits:
    Two or three hash seeds are compared: a set of two names may happen to keep its order. A directory that is listed
    while the module is imported, or by a library in compiled code, is not reordered. Where `PYTHONHASHSEED` is set, or
    spawn is not among the start methods, only directories are looked at, and the check stays inconclusive.

Example:
    import keras
    import numpy as np

    NAMES = "basset beagle borzoi boxer briard collie husky pug saluki setter spitz vizsla whippet".split()


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            numbers = {name: number for number, name in enumerate(set(NAMES))}
            self.x = np.linspace(0, 1, len(NAMES), dtype="float32")[:, None]
            self.y = np.array([numbers[name] for name in NAMES])
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np

    NAMES = "basset beagle borzoi boxer briard collie husky pug saluki setter spitz vizsla whippet".split()


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            numbers = {name: number for number, name in enumerate(sorted(set(NAMES)))}
            self.x = np.linspace(0, 1, len(NAMES), dtype="float32")[:, None]
            self.y = np.array([numbers[name] for name in NAMES])
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import account
from seqcheck.model.batch import Batch
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.comparison import Difference, batches_of, compare, drawing_leaves, seen_leaves
from seqcheck.model.history import History
from seqcheck.model.observation import Conditions
from seqcheck.model.orders import orders
from seqcheck.model.samples import Unidentified

CHECK = Check(
    "unstable-mapping",
    clause="construction",
    content=True,
    needs=("mapping", "rebuilding"),
    options=("augments:on", "sample_id"),
    explained_by={"uninitialised-rows": None},
)
SUMMARIES = {
    "order": "samples come in another order",
    "choice": "other samples are chosen",
    "content": "samples have other values or classes",
}
Pass = Mapping[int, Batch]
Found = tuple[str, Difference, frozenset[str]]
"""``order``, ``choice`` or ``content``, the first batch that differs, and every leaf that differs in any batch."""


def judge(case: Case) -> Judgement:
    """Hold the passes of each run against each other."""
    if case.facts.maker == "instance":
        return not_applicable("the instance was made beforehand: it cannot be made again under other conditions")
    for run in case.runs("mapping"):
        return _judge(case, run)
    return inconclusive(case.why_not("mapping"))


def _judge(case: Case, run: History) -> Judgement:
    met = {item.purpose: item for item in run.observed(Conditions)}
    here, again = _pass(run, "here"), _pass(run, "here-again")
    if not here or "here-again" not in met:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "no batch could be read")
    repeatable = _agreeing(here, again)
    if not repeatable:
        return inconclusive("two instances that were made alike do not read alike, though the random streams are equal")
    findings = []
    listed = met.get("listing")
    found = _difference(here, _pass(run, "listing"), repeatable) if listed is not None and listed.listed else None
    if found is not None:
        found = _weighed(run, found, "here", "listing", repeatable)
        findings.append(_finding(case, run, found, "directories are listed in another order"))
    hashed = _hashed(run, met, here, repeatable)
    if isinstance(hashed, tuple):
        findings.append(_finding(case, run, hashed, "the hash seed is another one"))
    if findings:
        return violated(sorted(findings, key=lambda finding: finding.severity is Severity.ADVICE))
    if isinstance(hashed, str):
        return inconclusive(hashed)
    looked = [f"{len(here)} batches in {_seeds(met)} interpreters with hash seeds of their own"]
    if listed is not None and listed.listed:
        looked.append("with directories listed in two orders")
    return holds(", and ".join(looked))


def _seeds(met: Mapping[str, Conditions]) -> int:
    return len({item.text_hash for item in met.values()})


def _hashed(run: History, met: Mapping[str, Conditions], here: Pass, repeatable: frozenset[str]) -> Found | str | None:
    """How another interpreter reads otherwise; None where it does not, or why that is not known."""
    others = [name for name in met if name.startswith("hash-")]
    if not others:
        return (
            "no other interpreter was there to build an instance in: spawn is not among the start methods, or not ready"
        )
    if _seeds(met) == 1:
        return "every interpreter has the same hash seed, as where PYTHONHASHSEED is set"
    differing = [name for name in others if _difference(here, _pass(run, name), repeatable) is not None]
    if not differing:
        return None
    anew, twin = _pass(run, "anew"), _pass(run, "anew-again")
    proved = _agreeing(anew, twin) & repeatable if anew and twin else frozenset()
    for name in differing:
        other = name.replace("hash", "anew")
        found = _difference(anew, _pass(run, other), proved) if other in met and proved else None
        if found is not None and met[other].text_hash != met["anew"].text_hash:
            return _weighed(run, found, "anew", other, proved)
    return "interpreters read otherwise because of what they draw or do while the module is imported"


def _pass(run: History, purpose: str) -> Pass:
    return batches_of(run.passes(purpose).get(0, ()))


def _agreeing(one: Pass, other: Pass) -> frozenset[str]:
    """The leaves that are the same in every batch of both."""
    if one.keys() != other.keys():
        return frozenset()
    agree: set[str] = set()
    differ: set[str] = set()
    for index, batch in one.items():
        theirs = {leaf.path: leaf.digest for leaf in other[index].leaves}
        for leaf in batch.leaves:
            (agree if theirs.get(leaf.path) == leaf.digest else differ).add(leaf.path)
    return frozenset(agree - differ)


def _difference(one: Pass, other: Pass, leaves: frozenset[str]) -> Found | None:
    """How two passes differ: ``order`` where the same rows, whole, stand at other places, else ``content``.

    Passes of different lengths are held against each other as far as both go.
    """
    if not other:
        return None
    first: Difference | None = None
    for index in sorted(one.keys() & other.keys()):
        first = first or compare(index, one[index], other[index], leaves)
    if first is None:
        return None
    changed = {
        leaf.path
        for index in one.keys() & other.keys()
        for leaf in one[index].leaves
        if leaf.path in leaves and leaf not in other[index].leaves
    }
    return ("order" if _reordered(one, other, leaves) else "content"), first, frozenset(changed)


def _weighed(run: History, found: Found, one: str, other: str, leaves: frozenset[str]) -> Found:
    """An order that is none: both passes are whole, and one has samples that the other lacks, more than a remainder."""
    passes = [_pass(run, purpose) for purpose in (one, other)]
    lengths = {length.when: length.number for length in run.lengths}
    if found[0] != "order" or any(
        len(its) != lengths.get(name) for its, name in zip(passes, (one, other), strict=True)
    ):
        return found
    ours, theirs = (Counter(row for batch in its.values() for row in batch.samples(leaves) or ()) for its in passes)
    most = max(batch.rows or 0 for its in passes for batch in its.values())
    chosen = max((ours - theirs).total(), (theirs - ours).total()) >= most
    return ("choice", *found[1:]) if chosen else found


def _reordered(one: Pass, other: Pass, leaves: frozenset[str]) -> bool:
    """Whether both hold the same samples: most whole rows come again, and none in the company of other values."""
    ours, theirs = _companies(one, leaves), _companies(other, leaves)
    if ours is None or theirs is None:
        return False
    common = Counter(ours.whole) & Counter(theirs.whole)
    known = ours.company.keys() & theirs.company.keys()
    agree = all(ours.company[row] == theirs.company[row] for row in known)
    return agree and sum(common.values()) * 2 >= len(ours.whole)


@dataclass(frozen=True)
class _Companies:
    """Every whole row of a pass, and, for each row of a leaf that comes but once, the whole row that it is part of."""

    whole: list[bytes]
    company: Mapping[tuple[str, bytes], bytes]


def _companies(batches: Pass, leaves: frozenset[str]) -> _Companies | None:
    whole: list[bytes] = []
    company: dict[tuple[str, bytes], bytes] = {}
    often: Counter[tuple[str, bytes]] = Counter()
    for batch in batches.values():
        rows = batch.samples(leaves)
        if rows is None:
            return None
        whole += rows
        for leaf in batch.leaves:
            if leaf.path in leaves and leaf.kind != "none":
                often.update((leaf.path, row) for row in leaf.rows)
                company.update({(leaf.path, row): joint for row, joint in zip(leaf.rows, rows, strict=True)})
    return _Companies(whole, {key: joint for key, joint in company.items() if often[key] == 1})


def _finding(case: Case, run: History, found: Found, when: str) -> Finding:
    kind, difference, changed = found
    said = difference.describe()
    summary = f"{SUMMARIES[kind]} when {when}: {said}"
    evidence: dict[str, object] = {"when": when, "differs": f"the {kind}"}
    if difference.rows:
        evidence |= {"leaf": difference.path, "here": list(difference.expected[:5]), "then": list(difference.seen[:5])}
    # Where samples are drawn or shuffled anyway, the order in which they are found decides little.
    mild = changed <= drawing_leaves(case) or (kind == "order" and _is_shuffled(case))
    mild = mild or (kind == "choice" and not _is_settled(case))
    return Finding(summary, evidence, run.scenario, severity=Severity.ADVICE if mild else None)


def _is_settled(case: Case) -> bool:
    """Whether every epoch holds the same samples, so that which ones they are was decided once and for all."""
    accounts = [account(case, run) for run in case.runs("loop") if run.reads_all]
    return any(not isinstance(found, Unidentified) and len(found.ledgers) > 1 and found.alike for found in accounts)


def _is_shuffled(case: Case) -> bool:
    for run in case.runs("loop"):
        found = orders(case, run)
        if not isinstance(found, Unidentified) and len(found.by_epoch) > 1 and not found.same:
            return True
    drawn = drawing_leaves(case)
    for run in case.runs("rebuilding"):  # shuffled once and for all, where an instance is made
        built, rebuilt = (batches_of(run.passes(purpose).get(0, ())) for purpose in ("built", "rebuilt"))
        other = _difference(built, rebuilt, seen_leaves(built) - drawn)
        if other is not None and other[0] == "order":
            return True
    return False
