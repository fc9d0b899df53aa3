"""Batches of arrays that lie one to a file, in an order that is shuffled anew for each epoch."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seqcheck.reference.base import Array, Sequence


class NpySequence(Sequence):
    """The arrays ``directory/<id>.npy`` with one-hot targets, `batch_size` at a time, every id once an epoch.

    `list_IDs` names the samples and `labels` maps each of them to its class, a number below `n_classes`. Every file
    holds one array of shape (*dim, n_channels); with one channel, (*dim) will do. A batch is X of shape
    (samples, *dim, n_channels), float32, and y of shape (samples, n_classes), float32.

    The last batch holds the rest and may be short; `drop_remainder` leaves it out. With `shuffle` the order of epoch k
    is a function of `seed` and k alone, k being the number of `on_epoch_end` calls so far.

    `kwargs` go to the base: ``workers``, ``use_multiprocessing``, ``max_queue_size`` on Keras 3, nothing on tf_keras.

    Raises:
        KeyError: an id has no label.
        ValueError: no ids, a label that is no class, a batch size below 1, or a remainder to drop that is all there is.
    """

    __seqcheck__: ClassVar = {"factory": "seqcheck.reference.npy:sample", "num_samples": 22}

    def __init__(
        self,
        list_IDs: Iterable[str],  # the name by which this signature is known
        labels: Mapping[str, int],
        batch_size: int = 32,
        dim: tuple[int, ...] = (32, 32, 32),
        n_channels: int = 1,
        n_classes: int = 10,
        shuffle: bool = True,
        directory: str | os.PathLike[str] = "data",
        drop_remainder: bool = False,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.list_IDs = list(list_IDs)
        self.labels: npt.NDArray[np.int64] = np.array([labels[name] for name in self.list_IDs], dtype=np.int64)
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.batch_size = batch_size
        self.shape = (*dim, n_channels)
        self.n_classes = n_classes
        self.shuffle = shuffle
        self.directory = Path(directory)
        self.drop_remainder = drop_remainder
        self.seed = seed
        if len(self) == 0:
            raise ValueError(f"{len(self.list_IDs)} samples make no batch of {batch_size}")
        if self.labels.min() < 0 or self.labels.max() >= n_classes:
            raise ValueError(f"labels lie in {self.labels.min()} ... {self.labels.max()}, but n_classes is {n_classes}")
        self.epoch = 0
        self._order = self._order_of(0)

    def __len__(self) -> int:
        """The number of batches."""
        whole = len(self.list_IDs) / self.batch_size
        return math.floor(whole) if self.drop_remainder else math.ceil(whole)

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        """Batch `index`: X of shape (samples, *dim, n_channels) and y of shape (samples, n_classes).

        Raises:
            IndexError: `index` is not one of 0 ... len - 1.
            OSError: a file is missing.
            ValueError: a file holds an array of another size.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"there is no batch {index} among {len(self)}")
        chosen = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        targets = np.zeros((len(chosen), self.n_classes), dtype=np.float32)
        targets[np.arange(len(chosen)), self.labels[chosen]] = 1
        return np.stack([self._read(self.list_IDs[number]) for number in chosen]), targets

    def on_epoch_end(self) -> None:
        """Go on to the next epoch and its order."""
        self.epoch += 1
        self._order = self._order_of(self.epoch)

    def _read(self, name: str) -> npt.NDArray[np.float32]:
        path = self.directory / f"{name}.npy"
        array: Array = np.load(path)
        if array.shape not in (self.shape, self.shape[:-1]) or array.size != math.prod(self.shape):
            raise ValueError(f"{path} holds an array of shape {array.shape}, expected {self.shape}")
        return array.reshape(self.shape).astype(np.float32)

    def _order_of(self, epoch: int) -> npt.NDArray[np.int64]:
        if not self.shuffle:
            return np.arange(len(self.list_IDs))
        # A generator of its own for each epoch: no state to share between threads, to copy into workers or to advance.
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.list_IDs))


def sample(batch_size: int = 4, shuffle: bool = True, drop_remainder: bool = False, seed: int = 0) -> NpySequence:
    """The 22 small volumes that are shipped with seqcheck: what seqcheck drives this class with.

    Each is an array of shape (8, 8, 4); each name begins with what the volume holds: ``ball-07.npy``.
    """
    directory = Path(__file__).parent / "data" / "volumes"
    labels = {path.stem: ("ball", "box", "rod").index(path.name.split("-")[0]) for path in directory.glob("*.npy")}
    return NpySequence(
        sorted(labels),
        labels,
        batch_size=batch_size,
        dim=(8, 8, 4),
        n_channels=1,
        n_classes=3,
        shuffle=shuffle,
        directory=directory,
        drop_remainder=drop_remainder,
        seed=seed,
    )
