"""Whether a thread sleeps in the system."""

from __future__ import annotations

from typing import Final

_OPEN: Final = open
"""As it was when this module was loaded: what is watched may replace the built-in one."""
WITHOUT_PROC: Final = 0.05
"""Seconds without a step after which a thread counts as asleep where the system does not tell."""


def is_asleep(native: int, quiet: float) -> bool:
    """Whether the thread of this system-wide number waits for anything but a processor; `quiet` in seconds.

    A thread that waits for the interpreter's lock sleeps as well: one look proves nothing, two without a step between
    them do, since the watcher has given that lock away between them.
    """
    try:
        with _OPEN(f"/proc/self/task/{native}/stat", encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError:
        return quiet > WITHOUT_PROC
    return text[text.rindex(")") + 2] in "SD"
