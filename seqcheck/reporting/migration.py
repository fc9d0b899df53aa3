"""What keeps a code base from moving to another Keras, Python or way of starting workers, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from seqcheck.model.check import Check, Finding, Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.usage import MOVES, SHOWN_BY, Move
from seqcheck.model.verdict import Verdict
from seqcheck.model.words import counted
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.words import reproduce

BASE: Final = "base"
"""Stands in the place of a check for what the class is derived from."""


def stops(report: TargetReport, move: Move) -> list[tuple[str, Finding | None, str]]:
    """What keeps one target from moving: the check, its finding, and what is said of it.

    A violation counts where the way of reading that one would move to shows it and a plain loop does not; what is
    allowed or known counts as well, since it stops the move all the same.
    """
    found: list[tuple[str, Finding | None, str]] = []
    if "keras" in move.ways and report.base == "tf_keras":
        said = (
            "it is derived from the Sequence of tf_keras, which Keras 3 refuses: derive it from keras.utils.PyDataset"
        )
        found.append((BASE, None, said))
    for verdict in report.verdicts:
        if verdict.outcome in (Outcome.VIOLATED, Outcome.WAIVED):
            shown = [finding for finding in verdict.findings if set(finding.ways) & set(move.ways)]
            summaries = {finding.summary for finding in shown}
            # What a search brought down to fewer samples says the same once more.
            shown = [one for one in shown if not any(other in one.summary for other in summaries - {one.summary})]
            allowed = " (allowed)" if verdict.outcome is Outcome.WAIVED else ""
            found += [(verdict.check, finding, f"{finding.summary}{allowed}") for finding in shown]
    return found


def unsettled(report: TargetReport, move: Move, checks: Mapping[str, Check]) -> list[Verdict]:
    """The checks that look at this way of reading and could not be settled."""
    looking = {name for name, check in checks.items() if set(_ways_of(check)) & set(move.ways)}
    return [
        verdict
        for verdict in report.verdicts
        if verdict.check in looking and verdict.outcome is Outcome.INCONCLUSIVE and not verdict.follows_from
    ]


def text(name: str, reports: Sequence[TargetReport], checks: Mapping[str, Check]) -> str:
    """The whole list, target by target, with a line of totals before it."""
    move = MOVES[name]
    stopped = [report for report in reports if stops(report, move)]
    unbuilt = [report for report in reports if not report.construction.ok]
    things = sum(len(stops(report, move)) for report in reports)
    verb = "keeps" if things == 1 else "keep"
    heading = (
        f"{counted(things, 'thing')} {verb} {len(stopped)} of {len(reports)} targets from moving to {move.title}"
        if things
        else f"nothing was found that keeps {counted(len(reports), 'target')} from moving to {move.title}"
    )
    if unbuilt:
        heading += f"; {len(unbuilt)} could not be built"
    blocks = [list(_target(report, move, checks)) for report in reports]
    return "\n\n".join(["\n".join(lines) for lines in [[heading], *blocks]]) + "\n"


def _target(report: TargetReport, move: Move, checks: Mapping[str, Check]) -> Iterator[str]:
    rows: list[tuple[str, str]] = []
    for check, finding, said in stops(report, move):
        place = f" ({finding.frame.file}:{finding.frame.line})" if finding is not None and finding.frame else ""
        again = f"; {reproduce(report, check)}" if check != BASE else ""
        rows.append((check, one_line(f"{said}{place}{again}")))
    if not report.construction.ok:
        rows.append(("not built", one_line(report.construction.problem)))
    else:
        open_ones = unsettled(report, move, checks)
        rows += [("open", one_line(f"{verdict.check}: {verdict.reason}")) for verdict in open_ones]
    yield f"{one_line(report.target)}: {_tally(rows)}"
    width = max((len(label) for label, _ in rows), default=0)
    yield from (f"  {label:<{width}}  {said}" for label, said in rows)


def _tally(rows: Collection[tuple[str, str]]) -> str:
    labels = [label for label, _ in rows]
    if "not built" in labels:
        return "not looked at"
    stopping = sum(label != "open" for label in labels)
    left = labels.count("open")
    said = counted(stopping, "thing") if stopping else "nothing found"
    return f"{said}, {counted(left, 'check')} open" if left else said


def _ways_of(check: Check) -> tuple[str, ...]:
    """The ways of reading that a check looks at beside the plain loop, by the runs it reads and what changes it."""
    ways = [way for engine in check.needs for way in SHOWN_BY.get(engine, ())]
    return (*ways, "keras") if "fit:keras" in check.options else tuple(ways)
