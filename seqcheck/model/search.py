"""What a search over scenarios came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seqcheck.model.history import History
from seqcheck.model.scenario import SCRIPT, Scenario
from seqcheck.model.words import counted


@dataclass(frozen=True)
class Search:
    """What a search over scenarios came to.

    `smallest` has, by check, the smallest history that violates it, and does so again in a fresh process; `sound` says
    what differs in the nearest scenario on which the check holds. `unsteady` has the scenarios that violated a check
    once and not again. `scenarios` (of other sizes) and `scripts` count what was judged. `cut` is the number of seconds
    after which the search was cut, None where it came to its end.
    """

    smallest: Mapping[str, History] = field(default_factory=dict)
    sound: Mapping[str, str] = field(default_factory=dict)
    unsteady: Mapping[str, Scenario] = field(default_factory=dict)
    scenarios: int = 0
    scripts: int = 0
    seed: int = 0
    cut: float | None = None

    def looked_at(self, needs: tuple[str, ...] = ("loop", SCRIPT)) -> str:
        """``60 scenarios of other sizes and 24 scripts``, of those that a check with these needs looks at."""
        parts = []
        if "loop" in needs and self.scenarios:
            parts.append(counted(self.scenarios, "scenario of other sizes", "scenarios of other sizes"))
        if SCRIPT in needs and self.scripts:
            parts.append(counted(self.scripts, "script"))
        return " and ".join(parts)
