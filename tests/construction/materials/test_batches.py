"""What stands for another Sequence hands on every row once, by index and one batch behind the other."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.construction.materials.batches import Batches


def test_every_row_is_in_one_batch() -> None:
    made = Batches(np.arange(19), np.arange(19) * 2, batch_size=8)
    assert [len(made[index][0]) for index in range(len(made))] == [8, 8, 3]
    assert np.concatenate([made[index][0] for index in range(3)]).tolist() == list(range(19))
    assert all((first * 2 == second).all() for first, second in (made[index] for index in range(3)))
    assert made[-1][0].tolist() == made[2][0].tolist()
    with pytest.raises(IndexError, match="batch 3 of 3"):
        made[3]


def test_one_behind_the_other_has_no_end_and_begins_anew() -> None:
    made = Batches(np.arange(19))
    starts = [int(next(made)[0][0]) for _ in range(4)]
    made.reset()
    assert [*starts, int(made.next()[0][0])] == [0, 8, 16, 0, 0]
