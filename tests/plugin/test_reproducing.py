"""--seqcheck-reproduce: the run of one finding is made again, alone, and the report that names it is only read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plugin.conftest import Project

REPORT = ("--seqcheck-json", "report.json")


def findings(project: Project) -> dict[str, Any]:
    document = json.loads((project.folder / "report.json").read_text())
    checks = document["targets"][0]["checks"]
    return {check["name"]: check["findings"][0] for check in checks if check["findings"]}


@pytest.fixture
def reported(project: Project) -> Project:
    """A project with the report of a run."""
    project.pytest("--seqcheck", "mypkg.Faulty", *REPORT, "--junitxml", "junit.xml")
    return project


def test_the_run_of_a_finding_is_made_again(reported: Project) -> None:
    name = findings(reported)["lost-samples"]["id"]
    before = (reported.folder / "report.json").read_text()
    result = reported.pytest("--seqcheck-reproduce", name, *REPORT)
    assert result.returncode == 1
    assert result.stdout.startswith(
        "mypkg.Faulty, lost-samples, 40 samples, fork with 2 workers: again\n\n3 of 40 samples"
    )
    assert reported.log("repeat") == ["mypkg.Faulty lost-samples 40 samples, fork with 2 workers"]
    assert (reported.folder / "report.json").read_text() == before
    assert f'value="{name}"' in (reported.folder / "junit.xml").read_text()


def test_what_is_not_seen_again_says_what_was_reported(reported: Project) -> None:
    text = (reported.folder / "report.json").read_text()
    document = json.loads(text)
    for check in document["targets"][0]["checks"]:
        if check["name"] == "lost-samples":
            check["name"] = "repeated-samples"
    reported.write("report.json", json.dumps(document))
    name = findings(reported)["repeated-samples"]["id"]
    result = reported.pytest("--seqcheck-reproduce", name, *REPORT)
    assert result.returncode == 0
    assert ": not again\nholds: 2 epochs of 10 batches\nreported was: 3 of 40 samples" in result.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("lost-samples-0", *REPORT), "report.json: there is no finding 'lost-samples-0'. Did you mean 'lost-samples-"),
        (("lost-samples-0", "--seqcheck-json", "none.json"), "none.json cannot be read"),
        (("lost-samples-0",), "name the report that has it, --seqcheck-json FILE"),
    ],
)
def test_what_is_not_there_is_refused(reported: Project, options: tuple[str, ...], says: str) -> None:
    result = reported.pytest("--seqcheck-reproduce", *options)
    assert result.returncode == 4
    assert says in result.stderr


def test_a_finding_without_a_run_names_what_repeats_its_check(reported: Project) -> None:
    name = findings(reported)["silent-overrun"]["id"]
    result = reported.pytest("--seqcheck-reproduce", name, *REPORT)
    assert result.returncode == 4
    assert f"{name} has no run that could be made alone; all of its check is repeated by: pytest" in result.stderr
