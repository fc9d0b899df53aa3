"""Verdicts in plain words, for people who read a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from seqcheck.model.check import Check, Finding, Outcome, Severity
from seqcheck.model.history import Frame
from seqcheck.model.report import ENGINE, Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.plain import one_line, plain, show
from seqcheck.reporting.stacks import without_ours
from seqcheck.reporting.words import Explanation, declaration, reproduce, title

WIDTH: Final = 100
LABEL: Final = 9
"""Columns of the labels in the summary, of which ``not built`` is the longest."""
MOST_LABEL: Final = 24
"""Columns that the labels of evidence take at the most; a longer one moves its own value only."""
MOST_FINDINGS: Final = 4
MOST_TRIED: Final = 6
"""Ways of building a target that are shown where none of them worked."""
MOST_LINES: Final = 40
"""Lines of stacks, and of an interleaving, that are shown of one finding."""


def failure(verdict: Verdict, report: TargetReport, explanation: Explanation) -> str:
    """The whole text of one violated check: what, where, why it matters, how to mend it, how to see it again."""
    parts: list[str] = []
    shown = verdict.findings[:MOST_FINDINGS]
    for place, finding in enumerate(shown):
        heading = one_line(finding.summary)
        parts.append("\n".join([heading if place == 0 else f"Also: {heading}", *_evidence(finding)]))
    if not shown:
        parts.append(one_line(verdict.reason))
    if len(verdict.findings) > len(shown):
        parts.append(f"... and {len(verdict.findings) - len(shown)} more findings of this kind.")
    parts.extend(_limits(verdict))
    if explanation.matters:
        parts.append(_paragraph("Why it matters", explanation.matters))
    parts.extend(_mending(verdict, report, explanation))
    return _joined(parts, reproduce(report, verdict.check))


def waived_though_sound(verdict: Verdict, report: TargetReport) -> str:
    """The text of a waiver that is no longer needed."""
    waiver = verdict.waiver
    if waiver is None:
        return ""
    if waiver.known_in:
        first = f"{verdict.check} is known to be violated, but the check holds: {one_line(verdict.reason)}"
        mend = f"Take its line out of {one_line(waiver.where)}: --seqcheck-baseline-update does so"
    else:
        first = (
            f"{verdict.check} is allowed ({one_line(waiver.terms())}), but the check holds: {one_line(verdict.reason)}"
        )
        mend = f"Take the allowance away: {one_line(waiver.where)}"
    return _joined([first, mend], reproduce(report, verdict.check))


def unsettled(verdict: Verdict, report: TargetReport, lost_from: str = "") -> str:
    """The text of a check that failed the run because it could not be settled, or because it was required to hold.

    `lost_from` is the lock that says it was settled, empty where none does.
    """
    word = verdict.outcome.value.replace("_", " ")
    parts = [f"{word}: {one_line(verdict.reason)}"]
    if lost_from:
        parts.append(
            f"It was settled when {one_line(lost_from)} was written. Where it cannot be any more, "
            "--seqcheck-lock-update says so in the lock, for a review to see"
        )
    parts.extend(_limits(verdict))
    if verdict.declare:
        parts.append(f"To settle it, declare {declaration(report, verdict.declare)}")
    return _joined(parts, reproduce(report, verdict.check))


def _limits(verdict: Verdict) -> Iterator[str]:
    """Why a waiver that stands does not cover what was seen."""
    waiver = verdict.waiver
    if waiver is None or verdict.outcome is Outcome.WAIVED:
        return
    where = one_line(waiver.where)
    if verdict.expired:
        yield f"It was allowed ({one_line(waiver.terms())}), and that time is over: mend it, or decide anew in {where}"
    elif waiver.known_in and verdict.outcome is Outcome.VIOLATED:
        yield f"It is known as advice ({where}); it has become an error since"
    elif verdict.outcome is Outcome.VIOLATED:
        yield f"It is allowed elsewhere ({one_line(waiver.terms())}), which does not cover this: {where}"


def reason_line(verdict: Verdict, report: TargetReport) -> str:
    """Why a check was skipped, on one line."""
    word = verdict.outcome.value.lower().replace("_", " ")
    if verdict.same_as:
        word = f"{word} by the same cause as {verdict.same_as}"
    settle = f"; to settle it, declare {verdict.declare}" if verdict.declare else ""
    item = f"{report.node.rpartition('::')[2] or report.target}::{verdict.check}"
    return one_line(f"{word}: {verdict.reason}{settle} ({item})")


def broken_use(report: TargetReport) -> str:
    """The text of a use that the installed engine does not keep its promises in; the Sequence is not to blame."""
    use = report.contract.get("fit") or {}
    said = ", ".join(f"{name} = {json.dumps(value)}" for name, value in use.items() if value is not None)
    parts = [
        f"The engine, not {one_line(report.target)}, breaks the use that is declared, fit = {{{one_line(said)}}}:",
        *map(one_line, report.broken_use),
    ]
    return _joined(parts, reproduce(report, ENGINE))


def construction_failure(report: TargetReport) -> str:
    """The text of a target that could not be built: why, what was tried, and what to paste."""
    own = f"No instance of {one_line(report.target)} could be built."
    return _joined([not_built(report.construction, own)], reproduce(report, "construction"))


def not_built(built: Construction, otherwise: str = "No instance could be built.") -> str:
    """Why nothing could be built, what was tried and how far each came, and what to paste."""
    parts = [plain(built.problem.strip()) or otherwise]
    tried = [one_line(line) for line in built.tried]
    if len(tried) > 1 or (tried and tried[0] not in parts[0]):
        shown = tried[:MOST_TRIED]
        if len(tried) > len(shown):
            shown.append(f"... and {len(tried) - len(shown)} more (all of them stand in the JSON report)")
        parts.append("Tried:\n" + "\n".join(f"  {line}" for line in shown))
    if built.paste:
        parts.append("To build it, paste:\n" + textwrap.indent(plain(built.paste.strip("\n")), "  "))
    return "\n\n".join(parts)


def summary(report: TargetReport, *, brief: bool = False) -> list[str]:
    """One target in the summary of the run: totals, plan, causes, what is open, engine, cuts and cost."""
    lines = [f"{one_line(title(report))}: {tally(report)}"]
    if brief:
        return lines
    built = report.construction
    if built.summary:
        lines.append(_row("built" if built.ok else "not built", one_line(built.summary).removeprefix("not built: ")))
    lines.extend(_causes(report))
    lines.extend(_asks(report))
    lines.extend(_unsettled(report))
    inferred = report.contract.get("inferred", ())
    if inferred:
        said = (f"{name} = {json.dumps(report.contract.get(name))}" for name in inferred)
        lines.append(_row("inferred", f"{', '.join(map(one_line, said))}; nobody declared it"))
    if report.search:
        lines.append(_row("searched", one_line(report.search)))
    lines.extend(_row("engine", f"in the declared use, {one_line(text)}") for text in report.broken_use)
    lines.extend(_row("engine", one_line(text)) for text in report.engine)
    lines.extend(_row("left out", one_line(text)) for text in report.cut)
    if report.phases:
        phases = ", ".join(f"{one_line(name)} {seconds:.1f}" for name, seconds in report.phases.items())
        lines.append(_row("seconds", phases))
    for text in report.internal:
        lines.append(_row("internal", "seqcheck itself failed; please report it with these lines:"))
        known = text == built.problem  # the item that stands for construction shows it whole
        lines.extend(f"    {line}" for line in plain(text.rstrip()).splitlines()[-1 if known else 0 :])
    return lines


def tally(report: TargetReport) -> str:
    """``31 of 40 checks hold, 1 violated, 8 not applicable, in 14.2 s``: every outcome that occurs."""
    kinds = [(verdict.outcome, verdict.severity) for verdict in report.verdicts]
    numbers = {
        "violated": kinds.count((Outcome.VIOLATED, Severity.ERROR)),
        "advice": kinds.count((Outcome.VIOLATED, Severity.ADVICE)),
    }
    held = 0
    for outcome, _ in kinds:
        held += outcome is Outcome.HOLDS
        if outcome not in (Outcome.HOLDS, Outcome.VIOLATED):
            word = outcome.value.lower().replace("_", " ")
            numbers[word] = numbers.get(word, 0) + 1
    parts = [f"{held} of {len(kinds)} checks hold", *(f"{number} {word}" for word, number in numbers.items() if number)]
    return f"{', '.join(parts)}, in {report.seconds:.1f} s"


def catalogue(checks: Mapping[str, Check], explanations: Mapping[str, Explanation]) -> str:
    """Every check by clause, with its one-sentence summary; advice is marked."""
    lines: list[str] = []
    width = max((len(name) for name in checks), default=0)
    for clause in dict.fromkeys(check.clause for check in checks.values()):
        lines.extend(["", clause] if lines else [clause])
        for name, check in checks.items():
            if check.clause == clause:
                advice = " (advice)" if check.severity is Severity.ADVICE else ""
                lines.append(f"  {name:<{width}}  {one_line(explanations[name].defect)}{advice}")
    return "\n".join(lines) + "\n"


def _evidence(finding: Finding) -> Iterator[str]:
    """The rows below a finding's sentence: run, values, place, stacks."""
    rows = [(one_line(str(name)), show(value)) for name, value in finding.evidence.items()]
    if finding.scenario is not None:
        rows.insert(0, ("seen in", finding.scenario.describe()))
    if finding.frame is not None:
        rows.append(("at", _place(finding.frame)))
    width = min(MOST_LABEL, max((len(label) for label, _ in rows), default=0))
    yield from (_wrapped_row(label, value, width) for label, value in rows)
    if finding.interleaving:
        yield "  the interleaving:"
        yield from (f"    {plain(line)}" for line in finding.interleaving[:MOST_LINES])
        if len(finding.interleaving) > MOST_LINES:
            more = len(finding.interleaving) - MOST_LINES
            yield f"    ... and {more} more lines (all of them stand in the JSON report)"
    if finding.stacks:
        stacks = [stack for stack in map(without_ours, finding.stacks) if stack] or finding.stacks
        lines = [line for stack in stacks for line in plain(stack).rstrip().splitlines()]
        yield "  stacks of the processes that hung or died:"
        yield from (f"    {line}" for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"    ... and {len(lines) - MOST_LINES} more lines (all of them stand in the JSON report)"


def _mending(verdict: Verdict, report: TargetReport, explanation: Explanation) -> Iterator[str]:
    if explanation.mend:
        example = "\n".join(f"  {plain(line)}" for line in explanation.mend)
        page = f"pytest --seqcheck-explain {verdict.check}"
        yield f"How to mend it, on the example of this check's page ({page}):\n{example}"
    declares = dict.fromkeys(finding.declare for finding in verdict.findings if finding.declare)
    if verdict.declare:
        declares[verdict.declare] = None
    for line in declares:
        yield f"If it is meant, declare it {declaration(report, plain(line))}"


def _causes(report: TargetReport) -> Iterator[str]:
    """Each violated check, errors first, with the checks that follow from it; then what is waived."""
    followers: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.follows_from:
            followers.setdefault(verdict.follows_from, []).append(verdict.check)
    violated = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.VIOLATED]
    for verdict in sorted(violated, key=lambda item: item.severity is Severity.ADVICE):
        behind = followers.pop(verdict.check, [])
        follows = f" (follow from it: {', '.join(behind)})" if behind else ""
        label = "violated" if verdict.severity is Severity.ERROR else "advice"
        said = f"the same cause as {verdict.same_as}" if verdict.same_as else verdict.reason
        yield _row(label, f"{verdict.check}: {one_line(said)}{_blocked(verdict)}{follows}")
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.WAIVED:
            known = verdict.waiver is not None and bool(verdict.waiver.known_in)
            said = verdict.findings[0].summary if known and verdict.findings else verdict.reason
            yield _row("known" if known else "waived", f"{verdict.check}: {one_line(said)}")
    for cause, behind in followers.items():
        yield _row("open", f"{', '.join(behind)}: follow{'s' if len(behind) == 1 else ''} from {cause}")


