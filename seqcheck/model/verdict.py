"""From judgements to verdicts: causes grouped, waivers applied, one verdict for every check of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from seqcheck.model.check import Check, Finding, Judgement, Outcome, Severity
from seqcheck.model.waiver import Waiver


@dataclass(frozen=True)
class Verdict:
    """What is reported for one check of one target. `severity` is the effective one of this run."""

    check: str
    clause: str
    severity: Severity
    outcome: Outcome
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    declare: str = ""
    follows_from: str = ""
    waived_though_sound: bool = False
    """A waiver stands though the check holds: strict, so it fails."""
    waiver: Waiver | None = None
    """The waiver that stands for this check, whether or not it covers what was seen."""
    expired: bool = False
    """The waiver's last day is over: strict, so it fails."""
    same_as: str = ""
    """The item of another target that is red for the same cause: ``src/mypkg/data.py::Train::lost-samples``."""


def settle(
    checks: Mapping[str, Check],
    judgements: Mapping[str, Judgement],
    allowed: Mapping[str, Waiver],
    only: Collection[str] = (),
    today: date | None = None,
) -> tuple[Verdict, ...]:
    """One verdict a check, in the order of `checks`.

    `allowed` maps check names to the owner's waivers. `only` names the checks that were asked for, empty for all.
    `today` is the day by which waivers end, None for that of the clock.
    """
    grouped = group(checks, judgements, only)
    day = today or date.today()
    verdicts = {name: _verdict(check, grouped[name]) for name, check in checks.items()}
    return tuple(
        waive(verdict, allowed[name], checks[name].severity, day) if name in allowed else verdict
        for name, verdict in verdicts.items()
    )


def waive(verdict: Verdict, waiver: Waiver, severity: Severity, today: date) -> Verdict:
    """The verdict with a waiver over it; `severity` is the check's own, for findings that have none of their own.

    What the waiver does not cover stays VIOLATED. One that is no longer needed, or whose time is over, is marked: it
    fails whatever was seen, so that somebody looks at it.
    """
    verdict = replace(verdict, waiver=waiver, expired=waiver.expired(today))
    if verdict.outcome is Outcome.HOLDS:
        return replace(verdict, waived_though_sound=True)
    if verdict.outcome is not Outcome.VIOLATED or verdict.expired:
        return verdict
    if waiver.advice_only and verdict.severity is Severity.ERROR:
        return verdict
    left = tuple(found for found in verdict.findings if waiver.engines and found.engine not in waiver.engines)
    if not left:
        return replace(verdict, outcome=Outcome.WAIVED, reason=waiver.terms())
    return replace(verdict, findings=left, reason=left[0].summary, severity=_worst(severity, left))


def group(
    checks: Mapping[str, Check], judgements: Mapping[str, Judgement], only: Collection[str] = ()
) -> dict[str, Judgement]:
    """Drop the findings that a violated cause explains; what keeps none becomes INCONCLUSIVE ``follows from``.

    A cause that is itself explained away still explains: the chain ends at the one that stays red. Advice explains no
    error: a warning must not hide a failure. Nor does a cause that nobody asked for: then no check would be red at all.
    """
    violated = {name for name, judgement in judgements.items() if judgement.outcome is Outcome.VIOLATED}
    grouped = dict(judgements)
    for name in violated:
        asked = violated & set(only) if only else violated
        causes = {cause: engines for cause, engines in checks[name].explained_by.items() if cause in asked}
        kept = list(judgements[name].findings)
        blamed = ""
        for cause, engines in causes.items():
            advice = severity_of(checks[cause], judgements[cause]) is Severity.ADVICE
            left = [
                finding
                for finding in kept
                if (engines is not None and finding.engine not in engines)
                or (advice and (finding.severity or checks[name].severity) is Severity.ERROR)
            ]
            if len(left) < len(kept):
                blamed = blamed or cause
            kept = left
        if not causes or len(kept) == len(judgements[name].findings):
            continue
        if kept:
            grouped[name] = replace(judgements[name], findings=tuple(kept), reason=kept[0].summary)
        else:
            reason = f"follows from {blamed}: {judgements[name].reason}"
            grouped[name] = Judgement(Outcome.INCONCLUSIVE, reason, follows_from=blamed)
    return grouped


def severity_of(check: Check, judgement: Judgement) -> Severity:
    """The effective severity: an error where any finding is one, else the check's own."""
    return _worst(check.severity, judgement.findings)


def _worst(own: Severity, findings: tuple[Finding, ...]) -> Severity:
    severities = {finding.severity or own for finding in findings} or {own}
    return Severity.ERROR if Severity.ERROR in severities else Severity.ADVICE


def _verdict(check: Check, judgement: Judgement) -> Verdict:
    return Verdict(
        check=check.name,
        clause=check.clause,
        severity=severity_of(check, judgement),
        outcome=judgement.outcome,
        reason=judgement.reason,
        findings=judgement.findings,
        declare=judgement.declare,
        follows_from=judgement.follows_from,
    )


def totals(verdicts: tuple[Verdict, ...]) -> dict[str, int]:
    """How many verdicts of each outcome, every outcome named."""
    return {outcome.value: sum(verdict.outcome is outcome for verdict in verdicts) for outcome in Outcome}
