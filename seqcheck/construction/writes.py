"""Files that making and reading an instance writes: two runs at a time would meet in them.

Only what Python itself opens is seen, not what a library of C opens.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

NO_FILES: Final = ("/dev/", "/proc/", "/sys/")
_watched: list[list[str]] = []
_hooked = False


@contextlib.contextmanager
def noted(but_below: Path) -> Iterator[list[str]]:
    """While it lasts, gather the paths that are opened to be written, but for those below a folder of our own.

    What must not be there yet has a name of its own, as temporary files have; what is only added to, as logs are,
    takes nothing away from anybody.
    """
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # for good: an audit hook cannot be taken back
        _hooked = True
    opened: list[str] = []
    found: list[str] = []
    _watched.append(opened)
    try:
        yield found
    finally:
        _watched.remove(opened)
        others = (f"{os.path.realpath(but_below)}{os.sep}", *NO_FILES)
        paths = (os.path.realpath(path) for path in dict.fromkeys(opened))
        # A temporary file may be opened by the name of its folder.
        found += [path for path in paths if not path.startswith(others) and not os.path.isdir(path)]


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _watched:
        return
    path, flags = arguments[0], arguments[2]
    written = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) and not flags & (os.O_EXCL | os.O_APPEND)
    if written and isinstance(path, (str, bytes)):
        for opened in _watched:
            opened.append(os.path.abspath(os.fsdecode(path)))
