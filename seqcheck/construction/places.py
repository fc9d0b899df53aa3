"""Where the methods stand that a Sequence is driven through: in the class itself, or in a base that others share."""

from __future__ import annotations

import inspect
from typing import Final

from seqcheck.construction.bases import belongs_to_keras

METHODS: Final = ("__init__", "__len__", "num_batches", "__getitem__", "on_epoch_begin", "on_epoch_end")


def places(kind: type) -> dict[str, str]:
    """By method, the function that a class or a base of the user's has for it: ``Base.__len__ (mypkg/base.py:12)``.

    Methods that only Keras has, or nobody, are left out, and so is what is no plain function.
    """
    found = {}
    for name in METHODS:
        owner = next((base for base in kind.__mro__ if name in vars(base)), object)
        value = vars(owner).get(name)
        code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
        if code is not None and not belongs_to_keras(owner):
            found[name] = f"{owner.__qualname__}.{name} ({code.co_filename}:{code.co_firstlineno})"
    return found
