"""What a report says is told without driving anything."""

from __future__ import annotations

import pytest

from killmatrix.driving import judged, soon
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict


def verdict(check, outcome, severity=Severity.ERROR, reason=""):
    return Verdict(check, "epoch", severity, outcome, reason)


def report(*verdicts, built=True, internal=()):
    return TargetReport("data.Batches", "", Construction(built, ""), verdicts, internal=internal)


def test_errors_and_advice_are_told_apart():
    driven = judged(
        report(
            verdict("lost-samples", Outcome.VIOLATED),
            verdict("silent-overrun", Outcome.VIOLATED, Severity.ADVICE),
            verdict("ignored-index", Outcome.HOLDS),
        ),
        ("ignored-index",),
    )
    assert (driven.errors, driven.advice) == (("lost-samples",), ("silent-overrun",))
    assert driven.outcomes == {"ignored-index": "HOLDS"}


def test_what_cannot_be_built_is_red_by_that():
    assert judged(report(built=False), ()).errors == ("construction",)


@pytest.mark.parametrize(
    "broken",
    [
        report(internal=("Traceback",)),
        report(verdict("lost-samples", Outcome.INCONCLUSIVE, reason="seqcheck failed: KeyError")),
    ],
)
def test_a_failure_of_seqcheck_is_no_verdict(broken):
    with pytest.raises(RuntimeError):
        judged(broken, ())


def test_what_is_asked_first_of_a_mechanical_mutant_needs_no_worker():
    assert "lost-samples" in soon()
    assert not {"thread-race", "stale-shuffle", "untrainable", "misaligned-predictions"} & set(soon())
