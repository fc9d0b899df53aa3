"""The words that people read, whole: every message is compared with a file of tests/snapshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.model.waiver import Waiver
from seqcheck.reporting import terminal
from seqcheck.reporting.denominator import crashed
from seqcheck.reporting.words import Explanation
from tests.reporting.samples import CHECKS, ERROR, EXPLANATIONS, LOST, REPORT, UNBUILT

Recorded = Callable[[str, str], None]


def verdict(name: str) -> Verdict:
    found = REPORT.verdict(name)
    assert found is not None
    return found


def test_failure(as_recorded: Recorded) -> None:
    as_recorded("failure", terminal.failure(verdict("lost-samples"), REPORT, EXPLANATIONS["lost-samples"]))


def test_failure_of_a_tests_own_sequence(as_recorded: Recorded) -> None:
    own = replace(REPORT, node="", command="pytest tests/test_train.py::test_train")
    found = replace(verdict("lost-samples"), findings=(LOST,))
    as_recorded("failure_in_a_test", terminal.failure(found, own, EXPLANATIONS["lost-samples"]))


def test_many_findings_are_cut_and_counted() -> None:
    findings = tuple(Finding(f"sample {number} is lost") for number in range(9))
    shown = terminal.failure(replace(verdict("lost-samples"), findings=findings), REPORT, EXPLANATIONS["lost-samples"])
    assert "Also: sample 3 is lost" in shown
    assert "sample 4" not in shown
    assert "... and 5 more findings of this kind." in shown


def test_long_values_go_on_below_themselves() -> None:
    rows = [f"row-{number:02}" for number in range(12)] * 2
    finding = Finding("rows are repeated", {"rows": " ".join(rows), "of": 24})
    shown = terminal.failure(
        replace(verdict("lost-samples"), findings=(finding,)), REPORT, EXPLANATIONS["lost-samples"]
    )
    lines = shown.splitlines()[1:4]
    assert [line[:8] for line in lines] == ["  rows  ", "        ", "  of    "]
    assert " ".join(line[8:] for line in lines[:2]).split() == rows
    assert max(map(len, lines)) <= terminal.WIDTH


def test_what_was_inferred_and_what_was_drawn_is_said() -> None:
    contract = {"shuffles": True, "epoch": "once", "inferred": ["shuffles"]}
    shown = terminal.summary(replace(REPORT, contract=contract, search="60 scenarios of other sizes, drawn by seed 3"))
    assert "  inferred   shuffles = true; nobody declared it" in shown
    assert "  searched   60 scenarios of other sizes, drawn by seed 3" in shown
    assert not [line for line in terminal.summary(REPORT) if line.split()[0] in ("inferred", "searched")]


def test_what_is_open_stands_in_the_summary_with_its_reason() -> None:
    still = tuple(
        Verdict(name, "epoch", ERROR, Outcome.INCONCLUSIVE, "no epoch was read whole") for name in list(CHECKS)[2:4]
    )
    shown = terminal.summary(replace(REPORT, verdicts=still))
    assert "  open       lost-samples, repeated-samples: no epoch was read whole" in shown
    assert not any("no epoch" in line for line in terminal.summary(replace(UNBUILT, verdicts=still)))


def test_construction(as_recorded: Recorded) -> None:
    as_recorded("construction", terminal.construction_failure(UNBUILT))


def test_many_ways_of_building_are_cut_and_one_is_told_once() -> None:
    built = replace(
        UNBUILT.construction, problem="S cannot be built: S(): ValueError: no", tried=("S(): ValueError: no",)
    )
    assert "Tried" not in terminal.construction_failure(replace(UNBUILT, construction=built))
    tried = tuple(f"S({number}): ValueError" for number in range(9))
    shown = terminal.construction_failure(replace(UNBUILT, construction=replace(built, tried=tried)))
    assert "\n  S(5): ValueError\n  ... and 3 more (all of them stand in the JSON report)\n" in shown


def test_waived_though_sound(as_recorded: Recorded) -> None:
    waiver = Waiver("known, #12", date(2027, 1, 31), where="pyproject.toml [tool.seqcheck] allow.phantom-batch")
    found = replace(verdict("phantom-batch"), waived_though_sound=True, waiver=waiver)
    as_recorded("waived_though_sound", terminal.waived_though_sound(found, REPORT))


def test_known_though_sound() -> None:
    waiver = Waiver("known, known.toml", where="/project/known.toml", known_in="/project/known.toml")
    found = replace(verdict("phantom-batch"), waived_though_sound=True, waiver=waiver)
    text = terminal.waived_though_sound(found, REPORT)
    assert text.startswith("phantom-batch is known to be violated, but the check holds: 3 epochs of 10 batches\n\n")
    assert "Take its line out of /project/known.toml: --seqcheck-baseline-update does so\n" in text


@pytest.mark.parametrize(
    ("waiver", "expired", "says"),
    [
        (
            Waiver("old", date(2026, 1, 31), where="here"),
            True,
            "It was allowed (old (until 2026-01-31)), and that time",
        ),
        (Waiver("old", engines=("fork",), where="here"), False, "It is allowed elsewhere (old (on fork)), which does"),
        (Waiver("known", where="here", known_in="here"), False, "It is known as advice (here); it has become an error"),
    ],
)
def test_a_waiver_that_does_not_cover_it_says_why(waiver: Waiver, expired: bool, says: str) -> None:
    found = replace(verdict("lost-samples"), waiver=waiver, expired=expired)
    assert f"\n\n{says}" in terminal.failure(found, REPORT, Explanation())


def test_what_was_settled_says_which_lock_has_it() -> None:
    text = terminal.unsettled(verdict("repeated-samples"), REPORT, "seqcheck.lock")
    assert "It was settled when seqcheck.lock was written." in text
    assert "--seqcheck-lock-update says so in the lock" in text


def test_unsettled(as_recorded: Recorded) -> None:
    as_recorded("unsettled", terminal.unsettled(verdict("repeated-samples"), REPORT))


def test_summary(as_recorded: Recorded) -> None:
    as_recorded("summary", "\n".join(terminal.summary(REPORT)))


def test_summary_of_what_could_not_be_built(as_recorded: Recorded) -> None:
    as_recorded("summary_unbuilt", "\n".join(terminal.summary(UNBUILT)))


def test_a_brief_summary_is_one_line() -> None:
    assert terminal.summary(REPORT, brief=True) == [
        "src/mypkg/data.py::MySequence: 1 of 7 checks hold, 1 violated, 1 advice, 2 inconclusive, 1 not applicable, "
        "1 waived, in 14.2 s"
    ]


def test_a_crash_is_told_once_and_shortly() -> None:
    report = crashed("mypkg.MySequence", "data.py::MySequence", CHECKS, RuntimeError("the driver broke"))
    assert terminal.summary(report)[1:] == [
        "  internal   seqcheck itself failed; please report it with these lines:",
        "    RuntimeError: the driver broke",
    ]


def test_a_cause_outside_the_run_is_named_with_what_follows_from_it() -> None:
    follows = Verdict("untrainable", "fit", ERROR, Outcome.INCONCLUSIVE, "follows from x", follows_from="lost-samples")
    alone = TargetReport("T", "t.py::T", REPORT.construction, (follows,))
    assert "  open       untrainable: follows from lost-samples" in terminal.summary(alone)


def test_the_catalogue(as_recorded: Recorded) -> None:
    as_recorded("catalogue", terminal.catalogue(CHECKS, EXPLANATIONS))


def test_reasons_stand_on_one_line() -> None:
    found = replace(verdict("missing-reshuffle"), reason="shuffle=False\nwas passed")
    assert terminal.reason_line(found, REPORT) == (
        "not applicable: shuffle=False\\nwas passed (MySequence::missing-reshuffle)"
    )
