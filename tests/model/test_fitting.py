"""The small model: it learns, alike each time, and what differs in data or order differs in its weights."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seqcheck.model.fitting import train
from tests.histories import batch, numbered_pass

PASS = numbered_pass(12, 4)
LEAVES = {"x", "y"}


def test_it_learns_and_does_so_alike() -> None:
    once, again = train([PASS] * 5, LEAVES), train([PASS] * 5, LEAVES)
    assert once == again
    assert once.agrees(again)
    assert once.losses[-1] < once.losses[0]
    assert set(once.weights) == {"bias", "x"}


@pytest.mark.parametrize(
    "other", [[PASS[1], PASS[0], PASS[2]], PASS[:2], [PASS[0], PASS[0], PASS[2]]], ids=["order", "fewer", "repeated"]
)
def test_other_batches_come_to_other_weights(other: list[object]) -> None:
    assert not train([PASS], LEAVES).agrees(train([other], LEAVES))  # type: ignore[list-item]


def test_leaves_that_are_not_named_do_not_matter() -> None:
    ours, theirs = batch([0.1, 0.2], [1.0, 2.0]), batch([0.1, 0.2], [5.0, 9.0])
    assert train([[ours]], {"x"}).agrees(train([[theirs]], {"x"}))
    assert not train([[ours]], LEAVES).agrees(train([[theirs]], LEAVES))


def test_a_row_of_weight_0_teaches_nothing() -> None:
    weight = [1.0, 0.0]
    ours, theirs = batch([0.1, 0.2], [1.0, 2.0], weight), batch([0.1, 9.0], [1.0, 7.0], weight)
    every = {"x", "y", "sample_weight"}
    assert train([[ours]], every).agrees(train([[theirs]], every))


def test_no_data_makes_it_run_away() -> None:
    strange = batch([math.nan, math.inf, -1e30, 1e30], [1e30, 0.0, math.nan, -math.inf])
    result = train([[strange] * 50], LEAVES)
    assert all(math.isfinite(number) for number in (*result.weights.values(), *result.losses))


def test_what_holds_no_numbers_trains_on_nothing() -> None:
    assert train([[batch(np.array(["a", "b"]))]], LEAVES).weights == {"bias": 0.0}
    assert train([[]], LEAVES).losses == (0.0,)
