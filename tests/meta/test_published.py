"""A plan is held against real data by what the first batch is made of, and not by its sizes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.meta.published import crossed, differences, structure

IMAGES = np.zeros((4, 8, 8, 3), "float32")
ROWS = np.zeros((4, 5), "float32")
WHOLE = np.arange(8).reshape(4, 2)


@pytest.mark.parametrize(
    ("plan", "real"),
    [
        ((ROWS, np.arange(4)), (np.zeros((2, 9)), np.zeros(2))),
        (({"a": ROWS}, ROWS), ({"a": ROWS[:2]}, ROWS[:2])),
        (([ROWS, IMAGES], ROWS), ([ROWS, IMAGES], ROWS)),
        ((WHOLE, ROWS), (WHOLE.astype("int32"), ROWS)),
        ((ROWS, ROWS, None), (ROWS, ROWS, None)),
    ],
)
def test_sizes_and_kinds_of_targets_are_no_difference(plan: object, real: object) -> None:
    assert differences(structure(plan), structure(real)) == []


@pytest.mark.parametrize(
    ("plan", "real", "word"),
    [
        ((ROWS, ROWS), [ROWS, ROWS], "real data"),
        (({"a": ROWS}, ROWS), ({"b": ROWS}, ROWS), "real data"),
        ((ROWS[:, None, :, None], ROWS), (ROWS, ROWS), "4 axes, not 2"),
        ((ROWS, ROWS), (WHOLE, ROWS), "dtype kind 'f', not 'i'"),
        ((np.array([["a"]]), ROWS[:1]), (ROWS, ROWS), "dtype kind 'U'"),
        ((ROWS, ROWS[:3]), (ROWS, ROWS), "rows that differ"),
    ],
)
def test_what_differs_is_said(plan: object, real: object, word: str) -> None:
    (said,) = differences(structure(plan), structure(real))
    assert word in said


def test_a_class_that_hands_on_what_it_gets_takes_any_numbers() -> None:
    plan, real = structure((ROWS, ROWS)), structure((IMAGES.astype("int64"), ROWS))
    assert differences(plan, real) == ["0: 2 axes, not 4", "0: dtype kind 'f', not 'i'"]
    assert differences(plan, real, passes_on=True) == []


def test_an_exception_differs_from_a_batch() -> None:
    assert differences("KeyError: 'a'", structure((ROWS, ROWS)))
    assert differences("KeyError: 'a'", "KeyError: 'a'") == []


def test_an_inner_axis_that_grows_with_the_batch_is_no_sample() -> None:
    usual, other = structure((np.zeros((8, 8)), np.zeros(8))), structure((np.zeros((3, 3)), np.zeros(3)))
    assert crossed(usual, other) == ("0",)
    assert crossed(usual, structure((np.zeros((3, 8)), np.zeros(3)))) == ()
    assert crossed("ValueError: no", other) == ()
