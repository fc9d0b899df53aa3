"""Which Keras a target's module brings in, read off the project's files; nothing is run.

Processes of targets that bring in the same may share one import of it. A file that sets environment variables may
decide which Keras that is, before it imports it: then nothing can be said, and nothing is shared.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_FILES: Final = 200
LIBRARIES: Final = ("tensorflow", "keras", "tf_keras")
SETS_VARIABLES: Final = re.compile(
    r"environ\s*\[[^\]\n]*\]\s*=[^=]|environ\s*\.\s*(setdefault|update|pop|clear)\b|environ\s*\|=|del\s.*environ|putenv|dotenv"
)
HASHING: Final = ("set", "frozenset", "hash")
COMBINING: Final = ("union", "intersection", "difference", "symmetric_difference")
ORDERLESS: Final = ("sorted", "len")
"""What is the same for every order of a set."""
CHECKING: Final = "TYPE_CHECKING"
VIEWS: Final = ("keys", "items")


@dataclass(frozen=True)
class BroughtIn:
    """What a module's files say of its import."""

    libraries: tuple[str, ...] = ()
    """What to import so that the module finds its Keras there: ``keras``, ``tensorflow:keras.utils``; else nothing."""
    hashes: bool = False
    """Whether they form sets or take hashes, which differ from one interpreter to another."""


def brought_in(module: str, search_path: Sequence[str], name: str = "") -> BroughtIn:
    """Read off what `module`, asked for `name`, brings in, through the project's own files.

    Those are the files below `search_path`, and those of the package that `module` belongs to, wherever it is
    installed.
    """
    waiting, seen, found = [module], set[Path](), set[str]()
    hashes = False
    package = module.partition(".")[0]
    places = (*search_path, *_installed(package)) if package else tuple(search_path)
    while waiting:
        wanted = waiting.pop()
        for file in _files(wanted, places if wanted.partition(".")[0] == package else search_path):
            if file in seen:
                continue
            seen.add(file)
            try:
                text = file.read_text(encoding="utf-8")
                tree = ast.parse(text)
                names = list(_imports(tree, _package(file, places), name))
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                return BroughtIn()
            if len(seen) > MOST_FILES or SETS_VARIABLES.search(text):
                return BroughtIn()
            hashes = hashes or _hangs_on_hashes(tree)
            for imported in names:
                library = imported.partition(".")[0]
                if library in LIBRARIES:
                    if next(_files(library, search_path), None) is not None:
                        return BroughtIn()  # the project's own, or one that it carries with it
                    lazy = library == "tensorflow" and "keras" in text
                    found.add("tensorflow:keras.utils" if lazy else library)
                else:
                    waiting.append(imported)
    if "tensorflow:keras.utils" in found:
        found.discard("tensorflow")
    if found >= {"keras", "tf_keras"}:  # a module that takes what there is takes one of them
        legacy = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
        found.discard("keras" if legacy or not _installed("keras") else "tf_keras")
    return BroughtIn(tuple(sorted(found, reverse=True)), hashes)


def _installed(package: str) -> list[str]:
    """The folder that a package lies in, where Python finds it without importing anything."""
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError, AttributeError):
        return []
    places = (found.submodule_search_locations or ()) if found else ()
    return [str(Path(place).parent) for place in places if Path(place).name == package]


def _hangs_on_hashes(tree: ast.Module) -> bool:
    """Whether sets are formed whose order may be seen, or hashes are taken."""
    out_of_sight = set[ast.AST]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ORDERLESS:
            sets = [] if node.keywords else node.args  # what a key sorts alike stays in the order of the set
        elif isinstance(node, ast.Compare):
            sets = node.comparators
        else:
            continue
        out_of_sight |= {part for one in sets for part in (one, getattr(one, "func", one))}
    return any(_hashes(node) for node in ast.walk(tree) if node not in out_of_sight)


def _hashes(node: ast.AST) -> bool:
    """Whether a set may come of this, or a hash."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in HASHING
        case ast.Attribute(attr=name):
            return name in COMBINING
        case ast.BinOp(left=left, right=right):  # views of dicts
            return any(
                isinstance(side, ast.Call) and isinstance(side.func, ast.Attribute) and side.func.attr in VIEWS
                for side in (left, right)
            )
    return False


def _imports(tree: ast.Module, package: str, name: str) -> Iterator[str]:
    """The dotted names that a file imports; of ``from a import b``, both ``a`` and ``a.b``.

    What only type checkers see counts where it is `name`: a package that loads lazily tells them where that lies.
    """
    unseen = {node for branch in ast.walk(tree) if _is_for_checkers(branch) for node in ast.walk(branch)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in unseen:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node in unseen and name not in [alias.asname or alias.name for alias in node.names]:
                continue
            parts = package.split(".") if package else []
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module or "") if part)
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _is_for_checkers(node: ast.AST) -> bool:
    """Whether this is ``if TYPE_CHECKING:``, without what stands in its ``else``."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = node.test
    return (isinstance(test, ast.Name) and test.id == CHECKING) or (
        isinstance(test, ast.Attribute) and test.attr == CHECKING
    )


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
