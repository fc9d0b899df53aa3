"""Where the user's objects hold locks, and how another one is put there.

Attributes, slots, items of lists and dicts, what functions keep in their closures and defaults, and what is built of
locks. Objects are looked at without being asked anything.
"""

from __future__ import annotations

import _thread
import gc
import queue
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

from seqcheck.model.kinds import attributes_of, is_a, members_of, size_of, slots_of

LOCK: Final = type(_thread.allocate_lock())
RLOCK: Final = type(_thread.RLock())
BUILT_ON_LOCKS: Final = (
    threading.Condition, threading.Semaphore, threading.Event, threading.Barrier, queue.Queue,
)  # fmt: skip
LONGEST_CONTAINER: Final = 1_000
_NOT_SEARCHED: Final = ("numpy", "keras", "tensorflow", "seqcheck.schedule", "seqcheck.engines")
_WRAPPERS: Final = (staticmethod, classmethod, property, types.MethodType)
_PLAIN: Final = frozenset((type(None), bool, int, float, complex, str, bytes))

Place = tuple[Any, Any, Callable[[Any, Any], None]]
"""A key, what stands there, and how another value is put there, called with the key and the value."""


def places_in(item: Any) -> Iterator[Place]:
    """Where an object holds others."""
    if is_a(item, dict):
        for key, value in list(dict.items(item)):
            yield key, value, item.__setitem__
    elif is_a(item, list):
        for place, value in enumerate(members_of(item)):
            yield place, value, item.__setitem__
    elif is_a(item, tuple):
        for place, value in enumerate(members_of(item)):
            if not is_a(value, (LOCK, RLOCK)):  # a tuple cannot be given another one
                yield place, value, _nowhere
    elif is_a(item, types.FunctionType):
        yield from _of_function(item)
    elif is_a(item, _WRAPPERS):
        for value in gc.get_referents(item):
            yield None, value, _nowhere
    elif is_a(item, type):
        for name, value in list(vars(item).items()):
            yield name, value, lambda name, value: type.__setattr__(item, name, value)
    else:
        held = attributes_of(item)  # around a `__setattr__` of the user's
        for name, value in list(held.items()):
            yield name, value, held.__setitem__
        for slot, value in slots_of(item):
            yield slot, value, lambda slot, value: slot.__set__(item, value)


def may_hold(value: Any) -> bool:
    """Whether to look into an object; classes and modules are for the caller to choose."""
    if type(value) in _PLAIN:
        return False
    if is_a(value, (list, tuple, dict)):
        return size_of(value) <= LONGEST_CONTAINER
    if is_a(value, (*BUILT_ON_LOCKS, *_WRAPPERS)):
        return True
    if is_a(value, (type, types.ModuleType)):
        return False
    if is_a(value, types.FunctionType):
        keeps = value.__closure__ or value.__defaults__ or value.__kwdefaults__ or value.__dict__
        return bool(keeps) and not str(value.__module__).startswith(_NOT_SEARCHED)
    if type(value).__module__.startswith(_NOT_SEARCHED):
        return False
    return bool(attributes_of(value)) or any(True for _ in slots_of(value))


def _of_function(function: types.FunctionType) -> Iterator[Place]:
    for cell in function.__closure__ or ():
        try:
            value = cell.cell_contents
        except ValueError:  # it is empty
            continue
        yield "cell_contents", value, lambda name, value, cell=cell: setattr(cell, name, value)  # type: ignore[misc]

    def put(place: int, value: Any) -> None:
        kept = list(function.__defaults__ or ())
        kept[place] = value
        function.__defaults__ = tuple(kept)

    for place, value in enumerate(function.__defaults__ or ()):
        yield place, value, put
    for held in filter(None, (function.__kwdefaults__, function.__dict__)):
        for name, value in list(held.items()):
            yield name, value, held.__setitem__


def _nowhere(*_: Any) -> None:
    """Nothing can be put there."""
