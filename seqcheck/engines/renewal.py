"""The random generators of instances that are made one after the other and shall all draw alike.

What is no part of an instance stands before each of them where it stood at first. Of all generators in reach only those
are carried that reads were seen to draw from: taking and putting a state is dear where it is done at every switch.
"""

from __future__ import annotations

import contextlib
import pickle
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import xxhash

from seqcheck.engines.randomness import Generator, held_by, place_state, reachable, seed_one, state_of

States = list[Any]


class Carried:
    """Some generators as a whole: seeded by a key, taken and put back."""

    def __init__(self, generators: list[Generator]) -> None:
        self.generators = generators

    def begin(self, key: int) -> None:
        """Seed every one of them by the key."""
        seed = xxhash.xxh32_intdigest(str(key).encode())
        for generator in self.generators:
            seed_one(generator, seed)

    def take(self) -> States:
        """Their states."""
        return [state_of(generator) for generator in self.generators]

    def put(self, states: States) -> None:
        """Set their states."""
        for generator, state in zip(self.generators, states, strict=True):
            place_state(generator, state)


class Renewal:
    """The generators of a process, and of every instance that is made like the first one."""

    def __init__(self, instance: object) -> None:
        own = {id(generator) for generator in held_by(instance)}
        self._own = bool(own)
        others: list[Generator] = [generator for generator in reachable(instance) if id(generator) not in own]
        # Neither of these two is told apart from others by its kind, though no reference leads to it.
        self._shared: list[Generator] = [*others, np.random.mtrand._rand, random._inst]
        self._carried = list(self._shared)
        self._known = (self._own, self._carried)
        self._first = Carried(self._shared).take()

    def reset(self) -> None:
        """Put every generator that is no part of an instance where it was at first."""
        Carried(self._shared).put(self._first)

    def streams(self, instance: object) -> Carried:
        """Those that are carried, and the generators of this instance."""
        return Carried([*self._carried, *(held_by(instance) if self._own else ())])

    def learn(self, streams: Carried, before: States) -> bool:
        """Carry from now on only what has moved since `before` was taken of `streams`; False where nothing has."""
        moved = [pickle.dumps(now) != pickle.dumps(then) for now, then in zip(streams.take(), before, strict=True)]
        shared = len(self._carried)
        self._own = any(moved[shared:])
        self._carried = [generator for generator, did in zip(self._carried, moved[:shared], strict=True) if did]
        return any(moved)

    @contextlib.contextmanager
    def everything(self) -> Iterator[None]:
        """Inside, those are carried as well that no read was seen to move: it may have put them back."""
        kept = self._own, self._carried
        self._own, self._carried = self._known
        try:
            yield
        finally:
            self._own, self._carried = kept

    def settle(self) -> None:
        """Reset from now on only what does not stand where it was at first."""
        now = Carried(self._shared).take()
        kept = [
            (generator, first)
            for generator, first, state in zip(self._shared, self._first, now, strict=True)
            if pickle.dumps(first) != pickle.dumps(state)
        ]
        self._shared, self._first = [generator for generator, _ in kept], [first for _, first in kept]
