"""An exception of the user's code in one line: what was raised, and on which line of theirs."""

from __future__ import annotations

import linecache
import traceback
from types import FrameType
from typing import Final

from seqcheck.construction.target import TargetError
from seqcheck.model import libraries

LONGEST: Final = 400
_PASSED_THROUGH: Final = ("seqcheck.construction", "importlib")


def complaint_of(error: BaseException) -> str:
    """``TypeError: unsupported operand (data.py:12: x + None)``; never raises, however hostile the exception."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # an exception's own __str__ may raise
        message = "(its text could not be made)"
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if isinstance(error, TargetError):  # our own words, not an error of the user's code
        text = message
    if len(text) > LONGEST:
        text = text[: LONGEST - 3] + "..."
    where = place_of(error)
    return f"{text} ({where})" if where else text


def place_of(error: BaseException) -> str:
    """The line at fault, ``data.py:12: x + None``: the innermost of the user's own, else of a library's."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return ""  # its own text names file and line
    users = library = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if str(frame.f_globals.get("__name__", "")).startswith(_PASSED_THROUGH) or file.startswith("<"):
            continue
        code = linecache.getline(file, line, frame.f_globals).strip()
        library = f"{_short(file)}:{line}: {code}" if code else f"{_short(file)}:{line}"
        if not libraries.is_installed(file):
            users = library
    return users or library


def is_users(frame: FrameType) -> bool:
    """Whether a frame runs code of the user's: not ours, not a library's."""
    file = frame.f_code.co_filename
    ours = str(frame.f_globals.get("__name__", "")).startswith(_PASSED_THROUGH)
    return not (ours or file.startswith("<") or libraries.is_installed(file))


def _short(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]
