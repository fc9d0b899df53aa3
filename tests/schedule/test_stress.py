"""Threads without control: what they read is counted, what they tear is told, and the interpreter is as before."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import numpy as np

from seqcheck.schedule.oracle import Sketch, sketch
from seqcheck.schedule.stress import stress


class Numbers:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def __getitem__(self, index: int) -> Any:
        self.seen.append(index)
        return np.full(3, index)


EXPECTED: dict[int, Sketch] = {index: sketch(np.full(3, index)) for index in range(12)}


def test_every_batch_of_every_instance_is_read_once() -> None:
    made: list[Numbers] = []

    def fresh() -> Numbers:
        made.append(Numbers())
        return made[-1]

    interval = sys.getswitchinterval()
    found = stress(fresh, EXPECTED, sketch, 0.05)
    assert sys.getswitchinterval() == interval
    assert found.reads == 12 * len(made)
    assert all(sorted(instance.seen) == list(range(12)) for instance in made)
    assert not found.torn
    assert not found.hung


def test_it_ends_at_what_is_torn_and_at_what_raises() -> None:
    class Torn(Numbers):
        def __getitem__(self, index: int) -> Any:
            if index == 5:
                raise KeyError(index)
            return np.full(3, index if index != 7 else 0)

    found = stress(Torn, EXPECTED, sketch, 60.0)
    assert {index for index, _ in found.torn} == {5, 7}
    seen = dict(found.torn)
    assert isinstance(seen[5], KeyError)
    assert list(seen[7]) == [0, 0, 0]


def test_as_many_threads_read_as_are_asked_for() -> None:
    reading: list[int] = []
    most = 0

    class Counted(Numbers):
        def __getitem__(self, index: int) -> Any:
            nonlocal most
            reading.append(index)
            most = max(most, len(reading))
            time.sleep(0.001)
            reading.remove(index)
            return super().__getitem__(index)

    stress(Counted, EXPECTED, sketch, 0.1, threads=3)
    assert 1 < most <= 3


def test_threads_that_never_end_are_not_waited_for(monkeypatch: Any) -> None:
    monkeypatch.setattr("seqcheck.schedule.stress.PATIENCE", 0.1)
    gate = threading.Event()

    class Waits(Numbers):
        def __getitem__(self, index: int) -> Any:
            gate.wait(30)
            return np.full(3, index)

    found = stress(Waits, EXPECTED, sketch, 60.0)
    gate.set()
    assert found.hung
