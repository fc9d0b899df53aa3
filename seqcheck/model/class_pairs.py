"""Whether each sample of made-up data came with the class that was made for it: class k modulo their number."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence

from seqcheck.model.pairing import Points

FEWEST_CLASSES = 3
"""Of two, a Sequence may make its own: 1 for a pair that belongs together, 0 for one that does not."""


class Relation(enum.Enum):
    """What the classes that came have to do with those of the samples that came with them."""

    PAIRED = enum.auto()
    """One class always came for one class: as they were, or numbered anew."""
    SHIFTED = enum.auto()
    """Each class came for the one that many before it: numbered anew so, or each target some samples late."""
    APART = enum.auto()
    """The same classes as often, but with samples of others."""
    UNREAD = enum.auto()


def relation(one: Points, classes: int) -> Relation:
    """How the targets of these rows go with the samples of their inputs; UNREAD where samples or classes are not."""
    if not one.readable or any(number != int(number) for number in (*one.numbers, *one.labels)):
        return Relation.UNREAD
    pairs = {(int(number) % classes, int(label)) for number, label in zip(one.numbers, one.labels, strict=True)}
    own, came = {mine for mine, _ in pairs}, {label for _, label in pairs}
    if min(len(own), len(came)) < 2:
        return Relation.UNREAD
    if len(pairs) == len(own) == len(came):
        shifts = {(label - mine) % classes for mine, label in pairs}
        around = len(own) < classes or len({label - mine for mine, label in pairs}) > 1  # else counted from 1, say
        shifted = len(shifts) == 1 and shifts != {0} and classes >= FEWEST_CLASSES and around
        return Relation.SHIFTED if shifted else Relation.PAIRED
    counts: dict[int, tuple[Counter[int], Counter[int]]] = {}
    for number, label, (epoch, _, _) in zip(one.numbers, one.labels, one.places, strict=True):
        mine, theirs = counts.setdefault(epoch, (Counter(), Counter()))
        mine[int(number) % classes] += 1
        theirs[int(label)] += 1
    as_often = all(mine == theirs for mine, theirs in counts.values())
    return Relation.APART if as_often and len(came) >= FEWEST_CLASSES else Relation.UNREAD


def wrong_rows(one: Points, classes: int) -> Sequence[int]:
    """The places among the points of rows whose class is not that of their sample."""
    pairs = enumerate(zip(one.numbers, one.labels, strict=True))
    return [place for place, (number, label) in pairs if int(number) % classes != int(label)]
