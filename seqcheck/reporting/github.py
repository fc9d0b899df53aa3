"""GitHub Actions: what fails or warns as annotations at the user's own lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from seqcheck.model.history import Frame
from seqcheck.model.report import CLASS, ENGINE, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.gate import Gate, Result
from seqcheck.reporting.locate import line_of, within
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.words import reproduce


def workflow_commands(reports: Sequence[TargetReport], gate: Gate, root: Path) -> list[str]:
    """One workflow command for each item that fails or warns, failures first: GitHub shows ten of a kind in a step.

    What a test of the user's own made is left out: whether that test fails is its own affair.
    `root` is the folder of the repository; what lies outside of it is told without a place.
    """
    failing: list[str] = []
    warning: list[str] = []
    for report in reports:
        if not report.node:
            continue
        if not report.construction.ok and any(verdict.outcome.value != "NOT_SELECTED" for verdict in report.verdicts):
            problem = report.construction.problem.strip() or "no instance could be built"
            failing.append(_command("error", report.places.get(CLASS), root, "construction", problem.splitlines()[0]))
        for text in report.broken_use:
            failing.append(_command("error", report.places.get(CLASS), root, ENGINE, f"{report.target}: {text}"))
        counting = gate.for_target(report)
        for verdict in report.verdicts:
            result = counting.result(verdict)
            if result in (Result.FAIL, Result.WARN):
                kind, lines = ("error", failing) if result is Result.FAIL else ("warning", warning)
                text = f"{report.target}: {'; '.join(_said(verdict, report))}"
                lines.append(_command(kind, line_of(verdict, report), root, verdict.check, text))
    return [*failing, *warning]


def _said(verdict: Verdict, report: TargetReport) -> Iterator[str]:
    if verdict.waived_though_sound:
        yield "the check holds, and its allowance is no longer needed"
    yield verdict.findings[0].summary if verdict.findings else verdict.reason
    if command := reproduce(report, verdict.check):
        yield f"see it again: {command}"


def _command(kind: str, frame: Frame | None, root: Path, name: str, text: str) -> str:
    properties = {"title": f"seqcheck {name}"}
    file = within(frame, root) if frame is not None else ""
    if frame is not None and file:
        properties = {"file": file, "line": str(max(1, frame.line)), **properties}
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{kind} {said}::{_escaped(one_line(text))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
