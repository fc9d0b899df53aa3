"""What a batch is as data, where NumPy has no word of its own for what is in it."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.model.batch import describe


def test_short_floats_have_numbers() -> None:
    types = pytest.importorskip("ml_dtypes")
    (leaf,) = describe(np.array([[1.0, 2.0], [3.0, np.nan]], types.bfloat16)).leaves
    assert leaf.dtype == "bfloat16"
    assert leaf.values is not None
    assert leaf.values[0] == 1.5
    assert not leaf.finite


def test_records_have_none() -> None:
    (leaf,) = describe(np.zeros(3, [("a", "f4"), ("b", "i4")])).leaves
    assert leaf.values is None
