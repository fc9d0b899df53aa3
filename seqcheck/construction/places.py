"""Where a Sequence stands, and the methods that it is driven through: its own, or those of a base that others share."""

from __future__ import annotations

import inspect
import types
from typing import Any, Final

from seqcheck.construction.bases import belongs_to_keras
from seqcheck.model.history import Frame

METHODS: Final = ("__init__", "__len__", "num_batches", "__getitem__", "on_epoch_begin", "on_epoch_end")


def places(kind: type) -> dict[str, Frame]:
    """By method, the first line of the function that a class or a base of the user's has for it.

    Methods that only Keras has, or nobody, are left out, and so is what is no plain function.
    """
    found = {}
    for name in METHODS:
        owner = next((base for base in kind.__mro__ if name in vars(base)), object)
        value = vars(owner).get(name)
        code = _code(value)
        if code is not None and not belongs_to_keras(owner):
            found[name] = Frame(code.co_filename, code.co_firstlineno, f"{owner.__qualname__}.{name}")
    return found


def _code(value: Any) -> types.CodeType | None:
    try:
        code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
    except Exception:  # a wrapper may be wrapped in itself, or raise when it is asked for an attribute
        return None
    return code if isinstance(code, types.CodeType) else None
