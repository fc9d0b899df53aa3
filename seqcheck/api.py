"""seqcheck from Python: in a script, a notebook, or a test of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from seqcheck.model.check import Outcome
from seqcheck.model.contract import contract_from
from seqcheck.model.report import TargetReport
from seqcheck.pages import explanation
from seqcheck.reporting import terminal
from seqcheck.runner import Session, Settings
from seqcheck.search import strategies

__all__ = ["check_sequence", "contract", "report_text", "strategies"]

SequenceClass = TypeVar("SequenceClass", bound=type)


def check_sequence(target: object, *, settings: Settings | None = None, **declared: Any) -> TargetReport:
    """Drive a Sequence as Keras drives it and judge what happened; nothing of it runs in this process but its factory.

    Args:
        target: a Sequence class, a factory without required arguments, or an instance. What can be imported by name is
            built anew in every child process; anything else is made here, once, and sent by pickle or by a fork.
        settings: workers, time limit and budget in seconds, start methods, seed.
        **declared: what the Sequence promises, such as ``drop_remainder=True`` or ``epoch="per-epoch"``.

    Raises:
        ContractError: an option is unknown or does not fit.
        TypeError: the factory returns no Sequence.
        TargetError: the configuration of the project cannot be read.
    """
    session = Session(settings or Settings(), Path.cwd())
    try:
        return session.check(target, declared)
    finally:
        session.close()


def report_text(report: TargetReport) -> str:
    """A report in the words of the command line: its summary, then everything that is violated, advice included."""
    parts = ["\n".join(terminal.summary(report))]
    if not report.construction.ok:
        parts.append(terminal.construction_failure(report))
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.VIOLATED:
            parts.append(f"{verdict.check}: {terminal.failure(verdict, report, explanation(verdict.check))}")
    return "\n\n".join(parts)


def contract(**declared: Any) -> Callable[[SequenceClass], SequenceClass]:
    """Declare on a class what it promises, as ``__seqcheck__ = {...}`` in its body does.

    Raises:
        ContractError: an option is unknown or does not fit.
    """
    contract_from(declared, "contract()")

    def declare(kind: SequenceClass) -> SequenceClass:
        kind.__seqcheck__ = {**getattr(kind, "__seqcheck__", {}), **declared}  # type: ignore[attr-defined]
        return kind

    return declare
