"""Isolated random streams: what a read draws comes from a stream keyed by epoch and index, and leaves no trace.

Every generator that can be reached is seeded before the read and put back after it: those of NumPy and Python, and
every `Generator`, `RandomState` and `random.Random` in the object graph of the instance, in the closures it holds and
in the globals of modules that are no part of the numeric stack. What cannot be reached (generators made anew without a
seed, the operating system's entropy) is not isolated; the `reading` experiment proves or disproves it by reading alike
twice.
"""

from __future__ import annotations

import contextlib
import gc
import random
import sys
import types
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import xxhash

from seqcheck.engines.loaded import LoadedModules
from seqcheck.model.kinds import is_a, size_of

Generator = np.random.Generator | np.random.RandomState | random.Random

MOST_OBJECTS: Final = 20_000
"""An object graph larger than this is searched no further: it is data."""
LONGEST_CONTAINER: Final = 10_000
_NO_GENERATORS: Final = frozenset([
    "absl", "asyncio", "builtins", "concurrent", "google", "h5py", "hypothesis", "importlib", "jax", "jaxlib", "keras",
    "ml_dtypes", "multiprocessing", "numpy", "pandas", "pytest", "_pytest", "random", "scipy", "seqcheck", "sys",
    "tensorflow", "tf_keras", "threading", "torch",
])  # fmt: skip
"""Packages whose modules, classes and functions are not searched."""
_LEAVES: Final = (str, bytes, int, float, complex, bool, np.ndarray, np.generic, types.ModuleType, types.CodeType)


def reachable(instance: object) -> list[Generator]:
    """Every generator that the instance or a module of the user's can draw from, NumPy's and Python's own left out."""
    found: dict[int, Generator] = {}
    code: dict[int, Any] = {}
    _walk([instance], found, code)
    for value in _LOADED.values():
        _note(value, found)
    _walk_code(code, found)
    own = {id(np.random.mtrand._rand), id(getattr(random, "_inst", None))}  # seeded by their modules
    return [generator for key, generator in found.items() if key not in own]


def held_by(instance: object) -> list[Generator]:
    """The generators in the object graph of the instance itself."""
    found: dict[int, Generator] = {}
    _walk([instance], found, {})
    return list(found.values())


def _walk(open_ends: list[Any], found: dict[int, Generator], code: dict[int, Any]) -> None:
    """Search an object graph; functions and classes met on the way are kept in `code`."""
    seen: set[int] = set()
    while open_ends and len(seen) < MOST_OBJECTS:
        item = open_ends.pop()
        if id(item) in seen or is_a(item, _LEAVES):
            continue
        seen.add(id(item))
        if is_a(item, type):
            code.setdefault(id(item), item)
            continue
        if _note(item, found):
            continue
        if is_a(item, types.FunctionType):
            code.setdefault(id(item), item)
            open_ends += [*(item.__closure__ or ()), *(item.__defaults__ or ()), *(item.__kwdefaults__ or {}).values()]
            continue
        code.setdefault(id(type(item)), type(item))
        if is_a(item, (list, tuple, dict, set)) and size_of(item) > LONGEST_CONTAINER:
            continue
        open_ends += gc.get_referents(item)


def _walk_code(code: dict[int, Any], found: dict[int, Generator]) -> None:
    """Search what functions and classes name: class attributes, and the globals that a function's code speaks of."""
    searched: set[int] = set()
    while len(searched) < MOST_OBJECTS:
        ahead = [owner for key, owner in code.items() if key not in searched]
        if not ahead:
            return
        searched.update(map(id, ahead))
        _walk([value for owner in ahead for value in _named_by(owner)], found, code)


def _named_by(owner: Any) -> list[Any]:
    if not _is_searched(owner.__module__):
        return []
    if is_a(owner, type):
        return [value for base in owner.__mro__ if _is_searched(base.__module__) for value in list(vars(base).values())]
    known: dict[str, Any] = owner.__globals__
    return [known[name] for name in sorted(_names_in(owner.__code__)) if name in known]


