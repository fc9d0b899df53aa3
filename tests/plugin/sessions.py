"""A session of seqcheck without pytest around it, and reports written by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from seqcheck.model.check import Check, Finding, Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.plugin.bench import Bench
from seqcheck.plugin.runs import Driver, Runs
from seqcheck.reporting.gate import Gate
from seqcheck.reporting.words import Explanation

CHECKS = {name: Check(name, "epoch", ("loop",)) for name in ("lost-samples", "repeated-samples")}


def no_driver() -> Driver:
    raise AssertionError("a Sequence of the test's own needs no driver of targets")


def session(**gate: Any) -> Any:
    """What the fixture and `parametrize_with_checks` need of `seqcheck.plugin.session.Session`."""
    runs = Runs(CHECKS, no_driver)
    return SimpleNamespace(runs=runs, bench=Bench(runs, Gate(**gate), lambda name: Explanation()))


def report(outcome: Outcome, severity: Severity = Severity.ERROR) -> TargetReport:
    """A report in which ``lost-samples`` came out like this and everything else holds."""
    findings = (Finding("3 of 40 samples are lost"),) if outcome is Outcome.VIOLATED else ()
    lost = Verdict("lost-samples", "epoch", severity, outcome, "as written", findings)
    fine = Verdict("repeated-samples", "epoch", Severity.ERROR, Outcome.HOLDS, "3 epochs")
    return TargetReport("Train", "somewhere", Construction(True, "Train()"), (lost, fine), seconds=1.5)
