"""The name of a finding: the same from run to run and while lines move, another where it is another finding."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.history import Frame
from seqcheck.model.scenario import Scenario
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.identity import ids
from tests.reporting.samples import ERROR, REPORT

LINE = Frame("data.py", 12, "__getitem__", "return self.x[rows]")
FOUND = Finding("3 of 40", scenario=Scenario("fork", workers=2), frame=LINE)


def name(finding: Finding = FOUND, check: str = "lost-samples", **report: Any) -> str:
    verdict = Verdict(check, "epoch", ERROR, Outcome.VIOLATED, "x", (finding,))
    return ids(verdict, replace(REPORT, **report))[0]


def test_it_says_which_check_and_can_be_typed() -> None:
    assert re.fullmatch(r"lost-samples-[0-9a-f]{8}", name())


def test_what_differs_between_runs_and_edits_does_not_matter() -> None:
    other = replace(
        FOUND,
        summary="4 of 41",
        evidence={"samples": [3]},
        scenario=Scenario("fork", workers=4, num_samples=41),
        frame=replace(LINE, line=40, file="/elsewhere/data.py", code="    return self.x[rows]"),
    )
    assert name(other) == name()


def test_another_target_check_engine_or_line_is_another_finding() -> None:
    names = {
        name(),
        name(node="data.py::Other"),
        name(check="repeated-samples"),
        name(replace(FOUND, scenario=Scenario("spawn"))),
        name(replace(FOUND, frame=replace(LINE, code="return self.y[rows]"))),
        name(replace(FOUND, frame=replace(LINE, function="on_epoch_end"))),
        name(replace(FOUND, frame=None)),
    }
    assert len(names) == 7


def test_findings_alike_are_numbered_in_order() -> None:
    verdict = Verdict("lost-samples", "epoch", ERROR, Outcome.VIOLATED, "x", (FOUND, FOUND, replace(FOUND, frame=None)))
    first, second, third = ids(verdict, REPORT)
    assert second == f"{first}-2"
    assert third not in (first, second)
