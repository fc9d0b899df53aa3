"""What was drawn on pictures: masks as run lengths, boxes by the key of each picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.world import World

CORNERS: Final = (2, 3, 11, 13)
"""The corners of a box that lies in every made-up picture."""
RUNS: Final = "1 3 10 5"
"""Runs that lie in every made-up mask."""


@dataclass(frozen=True)
class RunLengths:
    """Masks as texts of numbers, a start and a length in turn: the same two runs for every sample.

    They come in a list, or under the keys that `keys` has, where that makes a dict.
    """

    keys: Material | None = None

    def make(self, world: World) -> Any:
        """A list of texts, or a dict of them."""
        made = self.keys.make(world) if self.keys is not None else None
        return dict.fromkeys(made, RUNS) if isinstance(made, dict) else [RUNS] * world.count

    def words(self, count: int) -> str:
        """``37 run lengths``"""
        return f"{count} run lengths{' in place of ' + self.keys.words(count) if self.keys is not None else ''}"

    def code(self) -> Code:
        """The same texts."""
        if self.keys is None:
            return Code(f"[{RUNS!r}] * num_samples")
        return self.keys.code().then(lambda text: f"dict.fromkeys({text}, {RUNS!r})")


@dataclass(frozen=True)
class BoxLists:
    """A list with one box for each key that `keys` makes a dict of: the same four corners, and the label behind them.

    `width` is how many numbers a box has; with four there is no label.
    """

    keys: Material
    width: int = 4

    def make(self, world: World) -> Any:
        """A dict of lists of tuples; what is no dict stays as it is."""
        made = self.keys.make(world)
        if not isinstance(made, dict):
            return made
        return {key: [(*CORNERS, *[label] * (self.width - len(CORNERS)))] for key, label in made.items()}

    def words(self, count: int) -> str:
        """``boxes in place of probe labels 0-36, by id``"""
        return f"boxes in place of {self.keys.words(count)}"

    def code(self) -> Code:
        """The same boxes."""
        rest = f", *[label] * {self.width - len(CORNERS)}"
        box = f"({', '.join(map(str, CORNERS))}{rest if self.width > len(CORNERS) else ''})"
        return self.keys.code().then(lambda text: f"{{key: [{box}] for key, label in {text}.items()}}")
