"""One processor for threads of which only one runs at a time anyway.

Handing over to a thread on another processor takes the system several times as long as to one on the same.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def on_one_core() -> Iterator[None]:
    """Keep the calling thread, and threads that it starts inside, on one processor, where the system can do that."""
    try:
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(before)[os.getpid() % len(before)]})
    except (AttributeError, OSError):  # another system, or a container that forbids it
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)
