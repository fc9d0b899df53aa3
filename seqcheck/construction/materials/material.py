"""What every material can do: be made, be named in one line, and be written as code to paste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from seqcheck.construction.materials.world import World


@dataclass(frozen=True)
class Code:
    """Python that makes a material in a factory that has `num_samples` and `tmp_path`.

    `imports` are whole statements; `setup` are those of the factory's body, in order, each of one or more lines;
    `expression` is the value.
    """

    expression: str
    setup: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()

    def then(self, wrap: Callable[[str], str], *more: Code) -> Code:
        """The code whose expression is `wrap(expression)`, with the setup and imports of `more` as well."""
        setup = dict.fromkeys((*self.setup, *(line for other in more for line in other.setup)))
        imports = dict.fromkeys((*self.imports, *(line for other in more for line in other.imports)))
        return Code(wrap(self.expression), tuple(setup), tuple(imports))


class Material(Protocol):
    """One constructor argument's worth of made-up data: a frozen dataclass that pickles and compares by value."""

    def make(self, world: World) -> Any:
        """The data; files go into the world's folder, each material's made once in a world."""

    def words(self, count: int) -> str:
        """What it is, in a few words, for `count` samples."""

    def code(self) -> Code:
        """How a pasted factory makes it."""
