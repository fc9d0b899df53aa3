"""A finding is read back out of the JSON report with the very scenario that it was seen in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.scenario import Scenario, Step
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.identity import ids
from seqcheck.reporting.json_report import write
from seqcheck.reporting.reread import RereadError, finding_in
from tests.reporting.samples import ERROR, REPORT

SCENARIOS = (
    Scenario("fork", workers=2),
    Scenario("loop", 3, 1, 9, 4, True, 7, (0, 1, 5), (1, 0)),
    Scenario("tallying", counted=("", "x")),
    Scenario("script", num_samples=5, script=(Step("read", 1), Step("epoch-end"), Step("past", 0))),
    None,
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_scenario_comes_back_as_it_was(tmp_path: Path, scenario: Scenario | None) -> None:
    found = Finding("3 of 40", scenario=scenario)
    verdict = Verdict("lost-samples", "epoch", ERROR, Outcome.VIOLATED, "x", (Finding("another"), found))
    report = replace(REPORT, verdicts=(verdict,))
    write(tmp_path / "report.json", [report])
    name = ids(verdict, report)[1]
    read = finding_in(tmp_path / "report.json", name)
    assert read.scenario == scenario
    assert (read.id, read.target, read.node, read.check) == (name, REPORT.target, REPORT.node, "lost-samples")
    assert (read.summary, read.command) == (
        "3 of 40",
        "pytest --seqcheck mypkg.MySequence src/mypkg/data.py::MySequence::lost-samples",
    )


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    with pytest.raises(RereadError, match="cannot be read"):
        finding_in(file, "lost-samples-00000000")
    file.write_text("[]")
    with pytest.raises(RereadError, match="is no report of seqcheck with schema 1"):
        finding_in(file, "lost-samples-00000000")
    file.write_text(json.dumps({"schema": 1, "targets": [{}]}))
    with pytest.raises(RereadError, match="is no report of seqcheck that this version reads"):
        finding_in(file, "lost-samples-00000000")
    write(file, [REPORT])
    with pytest.raises(RereadError, match=r"there is no finding 'lost-samples-0'\. Did you mean 'lost-samples-"):
        finding_in(file, "lost-samples-0")
    write(file, [])
    with pytest.raises(RereadError, match="It has none"):
        finding_in(file, "lost-samples-0")
