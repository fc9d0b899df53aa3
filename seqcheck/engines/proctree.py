"""Processes and their descendants, as the kernel tells them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_THREADS: Final = 17
"""Where the number of threads stands in ``/proc/<pid>/stat``, counted from the state."""


def adopt_orphans() -> None:
    """Make this process the parent of every orphan among its descendants, so that none escapes by `setsid`.

    Linux only; elsewhere a daemonised grandchild is found only while its parent lives.
    """
    _control(_PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent ends, whatever it is busy with. Linux only."""
    _control(_PR_SET_PDEATHSIG, signal.SIGKILL)


def outlive_parent() -> None:
    """Take `end_with_parent` back."""
    _control(_PR_SET_PDEATHSIG, 0)


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def parents() -> dict[int, int]:
    """Every living process and its parent. Zombies are gone: they are left out, unless threads of theirs still run."""
    found: dict[int, int] = {}
    proc = Path("/proc")
    if not proc.is_dir():
        return _parents_by_ps()
    for entry in os.listdir(proc):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{entry}/stat").read_bytes().rpartition(b") ")[2].split()
                if fields[0] not in (b"Z", b"X") or int(fields[_THREADS]) > 1:
                    found[int(entry)] = int(fields[1])
    return found


def _parents_by_ps() -> dict[int, int]:
    import subprocess

    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,state="], capture_output=True, text=True, check=False).stdout
    rows = (line.split() for line in listed.splitlines())
    return {int(row[0]): int(row[1]) for row in rows if len(row) >= 3 and not row[2].startswith("Z")}


def descendants(roots: Iterable[int], known: Mapping[int, int] | None = None) -> set[int]:
    """All living descendants of the roots, without the roots; `known` is what `parents` said just now."""
    children: dict[int, list[int]] = {}
    for pid, parent in (parents() if known is None else known).items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    open_ends = list(roots)
    while open_ends:
        for child in children.get(open_ends.pop(), ()):
            if child not in found:
                found.add(child)
                open_ends.append(child)
    return found


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    return pid in parents()


def waited(pids: Iterable[int]) -> dict[int, float]:
    """Seconds for which each of these processes stood ready and had no processor, in the worst of its threads.

    Left out are those of which nothing is known: all of them where the kernel does not count it.
    """
    found: dict[int, float] = {}
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            threads = Path(f"/proc/{pid}/task").iterdir()
            found[pid] = max(int((thread / "schedstat").read_bytes().split()[1]) for thread in threads) / 1e9
    return found


def end(gather: Callable[[], set[int]], grace: float) -> None:
    """Stop every process that `gather` names: SIGTERM (some clean up behind them), then SIGKILL until none is left.

    `gather` is asked again and again, since the dying may give birth. `grace` in seconds.
    """
    _signal(gather(), signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline:
        if not gather():
            return
        time.sleep(0.01)
    for _ in range(500):
        left = gather()
        if not left:
            return
        _signal(left, signal.SIGKILL)
        time.sleep(0.01)


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
