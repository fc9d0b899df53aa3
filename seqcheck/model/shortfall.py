"""Which samples an epoch left out, and how that is known.

Where a probe or a declaration says how many samples there are, arithmetic settles it. Elsewhere a loss needs two
witnesses, because each of them alone has an innocent reading: rows at and past the length may be garbage or another
split, a container may hold more than this Sequence is meant to deliver, and a row that is missing from one epoch may be
there in another guise.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import Account
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case
from seqcheck.model.observation import Holding
from seqcheck.model.pairing import constant_offset
from seqcheck.model.samples import array_ids
from seqcheck.model.sources import Overrun, Source, overrun, sample_sources

WINDOWING = ("stride", "step", "window", "lookback", "horizon", "seq_len", "sequence_length")
"""Words in the names of parameters of windows, which leave out the edges of the data."""
PARTING = ("split", "subset", "frac", "ratio", "limit", "max_samples", "filter", "fold")
"""Words in the names of parameters that choose which part of the data a Sequence delivers."""
CHOOSING = (
    "train", "is_train", "training", "is_training", "validation", "mode", "phase", "partition", "purpose",
    "part", "portion", "stage", "usage", "section", "flag", "set_type", "set_name",
)  # fmt: skip
"""Whole names of such parameters."""


@dataclass(frozen=True)
class Shortfall:
    """How many samples each epoch left out (0 where none), in the order of the epochs, with those that have a name."""

    counts: tuple[int, ...]
    named: tuple[tuple[Hashable, ...], ...]
    size: int
    source: str

    @property
    def most(self) -> int:
        """The samples missing from the worst epoch."""
        return max(self.counts)

    @property
    def worst(self) -> int:
        """The place of the worst epoch."""
        return self.counts.index(self.most)


@dataclass(frozen=True)
class Unsettled:
    """It cannot be known: why, and the declaration that would settle it."""

    reason: str
    declare: str = ""


def shortfall(case: Case, account: Account) -> Shortfall | Unsettled:
    """What each whole epoch of a run left out."""
    truth = account.history.truth
    if account.identity.kind in ("probe", "array", "touched") and account.identity.num_samples:
        return _of_probe(case, account, account.identity.num_samples)
    if truth.num_samples is not None:
        found = _of_known_size(account, truth.num_samples, f"the {truth.num_samples_source or 'factory'}'s number")
        if isinstance(found, Shortfall) and not _certain(case, account, found):
            asked = "the probe has" if truth.num_samples_source == "probe" else "the factory was asked for"
            return Unsettled(
                f"{account.rows} rows came where {asked} {found.size} samples, and nothing says that "
                "the Sequence was given more than it delivers: it may be a split, windows or pairs",
                f"num_samples = {account.rows}",
            )
        return _unless_meant(case, account, found)
    if case.contract.num_samples is not None:
        return _of_known_size(account, case.contract.num_samples, "num_samples")
    return _of_evidence(case, account)


def is_cut_tail(account: Account, missing: int) -> bool:
    """Whether so many missing samples are what is left when only full batches are delivered."""
    return 0 < missing < account.nominal and account.all_full


def _of_probe(case: Case, account: Account, size: int) -> Shortfall | Unsettled:
    everyone = range(size)
    named = tuple(tuple(one for one in everyone if one not in entry.counts) for entry in account.ledgers)
    lost = Shortfall(tuple(map(len, named)), named, size, "the probe")
    if lost.most == 0:
        return lost
    never = frozenset(everyone).intersection(*named)
    if _may_be_windows(account, never, size):
        left = _beside_windows(case, account, named, never)
        return left or Unsettled(
            f"{lost.most} of {size} samples at the edge of the data never came; rows that are windows leave them out",
            f"num_samples = {account.rows}",
        )
    elsewhere = [_in_other_leaves(account, batches, size) for batches in account.batches]
    partners = account.identity.kind != "touched" and all(
        set(names) <= others for names, others in zip(named, elsewhere, strict=True)
    )
    if partners and not _past_the_length(account, named):
        here = " and ".join(sorted(account.identity.paths))
        return Unsettled(
            f"{lost.most} of {size} samples never came in {here}, but in another leaf, as in pairs of neighbours",
            f"num_samples = {account.rows}",
        )
    return _unless_meant(case, account, lost)


def _past_the_length(account: Account, named: tuple[tuple[int, ...], ...]) -> bool:
    """Whether every epoch left out the same samples, fewer than a batch of them, which reads past the length give."""
    beyond = overrun(account)
    same = all(names == named[0] for names in named)
    return same and beyond.ended and is_cut_tail(account, len(named[0])) and beyond.samples.issuperset(named[0])


def _may_be_windows(account: Account, never: frozenset[int], size: int) -> bool:
    """Whether what came in no epoch lies where windows over the rows of the data do not reach."""
    front, back = _edges(never, size)
    at_the_edges = bool(never) and front + back == len(never)
    return at_the_edges and (front == back or constant_offset(account.batches, size) not in (None, 0.0))


def _beside_windows(
    case: Case, account: Account, named: tuple[tuple[int, ...], ...], never: frozenset[int]
) -> Shortfall | None:
    """What epochs of windows left out that is theirs to deliver; None where nothing is known to be.

    What is missing at the edges of the data need not be there. What comes in another epoch is, and so are the last
    windows, fewer than a batch of them, if reads past the length give them.
    """
    beyond = overrun(account)
    past = never & beyond.samples
    if not beyond.ended or not is_cut_tail(account, len(past)) or _choosing(case, PARTING):
        past = frozenset()
    left = tuple(tuple(one for one in names if one not in never - past) for names in named)
    if not any(left):
        return None
    size = len(account.union | past)
    source = "reads past the length give the others" if past else "the other epochs of the run"
    return Shortfall(tuple(map(len, left)), left, size, source)


def _in_other_leaves(account: Account, batches: Mapping[int, Batch], size: int) -> frozenset[Hashable]:
    """The samples whose rows, unchanged, stand in leaves of an epoch by which they are not counted."""
    return frozenset(
        one
        for batch in batches.values()
        for leaf in batch.leaves
        if leaf.path not in account.identity.paths
        for one in array_ids(leaf, size) or ()
        if one is not None
    )


def _certain(case: Case, account: Account, found: Shortfall) -> bool:
    """Whether what is missing is the Sequence's to deliver.

    What was made for the constructor and handed to it is all its own, where a tail shorter than a batch is missing and
    no parameter chooses a part.
    """
    handed = account.history.truth.num_samples_source == "probe" and is_cut_tail(account, found.most)
    return (handed and not _choosing(case)) or _within_reach(account, found)


def _choosing(case: Case, words: tuple[str, ...] = (*PARTING, *WINDOWING)) -> list[str]:
    """The parameters that choose which part of the data is delivered: called one of CHOOSING, or with such a word."""
    return [
        name
        for name in case.facts.parameters
        if name.lower() in CHOOSING or any(word in name.lower() for word in words)
    ]


def _within_reach(account: Account, found: Shortfall) -> bool:
    """Whether the Sequence itself has what is missing: it comes in another epoch, past the length, or lies in it.

    A factory may keep a part of its samples back, or make windows or pairs of them, before the Sequence sees any.
    """
    if found.most == 0 or not account.alike or overrun(account).fresh >= found.most:
        return True
    lengths = {holding.length for holding in account.history.observed(Holding)}
    return found.size in lengths and account.rows not in lengths


def _unless_meant(case: Case, account: Account, found: Shortfall | Unsettled) -> Shortfall | Unsettled:
    """A constant part of the data left out may be what the Sequence is for: a split, or windows over the rows."""
    if isinstance(found, Unsettled) or found.most == 0 or is_cut_tail(account, found.most) or not account.alike:
        return found
    declare = f"num_samples = {account.rows}"
    chosen = _choosing(case)
    if chosen:
        return Unsettled(
            f"the same {found.most} of {found.size} samples never came, which {chosen[0]} may be for", declare
        )
    if account.history.truth.probe and not account.numbered:
        return Unsettled(
            f"{account.rows} rows came from {found.size} rows of probe data, and which came from which cannot be read",
            declare,
        )
    return found


def _edges(missing: frozenset[int], size: int) -> tuple[int, int]:
    """How many samples are missing in a row at either end of the data."""
    front = next((count for count in range(size) if count not in missing), size)
    back = next((count for count in range(size) if size - 1 - count not in missing), size)
    return front, back


def _of_known_size(account: Account, size: int, source: str) -> Shortfall | Unsettled:
    union = account.union
    named = tuple(tuple(one for one in union if one not in entry.counts) for entry in account.ledgers)
    if account.numbered:
        return Shortfall(tuple(max(0, size - len(entry.counts)) for entry in account.ledgers), named, size, source)
    counts = tuple(max(0, size - entry.rows) for entry in account.ledgers)
    if max(counts) == 0 and not account.alike:
        if len(union) <= size:
            counts = tuple(map(len, named))
        else:
            return Unsettled(
                "as many rows as samples were delivered, but other ones in every epoch, so they cannot be counted off",
                'sample_id = "mypkg.data:ids_of_batch"',
            )
    distinct = min(len(entry.counts) for entry in account.ledgers)
    if max(counts) == 0 and distinct < size and not account.regrouped:
        return Unsettled(_in_place_of_others(size, distinct), 'sample_id = "mypkg.data:ids_of_batch"')
    return Shortfall(counts, named, size, source)


def _of_evidence(case: Case, account: Account) -> Shortfall | Unsettled:
    beyond = overrun(account)
    for source in sample_sources(account):
        by_rows = _of_source(source, beyond) if source.complete else None
        if by_rows is not None:
            return _unless_meant(case, account, by_rows)
    by_lengths = _of_containers(account, account.history.observed(Holding), beyond)
    if by_lengths is not None:
        return _unless_meant(case, account, by_lengths)
    trusted = account.identity.kind == "sample_id" or (
        case.contract.augments is False and case.contract.declared("augments")
    )
    if trusted and not account.alike:
        union = account.union
        named = tuple(tuple(one for one in union if one not in entry.counts) for entry in account.ledgers)
        return Shortfall(tuple(map(len, named)), named, len(union), "the other epochs of the run")
    return _nobody_says(account, beyond)


def _of_source(source: Source, beyond: Overrun) -> Shortfall | None:
    """What an array whose rows all differ, and from which every delivered row comes, says."""
    where = f"{source.holding.path}, whose rows are those of {source.path}"
    missing = tuple(tuple(row for row in source.held if row not in counts) for counts in source.delivered)
    counts = tuple(map(len, missing))
    size = source.holding.length
    if max(counts) == 0:
        return Shortfall(counts, tuple(() for _ in counts), size, where)
    differ = any(rows != missing[0] for rows in missing[1:])
    reached = [row for row in missing[-1] if row in beyond.rows]
    if not differ and len(reached) < counts[-1]:
        return None
    if differ:
        # What some epoch delivered belongs to the data; what none did may belong to another split.
        seen = {row for delivered in source.delivered for row in delivered}
        if len(reached) < counts[-1]:
            missing = tuple(tuple(row for row in rows if row in seen) for rows in missing)
            return Shortfall(tuple(map(len, missing)), missing, len(seen), where)
    return Shortfall(counts, missing, size, where)


def _of_containers(account: Account, containers: tuple[Holding, ...], beyond: Overrun) -> Shortfall | None:
    """What the lengths of the containers say: the instance numbers its samples, or lists them."""
    rows, union = account.rows, len(account.union)
    none = tuple(0 for _ in account.ledgers)
    distinct = min(len(entry.counts) for entry in account.ledgers)
    steady = len({entry.rows for entry in account.ledgers}) == 1
    for holding in sorted(containers, key=lambda one: not one.permutation):
        size, says = holding.length, "numbers" if holding.permutation else "has"
        where = f"{holding.path}, which {says} {size}"
        more = size - rows
        if more > 0 and steady:
            reached = more <= beyond.fresh if holding.permutation else beyond.ended and more == beyond.fresh
            whole_union = union == size and 0 < more < account.nominal
            if reached or whole_union:
                seen = account.union
                named = tuple(tuple(one for one in seen if one not in entry.counts) for entry in account.ledgers)
                return Shortfall(tuple(more for _ in none), named, size, where)
    for holding in sorted(containers, key=lambda one: not one.permutation):
        says = "numbers" if holding.permutation else "has"
        # Equal rows that come in other company each epoch are the data's; else some may stand for others.
        counted = distinct == rows or (holding.permutation and account.regrouped)
        if holding.length == rows and steady and account.alike and counted:
            return Shortfall(none, tuple(() for _ in none), rows, f"{holding.path}, which {says} {rows}")
    return None


def _in_place_of_others(rows: int, distinct: int) -> str:
    return (
        f"{rows} rows were delivered, {distinct} of them different: equal rows in the data, or some came twice and "
        "others never"
    )


def _nobody_says(account: Account, beyond: Overrun) -> Unsettled:
    rows = account.rows
    if not account.alike:
        return Unsettled(
            f"epochs of {rows} rows do not hold the same ones ({len(account.union)} different rows in all): samples "
            "left out, or rows drawn anew in each epoch",
            f"num_samples = {len(account.union)}"
            if len(account.union) - rows < account.nominal
            else 'sample_id = "mypkg.data:ids_of_batch"',
        )
    distinct = min(len(entry.counts) for entry in account.ledgers)
    if distinct < rows and not account.regrouped:
        return Unsettled(_in_place_of_others(rows, distinct), 'sample_id = "mypkg.data:ids_of_batch"')
    if beyond.fresh:
        return Unsettled(
            f"each epoch delivered the same {rows} rows, and reading past the end gives {beyond.fresh} more, "
            "which may be samples or garbage",
            f"num_samples = {rows}",
        )
    return Unsettled(
        f"each epoch delivered the same {rows} rows, and nothing says that these are all", f"num_samples = {rows}"
    )
