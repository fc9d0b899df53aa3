"""What stands for another Sequence hands on every row once, by index and one batch behind the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seqcheck.construction.doubts import counts_by_guess
from seqcheck.construction.materials import Holding, Inputs, Labels, World
from seqcheck.construction.materials.batches import Batches
from seqcheck.construction.recipe import Argument, Recipe


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


def test_feeds_have_no_sample_in_common_and_nobody_knows_how_many_there_are(tmp_path: Path) -> None:
    feeds = Holding("feeds", (("x", Inputs((2,))), ("y", Labels())))
    first, second = feeds.make(World(tmp_path, 5))
    assert not set(first[0][0].ravel()) & set(second[0][0].ravel())
    assert not set(first[0][1]) & set(second[0][1])
    assert counts_by_guess(Recipe("class", "data:S", (Argument("feeds", "probe", feeds),)))
    space: dict[str, object] = {"num_samples": 5}
    code = feeds.code()
    exec("\n".join([*code.imports, *code.setup, f"made = {code.expression}"]), space)
    assert [len(one) for one in space["made"]] == [1, 1]  # type: ignore[attr-defined]  # it is what was made
