"""Targets of the Python API: a class, a factory or an instance, as the test process holds it.

What a fresh process finds by name is treated as if it had been typed on the command line. Anything else is called here,
once; its instance reaches children by pickle, or, where it has none, by a fork of this very process.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcheck.construction.bases import is_sequence
from seqcheck.engines import births
from seqcheck.engines.keras import tensorflow_was_used
from seqcheck.model.contract import ContractError
from seqcheck.runner.errands import Living


@dataclass(frozen=True)
class Here:
    """A Sequence that lives in this process. `module` is the one that a child imports before it unpickles."""

    instance: Any
    living: Living
    module: str
    trouble: str = ""
    """Why children cannot have it at all; empty where they can."""


def name_of(target: object) -> str:
    """``module:name`` where a fresh process would find the very same class or function, else an empty string."""
    module_name = getattr(target, "__module__", None)
    qualified = getattr(target, "__qualname__", "")
    if not isinstance(target, (type, types.FunctionType)) or not isinstance(module_name, str) or "<" in qualified:
        return ""
    module = sys.modules.get(module_name)
    if module is None or module_name == "__main__" or not getattr(module, "__file__", None):
        return ""
    found: Any = module
    for part in qualified.split("."):
        found = getattr(found, part, None)
    return f"{module_name}:{qualified}" if found is target else ""


def by_name(declared: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Declarations with every function among them written as the name by which another process finds it.

    Raises:
        ContractError: it has none, as a lambda or a function within a function.
    """
    chosen = dict(declared)
    for option, value in declared.items():
        if isinstance(value, types.FunctionType):
            chosen[option] = name_of(value)
            if not chosen[option]:
                raise ContractError(
                    f"{where}: {option} = {value.__qualname__} cannot be found by another process: expected a function "
                    "of a module's own, or 'module:function' naming one"
                )
    return chosen


def bring_here(target: Any) -> Here:
    """Make the instance, or take it as it is, and find a way for it into other processes.

    The random state of this process is as it was before. Raises whatever the factory raises, and TypeError where it
    returns no Sequence.
    """
    if isinstance(target, type) or (callable(target) and not is_sequence(type(target))):
        with random_state_kept():
            instance = target()
    else:
        instance = target
    if not is_sequence(type(instance)):
        raise TypeError(
            f"expected a Sequence, with __getitem__ and __len__, or a factory of one; got {instance!r:.100}"
        )
    kind = type(instance)
    importable = name_of(kind) != ""
    if importable:
        with contextlib.suppress(Exception):
            return Here(instance, Living(births.pickle_instance(instance)), kind.__module__)
    trouble = ""
    if not hasattr(os, "fork"):
        trouble = "it cannot be pickled, and this platform cannot fork"
    elif tensorflow_was_used():
        trouble = (
            "it cannot be pickled, and TensorFlow has been used in this process, which must not be forked any more; "
            "give a factory that can be imported by name"
        )
    return Here(instance, Living(None), "", trouble)


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Put the generators of NumPy and Python back to where they were."""
    kept_numpy, kept_python = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(kept_numpy)
        random.setstate(kept_python)
