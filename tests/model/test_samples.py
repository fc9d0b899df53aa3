"""Labels that a Sequence makes itself name no samples, however few samples there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.samples import Identity, establish, names_samples, touched_ids
from tests.checks.epochs import numbered_in, probe
from tests.histories import case, history


def pairs(samples: Sequence[int], partners: Sequence[int]) -> Batch:
    """Each sample with itself, labelled 1, and with another, labelled 0."""
    rows = np.array(samples)[:, None] + np.full(3, 0.5, np.float32)
    others = np.array(partners)[:, None] + np.full(3, 0.5, np.float32)
    left, right = np.concatenate([rows, rows]), np.concatenate([rows, others])
    return describe(((left, right), np.repeat([1, 0], len(samples))))


def reading(count: int, size: int) -> History:
    def one_pass(seed: int) -> list[Batch]:
        drawn = np.random.default_rng(seed).integers(0, count, count)
        return [
            pairs(range(first, min(first + size, count)), drawn[first : first + size])
            for first in range(0, count, size)
        ]

    passes = {"forward": [one_pass(0)], "forward-again": [one_pass(0)], "backward": [one_pass(0)]}
    return history("reading", passes=passes, truth=probe(count))


def test_labels_made_by_the_sequence_are_told_by_a_run_that_is_large_enough() -> None:
    large = reading(24, 6)
    small = history(epochs=[[pairs([0], [1]), pairs([1], [0])]], truth=probe(2))
    assert not names_samples(case(large), large, "y")
    assert names_samples(case(small), small, "y")
    assert not names_samples(case(small, large), small, "y")


def test_nothing_is_blamed_on_a_sequence_that_makes_pairs() -> None:
    small = history(epochs=[[pairs([0], [1]), pairs([1], [0])]] * 2, truth=probe(2))
    for run in (small, history(epochs=[[pairs([one], [2]) for one in (0, 1, 2)]], truth=probe(3))):
        given = case(run, reading(24, 6))
        for name in ("mispaired-targets", "ignored-index", "repeated-samples", "foreign-samples", "lost-samples"):
            assert catalogue()[name].judge(given).outcome is not Outcome.VIOLATED, name


def test_the_probes_own_labels_are_still_read() -> None:
    whole = history(epochs=[numbered_in(range(24), 6)], truth=probe(24))
    same = history(epochs=[numbered_in([0, 1, 2, 3] * 6, 4)], truth=probe(24))
    for run in (whole, same):
        found = establish(case(run), run)
        assert isinstance(found, Identity)
        assert found.kind == "probe"


def named(rows: Sequence[int], others: object, weights: object) -> Batch:
    """Targets and weights by name, of which one target is the probe's."""
    numbers = np.array(rows)
    targets = {"kind": others, "label": numbers}
    return describe(({"x": numbers[:, None] + np.full(3, 0.5, np.float32)}, targets, {"label": weights}))


def test_what_is_the_same_for_every_sample_names_none() -> None:
    """Weights of 1 are no samples, and neither is a second target that is always 7."""
    batches = [named(range(first, first + 4), np.full(4, 7), np.ones(4)) for first in range(0, 24, 4)]
    passes = {"forward": [batches], "forward-again": [batches], "backward": [batches]}
    given = case(history(epochs=[batches], truth=probe(24)), history("reading", passes=passes, truth=probe(24)))
    found = establish(given, given.histories[0])
    assert isinstance(found, Identity)
    assert found.paths == {"y['label']"}
    for name in ("mispaired-targets", "ignored-index", "repeated-samples", "foreign-samples", "lost-samples"):
        assert catalogue()[name].judge(given).outcome is not Outcome.VIOLATED, name


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        ((4, 2, 7), (4, 2, 7)),
        ((4, 2, 4), (4, 2, 4)),
        ((4, 4, 2, 2, 7, 7), (4, 2, 7)),
        ((4, 2, 7, 8), None),
        ((4, 2), None),
        ((), None),
        (None, None),
    ],
    ids=["one a row", "one of them twice", "each of them twice", "too many", "too few", "none", "nobody looked"],
)
def test_what_a_batch_touched_are_its_samples_where_each_row_has_one(
    touched: tuple[int, ...] | None, expected: tuple[int, ...] | None
) -> None:
    batch = replace(describe(np.zeros((3, 2), np.float32)), touched=touched)
    assert touched_ids(batch) == expected
    assert Identity("touched", "the files that each batch opened", num_samples=9).of(batch) == expected
