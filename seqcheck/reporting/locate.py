"""The user's own line that a verdict is about: the one at fault, else that of the method, else that of the class."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seqcheck.model.history import Frame
from seqcheck.model.report import CLASS, TargetReport
from seqcheck.model.verdict import Verdict

METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "construction": ("__init__",),
    "length": ("__len__", "num_batches"),
    "batch": ("__getitem__",),
    "epoch": ("__getitem__",),
    "epoch end": ("on_epoch_end",),
    "workers": ("__getitem__",),
}
"""By clause, the method to point to where no line is known to be at fault; the class elsewhere."""


def line_of(verdict: Verdict, report: TargetReport) -> Frame | None:
    """The place of a verdict; None where nothing of the target's is known."""
    for finding in verdict.findings:
        if finding.frame is not None:
            return finding.frame
    for name in (*METHODS.get(verdict.clause, ()), CLASS):
        if name in report.places:
            return report.places[name]
    return None


def within(frame: Frame, root: Path) -> str:
    """The file as it is called from `root`, with forward slashes; empty where it does not lie below it."""
    path = Path(os.path.abspath(root / frame.file))
    return path.relative_to(root).as_posix() if frame.file and path.is_relative_to(root) else ""
