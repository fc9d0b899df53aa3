"""Lines of the user's own, as findings name them."""

from __future__ import annotations

import linecache
from types import FrameType

from seqcheck.model.libraries import is_library
from seqcheck.model.observation import Spot


def spot_of(frame: FrameType, line: int | None = None) -> Spot:
    """The line at which a frame stands, or another line of its file."""
    code, number = frame.f_code, frame.f_lineno if line is None else line
    text = linecache.getline(code.co_filename, number, frame.f_globals).strip()
    return code.co_filename, number, code.co_name, text


def caller(frame: FrameType | None) -> Spot | None:
    """The innermost line of the user's at or above a frame; None where there is none."""
    while frame is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return None if frame is None else spot_of(frame)
