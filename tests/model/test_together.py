"""Rows of the loop that workers lose between them are counted; rows that the loop never had prove nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcheck.model.batch import Batch, describe
from seqcheck.model.together import together
from tests.histories import case, history, samples

N = 18
LOOP = [samples(*range(first, first + 6)) for first in (0, 6, 12)]
MOVED = [samples(*range(first, first - 6, -1)) for first in (17, 11, 5)]
LOST = [samples(*range(6)), samples(0, 3, 8, 9, 10, 11), samples(*range(12, 18))]


def found(delivered: list[Batch], *loop: list[Batch]) -> Any:
    run = history("fork", [delivered])
    return together(case(history(epochs=list(loop or (LOOP, MOVED))), run), run)


def cropped(batches: list[Batch], seed: int, *, kept: bool = True) -> list[Batch]:
    """The batches with inputs that are drawn anew; the targets too, unless they are `kept`."""
    draws = np.random.default_rng(seed)
    drawn = []
    for batch in batches:
        rows = np.array(batch.leaves[1].values)
        drawn.append(describe((draws.normal(size=(len(rows), 3)), rows if kept else draws.permutation(rows) + seed)))
    return drawn


def test_samples_that_workers_lose_between_them_are_counted() -> None:
    lost = found(LOST)
    assert (lost.epoch, lost.size, lost.never, lost.path) == (0, N, 2, "")
    assert sorted(lost.twice.values()) == [((0, 0), (1, 0)), ((0, 3), (1, 1))]


def test_targets_tell_samples_beside_inputs_that_are_drawn() -> None:
    loop = [cropped(LOOP, 1), cropped(MOVED, 2)]
    lost = found(cropped(LOST, 3), *loop)
    assert (lost.size, lost.never, lost.path) == (N, 2, "y")
    assert found(cropped(MOVED, 3), *loop) is None
    assert found(cropped(LOST, 3, kept=False), *loop) is None


def test_another_order_loses_nothing() -> None:
    assert found(MOVED) is None


def test_rows_that_the_loop_never_had_are_content_drawn_at_random() -> None:
    assert found([LOST[0], LOST[1], samples(12, 13, 14, 15, 16, 99)]) is None


def test_what_the_loop_repeats_or_changes_is_no_matter_of_workers() -> None:
    assert found(LOST, LOST, LOST) is None
    assert found(LOST, LOOP, [LOOP[0], LOOP[1], samples(12, 13, 14, 15, 16, 19)]) is None
    assert found(LOST, LOOP) is None


def test_few_samples_may_be_drawn_all_different_by_chance() -> None:
    loop = [[samples(0, 1), samples(2, 3)], [samples(3, 2), samples(1, 0)]]
    assert found([samples(0, 1), samples(0, 3)], *loop) is None
