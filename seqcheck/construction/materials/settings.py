"""Settings: what a class is told through one object or dict, by names that stand in its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.world import World

_STEP: Final = re.compile(r"([@.])([^@.]+)")


@dataclass(frozen=True)
class Settings:
    """Materials by their paths in an object: ``@train@batch_size`` is an attribute of an attribute, ``.dim`` a key.

    What has attributes is a `SimpleNamespace`, what has keys is a dict; a path leads through both.
    """

    members: tuple[tuple[str, Material], ...]

    def make(self, world: World) -> Any:
        """The object, with everything in it made."""
        return _nested([(_STEP.findall(path), member.make(world)) for path, member in self.members])

    def words(self, count: int) -> str:
        """``settings {train.batch_size: 8, dim: (16, 16)}``"""
        said = (f"{re.sub('[@.]', '.', path)[1:]}: {member.words(count)}" for path, member in self.members)
        return f"settings {{{', '.join(said)}}}"

    def code(self) -> Code:
        """The same object."""
        codes = [member.code() for _, member in self.members]
        made = _written([(_STEP.findall(path), code.expression) for (path, _), code in
                         zip(self.members, codes, strict=True)])  # fmt: skip
        names = Code("", imports=("from types import SimpleNamespace",)) if "SimpleNamespace" in made else Code("")
        return Code(made).then(str, names, *codes)


Placed = list[tuple[list[tuple[str, str]], Any]]
"""Values by the steps that lead to them."""


def _nested(placed: Placed) -> Any:
    kinds, below = _below(placed)
    made = {name: rest[0][1] if not rest[0][0] else _nested(rest) for name, rest in below.items()}
    return SimpleNamespace(**made) if kinds == {"@"} else made


def _written(placed: Placed) -> str:
    kinds, below = _below(placed)
    made = {name: str(rest[0][1]) if not rest[0][0] else _written(rest) for name, rest in below.items()}
    if kinds == {"@"}:
        return f"SimpleNamespace({', '.join(f'{name}={text}' for name, text in made.items())})"
    return f"{{{', '.join(f'{name!r}: {text}' for name, text in made.items())}}}"


def _below(placed: Placed) -> tuple[set[str], dict[str, Placed]]:
    """The kinds of the first steps, and by their names what lies behind them."""
    below: dict[str, Placed] = {}
    for steps, value in placed:
        below.setdefault(steps[0][1], []).append((steps[1:], value))
    return {steps[0][0] for steps, _ in placed}, below
