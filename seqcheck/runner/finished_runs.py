"""The runs and the search of a target that came to their end before the session was interrupted: none is made again."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario
from seqcheck.model.search import Search
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

    def find_search(self, names: Collection[str], seed: int) -> Search | None:
        """The search for violations of these checks from before the interruption."""
        found = None if self.folder is None else kept_file.find(self._search(self.folder, names, seed), Search)
        if found is not None:
            self.found.append("search")
        return found

    def keep_search(self, names: Collection[str], search: Search) -> None:
        """Put a search aside that came to its end: one that time cut would find more."""
        if self.folder is not None and search.cut is None:
            with contextlib.suppress(OSError):
                kept_file.keep(self._search(self.folder, names, search.seed), search)

    def told(self) -> tuple[str, ...]:
        """What a report has to say of them, as one sentence or none."""
        if not self.found:
            return ()
        return (f"made in a session before this one, which was interrupted: {listing(sorted(self.found))}",)

    def _file(self, folder: Path, scenario: Scenario) -> Path:
        return self._named(folder, scenario.engine, repr(_but_for_selection(scenario)))

    def _search(self, folder: Path, names: Collection[str], seed: int) -> Path:
        return self._named(folder, "search", f"{seed} {sorted(names)}")

    def _named(self, folder: Path, kind: str, asked: str) -> Path:
        said = f"{self.made_by}\0{asked}".encode("utf-8", "replace")
        return folder / f"{kind}-{hashlib.sha256(said).hexdigest()[:16]}{ENDING}"


def _but_for_selection(scenario: Scenario) -> Scenario:
    """Which batches are selected, where not all are read, depends on how fast they were read that time."""
    return scenario if scenario.indices is None else replace(scenario, indices=())
