"""The runs of a target that came to their end before the session was interrupted: they are not made again."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario
from seqcheck.model.words import listing
from seqcheck.reporting import kept_file

ENDING: Final = ".run"


@dataclass
class FinishedRuns:
    """Histories in `folder`, one a file; with None nothing is kept.

    `made_by` says how instances are built: what was kept for another way of building them is never found. What hung,
    died or was cut off is made again.
    """

    folder: Path | None = None
    made_by: str = ""
    found: list[str] = field(default_factory=list)
    """The engines whose runs were found."""

    def find(self, scenario: Scenario) -> History | None:
        """The run of this scenario from before the interruption; of a selection of batches it may be another one."""
        if self.folder is None:
            return None
        history = kept_file.find(self._file(self.folder, scenario), History)
        if history is None or _but_for_selection(history.scenario) != _but_for_selection(scenario):
            return None
        self.found.append(scenario.engine)
        return history

    def keep(self, history: History) -> None:
        """Put a run aside that came to its end. Where the folder cannot be written to, it will be made again."""
        if self.folder is not None and history.ending == "finished":
            with contextlib.suppress(OSError):
                kept_file.keep(self._file(self.folder, history.scenario), history)

    def told(self) -> tuple[str, ...]:
        """What a report has to say of them, as one sentence or none."""
        if not self.found:
            return ()
        return (f"made in a session before this one, which was interrupted: {listing(sorted(self.found))}",)

    def _file(self, folder: Path, scenario: Scenario) -> Path:
        said = f"{self.made_by}\0{_but_for_selection(scenario)!r}".encode("utf-8", "replace")
        return folder / f"{scenario.engine}-{hashlib.sha256(said).hexdigest()[:16]}{ENDING}"


def _but_for_selection(scenario: Scenario) -> Scenario:
    """Which batches are selected, where not all are read, depends on how fast they were read that time."""
    return scenario if scenario.indices is None else replace(scenario, indices=())
