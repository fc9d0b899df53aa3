"""Whether an exception would have come whatever the data, told from the exception alone."""

from __future__ import annotations

import linecache
import re
import traceback
import types
from typing import Any, Final

from seqcheck.construction.complaint import is_users
from seqcheck.construction.missing_names import (
    is_bound_somewhere,
    is_installed,
    meant_to_be_imported,
    shadowed_property,
    was_removed,
)
from seqcheck.construction.refused import gone_method, left_to_callers, never_set, refused_keyword
from seqcheck.model.history import Frame
from seqcheck.model.own_fault import Kind, OwnFault

UNFINISHED: Final = (NotImplementedError, RecursionError, MemoryError, SystemExit, KeyboardInterrupt)
_ATTRIBUTE: Final = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
LONGEST: Final = 400


def own_fault(error: BaseException, instance: Any, stage: str) -> OwnFault | None:
    """What the Sequence itself fails at; None where other data might have mended it.

    `instance` is the Sequence, or None while it is built.
    """
    told = _kind_of(error, instance)
    return None if told is None else fault(told[0], stage, error, told[1])


def fault(kind: Kind, stage: str, error: BaseException, names: tuple[str, ...] = ()) -> OwnFault:
    """The fault as data."""
    try:
        message = " ".join(str(error).split())[:LONGEST]
    except Exception:  # an exception's own __str__ may raise
        message = ""
    return OwnFault(kind, stage, type(error).__name__, message, names, frame_of(error))


def frame_of(error: BaseException) -> Frame | None:
    """The innermost line of the user's own."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if is_users(frame):
            code = frame.f_code
            text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            found = Frame(code.co_filename, line, code.co_name, text)
    return found


def _kind_of(error: BaseException, instance: Any) -> tuple[Kind, tuple[str, ...]] | None:
    if isinstance(error, UnboundLocalError):
        return None  # the name is bound on another way through the function, which other data might have taken
    if isinstance(error, NameError):
        module = meant_to_be_imported(error)
        if module:
            return "missing-import", (module,)
        return "missing-name", (error.name,) if error.name and not is_bound_somewhere(error) else ()
    if isinstance(error, ImportError):
        named = error.name if isinstance(error, ModuleNotFoundError) or not error.name else _imported(error)
        return "removed-name" if named and was_removed(named) else "missing-import", (named,) if named else ()
    if isinstance(error, UNFINISHED):
        return "unfinished", ()
    if isinstance(error, TypeError):
        refused = refused_keyword(error)
        return ("refused-keyword", (refused,)) if refused else None
    if not isinstance(error, AttributeError):
        return None
    gone = gone_method(error)
    if gone:
        return "removed-name", (gone,)
    shadowed = shadowed_property(error)
    if shadowed:
        return "shadowed-property", (shadowed,)
    if isinstance(error.obj, types.ModuleType) and not is_installed(error.obj):
        return "missing-attribute", _removed(error)
    if isinstance(error.obj, types.ModuleType) or _module_refused(error):
        return "removed-name", _removed(error)
    if instance is None and never_set(error):  # later somebody else might have set it
        return "unset-attribute", (error.name,) if error.name else ()
    if instance is not None and error.obj is instance and not left_to_callers(error):
        return "missing-attribute", (error.name,) if error.name else ()
    return None


def _imported(error: ImportError) -> str:
    """``keras.utils.Sequence``, of ``from keras.utils import Sequence``"""
    found = re.search(r"cannot import name '(\w+)'", str(error))
    return f"{error.name}.{found[1]}" if found else str(error.name)


def _removed(error: AttributeError) -> tuple[str, ...]:
    """``numpy.int``: the exception's own words where it does not say more."""
    if isinstance(error.obj, types.ModuleType) and error.name:
        return (f"{error.obj.__name__}.{error.name}",)
    found = _ATTRIBUTE.search(str(error))
    if found:
        return (f"{found[1]}.{found[2]}",)
    numpy = re.search(r"`np\.(\w+)` was removed", str(error))
    return (f"numpy.{numpy[1]}",) if numpy else ()


def _module_refused(error: AttributeError) -> bool:
    """Whether a module's own ``__getattr__(name)`` raised, as NumPy's does for names that it removed."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    code = frames[-1].f_code if frames else None
    return code is not None and code.co_name == "__getattr__" and code.co_argcount == 1
