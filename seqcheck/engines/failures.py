"""Exceptions of the user's code as data."""

from __future__ import annotations

import contextlib
import linecache
import pickle
import traceback
from types import TracebackType

from seqcheck.model.history import Failure, Frame

LONGEST_MESSAGE = 2000
_OWN = "seqcheck.engines", "seqcheck.experiments", "seqcheck.construction"


def failure_of(error: BaseException) -> Failure:
    """Describe an exception; the exception itself may be hostile: no `str` that raises, no endless message."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        message = str(error)
    except Exception:
        message = "(its text could not be made: __str__ raises)"
    frames = tuple(frames_of(error.__traceback__))
    return Failure(name, message[:LONGEST_MESSAGE], frames, not isinstance(error, Exception), _travels(error))


def frames_of(trace: TracebackType | None) -> list[Frame]:
    """The lines of a traceback, outermost first, without our own that lead up to the user's."""
    found: list[Frame] = []
    for frame, line in traceback.walk_tb(trace):
        code = frame.f_code
        if not found and str(frame.f_globals.get("__name__", "")).startswith(_OWN):
            continue
        text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
        found.append(Frame(code.co_filename, line, code.co_name, text))
    return found[-30:]


def _travels(error: BaseException) -> bool:
    with contextlib.suppress(BaseException):
        pickle.loads(pickle.dumps(error))
        return True
    return False
