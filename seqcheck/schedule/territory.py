"""Which code is the user's own: only there are threads switched.

The files of the class and of its bases, and all that lies below the same top-level package; where that is not
installed, also what lies beside it and below that: a project is more than one package. What is installed as part of
Python, NumPy, Keras and the like is never the user's.
"""

from __future__ import annotations

import gc
import os
import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from seqcheck.model.kinds import is_a
from seqcheck.model.libraries import is_installed, is_library, loaded_modules
from seqcheck.schedule.opcodes import marks, nested, rebound_globals

NOBODYS: Final = frozenset([
    "absl", "builtins", "cv2", "h5py", "jax", "keras", "ml_dtypes", "numpy", "pandas", "PIL", "scipy", "skimage",
    "sklearn", "tensorflow", "tf_keras", "tifffile", "torch", "tree", "optree",
])  # fmt: skip
"""Packages that are no user's own, though a class may inherit from them."""
INSTALLED: Final = frozenset(("site-packages", "dist-packages"))


@dataclass
class Territory:
    """The user's own files, the packages below which every module is, and the projects below which what is no library
    is."""

    files: frozenset[str] = frozenset()
    packages: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    _marks: dict[types.CodeType, bytes | None] = field(default_factory=dict)
    _rebound: frozenset[str] | None = None

    def owns(self, file: str) -> bool:
        """Whether a code object's file is the user's."""
        if file in self.files:
            return True
        if not file.endswith(".py"):
            return False
        parts = _below(file, self.packages)
        if parts and not INSTALLED.intersection(parts):
            return True
        parts = _below(file, self.projects)
        return bool(parts) and not INSTALLED.intersection(parts) and parts[0] not in NOBODYS and not is_library(file)

    def marks(self, code: types.CodeType) -> bytes | None:
        """As `opcodes.marks`; None for code that is not the user's."""
        try:
            return self._marks[code]
        except KeyError:
            found = marks(code, self.rebound()) if self.owns(code.co_filename) else None
            self._marks[code] = found
            return found

    def modules(self) -> list[types.ModuleType]:
        """The modules of the user's that are loaded; those of the class and its bases come last.

        A script that is running is one of them only where the class stands in it: who runs a loader is no part of it.
        """
        main = sys.modules.get("__main__")
        owned = {
            module: file in self.files
            for _, module, file in loaded_modules()
            if self.owns(file) and (module is not main or file in self.files)
        }
        return sorted(owned, key=owned.__getitem__)

    def codes(self) -> Iterator[types.CodeType]:
        """The code of every function that these modules define, that in classes and in other code included."""
        seen: set[int] = set()
        open_ends: list[Any] = [module.__dict__ for module in self.modules()]
        while open_ends:
            item = open_ends.pop()
            if id(item) in seen:
                continue
            seen.add(id(item))
            if is_a(item, types.FunctionType):
                if self.owns(item.__code__.co_filename):
                    yield from nested(item.__code__)
                open_ends += [*(item.__closure__ or ()), getattr(item, "__wrapped__", None)]
            elif is_a(item, dict):
                open_ends += list(item.values())
            elif is_a(item, type):
                file = getattr(sys.modules.get(item.__module__), "__file__", None)
                if isinstance(file, str) and self.owns(file):
                    open_ends += list(vars(item).values())
            elif is_a(item, (staticmethod, classmethod, property, types.CellType)):
                open_ends += gc.get_referents(item)

    def rebound(self) -> frozenset[str]:
        """The names of globals that the user's functions assign to."""
        if self._rebound is None:
            self._rebound = frozenset(name for code in self.codes() for name in rebound_globals(code))
        return self._rebound


def territory_of(kind: type) -> Territory:
    """The territory of a class."""
    files: set[str] = set()
    packages: set[str] = set()
    projects: set[str] = set()
    for base in kind.__mro__:
        top = base.__module__.partition(".")[0]
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if top in NOBODYS or not isinstance(file, str) or _is_standard(file):
            continue
        files.add(file)
        if top == "seqcheck":
            continue  # one of our own examples: our engine itself is not to be interrupted
        paths = getattr(sys.modules.get(top), "__path__", None)
        packages.update(os.path.join(path, "") for path in paths or ())
        for folder in [os.path.dirname(file)] if paths is None else map(os.path.dirname, paths):
            if not INSTALLED.intersection(folder.split(os.sep)):
                projects.add(os.path.join(folder, ""))
    return Territory(frozenset(files), tuple(sorted(packages)), tuple(sorted(projects)))


def _below(file: str, folders: Iterable[str]) -> list[str]:
    """The parts of a file's path below the first of these folders that holds it; nothing where none does."""
    return next((file[len(folder) :].split(os.sep) for folder in folders if file.startswith(folder)), [])


def _is_standard(file: str) -> bool:
    return is_installed(file) and INSTALLED.isdisjoint(file.split(os.sep))
