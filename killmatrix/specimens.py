"""Every Sequence of the matrix: faulty ones written by hand, those of the pages, and sound ones that look like them."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from killmatrix.translation import translated
from seqcheck.checks import Registered, catalogue

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]  # only there where it is needed

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = ROOT / "fixtures/mutants/table.toml"
HERE: Final = "fixtures.mutants"
PAGES: Final = "examples"
"""The package that the classes of the pages are written to before they are driven."""
MAKES: Final = ("memory", "files", "shuffled", "named", "augmented", "made", "tensors")
MUTANT_KEYS: Final = frozenset({"target", "check", "make", "what"})
SOUND_KEYS: Final = frozenset({"target", "like", "what"})
LEGACY_ONLY: Final = ("unshuffled-first-epoch",)
"""Checks of what Keras 3 never brings about: their pages are driven on tf_keras."""


@dataclass(frozen=True)
class Specimen:
    """One Sequence of the matrix.

    `name` is what the matrix calls it. `targets` are driven one after the other until one of them is VIOLATED.
    `kind` is ``mutant`` (written by hand), ``page``, ``mechanical`` or ``sound``. `checks` are those that must be
    VIOLATED where it is faulty, and those that must not be where it is sound; a mechanical mutant has none: any error
    kills it. `source` is the text that its verdicts depend on.
    """

    name: str
    targets: tuple[str, ...]
    checks: tuple[str, ...]
    kind: str
    make: str
    what: str
    source: str

    @property
    def faulty(self) -> bool:
        """Whether it has a defect."""
        return self.kind != "sound"

    def is_like(self, check: str) -> bool:
        """Whether it is sound and looks as if it had the defect; the reference Sequences look like nothing."""
        return not self.faulty and check in self.checks and bool(self.make)

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of its source, its targets and its checks."""
        text = "\0".join((*self.targets, *self.checks, self.source))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class TableError(ValueError):
    """An entry of the table that cannot be meant."""


def by_hand(text: str | None = None) -> list[Specimen]:
    """The entries of the table in fixtures/mutants, or of `text`.

    Raises:
        TableError: an entry lacks a key, has one too many, or names a check, a make or a class that is not there.
    """
    data: Mapping[str, Any] = tomllib.loads(TABLE.read_text(encoding="utf-8") if text is None else text)
    found = [_entry("mutant", entry, MUTANT_KEYS) for entry in data.get("mutant", ())]
    return found + [_entry("sound", entry, SOUND_KEYS) for entry in data.get("sound", ())]


def _entry(kind: str, entry: Mapping[str, Any], keys: frozenset[str]) -> Specimen:
    if set(entry) != keys:
        raise TableError(f"{entry.get('target', entry)}: has {sorted(entry)}, expected {sorted(keys)}")
    target = HERE + entry["target"] if entry["target"].startswith(".") else entry["target"]
    checks = tuple(entry["like"]) if kind == "sound" else (entry["check"],)
    unknown = [name for name in checks if name not in catalogue()]
    if unknown or not checks:
        raise TableError(f"{target}: there is no check {' or '.join(unknown) or 'in its entry'}")
    make = entry.get("make", "sound")
    if kind == "mutant" and make not in MAKES:
        raise TableError(f"{target}: its make is {make!r}, expected one of {', '.join(MAKES)}")
    return Specimen(target.removeprefix("fixtures."), (target,), checks, kind, make, entry["what"], source_of(target))


def source_of(target: str) -> str:
    """What a class or factory of fixtures/ is made of: its definition, and whatever in fixtures/ it mentions.

    Raises:
        TableError: there is no such module, or nothing of that name in it.
    """
    module, _, name = target.partition("(")[0].replace(":", ".").rpartition(".")
    file = _file_of(module)
    if not file.is_file():
        raise TableError(f"{target}: there is no {file.relative_to(ROOT)}")
    known = _definitions(file)
    if name not in known:
        raise TableError(f"{target}: nothing in {file.relative_to(ROOT)} is named {name}")
    reached = [name]
    for item in reached:
        reached += sorted(_mentioned(known[item]) & set(known) - set(reached))
    return "\n".join(known[item] for item in reached)


def _file_of(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


def _definitions(file: Path) -> Mapping[str, str]:
    """The text of what a module defines or assigns at its outermost level, or takes from fixtures/, by name."""
    return _parts(file.read_text(encoding="utf-8")) | _brought(file)


def _brought(file: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for module in _sources_of(file.read_text(encoding="utf-8")):
        found.update(_definitions(_file_of(module)))
    return found


@cache
def _sources_of(text: str) -> tuple[str, ...]:
    """The modules of fixtures/ that a module takes something from."""
    nodes = (node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom))
    return tuple(node.module for node in nodes if node.module and node.module.startswith("fixtures."))


@cache
def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        part = "\n".join(text.splitlines()[_first_line(node) - 1 : node.end_lineno])
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            # A name that is given twice stands for both.
            found[node.name] = f"{found[node.name]}\n{part}" if node.name in found else part
        else:
            found |= dict.fromkeys(_assigned([node]), part)
    return found


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else []
    return min([node.lineno, *(item.lineno for item in decorators)])


@cache
def _mentioned(part: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(part)) if isinstance(node, ast.Name))


def _assigned(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Assign):
            yield from (item.id for item in node.targets if isinstance(item, ast.Name))


def of_pages() -> list[Specimen]:
    """The `Example` and `Use instead` of every page."""
    found = []
    for name, registered in catalogue().items():
        for kind, source in page_sources(registered).items():
            target = f"{PAGES}.{module_name(name, kind)}.{class_in(source)}"
            faulty = kind == "faulty"
            what = "the example of the page" if faulty else "the example of the page, mended"
            title = f"{name}, {'Example' if faulty else 'Use instead'}"
            found.append(Specimen(title, (target,), (name,), "page" if faulty else "sound", "memory", what, source))
    return found


def page_sources(registered: Registered) -> dict[str, str]:
    """The modules of a page, ``faulty`` and ``mended``, on the Keras that can bring its defect about."""
    sources = {"faulty": registered.page.example, "mended": registered.page.instead}
    legacy = registered.check.name in LEGACY_ONLY
    return {kind: translated(source) if legacy else source for kind, source in sources.items()}


def module_name(check: str, kind: str) -> str:
    """The module that one example of a page is written to."""
    return f"{check.replace('-', '_')}_{kind}"


def class_in(source: str) -> str:
    """The Sequence of a page's module: its class, or where a function makes it, the name that it is given."""
    body = ast.parse(source).body
    bases = {node.name: " ".join(map(ast.unparse, node.bases)) for node in body if isinstance(node, ast.ClassDef)}
    sequences = [name for name, text in bases.items() if "Sequence" in text or "PyDataset" in text]
    return (sequences or list(bases) or list(_assigned(body)))[-1]


def lay_out(folder: Path) -> None:
    """Write the modules of the pages to a package below `folder`, so that they can be imported from there."""
    package = folder / PAGES
    package.mkdir(parents=True, exist_ok=True)
    for name, registered in catalogue().items():
        for kind, source in page_sources(registered).items():
            (package / f"{module_name(name, kind)}.py").write_text(source, encoding="utf-8")
