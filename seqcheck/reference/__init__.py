"""Sequences that keep every promise seqcheck checks, to be copied or subclassed.

Each file stands for itself and is loaded when it is asked for: only `ImageSequence` needs Pillow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from seqcheck.reference.arrays import ArraySequence
    from seqcheck.reference.images import ImageSequence
    from seqcheck.reference.npy import NpySequence

__all__ = ["ArraySequence", "ImageSequence", "NpySequence"]

_MODULES: Final = {"ArraySequence": "arrays", "ImageSequence": "images", "NpySequence": "npy"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
