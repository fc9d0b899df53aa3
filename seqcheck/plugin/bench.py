"""From a verdict to what pytest makes of it: pass, warning, skip, expected failure or failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from seqcheck.model.check import Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.plugin.runs import Runs
from seqcheck.reporting import terminal
from seqcheck.reporting.gate import Gate, Result, SeqcheckAdvice
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.words import Explanation


@dataclass(frozen=True)
class Bench:
    """What every item of a session needs: the runs, how verdicts count, and the words beside them."""

    runs: Runs
    gate: Gate
    explain: Callable[[str], Explanation]

    def result(self, verdict: Verdict, report: TargetReport) -> Result:
        """What a verdict counts as in this session."""
        return self.gate.for_target(report).result(verdict)

    def text(self, verdict: Verdict, report: TargetReport) -> str:
        """The words of a verdict that fails or warns."""
        if verdict.waived_though_sound:
            return terminal.waived_though_sound(verdict, report)
        if verdict.findings:
            return terminal.failure(verdict, report, self.explain(verdict.check))
        lost = self.gate.lock is not None and self.gate.for_target(report).lost(verdict)
        return terminal.unsettled(verdict, report, str(self.gate.lock.path) if self.gate.lock and lost else "")

    def conclude(self, verdict: Verdict, report: TargetReport, warn: Callable[[SeqcheckAdvice], None]) -> None:
        """Raise what pytest understands as this verdict's result; return where it passes."""
        result = self.result(verdict, report)
        if result is Result.SKIP:
            pytest.skip(terminal.reason_line(verdict, report))
        if result is Result.EXPECTED:
            # Under --runxfail this call does nothing, and the violation is reported as what it is.
            pytest.xfail(one_line(f"{verdict.check} is allowed: {verdict.reason}"))
        if result is Result.WARN:
            try:
                warn(SeqcheckAdvice(self.text(verdict, report)))
            except SeqcheckAdvice as advice:  # the owner turns warnings into errors
                pytest.fail(str(advice), pytrace=False)
        elif result is not Result.PASS:
            pytest.fail(self.text(verdict, report), pytrace=False)

    def conclude_construction(self, report: TargetReport) -> None:
        """Fail where no instance could be built: everything else skips then, and all-skipped would be green."""
        if not report.construction.ok:
            pytest.fail(terminal.construction_failure(report), pytrace=False)

    def conclude_use(self, report: TargetReport) -> None:
        """Fail where the installed engine breaks what the declared use counts on; skip where that was not looked at."""
        if not report.construction.ok:
            pytest.skip("no instance could be built")
        if report.broken_use:
            pytest.fail(terminal.broken_use(report), pytrace=False)
        if report.unknown_use:
            pytest.skip(one_line(report.unknown_use))


def verdict_on(report: TargetReport, check: str) -> Verdict:
    """The verdict of one check in a report that has the fixed denominator."""
    return next(verdict for verdict in report.verdicts if verdict.check == check)


def construction_outcome(report: TargetReport) -> Outcome:
    """Building the target, as an outcome."""
    if report.construction.ok:
        return Outcome.HOLDS
    return Outcome.INCONCLUSIVE if report.internal else Outcome.VIOLATED


def use_outcome(report: TargetReport) -> Outcome:
    """The declared use on the installed engine, as an outcome."""
    if report.broken_use:
        return Outcome.VIOLATED
    return Outcome.INCONCLUSIVE if report.unknown_use or not report.construction.ok else Outcome.HOLDS
