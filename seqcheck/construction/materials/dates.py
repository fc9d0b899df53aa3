"""Days, one a sample, as tables and records have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World

FIRST: Final = "2020-01-01"
"""The day of the first sample."""


@dataclass(frozen=True)
class Dates:
    """The day of each sample, the one after that of the sample before: moments, or (`texts`) as ``2020-01-31``."""

    texts: bool = False

    def make(self, world: World) -> Any:
        """An array of days, or a list of texts."""
        days = np.datetime64(FIRST) + np.arange(world.count)
        return [str(day) for day in days] if self.texts else days

    def words(self, count: int) -> str:
        """``37 days``"""
        return f"{count} days"

    def code(self) -> Code:
        """The same days."""
        days = f"np.datetime64({FIRST!r}) + np.arange(num_samples)"
        return Code(f"[str(day) for day in {days}]" if self.texts else days, imports=("import numpy as np",))
