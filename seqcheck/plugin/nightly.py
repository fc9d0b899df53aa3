"""Reports of a long run, kept until all of it is over, so that one that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from seqcheck.model.report import TargetReport
from seqcheck.plugin.runs import Target

ENDING: Final = ".seqcheck-report"
SKIPPED: Final = ("site-packages", "node_modules", "__pycache__")
READ: Final = (".py", ".toml", ".cfg", ".ini")
"""Files of the project that may change what a target deserves."""


@dataclass(frozen=True)
class Kept:
    """The reports in `folder` of targets whose project is as it was; `asked` is what this run was asked for.

    A file holds the report of one target. What was kept for another state of the project, other options or other checks
    has another name, and is never read.
    """

    folder: Path
    rootdir: Path
    asked: str

    def find(self, target: Target, only: Collection[str]) -> TargetReport | None:
        """The report of this target from the run that was interrupted; None where there is none that can be read."""
        try:
            found = _Reports(io.BytesIO(self._file(target, only).read_bytes())).load()
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
            return None
        if not isinstance(found, TargetReport) or found.node != target.node:
            return None
        return replace(found, cut=(*found.cut, "driven in a run before this one, which was interrupted"))

    def keep(self, target: Target, only: Collection[str], report: TargetReport) -> None:
        """Put a report aside, whole or not at all.

        Raises:
            OSError: the folder cannot be written to.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(target, only)
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            part.write_bytes(pickle.dumps(report))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take all of them away: the run came to its end, and the next one begins anew."""
        for file in self.folder.glob(f"*{ENDING}"):
            file.unlink(missing_ok=True)

    def _file(self, target: Target, only: Collection[str]) -> Path:
        said = "\0".join([target.text, target.node, self.asked, *sorted(only), *_state(self.rootdir)])
        return self.folder / f"{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:24]}{ENDING}"


class _Reports(pickle.Unpickler):
    """Reads reports and nothing else: a folder that others can write to must not run their code."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("seqcheck.model.") or (module, name) == ("datetime", "date"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a report")


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
