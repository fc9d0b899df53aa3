"""Batches of images that are read from files and resized, in an order that is shuffled anew for each epoch."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from seqcheck.reference.base import Array, Sequence


class ImageSequence(Sequence):
    """The images at `paths` with their `labels`, `batch_size` at a time, every image once an epoch.

    `paths` are image files of any size and mode that Pillow reads; `labels` has one class number a path. A batch is
    x of shape (images, height, width, 3), float32 in 0 ... 1, and y of shape (images,), int64.

    The last batch holds the rest and may be short; `drop_remainder` leaves it out. With `shuffle` the order of epoch k
    is a function of `seed` and k alone, k being the number of `on_epoch_end` calls so far. Files are opened and closed
    within one read: no handle is shared between threads, and none has to travel to another process.

    `kwargs` go to the base: ``workers``, ``use_multiprocessing``, ``max_queue_size`` on Keras 3, nothing on tf_keras.

    Raises:
        ValueError: no paths, `paths` and `labels` of different lengths, a batch size below 1, or a remainder to drop
            that is all there is.
    """

    __seqcheck__: ClassVar = {"factory": "seqcheck.reference.images:sample", "num_samples": 22}

    def __init__(
        self,
        paths: Iterable[str | os.PathLike[str]],
        labels: npt.ArrayLike,
        batch_size: int = 32,
        size: tuple[int, int] = (32, 32),
        shuffle: bool = True,
        drop_remainder: bool = False,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.paths = [os.fspath(path) for path in paths]
        self.labels: npt.NDArray[np.int64] = np.array(labels, dtype=np.int64)
        if len(self.paths) != len(self.labels):
            raise ValueError(f"there are {len(self.paths)} paths and {len(self.labels)} labels")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.batch_size = batch_size
        self.height, self.width = size
        self.shuffle = shuffle
        self.drop_remainder = drop_remainder
        self.seed = seed
        if len(self) == 0:
            raise ValueError(f"{len(self.paths)} images make no batch of {batch_size}")
        self.epoch = 0
        self._order = self._order_of(0)

    def __len__(self) -> int:
        """The number of batches."""
        whole = len(self.paths) / self.batch_size
        return math.floor(whole) if self.drop_remainder else math.ceil(whole)

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        """Batch `index`: images of shape (images, height, width, 3) and class numbers of shape (images,).

        Raises:
            IndexError: `index` is not one of 0 ... len - 1.
            OSError: a file is missing or no image.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"there is no batch {index} among {len(self)}")
        chosen = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([self._read(self.paths[number]) for number in chosen]), self.labels[chosen]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch and its order."""
        self.epoch += 1
        self._order = self._order_of(self.epoch)

    def _read(self, path: str) -> npt.NDArray[np.float32]:
        with Image.open(path) as image:
            resized = image.convert("RGB").resize((self.width, self.height), Image.Resampling.BILINEAR)
        pixels: npt.NDArray[np.float32] = np.asarray(resized, dtype=np.float32) / np.float32(255)
        return pixels

    def _order_of(self, epoch: int) -> npt.NDArray[np.int64]:
        if not self.shuffle:
            return np.arange(len(self.paths))
        # A generator of its own for each epoch: no state to share between threads, to copy into workers or to advance.
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.paths))


def sample(batch_size: int = 4, shuffle: bool = True, drop_remainder: bool = False, seed: int = 0) -> ImageSequence:
    """The 22 small images that are shipped with seqcheck, resized to 16 by 16: what seqcheck drives this class with.

    They are PNG files of several sizes and modes; each name begins with what the image shows: ``disc-07.png``.
    """
    paths = sorted((Path(__file__).parent / "data" / "images").glob("*.png"))
    labels = [("cross", "disc", "square").index(path.name.split("-")[0]) for path in paths]
    return ImageSequence(paths, labels, batch_size, (16, 16), shuffle, drop_remainder, seed)
