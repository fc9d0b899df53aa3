"""The fixed denominator: every check of the catalogue stands in every report, whatever became of it."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping
from dataclasses import replace

from seqcheck.model.check import Check, Outcome
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict

FAILED = "seqcheck failed"
"""How the reason of a verdict begins that a fault of seqcheck itself left open."""
SETTLED = (Outcome.HOLDS, Outcome.VIOLATED)
"""What is only said where something was looked at."""


def complete(report: TargetReport, checks: Mapping[str, Check], asked: Collection[str] | None = None) -> TargetReport:
    """The report with one verdict a check, in the order of `checks`.

    Checks outside `asked` (None: every check was asked for) become NOT_SELECTED; one that was asked for and has no
    verdict is INCONCLUSIVE, by our own fault. Where such faults left nothing that is settled, the construction says so
    and fails: a run in which everything skips would be green.
    """
    verdicts = []
    for name, check in checks.items():
        given = report.verdict(name)
        if asked is not None and name not in asked:
            verdicts.append(
                Verdict(name, check.clause, check.severity, Outcome.NOT_SELECTED, "not selected in this run")
            )
        elif given is None:
            reason = f"{FAILED}: no verdict was given for {name}"
            verdicts.append(Verdict(name, check.clause, check.severity, Outcome.INCONCLUSIVE, reason))
        else:
            verdicts.append(given)
    report = replace(report, verdicts=tuple(verdicts))
    asked_for = [verdict.outcome for verdict in verdicts if verdict.outcome is not Outcome.NOT_SELECTED]
    if report.internal and report.construction.ok and asked_for and not set(SETTLED).intersection(asked_for):
        return replace(report, construction=replace(report.construction, ok=False, problem=_ours(report.internal[0])))
    return report


def not_run(target: str, node: str, checks: Mapping[str, Check]) -> TargetReport:
    """The report of a target none of whose checks was reached."""
    report = TargetReport(target, node, Construction(False, "not built: nothing of this target was run"))
    return complete(report, checks, asked=())


def crashed(target: str, node: str, checks: Mapping[str, Check], error: Exception) -> TargetReport:
    """The report of a target on which seqcheck itself failed: nothing is known, and the user is not to blame."""
    text = internal_error(error)
    reason = f"{FAILED}: {text.splitlines()[-1]}"
    verdicts = tuple(
        Verdict(name, check.clause, check.severity, Outcome.INCONCLUSIVE, reason) for name, check in checks.items()
    )
    return TargetReport(target, node, Construction(False, "", text), verdicts, internal=(text,))


def internal_error(error: Exception) -> str:
    """What is shown where seqcheck itself failed; its last line is the error."""
    return _ours("".join(traceback.format_exception(type(error), error, error.__traceback__)))


def _ours(trace: str) -> str:
    said = "internal error in seqcheck, please report it with the lines below. Your Sequence is not to blame."
    return f"{said}\n{trace.rstrip()}"
