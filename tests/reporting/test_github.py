"""Annotations: one a failing or warning item, at the user's line, with nothing in them that GitHub could act upon."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.history import Frame
from seqcheck.model.report import CLASS
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.denominator import not_run
from seqcheck.reporting.gate import Gate
from seqcheck.reporting.github import workflow_commands
from tests.reporting.samples import CHECKS, ERROR, REPORT, UNBUILT

ROOT = Path("/repository")
HERE = replace(REPORT, places={CLASS: Frame("/repository/src/mypkg/data.py", 5, "MySequence")})


def test_what_fails_comes_first_then_what_warns() -> None:
    error, warning = workflow_commands([HERE], Gate(), ROOT)
    assert error == (
        "::error file=src/mypkg/data.py,line=31,title=seqcheck lost-samples::"
        "mypkg.MySequence: 3 of 40 samples are never delivered: 37, 38, 39; see it again: "
        "pytest --seqcheck mypkg.MySequence "
        "src/mypkg/data.py::MySequence::lost-samples"
    )
    assert warning.startswith("::warning file=src/mypkg/data.py,line=5,title=seqcheck silent-overrun::")


def test_what_cannot_be_built_is_told_once_at_the_class() -> None:
    there = replace(UNBUILT, places=HERE.places)
    (line,) = workflow_commands([there], Gate(("inconclusive",)), ROOT)
    assert line.startswith("::error file=src/mypkg/data.py,line=5,title=seqcheck construction::MySequence(path) could")
    assert workflow_commands([not_run("mypkg.S", "s.py::S", CHECKS)], Gate(), ROOT) == []


def test_a_place_outside_of_the_repository_is_left_out() -> None:
    assert workflow_commands([HERE], Gate(), Path("/elsewhere"))[1].startswith(
        "::warning title=seqcheck silent-overrun::"
    )


def test_nothing_from_outside_makes_a_command_of_its_own() -> None:
    hostile = Finding("50%\r\n::error::x \x1b[2J", frame=Frame("/repository/a,b:c%.py", 0, "f"))
    verdict = Verdict("lost-samples", "epoch", ERROR, Outcome.VIOLATED, "x", (hostile,))
    (line,) = workflow_commands([replace(REPORT, verdicts=(verdict,), command="")], Gate(), ROOT)
    assert line == (
        "::error file=a%2Cb%3Ac%25.py,line=1,title=seqcheck lost-samples::"
        r"mypkg.MySequence: 50%25\n::error::x \x1b[2J"
    )
    assert len(line.splitlines()) == 1


def test_what_a_test_of_the_users_own_made_is_left_to_that_test() -> None:
    assert workflow_commands([replace(REPORT, node="")], Gate(), ROOT) == []


def test_what_another_target_is_red_for_is_not_annotated_again() -> None:
    verdicts = tuple(replace(verdict, same_as="x") for verdict in REPORT.verdicts)
    assert workflow_commands([replace(REPORT, verdicts=verdicts)], Gate(), ROOT) == []
