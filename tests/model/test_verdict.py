"""From judgements to verdicts: one red for one cause, and never none."""

from __future__ import annotations

import pytest

from seqcheck.model.check import Check, Finding, Judgement, Outcome, Severity, holds, inconclusive, violated
from seqcheck.model.scenario import Scenario
from seqcheck.model.verdict import group, settle, totals

CHECKS = {
    "cause": Check("cause", "workers", ("loop",)),
    "effect": Check("effect", "workers", ("loop",), explained_by={"cause": None}),
    "partly": Check("partly", "workers", ("loop",), explained_by={"cause": ("spawn",)}),
    "advice": Check("advice", "workers", ("loop",), severity=Severity.ADVICE),
    "hidden": Check("hidden", "workers", ("loop",), explained_by={"advice": None}),
}


def seen(*engines: str) -> Judgement:
    return violated(Finding(f"seen in {engine}", scenario=Scenario(engine)) for engine in engines)


def judged(**judgements: Judgement) -> dict[str, Judgement]:
    return {name: judgements.get(name, holds("looked at")) for name in CHECKS}


def test_an_effect_follows_from_its_cause_and_is_not_red_as_well() -> None:
    grouped = group(CHECKS, judged(cause=seen("loop"), effect=seen("loop")))
    assert grouped["effect"].outcome is Outcome.INCONCLUSIVE
    assert grouped["effect"].follows_from == "cause"
    assert grouped["cause"].outcome is Outcome.VIOLATED


def test_an_effect_without_its_cause_stays_red() -> None:
    assert group(CHECKS, judged(effect=seen("loop")))["effect"].outcome is Outcome.VIOLATED


def test_only_the_findings_of_explained_engines_are_dropped() -> None:
    grouped = group(CHECKS, judged(cause=seen("loop"), partly=seen("spawn", "fork")))["partly"]
    assert grouped.outcome is Outcome.VIOLATED
    assert [finding.engine for finding in grouped.findings] == ["fork"]
    assert grouped.reason == "seen in fork"


def test_advice_does_not_hide_an_error() -> None:
    assert group(CHECKS, judged(advice=seen("loop"), hidden=seen("loop")))["hidden"].outcome is Outcome.VIOLATED


def test_a_cause_that_nobody_asked_for_explains_nothing() -> None:
    both = judged(cause=seen("loop"), effect=seen("loop"))
    assert group(CHECKS, both, only=("effect",))["effect"].outcome is Outcome.VIOLATED
    assert group(CHECKS, both, only=("effect", "cause"))["effect"].outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("judgement", "outcome", "though_sound"),
    [
        (seen("loop"), Outcome.WAIVED, False),
        (holds("looked at"), Outcome.HOLDS, True),
        (inconclusive("not looked at"), Outcome.INCONCLUSIVE, False),
    ],
)
def test_a_waiver_is_strict(judgement: Judgement, outcome: Outcome, though_sound: bool) -> None:
    verdict = settle(CHECKS, judged(cause=judgement), {"cause": "known, ticket 7"})[0]
    assert verdict.outcome is outcome
    assert verdict.waived_though_sound is though_sound


def test_totals_name_every_outcome() -> None:
    counted = totals(settle(CHECKS, judged(cause=seen("loop")), {}))
    assert counted == {
        "HOLDS": 4,
        "VIOLATED": 1,
        "INCONCLUSIVE": 0,
        "NOT_APPLICABLE": 0,
        "WAIVED": 0,
        "NOT_SELECTED": 0,
    }
