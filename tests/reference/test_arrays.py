"""ArraySequence: arrays in memory."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.keras


def test_rows_stay_paired_and_dtypes_stay():
    from seqcheck.reference import ArraySequence

    x = np.arange(10, dtype=np.int16)[:, None]
    for index in range(4):
        batch, targets = ArraySequence(x, x[:, 0] * 2.0, batch_size=3)[index]
        assert batch.dtype == np.int16
        assert (targets == batch[:, 0] * 2.0).all()


def test_lists_will_do_and_the_callers_arrays_are_left_alone():
    from seqcheck.reference import ArraySequence

    x, y = [[1.0], [2.0], [3.0]], [0, 1, 2]
    sequence = ArraySequence(x, y, batch_size=2)
    sequence.on_epoch_end()
    sequence[0][0][...] = 9
    assert (x, y) == ([[1.0], [2.0], [3.0]], [0, 1, 2])


def test_arrays_of_different_lengths_are_refused():
    from seqcheck.reference import ArraySequence

    with pytest.raises(ValueError, match="x has 3 samples and y has 2"):
        ArraySequence(np.zeros(3), np.zeros(2))
