"""Plain values that were made up or made smaller: a picture size, a number of steps, the name of a column."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World


@dataclass(frozen=True)
class Plain:
    """A value that reads back from its own `repr`."""

    value: Any

    def make(self, world: World) -> Any:  # noqa: ARG002  # every material is made in a world
        """A copy: a constructor may change what it is given."""
        return copy.copy(self.value)

    def words(self, count: int) -> str:  # noqa: ARG002
        """Its `repr`."""
        return repr(self.value)[:80]

    def code(self) -> Code:
        """Its `repr`."""
        return Code(repr(self.value))


@dataclass(frozen=True)
class Repeated:
    """A column or list that holds one value for every sample, such as the part of a split that a class asks for."""

    value: Any
    others: tuple[Any, ...] = ()
    """Values that the class may have asked for in its place, should it find no sample under this one."""

    def make(self, world: World) -> Any:
        """A list of the value, as long as there are samples."""
        return [self.value] * world.count

    def words(self, count: int) -> str:
        """``37 x 'train'``"""
        return f"{count} x {self.value!r}"

    def code(self) -> Code:
        """The same list."""
        return Code(f"[{self.value!r}] * num_samples")


@dataclass(frozen=True)
class Choices:
    """A column or list that holds one of several values for each sample, one after the other."""

    values: tuple[Any, ...]

    def make(self, world: World) -> Any:
        """A list of the values, as long as there are samples."""
        return [self.values[number % len(self.values)] for number in range(world.count)]

    def words(self, count: int) -> str:
        """``37 of ('cat', 'dog')``"""
        return f"{count} of {self.values!r:.60}"

    def code(self) -> Code:
        """The same list."""
        return Code(f"[{self.values!r}[k % {len(self.values)}] for k in range(num_samples)]")
