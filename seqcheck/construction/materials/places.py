"""The places of samples in data that something else brings: indices into an array or a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World


@dataclass(frozen=True)
class Places:
    """The numbers 0 ... samples − 1, int64 as an ``array``, plain as a ``list``."""

    holder: Literal["array", "list"] = "array"

    def make(self, world: World) -> Any:
        """One number a sample."""
        return np.arange(world.count) if self.holder == "array" else list(range(world.count))

    def words(self, count: int) -> str:
        """``places 0-36``"""
        return f"places 0-{count - 1}"

    def code(self) -> Code:
        """The same numbers."""
        if self.holder == "list":
            return Code("list(range(num_samples))")
        return Code("np.arange(num_samples)", imports=("import numpy as np",))
