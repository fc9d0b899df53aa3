"""The baseline and the lock in one test session: read before anything runs, held against every report, written last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seqcheck.model.check import Check
from seqcheck.model.report import TargetReport
from seqcheck.plugin.options import Choices
from seqcheck.reporting import baseline, ledger, lock
from seqcheck.reporting.baseline import Baseline
from seqcheck.reporting.gate import Gate
from seqcheck.reporting.lock import Lock
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.whole_file import write_whole


@dataclass(frozen=True)
class Ledgers:
    """What the files say; None where none is used. The two flags say which of them is to be written."""

    checks: Mapping[str, Check]
    gate: Gate
    baseline: Baseline | None = None
    lock: Lock | None = None
    update_baseline: bool = False
    update_lock: bool = False

    @classmethod
    def read(cls, choices: Choices, checks: Mapping[str, Check]) -> Ledgers:
        """Read the files that were chosen.

        Raises:
            LedgerError: one cannot be used.
        """
        known, locked = None, None
        if choices.baseline is not None:
            known = baseline.read(choices.baseline, None if choices.update_baseline else checks)
        if choices.lock is not None:
            locked = lock.read(choices.lock, None if choices.update_lock else checks)
        held = None if choices.update_lock else locked
        gate = Gate(choices.fail_on, choices.required, held)
        return cls(checks, gate, known, locked, choices.update_baseline, choices.update_lock)

    def hold_all(self, nodes: Collection[str]) -> Ledgers:
        """Where `nodes` are all targets of the project: refuse a file that lists more, or drop these if it is written.

        Raises:
            LedgerError: a file lists a target that is no more.
        """
        known, locked = self.baseline, self.lock
        if known is not None:
            if self.update_baseline:
                known = known.restricted(nodes, self.checks)
            else:
                ledger.gone(known.path, known.known, nodes, baseline.UPDATE)
        if locked is not None:
            if self.update_lock:
                locked = locked.restricted(nodes)
            else:
                ledger.gone(locked.path, locked.open, nodes, lock.UPDATE)
        return replace(self, baseline=known, lock=locked)

    def amend(self, report: TargetReport) -> TargetReport:
        """The report with what the baseline knows waived; where it is to be written, with what it will know."""
        if self.baseline is None:
            return report
        known = self.baseline.learned([report], self.gate) if self.update_baseline else self.baseline
        return known.over(report, self.checks)

    def write(self, reports: Sequence[TargetReport]) -> None:
        """Write the files that are to be written.

        Raises:
            OSError: one cannot be written.
        """
        if self.baseline is not None and self.update_baseline:
            write_whole(self.baseline.path, self._new_baseline(self.baseline, reports).as_text(tuple(self.checks)))
        if self.lock is not None and self.update_lock:
            write_whole(self.lock.path, self.lock.learned(reports, tuple(self.checks)).as_text())

    def lines(self, reports: Sequence[TargetReport]) -> Iterator[str]:
        """What the summary of the run says of the files."""
        if self.baseline is not None and self.update_baseline:
            count = self._new_baseline(self.baseline, reports).count()
            yield f"baseline written, violations that are known: {count} ({one_line(str(self.baseline.path))})"
        if self.lock is not None and self.update_lock:
            yield f"lock written: {one_line(str(self.lock.path))}"
        elif self.lock is not None and (behind := self.lock.behind(reports)):
            path = one_line(str(self.lock.path))
            yield f"lock: {behind} verdicts are settled that {path} does not hold; {lock.UPDATE} adds them"

    def _new_baseline(self, known: Baseline, reports: Sequence[TargetReport]) -> Baseline:
        return known.restricted(known.known, self.checks).learned(reports, self.gate)
