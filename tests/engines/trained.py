"""Sequences of both generations of Keras, for the real engines: made by name, so that one module serves both."""

from __future__ import annotations

import importlib
import os
import time
from typing import Any

import numpy as np

from seqcheck.engines import installed

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else installed.found()[0]
Base: Any = installed.base(GENERATION)


class Rows(Base):  # type: ignore[misc]
    """Sound: 11 samples in batches of 2, in an order drawn anew at every epoch's end."""

    def __init__(self, shuffle: bool = True) -> None:
        super().__init__()
        self.x = np.arange(11 * 3, dtype=np.float32).reshape(11, 3)
        self.order = np.arange(11)
        self.shuffle = shuffle
        self.rng = np.random.default_rng(5)

    def __len__(self) -> int:
        return -(-len(self.x) // 2)

    def __getitem__(self, index: int) -> Any:
        rows = self.order[index * 2 : (index + 1) * 2]
        return self.x[rows], self.order[index * 2 : (index + 1) * 2].astype(np.float32)

    def on_epoch_end(self) -> None:
        if self.shuffle:
            self.rng.shuffle(self.order)


class Images(Rows):
    """Sound: images by name, and weights."""

    def __getitem__(self, index: int) -> Any:
        x, y = super().__getitem__(index)
        return {"image": x.reshape(-1, 3, 1), "size": x[:, 0]}, y, np.ones(len(y), np.float32)


class Unsorted(Rows):
    """Sound: inputs by name, the last of the alphabet first."""

    def __getitem__(self, index: int) -> Any:
        x, y = super().__getitem__(index)
        return {"user": x[:, 0], "item": 100 + x[:, 0]}, y


class Nested(Rows):
    """Sound: two inputs in a tuple."""

    def __getitem__(self, index: int) -> Any:
        x, y = super().__getitem__(index)
        return (x, x[:, :1]), y


class Ragged(Rows):
    """Sound: sample k is k + 1 times the number k, in ragged tensors of TensorFlow."""

    def __getitem__(self, index: int) -> Any:
        tensorflow = importlib.import_module("tensorflow")
        rows = self.order[index * 2 : (index + 1) * 2]
        return tensorflow.ragged.constant([[float(row)] * (row + 1) for row in rows], ragged_rank=1), rows


class Sparse(Rows):
    """Sound: sample k has a one at place k, in sparse tensors of TensorFlow."""

    def __getitem__(self, index: int) -> Any:
        tensorflow = importlib.import_module("tensorflow")
        rows = self.order[index * 2 : (index + 1) * 2]
        return tensorflow.sparse.from_dense(np.eye(11, dtype=np.float32)[rows]), rows


class Alone(Rows):
    """Sound: inputs without targets."""

    def __getitem__(self, index: int) -> Any:
        return super().__getitem__(index)[0]


class Broken(Rows):
    """Batch 3 raises."""

    def __getitem__(self, index: int) -> Any:
        if index == 3:
            raise ValueError("batch 3 is broken")
        return super().__getitem__(index)


class BrokenHook(Rows):
    """The hook raises in the middle of training."""

    calls = 0

    def on_epoch_end(self) -> None:
        self.calls += 1
        if self.calls == 2:
            raise RuntimeError("no next epoch")


class WithoutLength(Rows):
    """Its length is a float."""

    def __len__(self) -> Any:
        return 5.5


class Unbuildable(Rows):
    """Its constructor refuses."""

    def __init__(self) -> None:
        raise FileNotFoundError("no such folder")


class Split(Rows):
    """Faulty: every constructor draws the split anew, for those that stand already as well."""

    drawn = np.arange(11)

    def __init__(self) -> None:
        super().__init__(shuffle=False)
        self.drawn[:] = np.roll(self.drawn, 1)
        self.order = self.drawn[:8]

    def __len__(self) -> int:
        return 4


class OneAtATime(Rows):
    """Sound: a second one is refused as long as the first is in use."""

    used = False

    def __init__(self) -> None:
        super().__init__()
        if OneAtATime.used:
            raise RuntimeError("the archive is in use")
        OneAtATime.used = True


class Empty(Rows):
    """Nothing is in it."""

    def __len__(self) -> int:
        return 0


class Prepared(Rows):
    """Faulty: batches that were prepared and not fetched come in the next epoch, in the order of the last one."""

    ahead = 2

    def __init__(self) -> None:
        super().__init__()
        self.prepared: dict[int, Any] = {}

    def __getitem__(self, index: int) -> Any:
        batch = self.prepared.pop(index, None)
        for following in range(index + 1, min(index + 1 + self.ahead, len(self))):
            self.prepared.setdefault(following, Rows.__getitem__(self, following))
        return Rows.__getitem__(self, index) if batch is None else batch


class Anew(Prepared):
    """Sound: what was prepared goes with the order that it was made of."""

    def on_epoch_end(self) -> None:
        super().on_epoch_end()
        self.prepared.clear()


class ClosedEarly(Rows):
    """Faulty: the archive is opened anew when its last batch was read, and else stays where it was closed.

    It is long: engines fetch ahead, and would come to the end of a short one although they train on two batches.
    """

    seen = 0
    closed = False

    def __init__(self) -> None:
        super().__init__()
        self.x = np.arange(120 * 3, dtype=np.float32).reshape(120, 3)
        self.order = np.arange(120)

    def __getitem__(self, index: int) -> Any:
        if self.closed:
            raise ValueError("the archive is closed")
        self.seen = max(self.seen, index)
        return super().__getitem__(index)

    def on_epoch_end(self) -> None:
        super().on_epoch_end()
        self.closed = 1 < self.seen < len(self) - 1
        self.seen = 0


class ThreeOrders(Rows):
    """Sound: made for so many epochs, and says so."""

    most = 3
    ends = 0

    def on_epoch_end(self) -> None:
        super().on_epoch_end()
        self.ends += 1
        if self.ends > self.most:
            raise IndexError(f"{self.most} orders were drawn")


class FourOrders(ThreeOrders):
    """Sound: the engine asks for one more in the middle of an epoch."""

    most = 4


class FiveOrders(ThreeOrders):
    """Sound: the engine asks for one more before the fit that comes after."""

    most = 5


class Weighted(Rows):
    """Sound: each sample has a weight of its own."""

    def __getitem__(self, index: int) -> Any:
        x, y = super().__getitem__(index)
        return x, y, 1 + y / 16


class TwoWorkers(Rows):
    """Sound: it asks for two workers, as Sequences of Keras 3 do."""

    def __init__(self) -> None:
        super().__init__()
        if GENERATION == "keras":
            self.workers = 2


class InOrder(Rows):
    """Sound: the same order in every epoch."""

    def __init__(self) -> None:
        super().__init__(shuffle=False)


class Counted(InOrder):
    """Sound on Keras 3: its number of batches is a property, and it has no length."""

    __len__ = None

    @property
    def num_batches(self) -> int:
        return 6


class PreparedLate(InOrder):
    """Sound without workers: the order of an epoch is drawn, slowly, in the hook that begins it on Keras 3."""

    def on_epoch_begin(self) -> None:
        time.sleep(0.3)
        self.order = self.order[::-1].copy()
