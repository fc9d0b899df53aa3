"""Locks that the system keeps, for processes as much as for threads: those of `multiprocessing`, and `fcntl.flock`.

They stay what they are, since another process may have them. A controlled thread that cannot have one at once lets the
others run and asks again; where that is in vain, it waits in the system, and the watchdog sees it.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable
from typing import Any, Final

from seqcheck.schedule.baton import Controller


def _semaphore() -> type:
    with contextlib.suppress(ImportError):
        kind = getattr(importlib.import_module("_multiprocessing"), "SemLock", None)
        if isinstance(kind, type):
            return kind
    return type("NoSemaphore", (), {})


SEMAPHORE: Final = _semaphore()
"""What a lock of `multiprocessing` is built on; on a system that has none, nothing is."""
try:
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH
    from fcntl import flock as _flock
except ImportError:  # as above
    _flock = None  # type: ignore[assignment]


class Asked:
    """Who has a lock of the system and who asks for it, as far as threads under control do."""

    def __init__(self) -> None:
        self.where = ""
        """The line of the latest one who had to ask again."""
        self.owner: int | None = None
        """The number of the controlled thread that has it; None where nobody knows."""

    def ask(self, at_once: Callable[[], bool], in_the_system: Callable[[], Any]) -> Any:
        """Have the lock `at_once`, when others have run, or else by waiting for it `in_the_system`."""
        controller = Controller.active
        thread = controller.number() if controller is not None else None
        if controller is None or thread is None:
            return in_the_system()
        try:
            while not at_once():
                self.where = _caller()
                if not controller.give_way(thread, self):
                    return in_the_system()
        finally:
            controller.has_it(thread)
        return True


class CooperativeSemaphore(Asked):
    """Stands for the semaphore inside a lock of `multiprocessing`, which goes on keeping processes apart."""

    def __init__(self, real: Any) -> None:
        super().__init__()
        self._real = real
        self._is_lock = real.maxvalue == 1
        """A lock has an owner; a semaphore may be given back by anybody."""

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As of the semaphore; a controlled thread lets others run before it waits."""
        if not block:
            got = bool(self._real.acquire(False))
        else:
            got = bool(self.ask(lambda: self._real.acquire(False), lambda: self._real.acquire(True, timeout)))
        if got and self._is_lock:
            controller = Controller.active
            self.owner = controller.number() if controller is not None else None
        return got

    def release(self) -> None:
        """As of the semaphore."""
        if self._real._count() <= 1:
            self.owner = None
        self._real.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def cooperative_flock(fd: Any, operation: int) -> None:
    """As `fcntl.flock`; a controlled thread lets others run before it waits."""
    if operation & LOCK_NB or not operation & (LOCK_EX | LOCK_SH):
        _flock(fd, operation)
        return

    def at_once() -> bool:
        try:
            _flock(fd, operation | LOCK_NB)
        except BlockingIOError:
            return False
        return True

    Asked().ask(at_once, lambda: _flock(fd, operation))


def replacements() -> list[tuple[Any, str, Any]]:
    """What to put where, while the user's code runs: an owner, a name and a value."""
    found: list[tuple[Any, str, Any]] = []
    with contextlib.suppress(ImportError):
        from multiprocessing import synchronize

        plain = vars(synchronize.SemLock)["_make_methods"]

        def make_methods(lock: Any) -> None:
            if type(lock._semlock) is SEMAPHORE:
                lock._semlock = CooperativeSemaphore(lock._semlock)
            plain(lock)

        found.append((synchronize.SemLock, "_make_methods", make_methods))
    if _flock is not None:
        found.append((sys.modules["fcntl"], "flock", cooperative_flock))
    return found


def _caller() -> str:
    """The line that asks, outside this file and the libraries' own."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (
        frame.f_code.co_filename == __file__ or "multiprocessing" in str(frame.f_globals.get("__name__"))
    ):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
