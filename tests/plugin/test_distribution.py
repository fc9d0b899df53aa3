"""pytest-xdist: targets are resolved once, driven once, and reported together."""

from __future__ import annotations

import importlib.util

import pytest

from seqcheck.checks import catalogue
from tests.plugin.conftest import Project
from tests.plugin.test_pytest_plugin import counts

pytestmark = pytest.mark.skipif(not importlib.util.find_spec("xdist"), reason="pytest-xdist is not installed")


@pytest.mark.parametrize("mode", [(), ("--dist", "worksteal"), ("--dist", "loadgroup"), ("--dist", "loadscope")])
def test_a_targets_runs_are_made_once_and_reported_by_the_controller(project: Project, mode: tuple[str, ...]) -> None:
    targets = ("--seqcheck", "mypkg.Sound", "--seqcheck", "mypkg.Faulty")
    options = ("tests", "-n", "2", *mode, "--seqcheck-json", "report.json")
    result = project.pytest(*targets, *options, plugins=["xdist"])
    wanted = {"failed": 1, "passed": 2 * len(catalogue()) - 2 + 2, "skipped": 2}
    assert wanted.items() <= counts(result.stdout).items()
    assert len(project.log("resolve")) == 1
    assert sorted(project.log("run")) == ["mypkg.Faulty", "mypkg.Sound"]
    report = project.report()
    assert list(report) == ["mypkg.Sound", "mypkg.Faulty"]
    assert report["mypkg.Faulty"]["lost-samples"] == "VIOLATED"
    assert set(report["mypkg.Sound"].values()) == {"HOLDS"}
    assert "src/mypkg/data.py::Faulty: " in result.stdout


def test_a_bad_target_is_a_usage_error_of_the_controller(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypk.Faulty", "-n", "2", plugins=["xdist"])
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Did you mean 'mypkg'?" in result.stderr
    assert len(project.log("resolve")) == 1


def test_stopping_early_keeps_what_the_workers_know(project: Project) -> None:
    options = ("-n", "2", "-x", "--seqcheck-json", "report.json")
    project.pytest("--seqcheck", "mypkg.Faulty", *options, plugins=["xdist"])
    assert project.report()["mypkg.Faulty"]["lost-samples"] == "VIOLATED"
    assert "NOT_SELECTED" in project.report()["mypkg.Faulty"].values()


def test_collecting_alone_needs_no_worker(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "-n", "2", "--co", "-q", plugins=["xdist"])
    assert "src/mypkg/data.py::Sound::lost-samples" in result.stdout
    assert project.log("run") == []
