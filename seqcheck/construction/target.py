"""What the user typed, as a target: parsed and located without importing anything."""

from __future__ import annotations

import ast
import hashlib
import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from seqcheck.model.contract import suggest

EXPECTED: Final = (
    "a class such as mypkg.MySequence, a factory such as mypkg.data:make_train, "
    'a file such as path/to/data.py::MySequence, or a call of one such as "mypkg.MySequence(batch_size=4)"'
)
LONGEST_SLUG: Final = 60
_NAMES: Final = re.compile(r"\s*([^\s():]*)\s*(?:(:)\s*([^\s():]*)\s*)?(\(.*)?", re.DOTALL)
_FILE: Final = re.compile(r"\s*(.+?\.pyw?)\s*::\s*([^()]*?)\s*(\(.*)?", re.DOTALL)


class TargetError(ValueError):
    """A target that cannot be used; the text says what was given, what was expected and what to type instead."""


@dataclass(frozen=True)
class TargetSpec:
    """A target as typed.

    `style` is ``dotted`` (``mypkg.sub.MySequence``: where the module ends is a guess until it is imported), ``colon``
    (``module:factory``, ``module:Class.method``) or ``file`` (``path/to/file.py::Class``; `module` is empty until
    `locate` has found the package root). `args` and `kwargs` are the literals of the call, if there is one.
    """

    text: str
    style: Literal["dotted", "colon", "file"]
    module: str
    attributes: tuple[str, ...]
    file: str = ""
    called: bool = False
    args: tuple[Any, ...] = field(default=(), hash=False)  # literals may be lists; `text` tells calls apart
    kwargs: tuple[tuple[str, Any], ...] = field(default=(), hash=False)

    @property
    def name(self) -> str:
        """The object's own name: ``MySequence``, ``Outer.Inner``."""
        return ".".join(self.attributes)

    @property
    def bare(self) -> str:
        """The target without its call, as the user would type it."""
        if self.style == "file":
            return f"{self.file}::{self.name}"
        return f"{self.module}{':' if self.style == 'colon' else '.'}{self.name}"


def parse(text: str) -> TargetSpec:
    """Read a target.

    Raises:
        TargetError: the text is no target; one sentence says what to type instead.
    """
    if not text.strip():
        raise TargetError(f"the target is empty: expected {EXPECTED}")
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise TargetError(f"{text!r} holds control characters: expected {EXPECTED}")
    file_found = _FILE.fullmatch(text)
    if file_found and not re.search("['\"]", file_found[1]):  # a quote before .py is that of a literal in a call
        return _file(text, *file_found.groups())
    if found := _NAMES.fullmatch(text):
        before, colon, after, call = found.groups()
        if before.endswith(".py") or "/" in before or "\\" in before:
            raise _file_expected(text, before, after or "")
        spec = _colon(text, before, after or "") if colon else _dotted(text, before)
        return _with_call(spec, call) if call else spec
    if file_found:
        return _file(text, *file_found.groups())
    if "::" in text:
        place, _, name = text.partition("::")
        raise TargetError(f"{text!r}: {place!r} is no Python file: expected path/to/file.py::{name.strip() or 'Class'}")
    raise TargetError(f"{text!r} is no target: expected {EXPECTED}")


def _file(text: str, file: str, names: str, call: str | None) -> TargetSpec:
    attributes = tuple(names.replace("::", ".").split("."))
    spec = TargetSpec(text, "file", "", _names(text, attributes), file)
    return _with_call(spec, call) if call else spec


def _dotted(text: str, dotted: str) -> TargetSpec:
    parts = _names(text, tuple(dotted.split(".")))
    if len(parts) < 2:
        raise TargetError(f"{text!r} names no module: expected mypkg.{parts[0]} or path/to/file.py::{parts[0]}")
    return TargetSpec(text, "dotted", ".".join(parts[:-1]), parts[-1:])


