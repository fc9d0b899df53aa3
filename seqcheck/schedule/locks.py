"""Locks that wait inside the scheduler instead of in the system.

They take the place of `threading.Lock` and `threading.RLock` while the user's objects are made and read; conditions,
events, semaphores, barriers and queues are Python code on top of these, and follow. Locks that exist already, on the
instance, its class or its module, are exchanged one by one and put back afterwards. Whoever is no controlled thread
finds ordinary locks in them.
"""

from __future__ import annotations

import _thread
import contextlib
import queue
import sys
import threading
import time
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from seqcheck.model.kinds import attributes_of, is_a, members_of, size_of
from seqcheck.schedule.baton import Controller

LOCK: Final = type(_thread.allocate_lock())
RLOCK: Final = type(_thread.RLock())
BUILT_ON_LOCKS: Final = (
    threading.Condition, threading.Semaphore, threading.Event, threading.Barrier, queue.Queue,
)  # fmt: skip
MOST_OBJECTS: Final = 5_000
LONGEST_CONTAINER: Final = 1_000
LONGEST_NAP: Final = 1.0
"""Seconds; a shorter sleep of a controlled thread passes at once: nobody but other controlled threads could use it."""
_NOT_SEARCHED: Final = ("numpy", "keras", "tensorflow", "seqcheck.schedule", "seqcheck.engines")
_sleep: Final = time.sleep


class CooperativeLock:
    """Stands for a `threading.Lock`."""

    def __init__(self) -> None:
        self._lock = _thread.allocate_lock()
        self.where = ""
        """Who waits here, as far as a reader cares: the line of the latest one who had to."""
        self.owner: int | None = None
        """The number of the controlled thread that has it."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As of a lock; a controlled thread lets others run while it waits."""
        controller = Controller.active
        thread = controller.number() if controller is not None else None
        if controller is None or thread is None:
            return self._lock.acquire(blocking, timeout)
        while not self._lock.acquire(False):
            if not blocking or timeout == 0:
                return False
            self.where = _caller()
            if not controller.wait_for(self, thread, timed=timeout is not None and timeout > 0):
                return False
        self.owner = thread
        return True

    def release(self) -> None:
        """As of a lock."""
        self.owner = None
        self._lock.release()
        controller = Controller.active
        if controller is not None:
            controller.released(self)

    def locked(self) -> bool:
        """As of a lock."""
        return self._lock.locked()

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._lock = _thread.allocate_lock()

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")


class CooperativeRLock:
    """Stands for a `threading.RLock`."""

    def __init__(self) -> None:
        self._block = CooperativeLock()
        self._owner: int | None = None
        self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As of a reentrant lock."""
        me = _thread.get_ident()
        if self._owner == me:
            self._count += 1
            return True
        if self._block.acquire(blocking, timeout):
            self._owner, self._count = me, 1
            return True
        return False

    __enter__ = acquire

    def release(self) -> None:
        """As of a reentrant lock."""
        if self._owner != _thread.get_ident():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._owner = None
            self._block.release()

    def __exit__(self, *_: object) -> None:
        self.release()

    # What `threading.Condition` asks of its lock.

    def _release_save(self) -> tuple[int, int | None]:
        state = (self._count, self._owner)
        self._count, self._owner = 0, None
        self._block.release()
        return state

    def _acquire_restore(self, state: tuple[int, int | None]) -> None:
        self._block.acquire()
        self._count, self._owner = state

    def _is_owned(self) -> bool:
        return self._owner == _thread.get_ident()

    def _at_fork_reinit(self) -> None:
        self.__init__()  # type: ignore[misc]

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.RLock' object")


def _caller() -> str:
    """The line that waits, outside this file and `threading`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename in (__file__, threading.__file__, queue.__file__):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _nap(seconds: float) -> None:
    controller = Controller.active
    short = isinstance(seconds, (int, float)) and 0 <= seconds <= LONGEST_NAP
    if controller is None or not short or controller.number() is None or controller.foreign():
        _sleep(seconds)


