"""Runs about random draws get data on which a flip, a shift or a crop shows; all others get data that name samples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from seqcheck.construction.materials import Content, Files, Inputs, Labels, Paths, Pictures, World
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.textures import suited, textured
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, Scenario

Row = npt.NDArray[np.generic]
MATERIALS = [Paths(Files()), Pictures(), Inputs((6,)), Labels()]
FLAT = Recipe(
    "class",
    "data:Data",
    tuple(Argument(f"argument_{place}", "probe", material) for place, material in enumerate(MATERIALS)),
)


def test_every_picture_and_array_is_textured_and_labels_stay_as_they_are() -> None:
    assert [item.value for item in textured(FLAT).arguments] == [
        Paths(Files(content=Content(textured=True))),
        Pictures(textured=True),
        Inputs((6,), textured=True),
        Labels(),
    ]


def test_only_runs_about_random_draws_get_textures() -> None:
    changed = [name for name in (*DRIVERS, *EXPERIMENTS) if suited(FLAT, Scenario(name)) != FLAT]
    assert sorted(changed) == ["reading", "twins"]


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row[::-1],
        lambda row: np.roll(row, 1, axis=0),
        lambda row: row.swapaxes(0, 1) if row.ndim > 1 else row[::-1],
        lambda row: np.concatenate([row[1:], row[:1]]),
    ],
    ids=["flip", "shift", "turn", "crop"],
)
@pytest.mark.parametrize("material", [Pictures((16, 16, 3), textured=True), Inputs((8,), textured=True)])
def test_no_change_of_place_leaves_a_sample_as_it_was(
    tmp_path: Path, material: Pictures | Inputs, change: Callable[[Row], Row]
) -> None:
    for row in material.make(World(tmp_path, 40)):
        assert not np.array_equal(change(row), row)


def test_rows_still_differ_from_sample_to_sample(tmp_path: Path) -> None:
    rows = Inputs((5,), textured=True).make(World(tmp_path, 9))
    assert np.floor(rows - 0.5).tolist() == [[number] * 5 for number in range(9)]
    array = Content("npy", (4, 2), textured=True).array(3)
    assert array.shape == (4, 2)
    assert len(np.unique(array)) == 8
