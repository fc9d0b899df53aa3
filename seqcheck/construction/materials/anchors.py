"""Anchors: the sizes of boxes that detectors start from, and which of them belong to which of their outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World

SIZES: Final = ((4, 5), (6, 8), (10, 9), (14, 20), (20, 16), (24, 28), (32, 30), (40, 48), (56, 60))
MASKS: Final = ((6, 7, 8), (3, 4, 5), (0, 1, 2))


@dataclass(frozen=True)
class Anchors:
    """Nine ``sizes`` (width, height) in pixels, an array of shape (9, 2), or their ``masks``, three lists of three."""

    kind: Literal["sizes", "masks"] = "sizes"

    def make(self, world: World) -> Any:  # noqa: ARG002  # every material is made in a world
        """The array, or the lists."""
        return np.array(SIZES, np.float32) if self.kind == "sizes" else [list(mask) for mask in MASKS]

    def words(self, count: int) -> str:  # noqa: ARG002
        """``9 anchors``"""
        return "9 anchors" if self.kind == "sizes" else "masks of 9 anchors"

    def code(self) -> Code:
        """The same numbers."""
        if self.kind == "masks":
            return Code(repr([list(mask) for mask in MASKS]))
        return Code(f"np.array({[list(size) for size in SIZES]}, np.float32)", imports=("import numpy as np",))
