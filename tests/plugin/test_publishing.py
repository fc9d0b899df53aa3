"""What a run leaves for CI: files where they were asked for, words for GitHub in GitHub's own steps alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seqcheck.plugin.publishing import annotated, append_summary, root_of, write_folder
from seqcheck.reporting.gate import Gate
from tests.plugin.conftest import Project
from tests.reporting.samples import REPORT

ROOT = Path("/repository")


def step(tmp_path: Path) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md"),
        "GITHUB_WORKSPACE": str(tmp_path),
    }


def test_a_step_of_github_gets_annotations_and_a_summary_behind_what_is_there(tmp_path: Path) -> None:
    environment = step(tmp_path)
    (tmp_path / "step.md").write_text("of another step\n")
    append_summary(environment, [REPORT], Gate(), ROOT)
    assert (tmp_path / "step.md").read_text().startswith("of another step\n## seqcheck\n\n| target | holds |")
    assert len(annotated(environment, [REPORT], Gate(), ROOT)) == 2
    assert root_of(environment, ROOT) == tmp_path


@pytest.mark.parametrize("change", [{"GITHUB_ACTIONS": "false"}, {"GITHUB_ACTIONS": ""}])
def test_nobody_else_does(tmp_path: Path, change: dict[str, str]) -> None:
    environment = {**step(tmp_path), **change}
    append_summary(environment, [REPORT], Gate(), ROOT)
    assert list(tmp_path.iterdir()) == []
    assert annotated(environment, [REPORT], Gate(), ROOT) == []
    assert root_of(environment, ROOT) == ROOT


def test_the_folder_has_what_is_needed_to_look_at_it_elsewhere(tmp_path: Path) -> None:
    write_folder(tmp_path, [REPORT], {}, Gate(), ROOT)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["packages.txt", "seqcheck.json", "summary.md"]
    assert json.loads((tmp_path / "seqcheck.json").read_text())["targets"][0]["command"] == REPORT.command
    assert any(line.startswith("numpy==") for line in (tmp_path / "packages.txt").read_text().splitlines())


@pytest.mark.parametrize("distributed", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_run_in_a_step_of_github(project: Project, distributed: tuple[str, ...], monkeypatch: Any) -> None:
    if distributed:
        pytest.importorskip("xdist")
    for name, value in step(project.folder).items():
        monkeypatch.setenv(name, value)
    options = ("--seqcheck", "mypkg.Faulty", "--seqcheck", "mypkg.Sound", "--seqcheck-report", "out/report")
    result = project.pytest(*options, *distributed, plugins=["xdist"] if distributed else [])
    assert result.returncode == 1
    annotations = [line for line in result.stdout.splitlines() if line.startswith("::")]
    assert [line.partition("::mypkg.Faulty: ")[0] for line in annotations] == [
        "::error title=seqcheck lost-samples",
        "::warning title=seqcheck silent-overrun",
    ]
    assert (project.folder / "step.md").read_text().count("## seqcheck\n") == 1
    assert (project.folder / "out/report/summary.md").read_text() == (project.folder / "step.md").read_text()


def test_a_run_elsewhere_says_nothing_to_github(project: Project, monkeypatch: Any) -> None:
    for name, value in step(project.folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_ACTIONS")
    result = project.pytest("--seqcheck", "mypkg.Faulty")
    assert "\n::" not in result.stdout
    assert not (project.folder / "step.md").exists()
