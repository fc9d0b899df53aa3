"""Can a process that has read be forked into workers?

Keras reads two batches in the main process before it makes workers, and users do so too. What those reads open, start
or lock, a forked worker has only half of. So the same batches are read once in the process that has read before, and
once in a worker that was forked from it. Where the worker moves the position in a file that all workers share, another
one reads in the middle of its reads, at the moments at which the position has just moved: what a busy pool does sooner
or later. A worker that was forked before anything was read tells what workers do in any case.
"""

from __future__ import annotations

import contextlib
import functools
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

import xxhash

from seqcheck.experiments import descriptors
from seqcheck.experiments.answers import answer
from seqcheck.experiments.waiting import Watched
from seqcheck.model.batch import describe
from seqcheck.model.driving import Driving
from seqcheck.model.libraries import is_library, is_own
from seqcheck.model.observation import Forked

LEAD: Final = 2
"""Batches that are read before anything is forked, as Keras does."""
MOST_READS: Final = 8
"""Of a longer Sequence the first and last are read."""
MOST_TURNS: Final = 8
"""How often one read is interrupted."""
LONGEST: Final = 1.0
"""Seconds for which reads are interrupted."""
PATIENCE: Final = 0.05
"""Seconds between two looks at the other worker, which reads; one that waits for a lock is left to it."""
MOST_PATIENCE: Final = 5.0
"""Seconds that it has for a read where it does not wait, as on a machine that has more to do than it can."""
AGAIN: Final = ("", "-again")


