"""What stands in the loaded modules, looked through once for all the forks of a process.

A fork shares its parent's memory until it touches it, and to look at a value is to touch it: forty thousand globals are
thirty megabytes to copy, for each of the many forks of a run. What a library holds is therefore looked at before the
first fork, and only the places that matter are looked at again.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from seqcheck.model.kinds import is_a
from seqcheck.model.libraries import is_library, loaded_modules


class LoadedModules:
    """The globals of loaded modules among which some `wanted` ones are looked for.

    Of a library's they are those that are wanted when it is first seen, and those that are None then: a library makes
    things late. Of the user's modules they are all, each time: any line may rebind them.
    """

    def __init__(self, wanted: Callable[[object], bool], searched: Callable[[str], bool]) -> None:
        """`searched` says of a module's name whether it is looked into at all."""
        self._wanted = wanted
        self._searched = searched
        self._seen: set[str] = set()
        self._last: tuple[int, str] = (0, "")
        self._users: list[str] = []
        self._places: list[tuple[dict[str, Any], tuple[str, ...]]] = []

    def look_through(self) -> None:
        """Look through the modules that were loaded since the last time."""
        if (len(sys.modules), next(reversed(sys.modules), "")) == self._last:
            return
        self._last = len(sys.modules), next(reversed(sys.modules), "")
        for name, module, file in loaded_modules():
            if name not in self._seen:
                self._seen.add(name)
                if self._searched(name):
                    self._add(name, vars(module), file)

    def _add(self, name: str, held: dict[str, Any], file: str) -> None:
        standard = name.partition(".")[0] in sys.stdlib_module_names
        users = not is_library(file) if file else not standard
        if users:
            self._users.append(name)
        elif not standard:
            items = list(held.items())
            kept = [key for key, value in items if value is None and not key.startswith("__")]
            kept += [key for key, value in items if self._wanted(value)]
            if kept:
                self._places.append((held, tuple(kept)))

    def values(self) -> Iterator[object]:
        """What stands now in the places that matter; most of it is not wanted."""
        self.look_through()
        for held, keys in self._places:
            yield from [held.get(key) for key in keys]
        for name in self._users:
            module = sys.modules.get(name)
            if is_a(module, types.ModuleType):
                yield from list(vars(module).values())
