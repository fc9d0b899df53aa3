"""What may vary in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

START_METHODS: Final = ("fork", "spawn", "forkserver")
POOLS: Final = ("threads", *START_METHODS)
"""Our own drivers with workers."""
DRIVERS: Final = ("loop", *POOLS)
"""Our own drivers of Keras's protocol."""
KERAS_ENGINES: Final = ("fit", "evaluate", "predict")
"""The installed Keras itself, through its public API."""
EXPERIMENTS: Final = ("reading", "hooks", "pickling", "twins", "holding", "filling")
"""Runs made for one question that plain driving cannot answer."""


@dataclass(frozen=True)
class Scenario:
    """One run: how an instance is made and driven.

    `engine` is one of `DRIVERS`, `KERAS_ENGINES` or `EXPERIMENTS`. Sizes are None where the target fixes them.
    `indices` is the stated selection of batch indices, or None where every batch is read. `script` orders the reads
    of one epoch as drawn by the search (indices below the length; empty: 0, 1, 2, ...).
    """

    engine: str
    epochs: int = 2
    workers: int = 1
    num_samples: int | None = None
    batch_size: int | None = None
    shuffle: bool | None = None
    seed: int = 0
    indices: tuple[int, ...] | None = None
    script: tuple[int, ...] = ()

    def sizes(self) -> dict[str, int | bool]:
        """The keyword arguments that a factory or probe is built with, by contract name; those not set are left out."""
        chosen = {"num_samples": self.num_samples, "batch_size": self.batch_size, "shuffle": self.shuffle}
        return {name: value for name, value in chosen.items() if value is not None}

    def describe(self) -> str:
        """The scenario in words, as findings print it: ``40 samples, batch size 8, fork with 2 workers``."""
        parts = []
        if self.num_samples is not None:
            parts.append(f"{self.num_samples} sample{'' if self.num_samples == 1 else 's'}")
        if self.batch_size is not None:
            parts.append(f"batch size {self.batch_size}")
        if self.shuffle is not None:
            parts.append("shuffled" if self.shuffle else "not shuffled")
        workers = f" with {self.workers} workers" if self.engine in POOLS else ""
        parts.append(f"{self.engine}{workers}")
        return ", ".join(parts)


def select(length: int, most: int) -> tuple[int, ...] | None:
    """The indices to read of a Sequence of `length` batches when at most `most` may be read: first, last, between.

    None means that all are read. The choice depends on nothing but its arguments, so that every engine reads alike.
    """
    if length <= most:
        return None
    if most < 3:
        return tuple(sorted({0, length - 1}))[:most]
    edge = max(1, most // 3)
    between = most - 2 * edge
    step = (length - 2 * edge) / (between + 1)
    middle = {edge + round(step * (k + 1)) for k in range(between)}
    chosen = {*range(edge), *middle, *range(length - edge, length)}
    return tuple(sorted(index for index in chosen if 0 <= index < length))


@dataclass(frozen=True)
class Truth:
    """What is known beforehand about the data that one run drives; None where nobody knows.

    `probe` says that label k belongs to sample k and row k of every array encodes k. Each source says who claims the
    figure: ``probe``, ``factory``, ``contract`` or ``constructor``.
    """

    num_samples: int | None = None
    num_samples_source: str = ""
    batch_size: int | None = None
    batch_size_source: str = ""
    probe: bool = False
    extra: dict[str, str] = field(default_factory=dict)
