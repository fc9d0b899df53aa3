"""Pairs of epochs that leave some rows out: what they share is compared, what is drawn anew is not."""

from __future__ import annotations

import numpy as np

from seqcheck.model.row_pairs import Rows, SharedPairs, shared_pairs


def epoch(inputs: list[int], targets: list[int]) -> Rows:
    return [
        (b"x%d" % x, b"y%d" % y, place // 4, place % 4)
        for place, (x, y) in enumerate(zip(inputs, targets, strict=True))
    ]


def orders(size: int, kept: int) -> list[list[int]]:
    return [np.random.default_rng(seed).permutation(size)[:kept].tolist() for seed in range(3)]


def test_the_same_pairs_in_what_is_shared() -> None:
    found = shared_pairs([epoch(order, order) for order in orders(26, 24)])
    assert found == SharedPairs(found.rows if found else 0, None)
    assert found.rows >= 22


def test_targets_that_stay_where_they_were() -> None:
    found = shared_pairs([epoch(order, list(range(24))) for order in orders(26, 24)])
    assert found is not None
    assert found.apart == (0, 1)


def test_one_input_with_another_target_has_exchanged_it_with_nobody() -> None:
    first, second, _ = orders(26, 24)
    inputs = [99 if row == first[0] else row for row in second]
    found = shared_pairs([epoch(first, first), epoch(inputs, second)])
    assert found is not None
    assert found.apart is None


def test_targets_that_are_made_anew_prove_nothing() -> None:
    first, second, _ = orders(26, 24)
    assert shared_pairs([epoch(first, first), epoch(second, [row + 100 for row in second])]) is None


def test_inputs_that_come_twice_or_seldom_are_not_compared() -> None:
    parts = [list(range(12)), list(range(8, 20))]
    assert shared_pairs([epoch(part, part) for part in parts]) is None
    often = [row % 6 for row in range(24)]
    assert shared_pairs([epoch(often, often), epoch(often, often[::-1])]) is None
    assert shared_pairs([epoch(often, often)]) is None
