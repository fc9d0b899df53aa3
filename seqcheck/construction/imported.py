"""Which Keras a target's module brings in, read off the project's files; nothing is run.

Targets that bring in the same may share one import of it. A file that sets environment variables may decide which Keras
that is, before it imports it: then nothing can be said, and nothing is shared.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

MOST_FILES: Final = 200
LIBRARIES: Final = ("tensorflow", "keras", "tf_keras")
SETS_VARIABLES: Final = re.compile(r"environ\s*\[[^\]\n]*\]\s*=[^=]|environ\s*\.\s*(setdefault|update)\b|putenv|dotenv")


def brought_in(module: str, search_path: Sequence[str]) -> tuple[str, ...]:
    """What to import so that `module` finds its Keras there: ``keras``, ``tensorflow:keras.utils``; else nothing.

    Follows the imports of the project's own files, at the top level of each, as far as they lie below `search_path`.
    """
    waiting, seen, found = [module], set[Path](), set[str]()
    while waiting:
        for file in _files(waiting.pop(), search_path):
            if file in seen:
                continue
            seen.add(file)
            try:
                text = file.read_text(encoding="utf-8")
                names = list(_imports(ast.parse(text), _package(file, search_path)))
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                return ()
            if len(seen) > MOST_FILES or SETS_VARIABLES.search(text):
                return ()
            for name in names:
                library = name.partition(".")[0]
                if library in LIBRARIES:
                    lazy = library == "tensorflow" and "keras" in text
                    found.add("tensorflow:keras.utils" if lazy else library)
                else:
                    waiting.append(name)
    if "tensorflow:keras.utils" in found:
        found.discard("tensorflow")
    return tuple(sorted(found, reverse=True))


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """The dotted names that a file imports; of ``from a import b``, both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module or "") if part)
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _files(module: str, search_path: Sequence[str]) -> Iterator[Path]:
    """The files of a module and of the packages that hold it, where they lie below the search path."""
    parts = [part for part in module.split(".") if part]
    for entry in search_path:
        for depth in range(1, len(parts) + 1):
            place = Path(entry, *parts[:depth])
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())


def _package(file: Path, search_path: Sequence[str]) -> str:
    """The dotted name of the package that a file belongs to."""
    inside = [file.parent.relative_to(entry) for entry in search_path if file.is_relative_to(entry)]
    return ".".join(min(inside, key=lambda path: len(path.parts)).parts) if inside else ""
