"""A world in the making: what is known of each argument so far, and which folders and files there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqcheck.construction import guesses
from seqcheck.construction.loaders import ENDINGS
from seqcheck.construction.materials import (
    Anchors,
    Folder,
    Material,
    Plain,
)
from seqcheck.construction.materials.contents import FORMATS
from seqcheck.construction.names import (
    CHARACTERS,
    NAMED,
    VOCABULARY,
)
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues


class Sketch:
    """The state that every way of drawing shares; `made` is by parameter."""

    def __init__(
        self,
        free: tuple[Parameter, ...],
        clues: Clues,
        made: dict[str, Material],
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """`given` has the values of parameters that somebody filled."""
        self.given = given or {}
        self.free = {item.name: item for item in free}
        self.clues = clues
        self.made = made
        for item in free:
            column = item.role in ("x", "y") and guesses.names_a_column_of_a_table(item, free, clues)
            if item.required and (not item.role or column) and item.name not in made:
                self._guess(item)
        if any(isinstance(material, Anchors) for material in made.values()):
            self.made = made = {name: guesses.enlarged(material) for name, material in made.items()}
        self.shapes = guesses.shapes(free, made)
        self.defaults = {item.name: item.value if item.plain else None for item in free}
        self.defaults |= {name: material.value for name, material in made.items() if isinstance(material, Plain)}
        self.columns: dict[str, dict[str, Material]] = {}
        """By root: the columns, keys or places whose material is known from files."""
        self.inner: dict[tuple[str, str], dict[str, Material]] = {}
        """The same of the records that stand under a key of a root."""
        self.files: list[Material] = []
        self.inside = False
        self.certain = False

    def _guess(self, item: Parameter) -> None:
        guessed = VOCABULARY.fullmatch(item.name) or CHARACTERS.fullmatch(item.name)  # word_to_index is no index
        named = not guessed and any(pattern.fullmatch(item.name) for pattern in NAMED)
        if not named or guesses.names_a_column(item, self.clues):
            material = guesses.guess(item, self.clues)
            if material is None and self.clues.reads and item.name not in self.clues.reads:
                material = guesses.UNUSED
            if material is not None:
                self.made[item.name] = material

    def _asked(self, parameter: str) -> set[str]:
        """The methods and attributes that a parameter's own value is asked for."""
        uses = self.clues.of(parameter, "method", "attribute")
        return {use.detail for use in uses if not use.trace.steps}

    def _place(self, folder: str, pattern: str, named: str) -> str:
        """A pattern below the world: in the folder that stands for a parameter, or beside it."""
        if folder:
            return f"{self._folder_name(folder)}/{pattern}"
        return f"{named.replace(' ', '_') or 'data'}/{pattern}" if named else pattern

    def _folder_name(self, parameter: str) -> str:
        return parameter.strip("_") or "data"

    def _folder(self, parameter: str, slash: bool = False) -> None:
        if parameter in self.free:
            before = self.made.get(parameter)
            slash = slash or (isinstance(before, Folder) and before.slash)
            as_path = bool({"iterdir", "glob", "rglob", "joinpath", "exists"} & self._asked(parameter))
            self.made[parameter] = Folder(self._folder_name(parameter), (), slash, as_path)

    def _ending(self) -> str:
        """The ending of files that are listed, from what the class reads anywhere, or asks names to end with."""
        asked = sorted(use.detail for use in self.clues.uses if use.kind == "endswith" and use.detail in FORMATS)
        kinds = [kind for kind in ("picture", "video", "npy", "wav", "mat", "hdf5", "csv") if kind in self.clues.kinds]
        return asked[0] if asked else ENDINGS[kinds[0]] if kinds else ".png"
