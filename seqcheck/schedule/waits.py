"""Who waits for which lock and until when, who asks the system for one again and again, and who only naps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Lock(Protocol):
    """What may be waited for."""

    owner: int | None
    """The number of the controlled thread that has it."""
    where: str
    """The line of the latest one who had to wait."""


class Waits:
    """The waits of one run's threads, by their numbers. Seconds are those that others have slept meanwhile."""

    def __init__(self) -> None:
        self.locks: dict[int, Lock] = {}
        """What each thread waits for that is under control."""
        self.asking: dict[int, Lock | None] = {}
        """What each thread asks the system for."""
        self._left: dict[int, float] = {}
        self._expired: set[int] = set()
        self._in_vain = (0, 0)
        self._napped: dict[int, tuple[int, int]] = {}

    def begin(self, thread: int, lock: Lock, timeout: float | None) -> None:
        """`thread` waits for a lock, for so many seconds or for ever."""
        self.locks[thread] = lock
        if timeout is not None:
            self._left[thread] = timeout

    def end(self, thread: int) -> bool:
        """`thread` goes on: whether it has what it waited for, and not only waited long enough."""
        self._left.pop(thread, None)
        expired = thread in self._expired
        self._expired.discard(thread)
        return not expired

    def released(self, lock: Lock) -> list[int]:
        """A lock is free: who waited for it."""
        found = [thread for thread, wanted in self.locks.items() if wanted is lock]
        for thread in found:
            del self.locks[thread]
            self._left.pop(thread, None)
        return found

    def soonest(self) -> list[int]:
        """The thread whose time comes next need wait no longer, since nobody else can run; none where none has one."""
        return [self._expire(min(self._left, key=lambda thread: (self._left[thread], thread)))] if self._left else []

    def slept(self, seconds: float) -> list[int]:
        """So many seconds have passed: whose time is over."""
        for thread in self._left:
            self._left[thread] -= seconds
        return [self._expire(thread) for thread, left in list(self._left.items()) if left <= 0]

    def _expire(self, thread: int) -> int:
        del self._left[thread]
        self._expired.add(thread)
        self.locks.pop(thread, None)
        return thread

    def asked(self, thread: int, lock: Lock | None, steps: int) -> int:
        """`thread` asks the system for a lock after so many steps of all: how often that was asked since the latest."""
        self.asking[thread] = lock
        self._in_vain = (steps, self._in_vain[1] + 1 if steps == self._in_vain[0] else 1)
        return self._in_vain[1]

    def napped(self, thread: int, steps: int) -> int:
        """`thread` naps after so many steps of its own: how often it did since the latest."""
        known, naps = self._napped.get(thread, (-1, 0))
        self._napped[thread] = (steps, naps + 1 if known == steps else 1)
        return self._napped[thread][1]


def is_ring(waiting: Mapping[int, Lock | None]) -> bool:
    """Whether each of these threads wants what another one of them has."""
    return all(lock is not None and lock.owner in waiting and lock.owner != thread for thread, lock in waiting.items())


def places(waiting: Mapping[int, Lock | None]) -> Sequence[tuple[int, str]]:
    """Each of these threads and the line where it waits."""
    return [(thread, lock.where) for thread, lock in sorted(waiting.items()) if lock is not None]
