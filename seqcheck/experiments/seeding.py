"""Do the process's own generators stand where they stood, or where the Sequence put them?

A generator that is put into two different states and stands in one and the same after the Sequence ran was seeded by
it: draws alone lead from different states to different ones.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import xxhash

from seqcheck.experiments.spots import caller
from seqcheck.model.observation import Spot

_SEED_NUMPY, _SEED_PYTHON = np.random.seed, random.seed
"""As they are before anybody watches them: our own seeding is not to be told."""


def put(number: int) -> None:
    """Put the generators of NumPy and Python into the state with this number, and TensorFlow's where it has a seed."""
    _SEED_NUMPY(number % 2**32)
    _SEED_PYTHON(number)
    if tensorflow_seed() is not None:
        _tensorflow_context()._seed = (
            number  # no call of TensorFlow's, which may have run before this process was forked
        )


def states() -> dict[str, bytes]:
    """A fingerprint of the state of each generator; TensorFlow's only where it has been given a global seed."""
    _, keys, place, has_gauss, gauss = np.random.get_state(legacy=True)
    words = np.asarray(keys).tobytes() + repr((place, has_gauss, gauss)).encode()
    found = {
        "NumPy": xxhash.xxh3_128_digest(words),
        "Python": xxhash.xxh3_128_digest(repr(random.getstate()).encode()),
    }
    seed = tensorflow_seed()
    return found if seed is None else {**found, "TensorFlow": repr(seed).encode()}


def tensorflow_seed() -> Any:
    """The global seed of TensorFlow; None where it has none, or is not loaded."""
    return getattr(_tensorflow_context(), "_seed", None)


def _tensorflow_context() -> Any:
    return getattr(sys.modules.get("tensorflow.python.eager.context"), "_context", None)


def watch_seeds(tell: Callable[[str, Spot], None]) -> None:
    """From now on, have `tell` hear of each seeding of NumPy's, Python's and TensorFlow's generator, with the line.

    For a process that ends soon: nothing is put back.
    """
    owners: list[tuple[str, Any, str]] = [("NumPy", np.random, "seed"), ("Python", random, "seed")]
    tensorflow = getattr(sys.modules.get("tensorflow"), "random", None)
    if hasattr(tensorflow, "set_seed"):
        owners.append(("TensorFlow", tensorflow, "set_seed"))
    for generator, owner, name in owners:
        setattr(owner, name, _telling(generator, getattr(owner, name), tell))


def _telling(generator: str, seed: Callable[..., Any], tell: Callable[[str, Spot], None]) -> Callable[..., Any]:
    def telling(*arguments: Any, **named: Any) -> Any:
        spot = caller(sys._getframe(1))
        if spot is not None:
            tell(generator, spot)
        return seed(*arguments, **named)

    return telling
