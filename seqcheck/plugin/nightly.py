"""What a long run has found out, kept until all of it is over: one that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from seqcheck.model.report import TargetReport
from seqcheck.plugin.runs import Target
from seqcheck.reporting import kept_file

ENDING: Final = ".seqcheck-report"
RUNS: Final = ".seqcheck-runs"
"""Of the folder that stands in for a report while its target is being driven."""
SKIPPED: Final = ("site-packages", "node_modules", "__pycache__")
READ: Final = (".py", ".toml", ".cfg", ".ini")
"""Files of the project that may change what a target deserves."""


@dataclass(frozen=True)
class Kept:
    """What `folder` holds of targets whose project is as it was; `asked` is what this run was asked for.

    A file holds the report of one target, a folder the finished runs of one that has none yet. What was kept for
    another state of the project, other options or other checks has another name, and is never read.
    """

    folder: Path
    rootdir: Path
    asked: str

    def find(self, target: Target, only: Collection[str]) -> TargetReport | None:
        """The report of this target from the run that was interrupted; None where there is none that can be read."""
        found = kept_file.find(self._file(target, only), TargetReport)
        if found is None or found.node != target.node:
            return None
        return replace(found, cut=(*found.cut, "driven in a run before this one, which was interrupted"))

    def keep(self, target: Target, only: Collection[str], report: TargetReport) -> None:
        """Put a report aside, in place of its runs.

        Raises:
            OSError: the folder cannot be written to.
        """
        kept_file.keep(self._file(target, only), report)
        shutil.rmtree(self.aside(target, only), ignore_errors=True)

    def aside(self, target: Target, only: Collection[str]) -> Path:
        """The folder for the finished runs of a target that has no report yet."""
        return self._file(target, only).with_suffix(RUNS)

    def clear(self) -> None:
        """Take all of them away: the run came to its end, and the next one begins anew."""
        for file in self.folder.glob(f"*{ENDING}"):
            file.unlink(missing_ok=True)
        for runs in self.folder.glob(f"*{RUNS}"):
            shutil.rmtree(runs, ignore_errors=True)

    def _file(self, target: Target, only: Collection[str]) -> Path:
        said = "\0".join([target.text, target.node, self.asked, *sorted(only), *_state(self.rootdir)])
        return self.folder / f"{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:24]}{ENDING}"


def _state(rootdir: Path) -> Iterator[str]:
    """Name, size and time of every file of the project's own that may matter, hidden folders left out."""
    for folder, inner, files in os.walk(rootdir):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(files):
            if name.endswith(READ):
                try:
                    known = os.stat(os.path.join(folder, name))
                except OSError:
                    continue
                yield f"{folder}/{name} {known.st_size} {known.st_mtime_ns}"
