"""Which Keras stands behind a generation here, and on which backend it computes.

The generation ``keras`` is Keras 3. The one before it, ``tf_keras``, is had from two packages: tf_keras, and Keras 2,
which TensorFlow 2.15 and older ones come with. Keras is imported by name and not before it is asked for.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import sys
from typing import Any, Final

GENERATIONS: Final = ("keras", "tf_keras")
BACKENDS: Final = ("tensorflow", "jax")
"""Those on which Keras 3 is driven."""
_BASES: Final = {"keras": "PyDataset", "tf_keras": "Sequence"}


def package(generation: str) -> str:
    """The package of a generation: ``tf_keras``, or ``keras`` for Keras 3 and for Keras 2."""
    if generation == "keras":
        return "keras"
    imported = getattr(sys.modules.get("keras"), "__version__", "")
    if imported.startswith("2.") or importlib.util.find_spec("tf_keras") is None:
        return "keras"
    return "tf_keras"


def library(generation: str) -> Any:
    """The package, imported."""
    return importlib.import_module(package(generation))


def base(generation: str) -> Any:
    """The class that a Sequence of this generation inherits."""
    return getattr(importlib.import_module(f"{package(generation)}.utils"), _BASES[generation])


def callback(generation: str) -> Any:
    """The class of its callbacks."""
    return importlib.import_module(f"{package(generation)}.callbacks").Callback


def backend(generation: str) -> str:
    """``tensorflow``, ``jax`` or ``torch``; imports Keras, and runs nothing of it."""
    return str(library(generation).backend.backend()) if generation == "keras" else "tensorflow"


def name(generation: str) -> str:
    """``keras 3.15.1``, and ``keras 3.15.1 on jax`` where its backend is not TensorFlow."""
    computes = backend(generation)
    beside = "" if computes == "tensorflow" else f" on {computes}"
    return f"{package(generation)} {library(generation).__version__}{beside}"


def found() -> tuple[str, ...]:
    """The generations that are installed and driven, without importing any."""
    generations = []
    if importlib.util.find_spec("keras") is not None:
        if importlib.metadata.version("keras").startswith("2."):
            return ("tf_keras",)
        if os.environ.get("KERAS_BACKEND", "tensorflow") in BACKENDS:
            generations.append("keras")
    if importlib.util.find_spec("tf_keras") is not None:
        generations.append("tf_keras")
    return tuple(generations)
