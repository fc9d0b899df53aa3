"""Folders that making an instance looks into: whoever found something in one has not looked in vain for its data.

Only what Python itself lists is seen, not what a library of C lists.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

EVENTS: Final = ("os.listdir", "os.scandir")
IMPORTS: Final = "<frozen importlib"
"""How the names of the files begin whose frames import modules, and list folders while they do."""
_watched: list[list[str]] = []
_hooked = False


@contextlib.contextmanager
def noted() -> Iterator[list[str]]:
    """While it lasts, gather the folders that are listed, whether they are there or not."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # for good: an audit hook cannot be taken back
        _hooked = True
    listed: list[str] = []
    _watched.append(listed)
    try:
        yield listed
    finally:
        _watched.remove(listed)


def any_filled(folders: list[str]) -> bool:
    """Whether one of the folders is there and holds anything."""
    for folder in dict.fromkeys(folders):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            if next(entries, None) is not None:
                return True
    return False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in EVENTS or not _watched or _importing():
        return
    path = arguments[0]
    if path is None or isinstance(path, (str, bytes)):  # a descriptor is what somebody opened before
        for listed in _watched:
            listed.append(os.path.abspath(os.fsdecode(path or ".")))


def _importing() -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTS):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
