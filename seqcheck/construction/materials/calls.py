"""Callables that change nothing, for transforms, augmenters and preprocessing functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World


class Unchanged:
    """Gives back what it is given: one argument as it is, several as a tuple, named ones as a dict of them.

    Augmenters are called in all three ways, and through methods as well: those of
    Keras's own image generator, of scalers and of augmenting libraries are here.
    """

    def __call__(self, *values: Any, **named: Any) -> Any:
        """The argument, the tuple of them, or the dict of the named ones."""
        if named and not values:
            return named
        return values[0] if len(values) == 1 else values

    def random_transform(self, value: Any, seed: int | None = None) -> Any:  # noqa: ARG002  # as Keras names it
        """The value."""
        return value

    def standardize(self, value: Any) -> Any:
        """The value."""
        return value

    def transform(self, value: Any) -> Any:
        """The value."""
        return value

    augment_image = augment_images = transform

    def apply_transform(self, value: Any, parameters: Any) -> Any:  # noqa: ARG002  # as Keras names it
        """The value."""
        return value


@dataclass(frozen=True)
class Identity:
    """A callable that gives back what it is given."""

    def make(self, world: World) -> Any:  # noqa: ARG002  # every material is made in a world
        """The callable; it pickles."""
        return Unchanged()

    def words(self, count: int) -> str:  # noqa: ARG002
        """``identity``"""
        return "identity"

    def code(self) -> Code:
        """A function of the factory's own module, so that it pickles."""
        return Code("unchanged", imports=("", "", "def unchanged(value=None, **named):", "    return named or value"))
