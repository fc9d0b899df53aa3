"""Node ids among pytest's arguments: which are ours, however the path is written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from seqcheck.plugin.options import OptionError
from seqcheck.plugin.selection import Selection, choose

NAMES = ("phantom-batch", "lost-samples")
ALL = ("construction", *NAMES)


@dataclass(frozen=True)
class Target:
    node: str
    text: str = ""
    declares_use: bool = False


TRAIN, TEST = Target("src/data.py::Train"), Target("src/data.py::Train(batch_size=4)")
SUITE = Target("tests/test_data.py::Local")


def selected(root: Path, *args: str, folder: str = ".") -> Selection:
    return choose(
        args,
        (TRAIN, TEST, SUITE),
        NAMES,
        started_in=root / folder,
        rootdir=root,
        is_test_file=lambda path: path.name.startswith("test_"),
    )


def test_without_ids_every_target_is_wanted_whole(tmp_path: Path) -> None:
    selection = selected(tmp_path, "tests", "other.py::test_x")
    assert selection.rest == ("tests", "other.py::test_x")
    assert selection.wanted == {TRAIN.node: ALL, TEST.node: ALL, SUITE.node: ALL}


def test_ids_select_items_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    selection = selected(tmp_path, f"{TRAIN.node}::lost-samples", "tests", f"{TRAIN.node}::construction")
    assert selection == Selection(("tests",), {TRAIN.node: ("construction", "lost-samples")})


def test_a_target_whose_name_begins_with_anothers_is_not_taken_for_it(tmp_path: Path) -> None:
    assert selected(tmp_path, f"{TEST.node}::lost-samples").wanted == {TEST.node: ("lost-samples",)}
    assert selected(tmp_path, TRAIN.node).wanted == {TRAIN.node: ALL}


@pytest.mark.parametrize("written", ["data.py::Train::lost-samples", "./data.py::Train::lost-samples"])
def test_paths_count_from_where_pytest_was_started(tmp_path: Path, written: str) -> None:
    (tmp_path / "src").mkdir()
    assert selected(tmp_path, written, folder="src").wanted == {TRAIN.node: ("lost-samples",)}
    absolute = os.path.join(tmp_path, "src", written)
    assert selected(tmp_path, absolute).wanted == {TRAIN.node: ("lost-samples",)}


def test_a_file_means_its_targets_unless_pytest_collects_it(tmp_path: Path) -> None:
    assert selected(tmp_path, "src/data.py").wanted == {TRAIN.node: ALL, TEST.node: ALL}
    assert selected(tmp_path, "tests/test_data.py").rest == ("tests/test_data.py",)


def test_tests_that_live_in_the_file_of_a_target_are_left_to_pytest(tmp_path: Path) -> None:
    assert selected(tmp_path, "tests/test_data.py::test_own").rest == ("tests/test_data.py::test_own",)


def test_an_unknown_check_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no check 'lost-sample' in this run\. Did you mean 'lost-samples'"):
        selected(tmp_path, f"{TRAIN.node}::lost-sample")


def test_a_declared_use_is_an_item_behind_construction_unless_checks_are_selected(tmp_path: Path) -> None:
    used = Target("src/data.py::Used", declares_use=True)
    chosen = [
        choose((), (TRAIN, used), NAMES, engine=engine, started_in=tmp_path, rootdir=tmp_path, is_test_file=bool)
        for engine in (True, False)
    ]
    assert [selection.wanted[used.node] for selection in chosen] == [("construction", "engine", *NAMES), ALL]
    assert chosen[0].wanted[TRAIN.node] == ALL
