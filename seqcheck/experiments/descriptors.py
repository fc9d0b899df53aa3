"""Open files that a process hands on to its forks: one position for all of them.

A fork gets the numbers of all open files, not files of its own: whoever reads or seeks moves the position for every
other process that has the number from the same parent.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import stat
from collections.abc import Iterable

Places = dict[int, int]
"""The position in each open file, by descriptor."""


def places() -> Places:
    """The positions in all regular files that this process has open; empty where the platform does not list them."""
    found: Places = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/dev/fd"):
            with contextlib.suppress(OSError, ValueError):
                descriptor = int(name)
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    found[descriptor] = os.lseek(descriptor, 0, os.SEEK_CUR)
    return found


def moved(before: Places) -> tuple[int, ...]:
    """Those of these files that stand elsewhere now."""
    return tuple(descriptor for descriptor, place in before.items() if position(descriptor) not in (place, None))


def put_back(before: Places) -> None:
    """Set these files where they stood, for whoever has them in common with this process and reads on."""
    for descriptor, place in before.items():
        with contextlib.suppress(OSError):
            os.lseek(descriptor, place, os.SEEK_SET)


def position(descriptor: int) -> int | None:
    """Where one file stands; None where it is closed."""
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return None


def name_of(descriptor: int) -> str:
    """The file's own name where the platform tells it, else the number of the descriptor."""
    with contextlib.suppress(OSError):
        return os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))
    return f"descriptor {descriptor}"


def forget_buffers() -> None:
    """Have every file that is open for reading forget what it has read ahead; its position stays as it is.

    A small file lies in such a buffer as a whole after the first read, and hides what a larger one would show.
    """
    for file in _open_for_reading():
        with contextlib.suppress(OSError, ValueError):
            place = file.tell()
            file.seek(0, os.SEEK_END)
            file.seek(place)


def _open_for_reading() -> Iterable[io.BufferedReader]:
    return [one for one in gc.get_objects() if type(one) is io.BufferedReader and not one.closed and one.seekable()]
