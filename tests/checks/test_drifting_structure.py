"""`drifting-structure`: what must not change between batches, and what may."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.drifting_structure import judge
from seqcheck.model.check import Outcome
from tests.histories import case, history, numbered_pass

X, Y, W = np.ones((4, 3), np.float32), np.arange(4), np.ones(4, np.float32)


@pytest.mark.parametrize(
    ("usual", "odd", "expected"),
    [
        ((X, Y), (X, Y, W), "the parts are sample_weight, x and y in batch 2 of epoch 0, but x and y in batch 0"),
        (({"a": X, "b": X}, Y), ({"a": X}, Y), "the parts are x['a'] and y in batch 2"),
        ((X, Y), (X[None], Y), "the rank of x is 3 axes in batch 2 of epoch 0, but 2 axes in batch 0 of epoch 0"),
        ((X, Y), (X[0], Y), "the rank of x is 1 axis in batch 2 of epoch 0, but 2 axes in batch 0 of epoch 0"),
        ((X, Y), (X, Y + 0.5), "the dtype of y is float64 in batch 2 of epoch 0, but int64 in batch 0 of epoch 0"),
        ((X, Y), (X.astype(np.float64), Y), "the dtype of x is float64 in batch 2 of epoch 0, but float32"),
    ],
)
def test_a_drift_is_found_with_both_batches(usual, odd, expected):
    judgement = judge(case(history("loop", [[usual, usual, odd]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.startswith(expected)


def test_a_drift_between_epochs_and_one_seen_only_in_the_reading_experiment_are_found():
    assert judge(case(history("loop", [[(X, Y)], [(X, Y + 0.5)]]))).outcome is Outcome.VIOLATED
    reading = history("reading", passes={"forward": [[(X, Y)] * 2], "backward": [[(X, Y), (X[0], Y)]]})
    assert judge(case(history("loop", [[(X, Y)]]), reading)).outcome is Outcome.VIOLATED


def test_a_change_of_rank_hides_the_change_of_dtype_that_comes_with_it():
    judgement = judge(case(history("loop", [[(X, Y), (X, Y), (X[None].astype(np.float64), Y)]])))
    assert [finding.evidence["what differs"] for finding in judgement.findings] == ["the rank of x"]


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ((X, Y), [X, Y]),
        (X, (X,)),
        (({"a": X, "b": X}, Y), ({"b": X, "a": X}, Y)),
        ((X, Y), (X, Y, None)),
        ((X, Y), (X, Y.tolist())),
        ((X, Y), (X.astype(">f4"), Y)),
        ((np.array(["a"] * 4), Y), (np.array(["abc"] * 4), Y)),
        ((X, Y), (X[:1], Y[:1])),
        ((X, Y), (np.zeros((0, 3)), np.zeros(0))),
        ((X, Y), (np.ones((4, 9), np.float32), Y)),
    ],
    ids=["list", "bare", "order", "None", "numbers", "endian", "text", "short", "empty", "inner"],
)
def test_differences_that_keras_does_not_make_hold(usual, odd):
    judgement = judge(case(history("loop", [[usual, usual, odd]])))
    assert judgement.outcome is Outcome.HOLDS, judgement.reason


def test_two_instances_are_not_compared_with_each_other():
    """A smaller scenario may be built otherwise; one instance must keep to one form."""
    judgement = judge(case(history("loop", [[(X, Y)] * 2]), history("loop", [[(X, Y + 0.5)] * 2])))
    assert judgement.outcome is Outcome.HOLDS


def test_one_batch_settles_nothing():
    assert judge(case(history("loop", [[(X, Y)]] * 3))).outcome is Outcome.HOLDS
    assert judge(case(history("loop", [[(X, Y)]]))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(history("loop", [[None]]))).outcome is Outcome.INCONCLUSIVE


def test_what_was_compared_is_said():
    judgement = judge(case(history("loop", [numbered_pass(10, 4)] * 3)))
    assert judgement.reason == "one structure, rank and dtype throughout: 9 batches of 3 epochs"
