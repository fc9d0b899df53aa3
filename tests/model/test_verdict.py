"""From judgements to verdicts: one red for one cause, and never none."""

from __future__ import annotations

from datetime import date

import pytest

from seqcheck.model.check import Check, Finding, Judgement, Outcome, Severity, holds, inconclusive, violated
from seqcheck.model.scenario import Scenario
from seqcheck.model.verdict import Verdict, group, settle, totals
from seqcheck.model.waiver import Waiver

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
    verdict = settle(CHECKS, judged(cause=judgement), {"cause": Waiver("known, ticket 7")})[0]
    assert verdict.outcome is outcome
    assert verdict.waived_though_sound is though_sound


def waived(waiver: Waiver, judgement: Judgement, name: str = "cause") -> Verdict:
    found = settle(CHECKS, judged(**{name: judgement}), {name: waiver}, today=date(2027, 1, 31))
    return next(verdict for verdict in found if verdict.check == name)


def test_a_waiver_counts_on_its_last_day_and_no_longer() -> None:
    last = waived(Waiver("known", date(2027, 1, 31)), seen("loop"))
    assert (last.outcome, last.expired) == (Outcome.WAIVED, False)
    assert last.reason == "known (until 2027-01-31)"
    over = waived(Waiver("known", date(2027, 1, 30)), seen("loop"))
    assert (over.outcome, over.expired) == (Outcome.VIOLATED, True)
    assert waived(Waiver("known", date(2027, 1, 30)), inconclusive("not looked at")).expired


def test_a_waiver_of_an_engine_leaves_what_was_seen_elsewhere() -> None:
    waiver = Waiver("known", engines=("fork",))
    assert waived(waiver, seen("fork", "fork")).outcome is Outcome.WAIVED
    both = waived(waiver, seen("fork", "spawn"))
    assert (both.outcome, both.reason) == (Outcome.VIOLATED, "seen in spawn")
    assert [finding.engine for finding in both.findings] == ["spawn"]
    nowhere = violated([Finding("seen without a run")])
    assert waived(waiver, nowhere).outcome is Outcome.VIOLATED


def test_what_a_waiver_leaves_of_an_error_may_be_advice() -> None:
    judgement = violated(
        [
            Finding("crashes", scenario=Scenario("fork"), severity=Severity.ERROR),
            Finding("is slow", scenario=Scenario("loop")),
        ]
    )
    left = waived(Waiver("known", engines=("fork",)), judgement, "advice")
    assert (left.outcome, left.severity) == (Outcome.VIOLATED, Severity.ADVICE)


def test_a_waiver_of_advice_does_not_cover_an_error() -> None:
    waiver = Waiver("known", known_in="known.toml", advice_only=True)
    assert waived(waiver, seen("loop"), "advice").outcome is Outcome.WAIVED
    assert waived(waiver, seen("loop")).outcome is Outcome.VIOLATED


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
