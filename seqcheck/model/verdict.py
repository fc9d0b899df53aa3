"""From judgements to verdicts: causes grouped, waivers applied, one verdict for every check of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from seqcheck.model.check import Check, Finding, Judgement, Outcome, Severity


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


def settle(
    checks: Mapping[str, Check],
    judgements: Mapping[str, Judgement],
    allowed: Mapping[str, str],
    only: Collection[str] = (),
) -> tuple[Verdict, ...]:
    """One verdict a check, in the order of `checks`.

    `allowed` maps check names to the owner's reasons. `only` names the checks that were asked for, empty for all.
    """
    grouped = group(checks, judgements, only)
    return tuple(_verdict(check, grouped[name], allowed.get(name)) for name, check in checks.items())


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
    severities = {finding.severity or check.severity for finding in judgement.findings} or {check.severity}
    return Severity.ERROR if Severity.ERROR in severities else Severity.ADVICE


def _verdict(check: Check, judgement: Judgement, allowance: str | None) -> Verdict:
    verdict = Verdict(
        check=check.name,
        clause=check.clause,
        severity=severity_of(check, judgement),
        outcome=judgement.outcome,
        reason=judgement.reason,
        findings=judgement.findings,
        declare=judgement.declare,
        follows_from=judgement.follows_from,
    )
    if allowance is None:
        return verdict
    if judgement.outcome is Outcome.VIOLATED:
        return replace(verdict, outcome=Outcome.WAIVED, reason=allowance)
    if judgement.outcome is Outcome.HOLDS:
        return replace(verdict, waived_though_sound=True)
    return verdict


def totals(verdicts: tuple[Verdict, ...]) -> dict[str, int]:
    """How many verdicts of each outcome, every outcome named."""
    return {outcome.value: sum(verdict.outcome is outcome for verdict in verdicts) for outcome in Outcome}
