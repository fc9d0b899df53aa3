"""The baseline: violations that were there when seqcheck was adopted. They do not fail; new and vanished ones do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from seqcheck.model.check import Check, Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict, waive
from seqcheck.model.waiver import Waiver
from seqcheck.reporting import ledger
from seqcheck.reporting.gate import Gate, Result
from seqcheck.reporting.ledger import LedgerError

UPDATE: Final = "--seqcheck-baseline-update"
HEADING: Final = f"""\
What was violated when this file was written. It does not fail; what is new does, and so does a line that is no longer
needed. {UPDATE} writes it anew."""
KEYS: Final = ("severity", "seen")


@dataclass(frozen=True)
class Known:
    """One violation that is known: how it counted, and the first thing that was seen of it."""

    severity: Severity
    seen: str


@dataclass(frozen=True)
class Baseline:
    """By node of the target and by check, what is known."""

    path: Path
    known: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)

    def over(self, report: TargetReport, checks: Mapping[str, Check]) -> TargetReport:
        """The report with what is known waived; an allowance goes before the baseline, whatever it comes to."""
        mine = self.known.get(report.node, {}) if report.node else {}
        verdicts = tuple(
            waive(verdict, self._waiver(mine[verdict.check]), checks[verdict.check].severity, date.min)
            if verdict.check in mine and verdict.waiver is None and not _unseen(verdict, report)
            else verdict
            for verdict in report.verdicts
        )
        return replace(report, verdicts=verdicts)

    def learned(self, reports: Iterable[TargetReport], gate: Gate) -> Baseline:
        """The baseline with what these reports have and it has not, and without what has vanished from them.

        What was not looked at stays as it was, and so does the text of what is violated still. What an allowance
        covers, or `gate` requires to hold, is not for a baseline.
        """
        known = {node: dict(entries) for node, entries in self.known.items()}
        for report in reports:
            mine = known.setdefault(report.node, {}) if report.node else {}
            counting = gate.for_target(report)
            for verdict in report.verdicts:
                if _unseen(verdict, report):
                    continue
                old = mine.pop(verdict.check, None)
                if _is_new(verdict, counting):
                    fresh = Known(verdict.severity, verdict.findings[0].summary)
                    mine[verdict.check] = old if old and old.severity is verdict.severity else fresh
        return Baseline(self.path, known)

    def restricted(self, nodes: Collection[str], checks: Collection[str]) -> Baseline:
        """The baseline without targets and checks that are no more."""
        return Baseline(
            self.path,
            {
                node: {check: known for check, known in entries.items() if check in checks}
                for node, entries in self.known.items()
                if node in nodes
            },
        )

    def count(self) -> int:
        """How many violations are known."""
        return sum(len(entries) for entries in self.known.values())

    def as_text(self, order: Collection[str]) -> str:
        """The file; checks in the order of the catalogue, one a line."""
        place = {name: number for number, name in enumerate(order)}
        content = {
            node: {
                check: f'{{severity = "{known.severity.value}", seen = {ledger.text(known.seen)}}}'
                for check, known in sorted(entries.items(), key=lambda item: place.get(item[0], len(place)))
            }
            for node, entries in self.known.items()
        }
        return ledger.document(HEADING, {}, content)

    def _waiver(self, known: Known) -> Waiver:
        return Waiver(
            f"known, {self.path.name}",
            where=str(self.path),
            known_in=str(self.path),
            advice_only=known.severity is Severity.ADVICE,
        )


def _unseen(verdict: Verdict, report: TargetReport) -> bool:
    """Whether nothing is known of what the baseline has: it was not settled, or held only as far as time allowed."""
    hurried = verdict.outcome is Outcome.HOLDS and report.hurried
    return hurried or verdict.outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_SELECTED)


def _is_new(verdict: Verdict, gate: Gate) -> bool:
    """Whether a verdict belongs into a baseline: it fails, or it would if the baseline did not have it."""
    if verdict.check in gate.required:
        return False
    if verdict.outcome is Outcome.WAIVED:
        return verdict.waiver is not None and bool(verdict.waiver.known_in)
    own = verdict.waiver is not None and not verdict.waiver.known_in
    return verdict.outcome is Outcome.VIOLATED and not own and gate.result(replace(verdict, same_as="")) is Result.FAIL


def read(path: Path, checks: Collection[str] | None) -> Baseline:
    """Read a baseline; an empty one where there is no file.

    `checks` are the names of the catalogue, None where names that it has not are to be passed over.

    Raises:
        LedgerError: it cannot be read, or an entry does not fit.
    """
    known: dict[str, dict[str, Known]] = {}
    for node, table in ledger.tables(path).items():
        where = f'{path} ["{node}"]'
        if not isinstance(table, dict):
            raise LedgerError(f"{where}: expected a table of checks, not {table!r}")
        for check, entry in table.items():
            if checks is not None:
                ledger.known_name(check, checks, where, UPDATE)
            known.setdefault(node, {})[check] = _entry(entry, f"{where} {check}")
    return Baseline(path, known)


def _entry(entry: Any, where: str) -> Known:
    severities = [severity.value for severity in Severity]
    fits = isinstance(entry, dict) and set(entry) == set(KEYS) and isinstance(entry["seen"], str)
    if fits and entry["severity"] in severities:
        return Known(Severity(entry["severity"]), entry["seen"])
    raise LedgerError(f'{where} = {entry!r} does not fit: expected {{severity = "error" or "advice", seen = "what"}}')
