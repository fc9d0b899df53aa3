"""Where made-up data come to be: one folder, one number of samples, one way of naming them, shared by all materials."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal


@dataclass(frozen=True)
class Fields:
    """Names that are put together of so many numbers: ``0003_0003``.

    All but the last stand for one of `classes`, in blocks of samples, where there are only so many.
    """

    parts: int = 2
    separator: str = "_"
    classes: int | None = None


Naming = Literal["text", "digits", "numbers"] | Fields
"""How samples are named: ``id_0003``, ``0003``, the number 3 itself, or several numbers that are put together."""

ABOVE: Final = 3
"""How many levels above the current folder a class may look for its files: so deep in the world that folder lies."""
ID_EXPRESSIONS: Final = {
    "text": '[f"id_{k:04d}" for k in range(num_samples)]',
    "digits": '[f"{k:04d}" for k in range(num_samples)]',
    "numbers": "list(range(num_samples))",
}


@dataclass
class World:
    """The surroundings in which the materials of one constructor are made.

    `folder` is an absolute path, made once something is put there; whoever gives it removes it. `most_classes` is the
    number of classes that somebody fixed, so that labels stay below it; None where there may be as many as samples.
    """

    folder: Path
    count: int
    naming: Naming = "text"
    most_classes: int | None = None
    batch_size: int | None = None
    """How many samples make a batch, where that is known."""
    prefixes: tuple[str, ...] = ()
    """What stands before the digits of names, in blocks of samples; nothing where it is empty."""
    root: Path | None = None
    """The outermost folder of the world, where `folder` lies `ABOVE` levels below it."""
    made: dict[Any, Any] = field(default_factory=dict)
    """What was made once and is shared, such as the paths of files, by the material that made it."""

    @property
    def names(self) -> list[str]:
        """The names of all samples, as they stand in file names; but for numbers they sort as the samples do."""
        if self.prefixes:
            parted = sorted(self.prefixes)
            return [f"{parted[k * len(parted) // self.count]}{k:04d}" for k in range(self.count)]
        return [name_of(number, self.naming, self.count) for number in range(self.count)]

    @property
    def ids(self) -> list[Any]:
        """The ids of all samples, as they are given to a constructor."""
        return list(range(self.count)) if self.naming == "numbers" else list(self.names)

    def path(self, relative: str) -> Path:
        """A place in the world's folder, or in what of the world lies above it, whose folders are made.

        Raises:
            ValueError: the path leads out of the world.
        """
        path = (self.folder / relative).resolve()
        if not path.is_relative_to((self.root or self.folder).resolve()):
            raise ValueError(f"{relative!r} leads out of the folder of made-up data")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def stays_near(path: str) -> bool:
    """Whether a path is relative and leads at most `ABOVE` levels up, and nowhere up once it has gone down."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    ups = [place for place, part in enumerate(parts) if part == ".."]
    return not path.startswith(("/", "~")) and ups == list(range(len(ups))) and len(ups) <= ABOVE


def name_of(number: int, naming: Naming, count: int) -> str:
    """``id_0003``, ``0003``, ``0003_0003`` or ``3``: the name of one of `count` samples."""
    digits = f"{number:04d}"
    if isinstance(naming, Fields):
        first = digits if naming.classes is None else str(number * naming.classes // count)
        return naming.separator.join([first] * (naming.parts - 1) + [digits])
    return {"text": f"id_{digits}", "digits": digits, "numbers": str(number)}[naming]


def ids_code(naming: Naming) -> str:
    """The names of `num_samples` samples, as an expression."""
    if not isinstance(naming, Fields):
        return ID_EXPRESSIONS[naming]
    first = "{k:04d}" if naming.classes is None else f"{{k * {naming.classes} // num_samples}}"
    together = naming.separator.join([first] * (naming.parts - 1) + ["{k:04d}"])
    return f'[f"{together}" for k in range(num_samples)]'
