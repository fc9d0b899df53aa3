"""How verdicts count: every outcome under every way of running."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.model.waiver import Waiver
from seqcheck.reporting.gate import Gate, Result
from seqcheck.reporting.lock import Lock

OPEN = Outcome.NOT_APPLICABLE
ADVICE: dict[str, Any] = {"severity": Severity.ADVICE}


@pytest.mark.parametrize(
    ("outcome", "about", "gate", "expected"),
    [
        (Outcome.HOLDS, {}, Gate(), Result.PASS),
        (Outcome.HOLDS, {"waived_though_sound": True}, Gate(), Result.FAIL),
        (Outcome.VIOLATED, {}, Gate(), Result.FAIL),
        (Outcome.VIOLATED, ADVICE, Gate(), Result.WARN),
        (Outcome.VIOLATED, ADVICE, Gate(("advice",)), Result.FAIL),
        (Outcome.VIOLATED, ADVICE, Gate(required=("lost-samples",)), Result.FAIL),
        (Outcome.INCONCLUSIVE, {}, Gate(("advice",)), Result.SKIP),
        (Outcome.INCONCLUSIVE, {}, Gate(("inconclusive",)), Result.FAIL),
        (Outcome.INCONCLUSIVE, {"waiver": Waiver("known")}, Gate(("inconclusive",)), Result.SKIP),
        (Outcome.INCONCLUSIVE, {"waiver": Waiver("known"), "expired": True}, Gate(), Result.FAIL),
        (Outcome.INCONCLUSIVE, {"follows_from": "phantom-batch"}, Gate(("inconclusive",)), Result.SKIP),
        (Outcome.INCONCLUSIVE, {}, Gate(("inconclusive",), built=False), Result.SKIP),
        (Outcome.INCONCLUSIVE, {}, Gate(locked=("lost-samples",)), Result.FAIL),
        (Outcome.INCONCLUSIVE, {}, Gate(locked=("phantom-batch",)), Result.SKIP),
        (Outcome.INCONCLUSIVE, {"follows_from": "phantom-batch"}, Gate(locked=("lost-samples",)), Result.SKIP),
        (Outcome.INCONCLUSIVE, {}, Gate(locked=("lost-samples",), built=False), Result.SKIP),
        (Outcome.INCONCLUSIVE, {"waiver": Waiver("known")}, Gate(locked=("lost-samples",)), Result.SKIP),
        (Outcome.NOT_APPLICABLE, {}, Gate(locked=("lost-samples",)), Result.FAIL),
        (Outcome.NOT_SELECTED, {}, Gate(locked=("lost-samples",)), Result.SKIP),
        (Outcome.VIOLATED, {**ADVICE, "expired": True}, Gate(), Result.FAIL),
        (Outcome.INCONCLUSIVE, {}, Gate(required=("lost-samples",)), Result.FAIL),
        (Outcome.NOT_APPLICABLE, {}, Gate(("inconclusive", "advice")), Result.SKIP),
        (Outcome.NOT_APPLICABLE, {}, Gate(required=("lost-samples",)), Result.FAIL),
        (Outcome.WAIVED, {}, Gate(), Result.EXPECTED),
        (Outcome.WAIVED, {}, Gate(required=("lost-samples",)), Result.FAIL),
        (Outcome.NOT_SELECTED, {}, Gate(("inconclusive",), required=("lost-samples",)), Result.SKIP),
    ],
)
def test_results(outcome: Outcome, about: dict[str, Any], gate: Gate, expected: Result) -> None:
    assert (
        gate.result(Verdict("lost-samples", "epoch", **{"severity": Severity.ERROR, "outcome": outcome, **about}))
        is expected
    )


def test_the_contract_of_the_target_adds_what_must_hold() -> None:
    report = TargetReport("T", "t.py::T", Construction(True, ""), contract={"required": ("lost-samples",)})
    gate = Gate(required=("phantom-batch",)).for_target(report)
    assert set(gate.required) == {"phantom-batch", "lost-samples"}


def test_what_is_locked_is_locked_for_its_target() -> None:
    lock = Lock(Path("seqcheck.lock"), ("lost-samples", "phantom-batch"), {"t.py::T": {"phantom-batch": OPEN}})
    gate = Gate(lock=lock).for_target(TargetReport("T", "t.py::T", Construction(True, "")))
    assert set(gate.locked) == {"lost-samples"}
    assert gate.built
    other = Gate(lock=lock).for_target(TargetReport("U", "t.py::U", Construction(False, "")))
    assert not other.locked
    assert not other.built


@pytest.mark.parametrize(("severity", "expected"), [(Severity.ERROR, Result.SKIP), (Severity.ADVICE, Result.FAIL)])
def test_what_a_red_violation_unsettles_is_not_red_as_well(severity: Severity, expected: Result) -> None:
    seen = Verdict("drifting-data", "epoch", severity, Outcome.VIOLATED, "x changes")
    unsettled = Verdict(
        "cloned-randomness", "workers", Severity.ERROR, Outcome.INCONCLUSIVE, "x changes when read again"
    )
    report = TargetReport("T", "t.py::T", Construction(True, ""), (seen, unsettled))
    gate = Gate(lock=Lock(Path("seqcheck.lock"), ("cloned-randomness",), {"t.py::T": {}})).for_target(report)
    assert gate.result(unsettled) is expected
