"""Does the Sequence give back what it takes?

A few batches are read over and over, then hooks are called over and over, and then the one after the other: what a
read takes may be needed until the epoch's end, and be dropped there. After each round descriptors, threads and child
processes are counted, and the memory that Python knows of. The same batches are read each time, under the same
streams, so that whatever a cache, a pool or a lazy handle needs is there after a few rounds. Threads and processes that
were seen to grow are given time to end.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
import time
import tracemalloc
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from seqcheck.experiments.holding import arrays_in
from seqcheck.model.driving import Driving
from seqcheck.model.observation import Resources

ROUNDS: Final = {"reads": 24, "hooks": 12, "epochs": 12}
FEWEST_ROUNDS: Final = 8
ENOUGH: Final = 0.5
"""Seconds after which no further round begins once there are `FEWEST_ROUNDS` of them."""
PATIENCE: Final = 5.0
"""Seconds after which no further round begins at all; with fewer than `FEWEST_ROUNDS` nothing is said."""
GRACE: Final = 4.0
"""Seconds for threads and processes to end that nobody needs any more."""
MOST_READ: Final = 3
KINDS: Final = ("descriptors", "threads", "processes", "bytes")


def ask(instance: Any, driving: Driving) -> None:
    """Record the isolated pass ``lasting`` and the `Resources` after each round of reads, of hooks and of both."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))
    chosen = sorted({*indices[: MOST_READ - 1], indices[-1]}) if indices else []
    driving.fork("lasting", functools.partial(_reads, instance, driving, chosen))
    driving.fork("lasting hooks", functools.partial(_hooks, instance, driving))
    driving.fork("lasting epochs", functools.partial(_epochs, instance, driving, chosen[:1]))


def _reads(instance: Any, driving: Driving, indices: Sequence[int]) -> None:
    read = driving.reader(instance, isolated=True)
    delivered = [0]

    def once(number: int) -> bool:
        delivered[0] = 0
        for place, index in enumerate(indices):
            value, failure = read(0, index, "lasting", number * len(indices) + place)
            if failure is not None:
                return False
            delivered[0] += sum(array.nbytes for _, array in arrays_in(value))
        return True

    _count("reads", driving, once, lambda: delivered[0], len(indices))


def _hooks(instance: Any, driving: Driving) -> None:
    names = _names(driving)
    _count("hooks", driving, functools.partial(_call, instance, driving, names), lambda: 0, len(names))


def _epochs(instance: Any, driving: Driving, indices: Sequence[int]) -> None:
    read = driving.reader(instance, isolated=True)

    def once(number: int) -> bool:
        return all(read(number, index, "lasting-epochs", number)[1] is None for index in indices) and _call(
            instance, driving, _names(driving), number
        )

    _count("epochs", driving, once, lambda: 0, 1)


def _names(driving: Driving) -> tuple[str, ...]:
    return ("on_epoch_end", "on_epoch_begin") if driving.hook_first else ("on_epoch_end",)


def _call(instance: Any, driving: Driving, names: Sequence[str], number: int) -> bool:
    return all(driving.hook(instance, number, name) for name in names)


def _count(stage: str, driving: Driving, once: Callable[[int], bool], delivered: Callable[[], int], calls: int) -> None:
    gc.collect()
    gc.freeze()  # what was there before need not be looked at each time
    tracemalloc.start(1)
    counts: list[tuple[int, ...]] = []
    begun = time.monotonic()
    for number in range(ROUNDS[stage]):
        limit = PATIENCE if len(counts) < FEWEST_ROUNDS else ENOUGH
        if time.monotonic() - begun > limit or not once(number):
            break
        gc.collect()
        counts.append(_now())
    if len(counts) >= FEWEST_ROUNDS:
        settled = counts[-1]
        end = time.monotonic() + GRACE
        while any(settled[kind] > counts[len(counts) // 2][kind] for kind in (1, 2)):
            if time.monotonic() > end:
                break
            time.sleep(0.05)
            settled = _now()
        driving.record(Resources(stage, tuple(zip(*counts, strict=True)), settled, calls, delivered()))
    tracemalloc.stop()


def _now() -> tuple[int, ...]:
    """Descriptors, threads, child processes and bytes; −1 where the platform does not tell."""
    own = Path("/proc/self")
    _forget_names()
    return _entries(own / "fd"), _entries(own / "task"), _children(own), tracemalloc.get_traced_memory()[0] - _dead()


def _forget_names() -> None:
    """Let go of the names that the interpreter keeps for each attribute that was looked up lately.

    There may be some thousands of them: whoever puts them together, as Pillow does for each part of a PNG file, seems
    to leave one behind with every look until then.
    """
    forget = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if forget is not None:  # of CPython
        forget()


def _dead() -> int:
    """Bytes of weak references to what is gone.

    A library that keeps them, as pandas does for every slice of a table, clears them out once there are some hundred:
    more of them than are read here.
    """
    return sum(sys.getsizeof(one) for one in gc.get_objects() if type(one) is weakref.ref and one() is None)


def _entries(folder: Path) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:
        return -1


def _children(own: Path) -> int:
    """The child processes of all threads, those that ended and were not waited for included."""
    found, known = 0, False
    with contextlib.suppress(OSError):
        for task in os.listdir(own / "task"):
            with contextlib.suppress(OSError):
                found += len((own / "task" / task / "children").read_text().split())
                known = True
    return found if known else -1
