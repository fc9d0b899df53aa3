"""A process that works is told from one that waits, however long either takes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seqcheck.experiments.waiting import LOOKS, Watched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells it in /proc")


@contextmanager
def process(does: str) -> Iterator[int]:
    child = subprocess.Popen(
        [sys.executable, "-c", f"import time; print(flush=True)\n{does}"], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    try:
        yield child.pid
    finally:
        child.kill()
        child.communicate()


def looks(pid: int, count: int) -> list[bool]:
    worker = Watched(pid)
    found = []
    for _ in range(count):
        time.sleep(0.01)
        found.append(worker.waits())
    return found


def test_one_that_works_does_not_wait() -> None:
    with process("while True: pass") as pid:
        assert not any(looks(pid, 5 * LOOKS))


def test_one_that_sleeps_waits_once_it_was_seen_so_often_enough() -> None:
    with process("time.sleep(60)") as pid:
        time.sleep(0.2)
        assert looks(pid, LOOKS) == [False] * (LOOKS - 1) + [True]


def test_one_that_is_not_there_counts_as_waiting() -> None:
    assert looks(0, LOOKS)[-1]
