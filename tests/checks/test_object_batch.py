"""object-batch: every Keras refuses arrays of objects; text, foreign objects and what fit took are not blamed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.checks.object_batch import judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import Delivery, EngineNote
from tests.histories import case, failure, history

X = np.zeros((4, 3), np.float32)
Y = np.arange(4)
TAKEN = history("fit", deliveries=[Delivery(0, 0, 0, None)])


def judged(value: Any, *others: Any) -> Judgement:
    return judge(case(history("loop", [[value] * 3]), *others))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((X, np.array([1, None, 2, 3], object)), "y is an object array (of NoneType and int)"),
        ((X, [[1], [2, 3], [4], [5]]), "y is a ragged list: its rows differ in length"),
        ({"a": X, "b": np.array([[1], [2, 3]], object)}, "['b'] is an object array (of list)"),
        ((X, np.array([0.5, 1.5], object)), "y is an object array (of float)"),
    ],
)
def test_arrays_of_objects_are_found_with_what_is_in_them(value: Any, expected: str) -> None:
    said = judged(value)
    assert (said.outcome, said.reason) == (Outcome.VIOLATED, expected)


def test_one_in_some_batches_is_found_with_how_often() -> None:
    said = judge(case(history("loop", [[(X, Y), (np.array([X, None], object), Y)]])))
    assert said.reason == "x is an object array (of NoneType and ndarray) in 1 of 2 batches"
    assert said.findings[0].evidence["first seen"] == "batch 1 of epoch 0"


def test_text_settles_nothing() -> None:
    assert judged((np.array(list("abcd"), object), Y)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("value", [(X, Y), (np.array(list("abcd")), Y), (X, [1, 2, 3, 4])])
def test_numbers_and_text_of_a_dtype_are_no_objects(value: Any) -> None:
    assert judged(value).outcome is Outcome.HOLDS


def test_what_fit_took_is_left_alone() -> None:
    value = (np.array([0.5, 1.5], object), Y[:2])
    assert judged(value, TAKEN).outcome is Outcome.HOLDS
    refused = history("fit", deliveries=[], notes=(EngineNote("error", "TypeError", failure()),))
    assert judged(value, refused).outcome is Outcome.VIOLATED


def test_nothing_read_settles_nothing() -> None:
    assert judge(case(history("loop", [[failure()]]))).outcome is Outcome.INCONCLUSIVE
