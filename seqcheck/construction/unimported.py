"""What is known of a module that cannot be imported because a library has taken a name away that it asks for."""

from __future__ import annotations

import ast
import importlib.util
import traceback
from pathlib import Path
from typing import Literal

from seqcheck.construction.complaint import is_users
from seqcheck.construction.target import TargetError
from seqcheck.model.own_fault import OwnFault


class ImportFault(TargetError):
    """The module raised for a name that is gone: `fault`, on a line that is imported with it."""

    def __init__(self, said: str, module: str, fault: OwnFault) -> None:
        super().__init__(said)
        self.module = module
        self.fault = fault


def asked_by_the_user(error: BaseException) -> bool:
    """Whether a line of the user's own asked for the name, and not that of a library which it imports."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    users = [place for place, frame in enumerate(frames) if is_users(frame)]
    beyond = frames[users[-1] + 1 :] if users else frames
    return bool(users) and not any(
        frame.f_code.co_name == "<module>" and "importlib" not in frame.f_code.co_filename for frame in beyond
    )


def place_in_source(module: str, attributes: tuple[str, ...]) -> tuple[str, int, Literal["class", "factory"]] | None:
    """The file, line and kind of the class or function that a module's source defines under this name, else None.

    Nothing is run: the module's packages are imported, as they are before any of its lines.
    """
    try:
        found = importlib.util.find_spec(module)
        file = found.origin if found is not None else None
        body: ast.Module | ast.stmt = ast.parse(Path(file).read_text(encoding="utf-8")) if file else ast.Module([], [])
    except (ImportError, ValueError, OSError, SyntaxError, RecursionError):
        return None
    for name in attributes:
        held = [
            node
            for node in getattr(body, "body", ())
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name
        ]
        if not held:
            return None
        body = held[-1]
    if not isinstance(body, (ast.ClassDef, ast.FunctionDef)):
        return None
    return str(file), body.lineno, "class" if isinstance(body, ast.ClassDef) else "factory"