def _blocked(verdict: Verdict) -> str:
    """What training cannot move to, where it is for nothing else that the check warns."""
    if not all(finding.blocks for finding in verdict.findings):
        return ""
    names = dict.fromkeys(name for finding in verdict.findings for name in finding.blocks)
    return f"; blocks moving to {' / '.join(names)}" if names else ""


def _asks(report: TargetReport) -> Iterator[str]:
    """The declarations that would settle what is open, each with the checks that wait for it."""
    waiting: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.declare and verdict.outcome is Outcome.INCONCLUSIVE:
            waiting.setdefault(verdict.declare, []).append(verdict.check)
    for line, names in waiting.items():
        yield _row("declare", f"{one_line(line)}  would settle {', '.join(names)}")


def _unsettled(report: TargetReport) -> Iterator[str]:
    """What stays open though no declaration would settle it, by reason; of what was not built, the reason is above."""
    reasons: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.INCONCLUSIVE and not verdict.declare and not verdict.follows_from:
            reasons.setdefault(verdict.reason, []).append(verdict.check)
    for reason, names in reasons.items() if report.construction.ok else ():
        yield _row("open", f"{', '.join(names)}: {one_line(reason)}")


def _place(frame: Frame) -> str:
    code = f": {one_line(frame.code)}" if frame.code else ""
    return f"{one_line(frame.file)}:{frame.line} in {one_line(frame.function)}{code}"


def _row(label: str, value: str, width: int = LABEL) -> str:
    return f"  {label:<{width}}  {value}"


def _wrapped_row(label: str, value: str, width: int) -> str:
    """A row whose value goes on below itself where it is long; words are never cut."""
    indent = " " * (width + 4)
    room = max(WIDTH - len(indent), len(indent))
    lines = textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False) or [""]
    return f"\n{indent}".join([_row(label, lines[0], width), *lines[1:]])


def _paragraph(heading: str, text: str) -> str:
    return textwrap.fill(f"{heading}: {' '.join(plain(text).split())}", WIDTH, break_on_hyphens=False)


def _joined(parts: Sequence[str], command: str) -> str:
    closing = [f"See it again: {one_line(command)}"] if command else []
    return "\n\n".join([*parts, *closing])
