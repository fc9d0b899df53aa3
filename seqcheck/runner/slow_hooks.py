"""Targets whose epoch hook takes long: which runs come first, which do without it, how long they may be silent.

A hook that shuffles fifty million indices takes seconds, and each run of two epochs calls it three times. Made as
usual, such runs starve each other, and nothing is known of the target when its budget is over.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seqcheck.model.scenario import BY_WORKERS, FITS

SLOW: Final = 0.5
"""Seconds from which on the calls of a hook decide what there is time for."""
CROWDED: Final = 8.0
"""How many times as long as alone a hook may take on a busy machine, where other runs call it as well."""
UNHOOKED: Final = (
    "reading", "pickling", "holding", "twins", "drifting", "filling", "forking", "making", "mapping", "schedule",
)  # fmt: skip
"""Experiments that look at reads and objects, and not at what an epoch's end does: they begin without it then."""
CALLS: Final = {
    "loop": 3, "threads": 3, "fork": 3, "spawn": 3, "forkserver": 3, "fit": 3, "evaluate": 2, "predict": 1,
    "leaving": 3, "hooks": 8, "rebuilding": 6, "dealing": 9, "splitting": 2, "parameters": 8, "validation": 8,
    "lasting": 12, **dict.fromkeys(FITS, 6),
}  # fmt: skip
"""How often a run calls the hook, roughly; those above do not."""
WORTH: Final = (
    "reading", "loop", "pickling", "holding", "fork", "making", "twins", "forking", "drifting", "filling",
    "threads", "predict", "fit", "spawn", "forkserver", "declared-fit", "evaluate", "leaving", "mapping", "schedule",
    "hooks", "splitting", "rebuilding", "dealing", "parameters", "validation", "lasting", *BY_WORKERS,
)  # fmt: skip
"""The runs by what they settle for the calls that they take."""


@dataclass(frozen=True)
class HookCost:
    """What one call of `on_epoch_end` took alone, in seconds; 0 where there is none."""

    seconds: float = 0.0

    @property
    def slow(self) -> bool:
        """Whether its calls decide what there is time for."""
        return self.seconds > SLOW

    def silence(self, timeout: float) -> float:
        """Seconds after which a run is taken for hung: a hook that came back in some is given some times as many."""
        return timeout + CROWDED * self.seconds

    def parallel(self, most: int) -> int:
        """Runs at a time: no more than there are processors where each of them is busy."""
        return max(1, min(most, os.cpu_count() or 1)) if self.slow else most

    def order(self, engines: Sequence[str]) -> list[str]:
        """The runs, those first that settle most for their calls."""
        return sorted(engines, key=lambda engine: WORTH.index(engine) if engine in WORTH else len(WORTH))

    def too_long(self, engine: str, left: float) -> str:
        """Why a run is not begun with `left` seconds to go; empty where its calls of the hook fit into them."""
        calls = CALLS.get(engine, 0)
        if not self.slow or calls * self.seconds <= left:
            return ""
        return f"the time budget ran out: on_epoch_end takes {self.seconds:.1f} s, and this calls it {calls} times"
