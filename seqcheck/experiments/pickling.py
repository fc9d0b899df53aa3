"""Does the instance survive pickle, as spawn and forkserver send it, and is the copy as good as the original?"""

from __future__ import annotations

import contextlib
import copyreg
import io
import pickle
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from seqcheck.model.driving import Driving
from seqcheck.model.kinds import attributes_of, entries_of, is_a, members_of, text_of
from seqcheck.model.observation import PickleAttempt

DEEPEST = 8
MOST_LOOKED_AT = 5_000
HEAVY = 2**22
"""Bytes from which on the attributes are weighed one by one."""
MOST_NAMED = 3


def ask(instance: Any, driving: Driving) -> None:
    """Record a `PickleAttempt` and, where it is done, the isolated passes ``original`` and ``copy`` of epoch 0."""
    length = driving.length(instance, -1, "start")
    if length is None or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    where = f"{type(instance).__module__}.{type(instance).__qualname__}"
    importable = importable_by_name(type(instance))
    try:
        data = driving.pickled(instance)
    except BaseException as error:
        culprit, what = blame(instance, driving.pickled)
        driving.record(PickleAttempt("dump", 0, culprit, what, _text(error), importable, where))
        return
    indices = list(driving.indices(length))

    def original() -> None:
        driving.length(instance, 0, "original")
        read = driving.reader(instance, isolated=True)
        for place, index in enumerate(indices):
            read(0, index, "original", place)

    def copy() -> None:
        try:
            copied = pickle.loads(data)
        except BaseException as error:
            driving.record(PickleAttempt("load", len(data), "", "", _text(error), importable, where))
            return
        heaviest = weigh(instance, driving.pickled) if len(data) >= HEAVY else ()
        done = PickleAttempt("done", len(data), importable=importable, where=where, heaviest=heaviest)
        driving.record(done)
        driving.length(copied, 0, "copy")
        read = driving.reader(copied, isolated=True)
        for place, index in enumerate(indices):
            read(0, index, "copy", place)

    if driving.fork("original", original):
        driving.fork("copy", copy)


def importable_by_name(kind: type) -> bool:
    """Whether a fresh process would find this very class under its module and qualified name."""
    if kind.__module__ == "__main__":
        return False
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is kind


def blame(instance: Any, send: Callable[[Any], object]) -> tuple[str, str]:
    """The innermost attribute that cannot be pickled, as ``self.pipe.steps[0][1]``, and what stands there.

    `send` pickles as a pool does, which can send locks and queues of `multiprocessing` that pickle alone cannot.
    """
    path, culprit = "self", instance
    for _ in range(DEEPEST):
        inner = next(((name, value) for name, value in _children(culprit) if not _pickles(value, send)), None)
        if inner is None:
            break
        path, culprit = path + inner[0], inner[1]
    return ("", "") if culprit is instance else (path, what_stands_there(culprit))


def weigh(instance: Any, send: Callable[[Any], bytes]) -> tuple[tuple[str, str, int], ...]:
    """The attributes that make a pickle heavy: path, what stands there and bytes, the heaviest first."""
    weights = []
    for name, value in _state(instance).items():
        if is_a(value, np.ndarray):
            weight, what = value.nbytes, f"ndarray of shape {value.shape}, {value.dtype}"
        else:
            try:
                weight, what = len(send(value)), what_stands_there(value)
            except Exception:  # sent with the whole, not alone: its weight is not known
                continue
        weights.append((f"self.{name}", what, weight))
    heavy = [one for one in sorted(weights, key=lambda one: -one[2]) if one[2] >= HEAVY]
    return tuple(heavy[:MOST_NAMED])


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if is_a(value, Mapping):
        for key, item in entries_of(value)[:MOST_LOOKED_AT]:
            yield f"[{text_of(key)}]", item
    elif is_a(value, (list, tuple, set, frozenset)):
        for place, item in enumerate(members_of(value)[:MOST_LOOKED_AT]):
            yield f"[{place}]", item
    elif is_a(value, types.MethodType):
        yield ".__self__", value.__self__
    elif not is_a(value, (type, types.ModuleType, types.FunctionType, np.ndarray)):
        for name, item in _state(value).items():
            yield f".{name}", item


def _state(value: Any) -> Mapping[str, Any]:
    """The attributes that pickle would send: what `__getstate__` answers, else the instance's own."""
    own = getattr(type(value), "__getstate__", None)
    if own is not None and own is not getattr(object, "__getstate__", None):
        try:
            state = value.__getstate__()
        except Exception:
            return {}
        if isinstance(state, Mapping):
            return state
    found = dict(attributes_of(value))
    for name in copyreg._slotnames(type(value)):  # type: ignore[attr-defined]
        with contextlib.suppress(Exception):  # one that was never set, or whose reading raises
            found[name] = getattr(value, name)
    return found


def _pickles(value: Any, send: Callable[[Any], object]) -> bool:
    try:
        send(value)
    except BaseException:
        return False
    return True


def what_stands_there(value: Any) -> str:
    """A value as a reader would name it: ``lambda at data.py:12``, ``open file 'log.txt'``, ``_thread.lock``."""
    if is_a(value, types.FunctionType):
        code = value.__code__
        kind = "lambda" if value.__name__ == "<lambda>" else f"function {value.__qualname__}"
        return f"{kind} at {code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}"
    if is_a(value, io.IOBase):
        return f"open file {getattr(value, 'name', '')!r}"
    if is_a(value, types.GeneratorType):
        code = value.gi_code
        return f"generator {code.co_name} at {code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}"
    if is_a(value, types.ModuleType):
        return f"module {value.__name__}"
    kind_of = type(value)
    return kind_of.__qualname__ if kind_of.__module__ == "builtins" else f"{kind_of.__module__}.{kind_of.__qualname__}"


def _text(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:500]
    except Exception:
        return type(error).__name__