class Substitution:
    """The cooperative locks of one exploration; `restore` takes all of them away again."""

    def __init__(self) -> None:
        self.started = 0
        """Threads that were started meanwhile: nobody controls them."""
        self._undo: list[Callable[[], None]] = []
        self._factories: dict[int, Any] = {
            id(_thread.allocate_lock): CooperativeLock,
            id(LOCK): CooperativeLock,
            id(threading.RLock): CooperativeRLock,
            id(RLOCK): CooperativeRLock,
            id(time.sleep): _nap,
        }

    def begin(self, modules: Iterable[types.ModuleType]) -> None:
        """Exchange what makes locks, in `threading` and wherever these modules hold it, and the locks they hold."""
        for name in ("Lock", "_allocate_lock"):
            self._put(threading, name, CooperativeLock)
        for name in ("RLock", "_CRLock", "_PyRLock"):
            if hasattr(threading, name):
                self._put(threading, name, CooperativeRLock)
        self._put(time, "sleep", _nap)
        start = threading.Thread.start

        def noticed(thread: threading.Thread) -> None:
            self.started += 1
            start(thread)

        self._put(threading.Thread, "start", noticed)
        owned = list(modules)
        for module in owned:
            for name, value in list(vars(module).items()):
                if id(value) in self._factories:
                    self._put(module, name, self._factories[id(value)])
        classes = [
            value
            for module in owned
            for value in vars(module).values()
            if is_a(value, type) and value.__module__ == module.__name__
        ]
        self._exchange([*owned, *classes], self._undo)

    def exchange(self, instance: object) -> None:
        """Exchange the locks that an instance holds; it is not given them back, since it is thrown away."""
        self._exchange([instance], [])

    def restore(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def _put(self, owner: Any, name: str, value: Any) -> None:
        kept = vars(owner)[name]
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, kept))

    def _exchange(self, roots: list[Any], undo: list[Callable[[], None]]) -> None:
        replaced: dict[int, Any] = {}
        conditions: list[threading.Condition] = []
        seen: set[int] = set()
        kept: list[Any] = []  # so that no number is given twice
        open_ends = list(roots)
        while open_ends and len(seen) < MOST_OBJECTS:
            item = open_ends.pop()
            if id(item) in seen:
                continue
            seen.add(id(item))
            kept.append(item)
            if is_a(item, threading.Condition):
                conditions.append(item)
            for key, value, put in _slots(item):
                if is_a(value, (LOCK, RLOCK)):
                    if is_a(value, LOCK) and value.locked():
                        continue  # somebody holds it: whoever will release it knows the old one
                    kind = CooperativeLock if is_a(value, LOCK) else CooperativeRLock
                    kept.append(value)
                    new = replaced.setdefault(id(value), kind())
                    with contextlib.suppress(TypeError, AttributeError):
                        put(key, new)
                        undo.append(lambda put=put, key=key, value=value: put(key, value))  # type: ignore[misc]
                elif _may_hold(value):
                    open_ends.append(value)
        for condition in conditions:
            _rebind(condition, undo)


def _slots(item: Any) -> Iterator[tuple[Any, Any, Callable[[Any, Any], None]]]:
    """Where an object holds others: (key, what it holds, how to put another there)."""
    if is_a(item, dict):
        for key, value in list(dict.items(item)):
            yield key, value, item.__setitem__
    elif is_a(item, list):
        for place, value in enumerate(members_of(item)):
            yield place, value, item.__setitem__
    elif is_a(item, tuple):
        for place, value in enumerate(members_of(item)):
            if not is_a(value, (LOCK, RLOCK)):  # a tuple cannot be given another one
                yield place, value, lambda *_: None
    else:
        # Around a `__setattr__` of the user's; only classes have none of their own to be written into.
        held = vars(item) if is_a(item, type) else attributes_of(item)
        put = held.__setitem__ if type(held) is dict else lambda name, value: setattr(item, name, value)
        for name, value in list(held.items()):
            yield name, value, put


def _may_hold(value: Any) -> bool:
    if is_a(value, (list, tuple, dict)):
        return size_of(value) <= LONGEST_CONTAINER
    if is_a(value, BUILT_ON_LOCKS):
        return True
    kind = type(value)
    if is_a(value, (type, types.ModuleType, types.FunctionType)):
        return False
    return bool(attributes_of(value)) and not kind.__module__.startswith(_NOT_SEARCHED)


def _rebind(condition: threading.Condition, undo: list[Callable[[], None]]) -> None:
    """A condition keeps methods of its lock as attributes of its own."""
    before = dict(vars(condition))
    lock: Any = vars(condition)["_lock"]
    for name in ("acquire", "release", "_release_save", "_acquire_restore", "_is_owned"):
        vars(condition).pop(name, None)
        if hasattr(lock, name):
            setattr(condition, name, getattr(lock, name))
    undo.append(lambda: vars(condition).update(before))
