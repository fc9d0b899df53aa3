"""From a verdict to what a test run makes of it: pass, warn, skip, expected failure or failure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict

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

    `fail_on` is a part of `FAIL_ON`. `allowed` maps check names to the owner's reasons. `required` names checks that
    must be HOLDS.
    """

    fail_on: Collection[str] = ()
    allowed: Mapping[str, str] | None = None
    required: Collection[str] = ()

    def result(self, verdict: Verdict) -> Result:
        """What one verdict counts as. An allowance is strict: an allowed check that holds fails."""
        if verdict.outcome is Outcome.VIOLATED:
            advice = verdict.severity is Severity.ADVICE and verdict.check not in self.required
            return Result.WARN if advice and "advice" not in self.fail_on else Result.FAIL
        if verdict.outcome is Outcome.HOLDS:
            return Result.FAIL if verdict.waived_though_sound else Result.PASS
        if verdict.outcome is Outcome.WAIVED:
            return Result.FAIL if verdict.check in self.required else Result.EXPECTED
        if verdict.outcome is Outcome.NOT_SELECTED:
            return Result.SKIP
        if verdict.check in self.required:
            return Result.FAIL
        wanted = verdict.outcome is Outcome.INCONCLUSIVE and "inconclusive" in self.fail_on
        return Result.FAIL if wanted and verdict.check not in (self.allowed or {}) else Result.SKIP

    def for_target(self, report: TargetReport) -> Gate:
        """The same gate with what the target's own contract requires."""
        required = report.contract.get("required") or ()
        return Gate(self.fail_on, self.allowed, (*self.required, *required))
