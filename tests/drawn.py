"""Histories of the `reading` experiment written by hand: what repeats, what is drawn, what cannot be seeded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqcheck.model.batch import Batch, describe
from seqcheck.model.history import History
from tests.histories import at, history, numbered_pass


def sound_reading(count: int = 12, size: int = 4) -> History:
    """Nothing is drawn: every pass reads numbered samples in batches of `size`."""
    return reading(numbered_pass(count, size))


def reading(batches: Sequence[Batch], again: Sequence[Batch] | None = None) -> History:
    """Every read of an index gives the same batch; with `again`, the pass ``forward-again`` gives those."""
    doubled = [at(index, batch) for index, batch in enumerate(batches) for _ in range(2)]
    backward = [at(index, batches[index]) for index in reversed(range(len(batches)))]
    return history(
        "reading",
        passes={
            "forward": [batches],
            "forward-again": [again or batches],
            "backward": [backward],
            "twice": [doubled],
            "plain-twice": [doubled],
        },
    )


def noisy(first: int, last: int, seed: int, scale: float = 0.1) -> Batch:
    """Numbered samples whose x is drawn with `seed`; y has the labels."""
    ids = np.arange(first, last)
    noise = np.random.default_rng([seed, first]).normal(scale=scale, size=(len(ids), 3))
    return describe(((ids[:, None] + 0.5 + noise).astype(np.float32), ids))


def noisy_pass(seed: int, count: int = 12, size: int = 4) -> list[Batch]:
    """One epoch of `noisy` batches."""
    return [noisy(first, min(first + size, count), seed) for first in range(0, count, size)]


def drawing_reading(count: int = 12, size: int = 4, *, controlled: bool = True) -> History:
    """x is drawn: the same under isolated streams where it is `controlled`, another in every other read."""
    isolated = noisy_pass(0, count, size)
    again = isolated if controlled else noisy_pass(1, count, size)
    doubled = [at(index, batch) for index, batch in enumerate(isolated) for _ in range(2)]
    plain = [
        at(index, noisy_pass(10 + copy, count, size)[index]) for index in range(len(isolated)) for copy in range(2)
    ]
    return history(
        "reading",
        passes={
            "forward": [isolated],
            "forward-again": [again],
            "backward": [[at(index, isolated[index]) for index in reversed(range(len(isolated)))]],
            "twice": [doubled],
            "plain-twice": [plain],
        },
    )
