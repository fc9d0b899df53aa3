"""Batches that show nothing of the made-up data, or what no real data would give, are doubted; others are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.construction.doubts import (
    FEW_CLASSES,
    beyond_classes,
    counts_by_guess,
    degenerate,
    doubt,
    few_taken,
    more_of_each,
    only_labels,
)
from seqcheck.construction.materials import BatchCount, Identity, Inputs, Labels, Material, Paths, Plain, Texts
from seqcheck.construction.recipe import Argument, Recipe

HOT = np.eye(3)[[0, 1, 2, 2]]
GAPS = np.eye(5)[:4, :3]


def recipe(*materials: Material) -> Recipe:
    arguments = tuple(Argument(f"a{n}", "probe", item) for n, item in enumerate(materials))
    return Recipe("class", "data:S", arguments, num_samples=37, batch_size=8)


@pytest.mark.parametrize(
    ("made", "batch", "word"),
    [
        (Paths(), np.array(["/tmp/r/world-a/data/id_0001.png"]), "names"),
        (Paths(), (np.ones((4, 2)), ["id_0001"] * 4), "names"),
        (Paths(), ({"id_0001": np.ones((4, 2))}, np.ones(4)), "names"),
        (Paths(), (np.zeros((4, 8, 8)), np.arange(4)), "zeros"),
        (Labels(), (np.ones((4, 2)), GAPS), "fewer classes"),
        (Inputs(), (np.ones((8, 1, 8, 4)), np.ones(8)), "combined"),
        (Paths(), (np.ones((4, 8, 8)), np.zeros(4)), ""),
        (Inputs(), (np.zeros((4, 8)), np.arange(4)), ""),
        (Texts(), np.array(["alpha bravo"]), ""),
        (Labels(), (np.ones((4, 2)), HOT), ""),
        (Labels("classes"), (np.ones((4, 2)), GAPS), ""),
        (Inputs(), (np.ones((8, 4, 4)), np.ones(8)), ""),
        (Inputs(), None, ""),
        (Identity(), [(np.ones(4), 1)] * 8, "callable"),
        (Inputs((4,)), [np.ones(8)] * 4, "several parts"),
        (Inputs((4,)), [np.ones((8, 4))] * 4, ""),
        (Inputs((8, 8, 3)), tuple([np.ones((5, 8, 3))] * 8), "several parts"),
        (Inputs(), [(np.ones(4), 1)] * 8, ""),
        (Identity(), (np.ones((8, 4)), np.arange(8)), ""),
        (Inputs(), ([np.ones(4)] * 37, np.arange(8)), "list of arrays"),
        (Inputs(), ([np.ones((8, 4))] * 8, np.arange(8)), ""),
        (Inputs(holder="several"), ([np.ones(4)] * 37, np.arange(8)), ""),
    ],
)
def test_what_is_doubted(made: Material, batch: Any, word: str) -> None:
    said = doubt(recipe(made), [batch])
    assert (word in said) if word else said == ""


def test_how_many_classes_there_are() -> None:
    assert beyond_classes(recipe(Labels()), [(np.ones((4, 2)), GAPS)]) == 3


def test_numbers_that_are_none_are_told() -> None:
    assert degenerate([(np.array([1.0, np.nan]), np.arange(2))])
    assert not degenerate([(np.ones(2), np.arange(2))])


def test_a_made_up_number_may_say_how_many_samples_are_taken() -> None:
    def of(name: str, value: Any, source: Any = "probe") -> bool:
        return counts_by_guess(Recipe("class", "data:S", (Argument(name, source, value),)))

    assert of("n_background", Plain(4))
    assert not of("n_background", 4, "literal")
    assert not of("n_channels", Plain(3))
    assert not of("num_frames", Plain(4))
    assert not of("n_half", Plain(0.5))
    assert not of("steps", BatchCount(8))


def test_of_a_class_that_makes_pairs_there_are_several_samples_and_then_many() -> None:
    few, many = more_of_each(recipe(Inputs(), Labels(kind="one-hot")))
    assert few.arguments[1].value == Labels(kind="one-hot classes", classes=FEW_CLASSES)
    assert (few.num_samples, many.num_samples, many.arguments[1].value) == (37, 296, Labels(kind="one-hot"))
    few, _ = more_of_each(recipe(Inputs(), Labels()))
    assert few.arguments[1].value == Labels(kind="classes", classes=FEW_CLASSES)


def test_what_somebody_gave_is_not_made_more_of() -> None:
    assert list(more_of_each(Recipe("class", "data:S", (Argument("x", "literal", 3),), num_samples=37))) == []


def test_where_labels_are_all_there_is_they_may_be_inputs() -> None:
    assert only_labels(recipe(Labels(holder="names"), Plain(3)))
    assert not only_labels(recipe(Labels(), Inputs()))
    assert not only_labels(recipe(Plain(3)))


def test_that_the_same_few_samples_fill_every_batch_is_told_where_labels_are_all_different() -> None:
    one, two = (np.full((4, 2), value) for value in (1.0, 2.0))
    mixed = (np.concatenate([one, two]), np.repeat([0, 1], 4))
    assert few_taken(recipe(Inputs(), Labels()), [mixed] * 3)
    assert not few_taken(recipe(Inputs(), Labels("classes")), [mixed] * 3)
    assert not few_taken(recipe(Inputs()), [mixed] * 3)
    whole = (np.arange(8.0).reshape(8, 1), np.arange(8))  # the first batch, whatever the index: the class is at fault
    assert not few_taken(recipe(Inputs(), Labels()), [whole] * 5)
