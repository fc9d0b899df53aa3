"""From a verdict to what a test run makes of it: pass, warn, skip, expected failure or failure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.lock import Lock

FAIL_ON: Final = ("inconclusive", "advice")
"""What `--seqcheck-fail-on` can turn into failures."""


class SeqcheckAdvice(UserWarning):
    """A violation that is advice: the check passes and says so."""

    __module__ = "seqcheck"


class SeqcheckFailure(AssertionError):
    """A Sequence that a test or script handed over does not conform; the text is the report in words."""

    __module__ = "seqcheck"


class Result(str, Enum):
    """What becomes of a check in a test run."""

    PASS = "pass"
    WARN = "warn"
    SKIP = "skip"
    EXPECTED = "expected failure"
    FAIL = "fail"


@dataclass(frozen=True)
class Gate:
    """How verdicts count in this run.

    `fail_on` is a part of `FAIL_ON`. `required` names checks that must be HOLDS, `locked` those that must stay settled.
    `lock` has the latter by target. `built` says whether an instance could be built: where none could, that alone is
    red, with what is required.
    """

    fail_on: Collection[str] = ()
    required: Collection[str] = ()
    lock: Lock | None = None
    locked: Collection[str] = ()
    built: bool = True

    def result(self, verdict: Verdict) -> Result:
        """What one verdict counts as. A waiver is strict: one that is over, or whose check holds, fails."""
        if verdict.outcome is Outcome.NOT_SELECTED:
            return Result.SKIP
        if verdict.outcome is Outcome.VIOLATED:
            if verdict.same_as and verdict.check not in self.required:
                return Result.SKIP
            advice = verdict.severity is Severity.ADVICE and verdict.check not in self.required
            return Result.WARN if advice and not verdict.expired and "advice" not in self.fail_on else Result.FAIL
        if verdict.outcome is Outcome.HOLDS:
            return Result.FAIL if verdict.waived_though_sound else Result.PASS
        if verdict.outcome is Outcome.WAIVED:
            return Result.FAIL if verdict.check in self.required else Result.EXPECTED
        return Result.FAIL if verdict.check in self.required or self._unsettled_fails(verdict) else Result.SKIP

    def lost(self, verdict: Verdict) -> bool:
        """Whether the lock says that a verdict was settled which is not any more, for no reason that is red itself."""
        unsettled = verdict.outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
        return unsettled and verdict.check in self.locked and not verdict.follows_from and self.built

    def for_target(self, report: TargetReport) -> Gate:
        """The same gate with what the target's own contract requires, and what is locked for it.

        Where a violation is red already, what it unsettles is not red as well: once it is mended, the lock tells.
        """
        required = report.contract.get("required") or ()
        own = replace(self, required=(*self.required, *required), built=report.construction.ok)
        violated = (verdict for verdict in report.verdicts if verdict.outcome is Outcome.VIOLATED)
        if self.lock is None or any(own.result(verdict) is Result.FAIL for verdict in violated):
            return own
        return replace(own, locked=self.lock.settled(report.node))

    def _unsettled_fails(self, verdict: Verdict) -> bool:
        """One cause, one red: what follows from another check, or from what could not be built, is not red as well."""
        if verdict.waiver is not None:
            return verdict.expired
        wanted = verdict.outcome is Outcome.INCONCLUSIVE and "inconclusive" in self.fail_on
        return self.lost(verdict) or (wanted and not verdict.follows_from and self.built)
