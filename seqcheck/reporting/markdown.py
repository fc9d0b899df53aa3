"""The run as Markdown: one table over the targets, then what is red, advised, known and open in each."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from seqcheck.model.check import Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.causes import shared
from seqcheck.reporting.gate import Gate, Result
from seqcheck.reporting.identity import ids
from seqcheck.reporting.locate import line_of, within
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.words import reproduce, title

WORDS: Final = {
    Result.FAIL: "fails",
    Result.WARN: "advice",
    Result.EXPECTED: "waived or known",
    Result.PASS: "holds",
}
COLUMNS: Final = (
    "target", "holds", "fails", "advice", "waived or known", "open", "not applicable", "not run", "seconds",
)  # fmt: skip


def summary(reports: Sequence[TargetReport], gate: Gate, root: Path) -> str:
    """The whole document. Files are named from `root`, the folder of the repository."""
    lines = ["## seqcheck", "", _row(COLUMNS), _row(["---", *["---:"] * (len(COLUMNS) - 1)])]
    for report in reports:
        counted = _counted(report, gate)
        cells = [str(counted.get(column, 0)) for column in COLUMNS[1:-1]]
        lines.append(_row([_code(title(report)), *cells, f"{report.seconds:.1f}"]))
    for report in reports:
        said = list(_said(report, gate.for_target(report), root))
        if said:
            lines += ["", f"### {_code(title(report))}", "", *said]
    causes = list(shared(reports))
    if causes:
        lines += ["", *(f"- {_text(line)}" for line in causes)]
    return "\n".join(lines) + "\n"


def _counted(report: TargetReport, gate: Gate) -> dict[str, int]:
    counting = gate.for_target(report)
    counted: dict[str, int] = {"fails": 1} if _unbuilt(report) else {}
    for verdict in report.verdicts:
        word = WORDS.get(counting.result(verdict)) or {
            Outcome.NOT_APPLICABLE: "not applicable",
            Outcome.NOT_SELECTED: "not run",
        }.get(verdict.outcome, "open")
        counted[word] = counted.get(word, 0) + 1
    return counted


def _said(report: TargetReport, gate: Gate, root: Path) -> Iterator[str]:
    if _unbuilt(report):
        problem = report.construction.problem.strip() or "no instance could be built"
        yield f"- **construction**: {_text(problem.splitlines()[0])}"
        return
    order = {Result.FAIL: 0, Result.WARN: 1, Result.EXPECTED: 2}
    told = [(gate.result(verdict), verdict) for verdict in report.verdicts]
    for result, verdict in sorted((one for one in told if one[0] in order), key=lambda one: order[one[0]]):
        name = f"**{verdict.check}**" if result is Result.FAIL else f"{verdict.check} ({WORDS[result]})"
        yield f"- {name}{_at(verdict, report, root)}: {_text(_sentence(verdict))}"
        command = reproduce(report, verdict.check)
        if result is Result.FAIL and command:
            yield f"  - {_code(command)}"
        if result is Result.FAIL and verdict.findings:
            yield f"  - its id: {', '.join(_code(name) for name in ids(verdict, report))}"
    for verdict in report.verdicts:
        if verdict.same_as and gate.result(verdict) is Result.SKIP:
            yield f"- {verdict.check}: the same cause as {_code(verdict.same_as)}"
    asks = dict.fromkeys(verdict.declare for verdict in report.verdicts if verdict.declare and not verdict.findings)
    yield from (f"- to settle what is open, declare {_code(line)}" for line in asks)


def _sentence(verdict: Verdict) -> str:
    if verdict.waived_though_sound:
        return f"the check holds, and its allowance is no longer needed: {verdict.reason}"
    known = verdict.waiver is not None and bool(verdict.waiver.known_in)
    seen = verdict.findings[0].summary if verdict.findings else verdict.reason
    return f"{seen} ({verdict.reason})" if verdict.outcome is Outcome.WAIVED and not known else seen


def _at(verdict: Verdict, report: TargetReport, root: Path) -> str:
    frame = line_of(verdict, report)
    file = within(frame, root) if frame is not None else ""
    return f" at {_code(f'{file}:{frame.line}')}" if frame is not None and file else ""


def _unbuilt(report: TargetReport) -> bool:
    ran = any(verdict.outcome is not Outcome.NOT_SELECTED for verdict in report.verdicts)
    return ran and not report.construction.ok


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Words from outside, which may hold anything, as nothing but words."""
    safe = html.escape(one_line(text), quote=False)
    return "".join(f"\\{character}" if character in "\\`*_[]|~#!" else character for character in safe)


def _code(text: str) -> str:
    """A name or a line to copy; a bar would end the cell of a table, a backtick the code."""
    return f"<code>{html.escape(one_line(text)).replace('|', '&#124;').replace('`', '&#96;')}</code>"
