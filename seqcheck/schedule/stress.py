"""Threads that nobody controls: what a search by steps cannot reach, chance may.

Many threads read a fresh instance at once, switched as often as the interpreter can. It finds a part of the races, and
another part on every run; what it finds has no schedule.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from seqcheck.schedule.baton import START
from seqcheck.schedule.oracle import Sketch

THREADS: Final = 8
OFTEN: Final = 1e-6
"""Seconds between two switches that the interpreter is asked for."""
PATIENCE: Final = 3.0
"""Seconds that one round may take."""


@dataclass
class Stressed:
    """What came of it: reads, and for each that gave another batch its index and that batch, or what it raised."""

    reads: int = 0
    torn: list[tuple[int, Any]] = field(default_factory=list)
    hung: bool = False


def stress(
    fresh: Callable[[], Any],
    expected: dict[int, Sketch],
    take: Callable[[Any], Sketch],
    seconds: float,
    alive: Callable[[str], None] = lambda _: None,
    threads: int = THREADS,
) -> Stressed:
    """Read fresh instances with so many threads for so long; ends at the first batch that is not the expected one.

    `expected` maps every index that is read to its batch. A raised exception counts as another batch.
    """
    found = Stressed()
    until = time.monotonic() + seconds
    interval = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN)
    try:
        while time.monotonic() < until and not found.torn and not found.hung:
            _round(fresh(), expected, take, found, threads)
            alive(f"{found.reads} reads without control")
    finally:
        sys.setswitchinterval(interval)
    return found


def _round(
    instance: Any, expected: dict[int, Sketch], take: Callable[[Any], Sketch], found: Stressed, threads: int
) -> None:
    indices = list(expected)
    count = min(threads, max(2, len(indices)))
    gate = threading.Barrier(count)
    done = threading.Semaphore(0)
    guard = _thread.allocate_lock()

    def read(number: int) -> None:
        try:
            gate.wait(PATIENCE)
            for index in indices[number::count]:  # each batch once: an epoch does not read one twice
                batch: Any = None
                try:
                    batch = instance[index]
                    right = take(batch) == expected[index]
                except BaseException as error:
                    error.__traceback__ = None  # its frames would keep the instance
                    batch, right = error, False
                with guard:
                    found.reads += 1
                    if not right:
                        found.torn.append((index, batch))
        finally:
            done.release()

    for number in range(count):
        START(read, (number,))
    for _ in range(count):
        if not done.acquire(timeout=PATIENCE):
            found.hung = True
            return
