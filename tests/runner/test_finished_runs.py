"""A run that came to its end is found again by its scenario, and none that differs or went wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario
from seqcheck.model.search import Search
from seqcheck.runner.finished_runs import FinishedRuns

FORK = Scenario("fork", workers=2)
SELECTED = replace(FORK, indices=(0, 5, 9))


def test_it_is_found_and_told(tmp_path: Path) -> None:
    FinishedRuns(tmp_path, "mypkg.Rows()").keep(History(FORK, seconds=1.0))
    later = FinishedRuns(tmp_path, "mypkg.Rows()")
    assert later.told() == ()
    assert later.find(FORK) == History(FORK, seconds=1.0)
    assert later.told() == ("made in a session before this one, which was interrupted: fork",)


@pytest.mark.parametrize(
    ("asked", "made_by"),
    [
        (replace(FORK, workers=3), "mypkg.Rows()"),
        (replace(FORK, seed=1), "mypkg.Rows()"),
        (SELECTED, "mypkg.Rows()"),
        (FORK, "mypkg.Rows(batch_size=4)"),
    ],
)
def test_another_one_is_not(tmp_path: Path, asked: Scenario, made_by: str) -> None:
    FinishedRuns(tmp_path, "mypkg.Rows()").keep(History(FORK))
    assert FinishedRuns(tmp_path, made_by).find(asked) is None


def test_a_selection_may_be_another_one(tmp_path: Path) -> None:
    FinishedRuns(tmp_path).keep(History(SELECTED))
    found = FinishedRuns(tmp_path).find(replace(FORK, indices=(0, 4, 9)))
    assert found is not None
    assert found.scenario == SELECTED
    assert FinishedRuns(tmp_path).find(FORK) is None


@pytest.mark.parametrize("ending", ["died", "timed-out", "not-run", "seqcheck-failed"])
def test_what_went_wrong_is_made_again(tmp_path: Path, ending: str) -> None:
    FinishedRuns(tmp_path).keep(History(FORK, ending=ending))  # type: ignore[arg-type]  # one of its words
    assert FinishedRuns(tmp_path).find(FORK) is None
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_kept_and_a_file_in_its_place_does_no_harm(tmp_path: Path) -> None:
    FinishedRuns().keep(History(FORK))
    assert FinishedRuns().find(FORK) is None
    (tmp_path / "file").touch()
    FinishedRuns(tmp_path / "file").keep(History(FORK))
    assert FinishedRuns(tmp_path / "file").find(FORK) is None


def test_a_search_that_came_to_its_end_is_found_again(tmp_path: Path) -> None:
    search = Search({"lost-samples": History(FORK)}, scenarios=12, seed=3)
    FinishedRuns(tmp_path, "mypkg.Rows()").keep_search(["lost-samples"], search)
    later = FinishedRuns(tmp_path, "mypkg.Rows()")
    assert later.find_search(["lost-samples"], 3) == search
    assert later.told() == ("made in a session before this one, which was interrupted: search",)
    assert later.find_search(["lost-samples", "repeated-samples"], 3) is None
    assert later.find_search(["lost-samples"], 4) is None
    assert FinishedRuns(tmp_path, "mypkg.Rows(batch_size=4)").find_search(["lost-samples"], 3) is None


def test_a_search_that_time_cut_is_made_again(tmp_path: Path) -> None:
    FinishedRuns(tmp_path).keep_search(["lost-samples"], Search(cut=10.0))
    assert FinishedRuns(tmp_path).find_search(["lost-samples"], 0) is None