def _names_in(code: types.CodeType) -> set[str]:
    inner = [_names_in(constant) for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return set(code.co_names).union(*inner)


def _is_searched(module: object) -> bool:
    """Whether what has this for its ``__module__`` is searched; a class written in C may have a descriptor there."""
    return not isinstance(module, str) or module.partition(".")[0] not in _NO_GENERATORS


def _is_generator(value: object) -> bool:
    return is_a(value, (np.random.Generator, np.random.RandomState)) or (
        is_a(value, random.Random) and not is_a(value, random.SystemRandom)
    )


def _note(value: object, found: dict[int, Generator]) -> bool:
    if _is_generator(value):
        found[id(value)] = value  # type: ignore[assignment]  # as _is_generator has seen
        return True
    return False


_LOADED: Final = LoadedModules(_is_generator, _is_searched)


def survey() -> None:
    """Look through the modules that are loaded by now, before this process forks: its forks need not do so again."""
    _LOADED.look_through()


class Streams:
    """The isolated streams of one process for one instance."""

    def __init__(self, instance: object) -> None:
        self._generators = reachable(instance)

    @contextlib.contextmanager
    def isolated(self, *key: int) -> Iterator[None]:
        """Within, every draw is a function of `key`; after it, every generator stands where it stood before."""
        kept = [state_of(generator) for generator in self._generators]
        kept_numpy, kept_python = np.random.get_state(), random.getstate()
        seed_all(self._generators, xxhash.xxh32_intdigest(repr(key).encode()))
        try:
            yield
        finally:
            np.random.set_state(kept_numpy)
            random.setstate(kept_python)
            for generator, state in zip(self._generators, kept, strict=True):
                place_state(generator, state)


def begin(seed: int) -> None:
    """Seed NumPy's and Python's own generators, for good, so that what a scenario gives depends on it alone."""
    np.random.seed(seed % 2**32)
    random.seed(seed)


def reseed(instance: object, seed: int) -> None:
    """Seed every generator that the instance can reach, for good: the third of three twins."""
    seed_all(reachable(instance), seed)


def reseed_around(instance: object, copy: object, seed: int) -> None:
    """Seed, for good, every generator that an unpickled copy can reach, but those that it alone has.

    What stands in modules and classes is made anew in another interpreter; the copy's own has travelled with it.
    """
    travelled = {id(one) for one in held_by(copy)} - {id(one) for one in held_by(instance)}
    seed_all([one for one in reachable(copy) if id(one) not in travelled], seed)


def seed_all(generators: list[Generator], seed: int) -> None:
    """Seed the given generators, NumPy's and Python's own, and those of TensorFlow and PyTorch if loaded."""
    np.random.seed(seed)
    random.seed(seed)
    number = seed % 2**32
    for generator in generators:
        # One seed for all: a copy of the instance may reach the same generators in another order, or one of them twice.
        seed_one(generator, number)
    # Looked up, not imported: only a program that has loaded them can draw from them.
    tensorflow, torch = sys.modules.get("tensorflow"), sys.modules.get("torch")
    for module, path in ((tensorflow, "random.set_seed"), (torch, "random.manual_seed")):
        with contextlib.suppress(Exception):
            if module is not None:
                first, second = path.split(".")
                getattr(getattr(module, first), second)(seed)


def seed_one(generator: Generator, number: int) -> None:
    """Seed one generator with a number below 2**32, whatever its kind; one that cannot be seeded stays as it is."""
    with contextlib.suppress(TypeError, ValueError):
        if isinstance(generator, np.random.Generator):
            # From Python 3.12 on a pickled bit generator may be of a class made from bytes; its type still seeds.
            generator.bit_generator.state = type(generator.bit_generator)(number).state
        else:
            generator.seed(number)


def state_of(generator: Generator) -> Any:
    """The state of a generator, for `place_state`."""
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    return generator.getstate() if isinstance(generator, random.Random) else generator.get_state()


def place_state(generator: Generator, state: Any) -> None:
    """Set the state of a generator."""
    if isinstance(generator, np.random.Generator):
        generator.bit_generator.state = state
    elif isinstance(generator, random.Random):
        generator.setstate(state)
    else:
        generator.set_state(state)
