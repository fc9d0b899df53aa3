"""Every check stands in every report."""

from __future__ import annotations

from dataclasses import replace

from seqcheck.model.check import Outcome
from seqcheck.reporting.denominator import complete, crashed, not_run
from tests.reporting.samples import CHECKS, REPORT


def test_verdicts_stand_in_the_order_of_the_catalogue() -> None:
    shuffled = replace(REPORT, verdicts=REPORT.verdicts[::-1])
    assert complete(shuffled, CHECKS) == REPORT


def test_what_was_not_asked_for_is_not_selected_whatever_came_out() -> None:
    report = complete(REPORT, CHECKS, asked={"construction", "lost-samples"})
    outcomes = {verdict.check: verdict.outcome for verdict in report.verdicts}
    assert outcomes.pop("lost-samples") is Outcome.VIOLATED
    assert set(outcomes.values()) == {Outcome.NOT_SELECTED}
    assert all(not verdict.findings for verdict in report.verdicts if verdict.outcome is Outcome.NOT_SELECTED)


def test_a_verdict_that_is_missing_is_our_fault() -> None:
    report = complete(replace(REPORT, verdicts=REPORT.verdicts[:-1]), CHECKS)
    assert report.verdicts[-1].outcome is Outcome.INCONCLUSIVE
    assert report.verdicts[-1].reason == "seqcheck failed: no verdict was given for untrainable"


def test_faults_of_ours_that_leave_nothing_settled_fail_and_some_do_not() -> None:
    trace = "Traceback (most recent call last):\nRecursionError: too deep"
    lost = [replace(verdict, outcome=Outcome.INCONCLUSIVE, findings=()) for verdict in REPORT.verdicts]
    ours = complete(replace(REPORT, verdicts=tuple(lost), internal=(trace,)), CHECKS)
    assert not ours.construction.ok
    assert ours.construction.problem.startswith("internal error in seqcheck, please report it")
    assert ours.construction.problem.endswith("RecursionError: too deep")
    assert complete(replace(REPORT, verdicts=tuple(lost)), CHECKS).construction.ok
    assert complete(replace(REPORT, internal=(trace,)), CHECKS).construction.ok
    assert complete(ours, CHECKS, asked=()).construction == ours.construction


def test_a_target_that_was_not_reached() -> None:
    report = not_run("mypkg.MySequence", "data.py::MySequence", CHECKS)
    assert [verdict.check for verdict in report.verdicts] == list(CHECKS)
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.NOT_SELECTED}


def test_a_crash_leaves_everything_open() -> None:
    report = crashed("mypkg.MySequence", "data.py::MySequence", CHECKS, ValueError("no"))
    assert {(verdict.outcome, verdict.reason) for verdict in report.verdicts} == {
        (Outcome.INCONCLUSIVE, "seqcheck failed: ValueError: no")
    }
    assert report.construction.problem.startswith("internal error in seqcheck, please report it")
