"""Lines, orders and spacings by which the rows of a probe are read."""

from __future__ import annotations

import numpy as np

from seqcheck.model.pairing import constant_offset, evenly_spaced, line, monotone
from tests.checks.epochs import rows_in

IDS = np.arange(12)
ROWS = np.repeat(IDS[:, None] + 0.5, 3, axis=1).astype(np.float32)


def test_a_line_is_found_through_any_scale() -> None:
    assert line([0, 1, 2, 3], [0, 1, 2, 3]) == (1.0, 0.0)
    assert line([0, 1, 2, 3], [3, 5, 7, 9]) == (2.0, 3.0)
    assert line([0, 1, 2, 3], [0, 1, 3, 2]) is None
    assert line([1, 1, 1], [0, 1, 2]) is None


def test_an_order_may_be_turned_but_has_no_ties() -> None:
    assert monotone([1, 4, 9], [1, 2, 3])
    assert monotone([1, 4, 9], [3, 2, 1])
    assert not monotone([1, 4, 9], [1, 3, 2])
    assert not monotone([1, 4, 9], [1, 2, 2])
    assert not monotone([1, 1, 2, 3], [0, 1, 2, 3])


def test_a_scaled_probe_stands_at_equal_distances() -> None:
    assert evenly_spaced(np.random.default_rng(0).permutation(40) / 255)
    assert not evenly_spaced(np.sin(np.arange(40)))
    assert not evenly_spaced([0, 1, 2])


def test_a_constant_offset_is_a_forecast() -> None:
    assert constant_offset([dict(enumerate(rows_in(range(9), 4, ROWS, IDS + 3)))], 12) == -3.0
    assert constant_offset([dict(enumerate(rows_in(range(9), 4, ROWS, IDS[::-1])))], 12) is None
