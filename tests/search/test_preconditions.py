"""Sizes at which a target has nothing to give are its precondition; where something comes through, it is judged."""

from __future__ import annotations

import numpy as np

from seqcheck.model.history import History
from seqcheck.search.preconditions import refuses
from tests.histories import batch, failure, history, length, numbered


def test_no_batch_at_all_is_a_refusal() -> None:
    negative = length(None, value=-5)
    assert refuses(history(lengths=[negative]))
    assert refuses(history(epochs=[[]]))
    assert refuses(history(epochs=[[failure("ValueError", "need at least one array to stack")]]))
    assert refuses(history(epochs=[[batch(np.zeros((0, 3)), np.zeros(0))]]))
    assert refuses(history(ending="not-built"))


def test_one_batch_that_came_through_is_judged() -> None:
    assert not refuses(history(epochs=[[numbered(0, 4), failure()]]))
    assert not refuses(history(epochs=[[batch(np.zeros((0, 3)), np.zeros(0)), numbered(0, 1)]]))


def test_more_made_up_data_than_is_known_to_fit_may_not_be_taken() -> None:
    def raising(count: int) -> History:
        return history(epochs=[[numbered(0, 4), failure()]], scenario={"num_samples": count})

    assert refuses(raising(38), most=37)
    assert not refuses(raising(37), most=37)
    assert not refuses(raising(38))
    assert not refuses(history(epochs=[[numbered(0, 4)]], overrun=[failure()], scenario={"num_samples": 38}), most=37)


def test_rows_past_the_length_are_no_batches() -> None:
    assert refuses(history(epochs=[[failure()]], overrun=[numbered(0, 4)]))
