"""What reads leave behind outside their instance: on the class, in its module, in what functions keep.

A cache in the module is cold once in the life of a process, and an instance that is made afresh finds it warm. So that
every run begins as the first one did, what stands in the user's modules is noted and put back: names, attributes of
classes and of objects of the user's own kinds, items of containers, small arrays, what functions keep in closures and
attributes. Objects of other kinds stay what they have become. Nothing is written where nothing has changed, and of many
things those that never changed are looked at in every so many runs only: what a rare interleaving alone leaves in one
of them may meet the next few.
"""

from __future__ import annotations

import collections
import functools
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from seqcheck.model.kinds import attributes_of, is_a
from seqcheck.schedule.held import may_hold, places_in

MOST_OBJECTS: Final = 2_000
LONGEST: Final = 1_000
"""Items of a container that is put back."""
LARGEST_ARRAY: Final = 2**16
"""Bytes of an array that is put back."""
ROUNDS_OF_ALL: Final = 20
"""So many runs at first show what changes at all."""
SELDOM: Final = 25
"""After that everything is looked at in every so many runs; modules by the hundred would make each run slow."""
FEW: Final = 40
"""So many things are looked at in no time."""
_CACHE: Final = type(functools.lru_cache(lambda: None))
_MAPPINGS: Final = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
_ROWS: Final = (list, collections.deque, bytearray)


class Leftovers:
    """What the user's modules, and these classes with their bases, hold at this moment."""

    def __init__(self, modules: Iterable[types.ModuleType], *kinds: type) -> None:
        self._restore: list[Callable[[], bool]] = []
        self._changing: set[int] = set()
        self._rounds = 0
        owned = list(modules)
        self._own = {module.__name__ for module in owned}
        self._kept: list[Any] = []  # so that no number is given twice
        for module in owned:
            self._note_names(vars(module))
        seen = {id(vars(module)) for module in owned}
        open_ends: list[Any] = [value for module in owned for value in vars(module).values()]
        open_ends += [base for kind in kinds for base in kind.__mro__]
        while open_ends and len(seen) < MOST_OBJECTS:
            item = open_ends.pop()
            if id(item) in seen or not self._is_followed(item):
                continue
            seen.add(id(item))
            self._kept.append(item)
            self._note(item)
            open_ends += [value for _, value, _ in places_in(item)]

    def put_back(self) -> None:
        """Make it as it was, as far as it is looked at in this run."""
        everything = self._rounds < ROUNDS_OF_ALL or self._rounds % SELDOM == 0 or len(self._restore) <= FEW
        self._rounds += 1
        for place in range(len(self._restore)) if everything else sorted(self._changing):
            if self._restore[place]():
                self._changing.add(place)

    def put_all_back(self) -> None:
        """Make all of it as it was, whatever the run."""
        for restore in self._restore:
            restore()

    def _is_followed(self, value: Any) -> bool:
        kind = type(value)
        if kind in _MAPPINGS or kind in _ROWS or kind in (tuple, set):
            return len(value) <= LONGEST and value is not sys.modules
        if is_a(value, type):
            return value.__module__ in self._own
        if kind is _CACHE:
            return attributes_of(value).get("__module__") in self._own
        if kind is types.FunctionType:
            return value.__module__ in self._own and may_hold(value)
        if kind in (np.ndarray, types.MethodType, staticmethod, classmethod, property):
            return True
        return kind.__module__ in self._own

    def _note(self, item: Any) -> None:
        kind = type(item)
        if kind in _MAPPINGS:
            self._note_mapping(item)
        elif kind in _ROWS:
            self._note_row(item)
        elif kind is set:
            self._note_set(item)
        elif kind is np.ndarray:
            self._note_array(item)
        elif is_a(item, type):
            self._note_class(item)
        elif kind is not tuple:
            self._note_names(attributes_of(item))
            if kind is _CACHE:
                self._note_cache(item)
            for cell in (item.__closure__ or ()) if kind is types.FunctionType else ():
                self._note_cell(cell)

    def _note_names(self, held: dict[str, Any]) -> None:
        """A namespace; what Python itself keeps there, and modules that were imported meanwhile, are left alone."""
        saved = {name: value for name, value in held.items() if not name.startswith("__")}

        def restore() -> bool:
            changed = False
            for name, value in list(held.items()):
                known = saved.get(name, held)
                if known is value or name.startswith("__") or is_a(value, types.ModuleType):
                    continue
                changed = True
                if known is held:
                    held.pop(name, None)
                else:
                    held[name] = known
            for name in saved.keys() - held.keys():
                held[name], changed = saved[name], True
            return changed

        self._restore.append(restore)

    def _note_mapping(self, item: Any) -> None:
        saved = list(item.items())

        def restore() -> bool:
            held = list(item.items())
            if len(held) == len(saved) and all(
                one[0] is other[0] and one[1] is other[1] for one, other in zip(held, saved, strict=True)
            ):
                return False
            item.clear()
            item.update(dict(saved))
            return True

        self._restore.append(restore)

    def _note_row(self, item: Any) -> None:
        saved = list(item)

        def restore() -> bool:
            if len(item) == len(saved) and all(one is other for one, other in zip(item, saved, strict=True)):
                return False
            item.clear()
            item.extend(saved)
            return True

        self._restore.append(restore)

    def _note_set(self, item: set[Any]) -> None:
        saved = set(item)

        def restore() -> bool:
            if len(item) == len(saved) and item.issuperset(saved):
                return False
            item.clear()
            item.update(saved)
            return True

        self._restore.append(restore)

    def _note_array(self, item: Any) -> None:
        if item.nbytes > LARGEST_ARRAY or not item.flags.writeable or item.dtype.hasobject or not _is_private(item):
            return
        saved = item.copy()

        def restore() -> bool:
            if item.tobytes() == saved.tobytes():
                return False
            np.copyto(item, saved)
            return True

        self._restore.append(restore)

    def _note_class(self, kind: type) -> None:
        def now() -> dict[str, Any]:
            return {name: value for name, value in vars(kind).items() if not name.startswith(("__", "_abc_"))}

        saved = now()

        def restore() -> bool:
            held, changed = now(), False
            for name, value in saved.items():
                if held.pop(name, saved) is not value:
                    type.__setattr__(kind, name, value)
                    changed = True
            for name in held:
                type.__delattr__(kind, name)
            return changed or bool(held)

        self._restore.append(restore)

    def _note_cache(self, cached: Any) -> None:
        def restore() -> bool:
            filled = bool(cached.cache_info().currsize)
            cached.cache_clear()
            return filled

        self._restore.append(restore)

    def _note_cell(self, cell: Any) -> None:
        try:
            saved = cell.cell_contents
        except ValueError:  # it is empty
            return

        def restore() -> bool:
            if cell.cell_contents is saved:
                return False
            cell.cell_contents = saved
            return True

        self._restore.append(restore)


def _is_private(array: Any) -> bool:
    """Whether nothing but arrays in this memory can see what is written into an array: no file, nothing shared."""
    while type(array) is np.ndarray:
        if array.flags.owndata:
            return True
        array = array.base
    return False
