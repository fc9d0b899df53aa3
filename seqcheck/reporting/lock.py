"""The lock of the set of checks: which of them are settled for which target, so that none is lost in silence.

A check is settled where it holds, is violated or is waived. One that the lock says is settled and that turns
INCONCLUSIVE or NOT_APPLICABLE fails; so does, at once, a lock that names checks or targets that are no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seqcheck.model.check import Outcome
from seqcheck.model.report import TargetReport
from seqcheck.reporting import ledger
from seqcheck.reporting.ledger import LedgerError

UPDATE: Final = "--seqcheck-lock-update"
HEADING: Final = f"""\
The checks of the catalogue, and for each target those that are not settled: all others fail once they turn inconclusive
or not applicable. {UPDATE} writes it anew."""
OPEN: Final = {"inconclusive": Outcome.INCONCLUSIVE, "not-applicable": Outcome.NOT_APPLICABLE}


@dataclass(frozen=True)
class Lock:
    """`checks` are the names that were there when it was written; `open` has, by node, those that are not settled."""

    path: Path
    checks: tuple[str, ...] = ()
    open: Mapping[str, Mapping[str, Outcome]] = field(default_factory=dict)

    def settled(self, node: str) -> frozenset[str]:
        """The checks of a target that must stay settled; none where the target is not locked."""
        return frozenset(self.checks).difference(self.open[node]) if node in self.open else frozenset()

    def behind(self, reports: Iterable[TargetReport]) -> int:
        """How many verdicts are settled though the lock does not say that they are."""
        return sum(
            verdict.outcome in (Outcome.HOLDS, Outcome.VIOLATED, Outcome.WAIVED)
            and verdict.check not in self.settled(report.node)
            for report in reports
            if report.node
            for verdict in report.verdicts
        )

    def learned(self, reports: Iterable[TargetReport], checks: Collection[str]) -> Lock:
        """The lock as these reports make it; what was not looked at stays as it was, or is not settled."""
        found = {
            node: {check: outcome for check, outcome in known.items() if check in checks}
            | {check: Outcome.INCONCLUSIVE for check in checks if check not in self.checks}
            for node, known in self.open.items()
        }
        for report in reports:
            looked_at = [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.NOT_SELECTED]
            if not report.node or not looked_at:
                continue
            mine = found.setdefault(report.node, dict.fromkeys(checks, Outcome.INCONCLUSIVE))
            for verdict in looked_at:
                mine.pop(verdict.check, None)
                if verdict.outcome in OPEN.values():
                    mine[verdict.check] = verdict.outcome
        return Lock(self.path, tuple(checks), found)

    def restricted(self, nodes: Collection[str]) -> Lock:
        """The lock without targets that are no more."""
        return Lock(self.path, self.checks, {node: known for node, known in self.open.items() if node in nodes})

    def as_text(self) -> str:
        """The file: the checks one a line, and two lists a target."""
        names = "".join(f"  {ledger.text(name)},\n" for name in self.checks)
        place = {name: number for number, name in enumerate(self.checks)}
        content = {
            node: {
                word: _list(sorted((name for name in known if known[name] is outcome), key=place.__getitem__))
                for word, outcome in OPEN.items()
            }
            for node, known in self.open.items()
        }
        return ledger.document(HEADING, {"checks": f"[\n{names}]"}, content)


def read(path: Path, checks: Collection[str] | None) -> Lock:
    """Read a lock; one that locks nothing where there is no file.

    `checks` are the names of the catalogue, None where names that it has not are to be passed over.

    Raises:
        LedgerError: it cannot be read, an entry does not fit, or it has a check that is no more.
    """
    content = ledger.tables(path)
    names = _names(content.pop("checks", []), f"{path} checks")
    for name in names if checks is not None else ():
        ledger.known_name(name, checks or (), f"{path} checks", UPDATE)
    found: dict[str, dict[str, Outcome]] = {}
    for node, table in content.items():
        where = f'{path} ["{node}"]'
        if not isinstance(table, dict) or not set(table) <= set(OPEN):
            raise LedgerError(f"{where} = {table!r} does not fit: expected the lists {' and '.join(OPEN)}")
        found[node] = {name: OPEN[word] for word in table for name in _names(table[word], f"{where} {word}")}
        for name in found[node]:
            ledger.known_name(name, names, where, UPDATE)
    return Lock(path, names, found)


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise LedgerError(f"{where} = {value!r} does not fit: expected a list of checks")
    return tuple(value)


def _list(names: Collection[str]) -> str:
    return f"[{', '.join(map(ledger.text, names))}]"
