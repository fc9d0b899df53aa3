"""--seqcheck-nightly: what an interrupted run drove is not driven again; one that came to its end leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seqcheck.model.report import Construction, TargetReport
from seqcheck.plugin.nightly import Kept
from tests.plugin.conftest import Project

NIGHT = ("--seqcheck-nightly", "night")
FAULTY = ("--seqcheck", "mypkg.Faulty")


@pytest.fixture
def interrupted(project: Project) -> Project:
    """A night in which the second target was interrupted."""
    result = project.pytest(*FAULTY, "--seqcheck", "mypkg.Interrupted", *NIGHT)
    assert result.returncode == 2
    assert len(list((project.folder / "night").iterdir())) == 1
    return project


def drives(project: Project) -> int:
    return project.log("run").count("mypkg.Faulty")


def test_it_goes_on_where_it_stopped_and_then_begins_anew(interrupted: Project) -> None:
    result = interrupted.pytest(*FAULTY, *NIGHT, "--seqcheck-json", "report.json")
    assert result.returncode == 1
    assert "3 of 40 samples are never delivered" in result.stdout
    assert drives(interrupted) == 1
    (target,) = json.loads((interrupted.folder / "report.json").read_text())["targets"]
    assert target["cut"] == ["driven in a run before this one, which was interrupted"]
    assert not list((interrupted.folder / "night").iterdir())
    interrupted.pytest(*FAULTY, *NIGHT)
    assert drives(interrupted) == 2


@pytest.mark.parametrize("change", ["a file of the project", "an option"])
def test_what_has_changed_meanwhile_is_driven_again(interrupted: Project, change: str) -> None:
    if change == "an option":
        interrupted.pytest(*FAULTY, *NIGHT, "--seqcheck-seed", "3")
    else:
        interrupted.write("src/mypkg/other.py", "mended = True\n")
        interrupted.pytest(*FAULTY, *NIGHT)
    assert drives(interrupted) == 2


def test_finished_runs_give_way_to_the_report_and_both_to_the_end(tmp_path: Path) -> None:
    class Target:
        text, node = "mypkg.Rows", "data.py::Rows"

    class Other(Target):
        text = "mypkg.Others"

    kept = Kept(tmp_path / "night", tmp_path, "")
    for target in (Target(), Other()):
        (kept.aside(target, ()) / "fork.run").mkdir(parents=True)
    report = TargetReport("mypkg.Rows", "data.py::Rows", Construction(True, ""))
    kept.keep(Target(), (), report)
    found = kept.find(Target(), ())
    assert found is not None
    assert found.construction == report.construction
    assert kept.find(Other(), ()) is None
    assert not kept.aside(Target(), ()).exists()
    assert kept.aside(Other(), ()).exists()
    kept.clear()
    assert not list((tmp_path / "night").iterdir())