def ask(instance: Any, driving: Driving) -> None:
    """Record the isolated passes ``stayed`` and ``left`` of epoch 0, and ``disturbed`` where workers share a file.

    ``before-...`` are the reads that went before, ``beside`` those of the other worker. Where passes differ, a worker
    reads that was forked before anything was read, ``fresh``, and all others are made once more, with ``-again`` behind
    their names. What the workers were handed is a `Forked`.
    """
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))
    chosen = indices if len(indices) <= MOST_READS else indices[: MOST_READS // 2] + indices[-MOST_READS // 2 :]
    for again in AGAIN:
        trial = _Trial(instance, driving, tuple(chosen), again)
        stayed = answer(driving, f"stayed{again}", trial.stay)
        if stayed is None:
            return
        told = answer(driving, f"before-left{again}", trial.leave)
        if told is None or again or all(content == stayed for content in told):
            return
        if not driving.worker("fresh", 1, trial.begin) or None in told:
            return


@dataclass(frozen=True)
class _Trial:
    """One instance, read in one process and in workers forked from it."""

    instance: Any
    driving: Driving
    indices: Sequence[int]
    again: str

    def stay(self) -> bytes:
        """Read in one process all along."""
        self._lead(f"before-stayed{self.again}")
        return self._pass(f"stayed{self.again}")

    def begin(self) -> None:
        """Read what the workers read, as one that was forked before."""
        self._pass("fresh")

    def leave(self) -> list[bytes | None]:
        """Read, and then read on in workers; what they read, None where one did not come back."""
        self._lead(f"before-left{self.again}")
        threads = threading.active_count() - 1
        if tensorflow_used():
            self.driving.record(Forked(threads=threads, tensorflow=True))
            return []
        stood = descriptors.places()
        try:
            return self._in_workers(threads)
        finally:
            descriptors.put_back(stood)

    def _in_workers(self, threads: int) -> list[bytes | None]:
        descriptors.forget_buffers()
        before = descriptors.places()
        worker = functools.partial(self.driving.worker, number=1)
        left = answer(self.driving, f"left{self.again}", lambda: self._pass(f"left{self.again}"), worker)
        shared = descriptors.moved(before)
        names = tuple(sorted({descriptors.name_of(one) for one in shared}))
        if left is None or not shared:
            self.driving.record(Forked(names, 0, threads))
            return [left]
        descriptors.forget_buffers()
        ours, theirs = socket.socketpair()
        with ours, theirs, self.driving.beside(2, lambda: self._oblige(theirs)):
            told = answer(self.driving, f"disturbed{self.again}", lambda: self._disturbed(ours, shared), worker)
            with contextlib.suppress(OSError):
                ours.send(b"\0")  # the other worker may go
        disturbed, turns = told or (None, 0)
        self.driving.record(Forked(names, turns, threads))
        return [left, disturbed]

    def _lead(self, purpose: str) -> None:
        read = self.driving.reader(self.instance, isolated=True)
        for place, index in enumerate(self.indices[:LEAD]):
            read(0, index, purpose, place)

    def _pass(self, purpose: str) -> bytes:
        read = self.driving.reader(self.instance, isolated=True)
        content = xxhash.xxh3_128()
        for place, index in enumerate(self.indices):
            value, failure = read(0, index, purpose, place)
            content.update(failure.text.encode("utf-8", "replace") if failure is not None else describe(value).digest)
        return content.digest()

    def _disturbed(self, other: socket.socket, shared: tuple[int, ...]) -> tuple[bytes, int]:
        """Read with every movement in the shared files answered by a read of the other worker."""
        turns = _Turns(other, shared, Watched(_pid_of(other)))
        read = self.driving.reader(self.instance, isolated=True)
        content = xxhash.xxh3_128()
        for place, index in enumerate(self.indices):
            turns.begin(self.indices[(place + len(self.indices) // 2) % len(self.indices)])
            try:
                value, failure = read(0, index, f"disturbed{self.again}", place)
            finally:
                turns.end()
            content.update(failure.text.encode("utf-8", "replace") if failure is not None else describe(value).digest)
        return content.digest(), turns.taken

    def _oblige(self, other: socket.socket) -> None:
        """The other worker: read what is asked for, until nothing is."""
        read = self.driving.reader(self.instance, isolated=True)
        place = 0
        other.send(os.getpid().to_bytes(8, "little"))
        with contextlib.suppress(OSError):  # the user's code may close what it has not opened
            while asked := int.from_bytes(other.recv(8), "little"):
                read(0, asked - 1, f"beside{self.again}", place)
                place += 1
                other.send(b"\1")


def _pid_of(other: socket.socket) -> int:
    """What the other worker says of itself; 0 where it says nothing."""
    ready = select.select([other], [], [], MOST_PATIENCE)[0]
    return int.from_bytes(other.recv(8), "little") if ready else 0


@dataclass
class _Turns:
    """Gives the other worker a turn whenever the position in a shared file has moved. Indices travel from 1 on."""

    other: socket.socket
    shared: tuple[int, ...]
    worker: Watched
    taken: int = 0
    _owed: bool = False
    _left: int = 0
    _index: int = 0
    _stood: list[int | None] = field(default_factory=list)
    _until: float = 0.0

    def begin(self, index: int) -> None:
        """Watch this thread; the other worker will read batch `index`."""
        now = time.monotonic()
        self._until = self._until or now + LONGEST
        self._index, self._left = index, MOST_TURNS if now < self._until else 0
        self._stood = self._stands()
        if self._left:
            sys.settrace(self._enter)

    def end(self) -> None:
        """Watch no more, and let the other worker finish what it was asked for."""
        sys.settrace(None)
        self._heard(MOST_PATIENCE)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG002  # as sys.settrace calls it
        file = frame.f_code.co_filename
        if is_own(file):
            return None
        frame.f_trace_opcodes = not is_library(file)
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG002
        if self._left and self._stands() != self._stood:
            self._give()
        if not self._left or time.monotonic() > self._until:
            sys.settrace(None)
        return self._step

    def _give(self) -> None:
        self._left -= 1
        if time.monotonic() > self._until or not self._heard(0.0):
            self._left = 0
            return
        try:
            self.other.send((self._index + 1).to_bytes(8, "little"))
        except OSError:
            self._left = 0
            return
        self._owed = True
        self.taken += 1
        if not self._heard(MOST_PATIENCE):
            self._left = 0  # it waits for a lock that this read has
        self._stood = self._stands()

    def _heard(self, patience: float) -> bool:
        """Whether the other worker has done all that it was asked for, or does it within `patience` seconds.

        What it takes is not counted among the seconds for which reads are interrupted.
        """
        asked = time.monotonic()
        self.worker.begin_again()
        with contextlib.suppress(OSError, ValueError):  # the user's code may close what it has not opened
            while self._owed:
                if select.select([self.other], [], [], min(patience, PATIENCE))[0]:
                    self.other.recv(1)
                    self._owed = False
                    self._until += time.monotonic() - asked
                elif time.monotonic() - asked >= patience or self.worker.waits():
                    break
        return not self._owed

    def _stands(self) -> list[int | None]:
        return [descriptors.position(one) for one in self.shared]


def tensorflow_used() -> bool:
    """Whether this process has run an operation of TensorFlow, which does not survive a fork; importing it is none."""
    module = sys.modules.get("tensorflow.python.eager.context")
    return bool(getattr(getattr(module, "_context", None), "_initialized", False))
