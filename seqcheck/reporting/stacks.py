"""Stacks as a reader needs them: the frames of the user's own code, without those that only lead to it."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OURS: Final = Path(__file__).resolve().parents[1]
EXAMPLES: Final = OURS / "reference"
"""Sequences that we ship are judged like those of a user."""
STANDARD: Final = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
_FRAME: Final = re.compile(r'\s*File "(.+)", line \d+ in ')


def without_ours(stack: str) -> str:
    """The threads of a stack, most recent call first, each down to the frame that seqcheck called.

    A thread in which no code but seqcheck's and the standard library's runs is left out; where all are, the text is
    empty. What is no stack stays as it is.
    """
    return "\n".join(line for lines in _threads(stack) for line in _down_to_ours(lines))


def _threads(stack: str) -> Iterator[list[str]]:
    thread: list[str] = []
    for line in stack.splitlines():
        if line.strip() and not _FRAME.match(line) and any(_FRAME.match(earlier) for earlier in thread):
            yield thread
            thread = []
        if line.strip():
            thread.append(line)
    if thread:
        yield thread


def _down_to_ours(lines: list[str]) -> list[str]:
    """Without what lies below the first frame of ours; empty where we called nothing but the standard library."""
    for place, line in enumerate(lines):
        if _is_ours(line):
            return lines[:place] if place and not _is_standard(lines[place - 1]) else []
    return lines


def _is_ours(line: str) -> bool:
    frame = _FRAME.match(line)
    if frame is None:
        return False
    path = Path(frame[1])
    return path.is_relative_to(OURS) and not path.is_relative_to(EXAMPLES)


def _is_standard(line: str) -> bool:
    frame = _FRAME.match(line)
    if frame is None:  # the heading of the thread: we are at its top
        return True
    path = Path(frame[1])
    return any(path.is_relative_to(folder) for folder in STANDARD) and "site-packages" not in path.parts