def _colon(text: str, module: str, name: str) -> TargetSpec:
    if not module or not name:
        missing = "module before" if not module else "class or factory after"
        raise TargetError(f"{text!r} names no {missing} the colon: expected mypkg.data:make_train")
    _names(text, tuple(module.split(".")))
    return TargetSpec(text, "colon", module, _names(text, tuple(name.split("."))))


def _names(text: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    for part in parts:
        if not part.isidentifier():
            what = f"{part!r} in it is no Python name" if part else "a name is missing in it"
            raise TargetError(f"{text!r} is no target, {what}: expected {EXPECTED}")
    return parts


def _file_expected(text: str, file: str, name: str) -> TargetError:
    if not file.endswith(".py"):
        return TargetError(f"{text!r}: {file!r} is no Python file: expected path/to/file.py::{name or 'MySequence'}")
    what = "a file but no class" if not name else "a file, which takes two colons"
    return TargetError(f"{text!r} names {what}: expected {file}::{name or 'MySequence'}")


def _with_call(spec: TargetSpec, call: str) -> TargetSpec:
    text = spec.text
    source = f"f{call.strip()}"
    try:
        body = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        raise TargetError(
            f"{text!r} cannot be read as a call ({why}): expected balanced parentheses around literals, "
            f'such as "{spec.bare}(batch_size=4)"'
        ) from None
    if not (isinstance(body, ast.Call) and isinstance(body.func, ast.Name)):
        raise TargetError(f'{text!r} is more than one call: expected "{spec.bare}(batch_size=4)"')
    args = []
    for argument in body.args:
        if isinstance(argument, ast.Starred):
            raise TargetError(f"{text!r}: * is not possible here: write the arguments one by one, as literals")
        args.append(_literal(spec, source, argument))
    kwargs: list[tuple[str, Any]] = []
    for keyword in body.keywords:
        if keyword.arg is None:
            raise TargetError(f"{text!r}: ** is not possible here: write the arguments one by one, as literals")
        if keyword.arg in dict(kwargs):
            raise TargetError(f"{text!r}: {keyword.arg} is given twice: leave out one of them")
        kwargs.append((keyword.arg, _literal(spec, source, keyword.value)))
    return replace(spec, called=True, args=tuple(args), kwargs=tuple(kwargs))


def _literal(spec: TargetSpec, source: str, node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        segment = ast.get_source_segment(source, node) or "an argument"
        raise TargetError(
            f"{spec.text!r}: {segment} is no literal: expected a number, text, True, False, None, or a tuple, list, "
            f"dict or set of these; for anything else write a factory, def make(): return {spec.attributes[-1]}(...), "
            "and give mypkg:make"
        ) from None


def search_path(spec: TargetSpec, *folders: Path) -> tuple[str, ...]:
    """What to put in front of `sys.path` so that the target is found without PYTHONPATH, in this order.

    For a file the root of its package comes first; then each folder (pytest's root, the current one) and its ``src``.

    Raises:
        TargetError: the file does not exist or is a directory.
    """
    entries: list[Path] = []
    if spec.style == "file":
        entries.append(package_root(find_file(spec, *folders))[0])
    for folder in folders:
        entries.append(folder.resolve())
        if (folder / "src").is_dir():
            entries.append((folder / "src").resolve())
    return tuple(dict.fromkeys(map(str, entries)))


def locate(spec: TargetSpec, *folders: Path) -> TargetSpec:
    """The target with its module named, as far as the file system tells without importing anything.

    A file target gets its absolute `file` and its dotted `module`; of a dotted target the longest part that is a module
    becomes `module` and the rest `attributes`.

    Raises:
        TargetError: the file does not exist, is a directory, or has a name that cannot be imported.
    """
    if spec.style == "file":
        file = find_file(spec, *folders)
        return replace(spec, file=str(file), module=package_root(file)[1])
    if spec.style == "dotted":
        parts = (*spec.module.split("."), *spec.attributes)
        depth = max(1, min(_module_depth(parts, [*search_path(spec, *folders), *sys.path]), len(parts) - 1))
        return replace(spec, module=".".join(parts[:depth]), attributes=parts[depth:])
    return spec


def _module_depth(parts: Sequence[str], entries: Iterable[str]) -> int:
    """How many of the leading names are modules; 0 where not even the first is found."""
    places = [Path(entry or ".") for entry in entries]
    suffixes = importlib.machinery.all_suffixes()
    for depth, part in enumerate(parts):
        packages = [place / part for place in places if (place / part).is_dir()]
        regular = [package for package in packages if (package / "__init__.py").is_file()]
        if not regular and any((place / f"{part}{suffix}").is_file() for place in places for suffix in suffixes):
            return depth + 1
        if not packages and depth == 0:
            packages = _installed(part)
        if not packages:
            return depth
        places = regular[:1] or packages
    return len(parts)


def _installed(name: str) -> list[Path]:
    """Where a top-level package lies that stands in no folder of `sys.path`, such as one installed for editing."""
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return []
    return [Path(place) for place in (found.submodule_search_locations or ())] if found else []


def find_file(spec: TargetSpec, *folders: Path) -> Path:
    """The file of a file target, looked for from each folder in turn.

    Raises:
        TargetError: there is none, or it is a directory.
    """
    places = [(folder / spec.file).resolve() for folder in (folders or (Path(),))]
    for place in places:
        if place.is_file():
            return place
    for place in places:
        if place.is_dir():
            raise TargetError(f"{spec.text!r}: {spec.file} is a directory: expected a Python file in it, and its class")
    siblings = [path.name for place in places if place.parent.is_dir() for path in place.parent.glob("*.py")]
    raise TargetError(f"{spec.text!r}: there is no file {spec.file}.{suggest(Path(spec.file).name, siblings)}")


def package_root(file: Path) -> tuple[Path, str]:
    """The folder from which a file is imported, and its dotted name there: up past every ``__init__.py``.

    Raises:
        TargetError: the file's name holds a dot, so that no import statement could name it.
    """
    if "." in file.stem:
        raise TargetError(f"{file.name} cannot be imported by that name: rename it {file.stem.replace('.', '_')}.py")
    parts = [] if file.stem == "__init__" else [file.stem]
    folder = file.parent
    while (folder / "__init__.py").is_file() and folder.parent != folder:
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def slug(spec: TargetSpec, class_name: str = "") -> str:
    """A short name for node ids: ``MySequence``, ``MySequence-batch_size-4``.

    Where characters had to be replaced or the text cut, six hexadecimal digits keep two calls apart.
    """
    said = [f"{value}" for value in spec.args] + [f"{name}-{value}" for name, value in spec.kwargs]
    plain = "-".join([class_name or spec.name, *said])
    clean = re.sub(r"[^\w.-]+", "_", plain)
    if clean == plain and len(clean) <= LONGEST_SLUG:
        return clean
    digest = hashlib.sha256(repr((spec.args, spec.kwargs)).encode("utf-8", "backslashreplace")).hexdigest()[:6]
    return f"{clean[: LONGEST_SLUG - 7]}-{digest}"


def node(spec: TargetSpec, file: str, class_name: str, rootdir: Path | None = None) -> str:
    """The front of the target's node ids: ``src/mypkg/data.py::MySequence-batch_size-4``.

    `file` is where the class stands. It is written relative to `rootdir`, or, for what is installed elsewhere, to the
    folder that it is imported from; a target without a file is written as its module.
    """
    if not file:
        return f"{spec.module.replace('.', '/')}.py::{slug(spec, class_name)}"
    path = Path(file)
    installed = bool({"site-packages", "dist-packages"} & set(path.parts))  # in a .venv of the project, too
    for folder in ([rootdir.resolve()] if rootdir and not installed else []) + [package_root(path)[0]]:
        if path.is_absolute() and path.is_relative_to(folder):
            path = path.relative_to(folder)
            break
    return f"{path.as_posix()}::{slug(spec, class_name)}"
