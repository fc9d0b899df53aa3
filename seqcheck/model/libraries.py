"""Which files are a library's: the standard library, what is installed, seqcheck itself; the rest is the user's."""

from __future__ import annotations

import functools
import sys
import sysconfig
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from seqcheck.model.kinds import attributes_of, is_a, slots_of

_INSTALLED: Final = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OWN: Final = str(Path(__file__).resolve().parents[1])


def is_installed(file: str) -> bool:
    """Whether a file belongs to the standard library, is installed beside it, or into another folder of `sys.path`."""
    return file.startswith(_INSTALLED) or any(
        file.startswith(f"{entry}/") and file[len(entry) + 1 :].partition("/")[0] in _brought(entry)
        for entry in sys.path
        if is_a(entry, str) and entry.startswith("/")
    )


@functools.lru_cache(maxsize=256)
def _brought(folder: str) -> frozenset[str]:
    """What was installed into a folder, as ``pip install --target`` does: the names right below it.

    What lies there beside it is the user's.
    """
    names: set[str] = set()
    for record in Path(folder).glob("*.dist-info/RECORD"):
        try:
            lines = record.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            continue
        names.update(line.partition(",")[0].partition("/")[0] for line in lines)
    return frozenset(names)


def is_own(file: str) -> bool:
    """Whether a file of that name is a module of seqcheck itself."""
    return file.startswith(_OWN)


def is_library(file: str) -> bool:
    """Whether a file of that name is not the user's own: installed, seqcheck's, or no file at all (``<string>``)."""
    return is_installed(file) or file.startswith((_OWN, "<"))


def loaded_modules() -> Iterator[tuple[str, types.ModuleType, str]]:
    """Each loaded module with its name and its file, ``""`` without one; `sys.modules` may hold other things too."""
    for name, module in list(sys.modules.items()):
        if is_a(name, str) and is_a(module, types.ModuleType):
            file = attributes_of(module).get("__file__")
            yield name, module, file if isinstance(file, str) else ""


def parts_of(value: object) -> dict[str, Any]:
    """What an instance holds by name, in its own dict and in slots that a class of the user's has; a copy.

    What a library keeps in slots is its own affair: the parts of a path are no data.
    """
    slots = {slot.__name__: held for slot, held in slots_of(value) if not _of_library(slot.__objclass__.__module__)}
    return slots | attributes_of(value)


@functools.lru_cache(maxsize=1024)
def _of_library(module: object) -> bool:
    """Whether a class whose ``__module__`` is this is a library's; of a module that is not loaded, nobody knows."""
    loaded = sys.modules.get(module) if isinstance(module, str) else None
    file = attributes_of(loaded).get("__file__") if loaded is not None else None
    if isinstance(file, str):
        return is_library(file)
    return isinstance(module, str) and module.partition(".")[0] in {*sys.builtin_module_names, *sys.stdlib_module_names}
