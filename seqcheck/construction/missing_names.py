"""Where a name that is missing should have come from: what tells a class's own mistake from a bare machine."""

from __future__ import annotations

import ast
import importlib.util
import linecache
import re
import traceback
import types
from typing import Any, Final

from seqcheck.construction.bases import belongs_to_keras
from seqcheck.construction.complaint import is_users
from seqcheck.model import libraries

GONE_WITH_PYTHON: Final = frozenset([
    "asynchat", "asyncore", "cgi", "cgitb", "distutils", "imghdr", "imp", "pipes", "smtpd", "sndhdr", "telnetlib",
])  # fmt: skip
"""Modules that the standard library had, and that no package index brings back under that name."""
_NO_SETTER: Final = re.compile(r"property '(\w+)' of '.*' object has no setter|can't set attribute '(\w+)'")


def meant_to_be_imported(error: NameError) -> str:
    """The module that the user's source imports under the missing name, as where it is optional; else empty."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    if not frames or not error.name:
        return ""
    try:
        tree = ast.parse("".join(linecache.getlines(frames[-1].f_code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                if bound == error.name or alias.name == "*":
                    return (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
    return ""


def is_bound_somewhere(error: NameError) -> bool:
    """Whether the module binds the missing name at all: then another way through it might have set it."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    if not frames or not error.name:
        return True
    try:
        tree = ast.parse("".join(linecache.getlines(frames[-1].f_code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    return any(
        (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id == error.name)
        or (isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == error.name)
        or (isinstance(node, ast.Global) and error.name in node.names)
        for node in ast.walk(tree)
    )


def was_removed(dotted: str) -> bool:
    """Whether a name that cannot be imported is gone from a package that is there, as against one not installed."""
    top, _, rest = dotted.partition(".")
    if top in GONE_WITH_PYTHON:
        return True
    if not rest:
        return False
    try:
        found = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return False
    # A namespace package is filled by others, any of which may be missing here; the user's own may lack a built file.
    return found is not None and (found.origin == "built-in" or libraries.is_installed(found.origin or ""))


def is_installed(module: types.ModuleType) -> bool:
    """Whether a module belongs to a library, not to the user."""
    file = getattr(module, "__file__", None)
    return file is None or libraries.is_installed(str(file))


def shadowed_property(error: AttributeError) -> str:
    """The property of the Keras base that the user's code assigns to, where that is what failed; else empty."""
    found = _NO_SETTER.search(str(error))
    if not found:
        return ""
    name = found[1] or found[2]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame in frames[-1:]:
        code = frame.f_code
        owner: Any = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None
        for ancestor in type(owner).__mro__:
            if name in vars(ancestor):
                return name if belongs_to_keras(ancestor) and isinstance(vars(ancestor)[name], property) else ""
    return ""
