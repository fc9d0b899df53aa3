"""Batches of arrays that are held in memory, in an order that is shuffled anew for each epoch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from seqcheck.reference.base import Array, Sequence


class ArraySequence(Sequence):
    """Rows of `x` and `y`, `batch_size` at a time, every row once an epoch.

    `x` is any array of shape (samples, ...) and `y` one of shape (samples, ...) whose row k is the target of row k of
    `x`. They are indexed, never written to; batches are new arrays with the dtypes of `x` and `y`.

    The last batch holds the rest and may be short; `drop_remainder` leaves it out. With `shuffle` the order of epoch k
    is a function of `seed` and k alone, k being the number of `on_epoch_end` calls so far: two runs with one seed read
    alike, whatever the kind and number of workers. Keras 3 makes that call once before its first epoch too, legacy
    Keras does not. Nothing is drawn and nothing is written while a batch is read, so any number of threads or processes
    may read at a time.

    `kwargs` go to the base: ``workers``, ``use_multiprocessing``, ``max_queue_size`` on Keras 3, nothing on tf_keras.

    Raises:
        ValueError: no samples, `x` and `y` of different lengths, a batch size below 1, or a remainder to drop that is
            all there is.
    """

    def __init__(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        batch_size: int = 32,
        shuffle: bool = True,
        drop_remainder: bool = False,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.x: Array = np.asarray(x)
        self.y: Array = np.asarray(y)
        if len(self.x) != len(self.y):
            raise ValueError(f"x has {len(self.x)} samples and y has {len(self.y)}")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_remainder = drop_remainder
        self.seed = seed
        if len(self) == 0:
            raise ValueError(f"{len(self.x)} samples make no batch of {batch_size}")
        self.epoch = 0
        self._order = self._order_of(0)

    def __len__(self) -> int:
        """The number of batches."""
        whole = len(self.x) / self.batch_size
        return math.floor(whole) if self.drop_remainder else math.ceil(whole)

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        """Batch `index`: the rows of x, shape (rows, ...), and of y, shape (rows, ...).

        Raises:
            IndexError: `index` is not one of 0 ... len - 1.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"there is no batch {index} among {len(self)}")
        rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        return self.x[rows], self.y[rows]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch and its order."""
        self.epoch += 1
        self._order = self._order_of(self.epoch)

    def _order_of(self, epoch: int) -> npt.NDArray[np.int64]:
        if not self.shuffle:
            return np.arange(len(self.x))
        # A generator of its own for each epoch: no state to share between threads, to copy into workers or to advance.
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.x))
