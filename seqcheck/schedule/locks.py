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
from collections.abc import Callable, Iterable
from typing import Any, Final

from seqcheck.model.kinds import is_a
from seqcheck.schedule.baton import START, Controller
from seqcheck.schedule.held import LOCK, RLOCK, may_hold, places_in
from seqcheck.schedule.system_locks import SEMAPHORE, CooperativeSemaphore, replacements

MOST_OBJECTS: Final = 5_000
LONGEST_NAP: Final = 1.0
"""Seconds; a shorter sleep passes at once: nobody but controlled threads could use it. Those that wait for a lock until
some time are told of it."""
_WAITS_IN_PYTHON: Final = getattr(queue, "_PySimpleQueue", queue.SimpleQueue)
"""`queue.SimpleQueue` as it is where there is none in C, which waits where nobody here can see it."""
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
            if not controller.wait_for(self, thread, timeout if timeout is not None and timeout > 0 else None):
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
    controller = Controller.active or Controller.preparing
    short = isinstance(seconds, (int, float)) and 0 <= seconds <= LONGEST_NAP
    alone = controller is not None and short and controller.hurries() and not controller.foreign()
    if controller is None or not alone or not controller.slept(seconds):
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
            id(queue.SimpleQueue): _WAITS_IN_PYTHON,
            id(time.sleep): _nap,
        }

    def begin(self, modules: Iterable[types.ModuleType], *kinds: type) -> None:
        """Exchange what makes locks, in `threading` and wherever these modules hold it, and the locks that they hold.

        The same below `kinds`, as far as they and their bases come from these modules: no module may know them.
        """
        for name in ("Lock", "_allocate_lock"):
            self._put(threading, name, CooperativeLock)
        for name in ("RLock", "_CRLock", "_PyRLock"):
            if hasattr(threading, name):
                self._put(threading, name, CooperativeRLock)
        self._put(queue, "SimpleQueue", _WAITS_IN_PYTHON)
        self._put(time, "sleep", _nap)
        for owner, name, value in replacements():
            self._factories[id(vars(owner)[name])] = value
            self._put(owner, name, value)
        start = threading.Thread.start

        def noticed(thread: threading.Thread) -> None:
            self._notice()
            start(thread)

        def noticed_below(*arguments: Any) -> int:
            self._notice()
            return START(*arguments)

        self._put(threading.Thread, "start", noticed)
        self._put(_thread, "start_new_thread", noticed_below)
        self._factories[id(START)] = noticed_below
        owned = list(modules)
        own = {module.__name__ for module in owned}
        bases = [base for kind in kinds for base in kind.__mro__ if base.__module__ in own]
        self._exchange([*(vars(module) for module in owned), *bases], self._undo, own)

    def exchange(self, instance: object) -> None:
        """Exchange the locks that an instance holds; it is not given them back, since it is thrown away."""
        self._exchange([instance], [], set())

    def restore(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def _notice(self) -> None:
        self.started += 1
        if Controller.active is not None:
            Controller.active.born = True

    def _put(self, owner: Any, name: str, value: Any) -> None:
        kept = vars(owner)[name]
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, kept))

    def _exchange(self, roots: list[Any], undo: list[Callable[[], None]], own: set[str]) -> None:
        """Below `roots`; classes are looked into where `own` has their module."""
        replaced: dict[int, Any] = {}
        seen: set[int] = set()
        kept: list[Any] = []  # so that no number is given twice
        open_ends = list(roots)
        while open_ends and len(seen) < MOST_OBJECTS:
            item = open_ends.pop()
            if id(item) in seen:
                continue
            seen.add(id(item))
            kept.append(item)
            for key, value, put in places_in(item):
                new = self._in_place_of(value, replaced, kept)
                if new is not None:
                    with contextlib.suppress(TypeError, AttributeError):
                        put(key, new)
                        # What an instance reaches of functions is not its own, and outlives it.
                        undone = self._undo if is_a(item, types.FunctionType) else undo
                        undone.append(lambda put=put, key=key, value=value: put(key, value))  # type: ignore[misc]
                elif may_hold(value) or (is_a(value, type) and value.__module__ in own):
                    open_ends.append(value)

    def _in_place_of(self, value: Any, replaced: dict[int, Any], kept: list[Any]) -> Any:
        """What takes the place of a lock, of a method of one, or of what makes locks; None where it is none of them."""
        if is_a(value, types.BuiltinMethodType) and is_a(value.__self__, (LOCK, RLOCK, SEMAPHORE)):
            new = self._in_place_of(value.__self__, replaced, kept)
            return None if new is None else getattr(new, value.__name__, None)
        if not is_a(value, (LOCK, RLOCK, SEMAPHORE)):
            return self._factories.get(id(value))
        if is_a(value, LOCK) and value.locked():
            return None  # somebody holds it: whoever will release it knows the old one
        kept.append(value)
        if is_a(value, SEMAPHORE):
            return replaced.setdefault(id(value), CooperativeSemaphore(value))
        return replaced.setdefault(id(value), CooperativeLock() if is_a(value, LOCK) else CooperativeRLock())
