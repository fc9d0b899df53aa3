"""Classes that came with their samples, numbered anew, with a neighbour, or with others."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.model.class_pairs import Relation, relation, wrong_rows
from seqcheck.model.pairing import Points

N = 37
SAMPLES = np.arange(N)
ORDER = np.random.default_rng(3).permutation(N)


def came(labels: object, samples: object = SAMPLES, readable: bool = True) -> Points:
    numbers = tuple(map(float, np.asarray(samples)))
    places = tuple((0, row // 8, row % 8) for row in range(len(numbers)))
    return Points("x", "y", numbers, tuple(map(float, np.asarray(labels))), places, readable)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (SAMPLES % 10, 10),
        (SAMPLES % 10 + 1, 10),
        ((SAMPLES % 10) * 3 % 10, 10),
        (9 - SAMPLES % 10, 10),
        (1 - SAMPLES % 2, 2),
    ],
    ids=["as they are", "from one", "numbered anew", "the other way round", "two the other way round"],
)
def test_one_class_for_one_class(labels: object, classes: int) -> None:
    assert relation(came(labels), classes) is Relation.PAIRED
    assert relation(came(np.asarray(labels)[ORDER], ORDER), classes) is Relation.PAIRED


def test_the_class_of_a_neighbour() -> None:
    assert relation(came((SAMPLES + 1) % 10), 10) is Relation.SHIFTED
    assert relation(came((SAMPLES[:8] % 10) + 1, SAMPLES[:8]), 10) is Relation.SHIFTED  # too few to see the last class


def test_classes_of_other_samples() -> None:
    apart = came((SAMPLES % 10)[ORDER])
    assert relation(apart, 10) is Relation.APART
    assert len(wrong_rows(apart, 10)) == int(((SAMPLES % 10)[ORDER] != SAMPLES % 10).sum())


@pytest.mark.parametrize(
    "points",
    [
        came(SAMPLES % 7),  # other classes than were made
        came((SAMPLES % 10 == SAMPLES % 3).astype(int)),  # a label of a pair
        came(SAMPLES % 10, readable=False),
        came(SAMPLES % 10 + 0.5),
        came(SAMPLES * 0),
    ],
    ids=["others", "of its own making", "unread", "no classes", "one class"],
)
def test_what_is_not_seen_is_not_said(points: Points) -> None:
    assert relation(points, 10) is Relation.UNREAD


def test_two_classes_that_do_not_go_with_samples_may_be_made_by_the_sequence() -> None:
    assert relation(came((SAMPLES % 2)[ORDER]), 2) is Relation.UNREAD
