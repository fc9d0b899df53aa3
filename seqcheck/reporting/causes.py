"""One cause in several targets is red once: a base class or a helper that they share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from seqcheck.model.check import Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict

Key = tuple[object, ...]
DRIVEN: Final = ("__len__", "num_batches", "__getitem__", "on_epoch_begin", "on_epoch_end")
BUILT: Final = ("__init__", *DRIVEN)
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "length": DRIVEN,
    "batch": DRIVEN,
    "epoch": DRIVEN,
    "epoch end": DRIVEN,
    "construction": BUILT,
    "pickling": BUILT,
    "workers": BUILT,
    "fit": BUILT,
}
"""By clause, the methods of which all must be the same functions where no line is known to be at fault."""


def cause(verdict: Verdict, report: TargetReport) -> Key | None:
    """What two targets have in common where their violations of a check have one cause; None where nobody can tell.

    The lines at fault, where every finding names one; else the functions that the Sequence is driven through.
    """
    if verdict.outcome is not Outcome.VIOLATED or not report.node:
        return None
    lines = {(finding.frame.file, finding.frame.line) for finding in verdict.findings if finding.frame is not None}
    if lines and all(finding.frame is not None for finding in verdict.findings):
        return (verdict.check, verdict.severity, *sorted(lines))
    functions = [report.places.get(name) for name in METHODS.get(verdict.clause, BUILT)]
    return (verdict.check, verdict.severity, *functions) if any(functions) else None


@dataclass
class Causes:
    """The causes that were met so far, each with the item that is red for it."""

    met: dict[Key, str] = field(default_factory=dict)

    def meet(self, report: TargetReport, asked: Collection[str] = ()) -> TargetReport:
        """The report with every violation marked whose cause is red already in another target.

        `asked` names the checks of this target that have an item, empty for all: only these can be red.
        """
        return replace(report, verdicts=tuple(self._meet(verdict, report, asked) for verdict in report.verdicts))

    def _meet(self, verdict: Verdict, report: TargetReport, asked: Collection[str]) -> Verdict:
        key = cause(verdict, report)
        if key is None or verdict.expired or (asked and verdict.check not in asked):
            return verdict
        first = self.met.setdefault(key, f"{report.node}::{verdict.check}")
        return replace(verdict, same_as=first) if first != f"{report.node}::{verdict.check}" else verdict


def shared(reports: Sequence[TargetReport]) -> Iterator[str]:
    """One line for each cause that touches several targets."""
    touched: dict[str, list[str]] = {}
    for report in reports:
        for verdict in report.verdicts:
            if verdict.same_as:
                touched.setdefault(verdict.same_as, []).append(report.node)
    for item, nodes in touched.items():
        first, _, check = item.rpartition("::")
        yield f"one cause of {check}: {', '.join([first, *nodes])}"
