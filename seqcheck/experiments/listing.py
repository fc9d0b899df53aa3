"""Directories are listed in an order of ours: the file system's own is nobody's to rely on.

For a process that ends soon: nothing is put back.
"""

from __future__ import annotations

import glob
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

from seqcheck.model.kinds import attributes_of, is_a
from seqcheck.model.libraries import is_library, loaded_modules


class Entries:
    """What `os.scandir` gives, in our order."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is left open."""


class Lister:
    """`os.listdir` and `os.scandir` in sorted or reversed order; `count` is how many listings had an order at all."""

    def __init__(self, *, backwards: bool) -> None:
        self.count = 0
        self._backwards = backwards
        self._listdir: Callable[..., Any] = os.listdir
        self._scandir: Callable[..., Any] = os.scandir

    def install(self) -> None:
        """Put them in the place of the originals, also where a module of the user's has imported these by name.

        `glob`, `os.walk` and `pathlib` list through them.
        """
        replaced = {id(os.listdir): self.listdir, id(os.scandir): self.scandir}
        owners: list[Any] = [os]
        # Some releases of Python keep the functions in classes there.
        owners += [held for module in (glob, pathlib) for held in vars(module).values() if isinstance(held, type)]
        owners += [module for _, module, file in loaded_modules() if file and not is_library(file)]
        for owner in owners:
            for name, value in list(vars(owner).items() if isinstance(owner, type) else attributes_of(owner).items()):
                made = replaced.get(id(value.__func__ if is_a(value, staticmethod) else value))
                if made is not None:
                    setattr(owner, name, staticmethod(made) if isinstance(owner, type) else made)

    def listdir(self, path: Any = ".") -> list[Any]:
        """As `os.listdir`."""
        return self._in_order(self._listdir(path), lambda name: name)

    def scandir(self, path: Any = ".") -> Entries:
        """As `os.scandir`."""
        with self._scandir(path) as entries:
            return Entries(self._in_order(list(entries), lambda entry: entry.name))

    def _in_order(self, found: list[Any], name_of: Callable[[Any], Any]) -> list[Any]:
        self.count += len(found) > 1
        return sorted(found, key=name_of, reverse=self._backwards)
