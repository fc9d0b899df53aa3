"""Axes as long as the batch are told, whatever its size, and single rows and chance are not taken for that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.construction.crossing import crossing, lengths_in, spread_targets


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([(np.ones((8, 4)), np.ones((8, 8)))], {(1, 1)}),
        ([(np.ones((8, 8, 8, 3)), np.ones(8))], {(0, 1), (0, 2)}),
        ([(np.ones((8, 4)), np.ones((8, 8))), (np.ones((5, 4)), np.ones((5, 8)))], set()),
        ([(np.ones((8, 4)), np.ones((8, 8))), (np.ones((5, 4)), np.ones((5, 5)))], {(1, 1)}),
        ([(np.ones((8, 4)), np.ones((8, 8))), (np.ones((1, 4)), np.ones((1, 2)))], {(1, 1)}),
        ([None], set()),
        ([], set()),
    ],
    ids=["square", "as it happens", "in one size alone", "in both sizes", "one row tells nothing", "none", "no reads"],
)
def test_axes_that_are_as_long_as_their_batch(batches: list[Any], expected: set[tuple[int, int]]) -> None:
    assert crossing(batches) == expected


def test_targets_of_several_axes_that_cross_are_spread() -> None:
    assert spread_targets((np.ones((8, 4)), np.ones((8, 1, 1, 8))), {(1, 3)})
    assert not spread_targets((np.ones((8, 4)), np.ones((8, 8))), {(1, 1)})
    assert not spread_targets((np.ones((8, 8, 8, 3)), np.ones(8)), {(0, 1)})
    assert not spread_targets(np.ones((8, 8, 8)), {(0, 1)})


def test_lengths_are_those_of_batches_of_several_rows() -> None:
    batches = [(np.ones((8, 4)), np.ones(8)), (np.ones((1, 7)), np.ones(1))]
    assert lengths_in(batches, slice(1)) == {8}
    assert lengths_in(batches, slice(None)) == {8, 4}
