"""What the `seqcheck` fixture gives to a test: a callable that judges a Sequence which the test makes."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from seqcheck.model.report import ENGINE, TargetReport
from seqcheck.plugin.session import Session
from seqcheck.reporting import terminal
from seqcheck.reporting.denominator import complete
from seqcheck.reporting.gate import Result, SeqcheckAdvice, SeqcheckFailure
from seqcheck.reporting.plain import one_line

Drive = Callable[[Session, object, dict[str, Any], tuple[str, ...]], TargetReport]
"""``drive(session, factory_or_instance, contract, only)``"""


def drive(session: Session, factory: object, contract: dict[str, Any], only: tuple[str, ...] = ()) -> TargetReport:
    """Judge what `factory` is or makes, with the options of this pytest session; `only` names checks."""
    from seqcheck.api import check_sequence
    from seqcheck.runner import Settings

    settings = session.choices.settings()
    return check_sequence(factory, settings=Settings(**{**settings, "select": only} if only else settings), **contract)


class Judge:
    """``seqcheck(factory_or_instance, **contract)``."""

    def __init__(
        self,
        session: Session,
        node: pytest.Item,
        drive: Drive = drive,
    ) -> None:
        self._session = session
        self._node = node
        self._drive = drive
        self._calls = 0

    def __call__(self, factory: object, **contract: Any) -> TargetReport:
        """Judge, warn of advice, and return the report.

        Raises:
            SeqcheckFailure: nothing could be built, or a check fails; the text has the words of all that do.
        """
        __tracebackhide__ = True
        checks = self._session.runs.checks
        report = complete(self._drive(self._session, factory, contract, ()), checks)
        report = replace(report, node="", command=f"pytest {shlex.quote(self._node.nodeid)}")
        self._calls += 1
        self._session.runs.add(f"{self._node.nodeid} #{self._calls}", report)
        text = failures(self._session, report)
        if text:
            raise SeqcheckFailure(text)
        for verdict in report.verdicts:
            if self._session.bench.result(verdict, report) is Result.WARN:
                advice = f"{verdict.check}: {self._session.bench.text(verdict, report)}"
                warnings.warn(SeqcheckAdvice(advice), stacklevel=2)
        return report


def failures(session: Session, report: TargetReport) -> str:
    """The words of everything in a report that fails; empty where nothing does."""
    if not report.construction.ok:
        return terminal.construction_failure(report)
    bench = session.bench
    failing = [verdict for verdict in report.verdicts if bench.result(verdict, report) is Result.FAIL]
    if not failing and not report.broken_use:
        return ""
    silent = replace(report, command="")  # the line that shows it again is the same for all of them: it stands below
    does = "does not conform" if failing else "conforms, and its engine does not"
    parts = [f"{one_line(report.target)} {does}: {terminal.tally(report)}"]
    parts += [f"{ENGINE}: {terminal.broken_use(silent)}"] if report.broken_use else []
    parts += [f"{verdict.check}: {bench.text(verdict, silent)}" for verdict in failing]
    return "\n\n".join([*parts, f"See it again: {report.command}"])
