"""Sound Sequences whose batches, or whose ways, are unusual, of the generation that the session drives."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import ml_dtypes
import numpy as np

from tests.engines.trained import GENERATION, Base


class Fixed(Base):  # type: ignore[misc]
    """Forty samples of three numbers, in one order."""

    __seqcheck__: ClassVar[dict[str, Any]] = {}
    samples = 40
    size = 4

    def __init__(self) -> None:
        super().__init__()
        self.x = np.linspace(0.0, 1.0, 120, dtype=np.float32).reshape(40, 3)
        self.y = np.arange(40, dtype=np.float32)

    def __len__(self) -> int:
        return -(-self.samples // self.size)

    def rows(self, index: int) -> Any:
        return np.arange(index * self.size, min((index + 1) * self.size, self.samples))

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return self.x[rows], self.y[rows]


class ByName(Fixed):
    """Inputs and targets by name, of five ranks, with whole numbers among them."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        inputs = {"image": self.x[rows].reshape(-1, 3, 1, 1), "meta": self.x[rows, :1], "id": rows.astype(np.int64)}
        return inputs, {"value": self.y[rows], "kind": np.eye(5, dtype=np.float32)[rows % 5]}


class WeightsByName(Fixed):
    """A weight for each of two targets."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        targets = {"p": self.y[rows], "q": self.y[rows] + 1}
        weights = {"p": np.ones(len(rows), np.float32), "q": 0.5 + self.y[rows] / 80}
        return {"b": self.x[rows], "a": self.x[rows, :1]}, targets, weights


class WeightsOfSteps(Fixed):
    """A weight for every step of a series."""

    def __getitem__(self, index: int) -> Any:
        x = self.x[self.rows(index)]
        return x[:, :, None], 2 * x[:, :, None], np.full(x.shape, 0.5, np.float32)


class Tokens(Fixed):
    """Whole numbers, and the same ones moved by one for targets."""

    def __getitem__(self, index: int) -> Any:
        ids = (self.rows(index)[:, None] * 7 + np.arange(6)).astype(np.int32)
        return ids, np.roll(ids, -1, axis=1)


class OneByOne(Fixed):
    """Batches of one sample."""

    size = 1


class OneBatch(Fixed):
    """The whole data in one batch."""

    size = 40


class Bytes(Fixed):
    """Pictures and labels in bytes."""

    def __getitem__(self, index: int) -> Any:
        labels = self.rows(index).astype(np.uint8)
        return np.zeros((len(labels), 8, 8, 3), np.uint8) + labels[:, None, None, None], labels


class Halves(Fixed):
    """Half precision."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return self.x[rows].astype(np.float16), self.y[rows].astype(np.float16)


class Shorts(Fixed):
    """Sixteen bits, eight of them for the exponent."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return self.x[rows].astype(ml_dtypes.bfloat16), self.y[rows]


class Bools(Fixed):
    """The digits of a number, as truth values."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return (rows[:, None] >> np.arange(6)) & 1 == 1, (rows % 2).astype(bool)


class Times(Fixed):
    """Seconds since 1970 in double precision."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return 1.7e9 + rows[:, None] * 86400.0, self.y[rows]


class InputsAlone(Fixed):
    """No targets."""

    def __getitem__(self, index: int) -> Any:
        return self.x[self.rows(index)]


class InputsInATuple(Fixed):
    """No targets, and a tuple around the inputs."""

    def __getitem__(self, index: int) -> Any:
        return (self.x[self.rows(index)],)


class InputsByName(Fixed):
    """No targets, and inputs by name."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return {"a": self.x[rows], "b": self.x[rows, :1]}


class TuplesInTuples(Fixed):
    """Inputs and targets in tuples of tuples."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return (self.x[rows], (self.x[rows, :1], self.x[rows, 1:])), (self.y[rows], (self.y[rows],))


class Pair(NamedTuple):
    x: Any
    y: Any


class Named(Fixed):
    """Batches are named tuples."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        return Pair(self.x[rows], self.y[rows])


class ReadOnly(Fixed):
    """Arrays in Fortran's order that nobody may write into."""

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        x = np.asfortranarray(self.x[rows])
        x.flags.writeable = False
        return x, self.y[rows]


class WholeBatchesOnly(Fixed):
    """As validation data are made: the rest is left out."""

    __seqcheck__: ClassVar[dict[str, Any]] = {"drop_remainder": True, "shuffles": False}
    size = 16

    def __len__(self) -> int:
        return self.samples // self.size


class Workers(Fixed):
    """It has workers, and says so where its generation is told."""

    def __init__(self) -> None:
        super().__init__()
        if GENERATION == "keras":
            Base.__init__(self, workers=3, use_multiprocessing=True, max_queue_size=5)


class Padded(Fixed):
    """Series that are as long in each batch as its longest."""

    __seqcheck__: ClassVar[dict[str, Any]] = {"varying_axes": {"x": [1]}, "padding": -1.0}

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        length = index % 3 + 2
        x = np.full((len(rows), length), -1.0, np.float32)
        for place, row in enumerate(rows):
            x[place, : row % length + 1] = row
        return x, self.y[rows]


class FilledUp(Fixed):
    """The last batch is filled up with rows of weight 0."""

    samples = 38

    def __getitem__(self, index: int) -> Any:
        rows = self.rows(index)
        more = self.size - len(rows)
        x = np.concatenate([self.x[rows], np.zeros((more, 3), np.float32)])
        y = np.concatenate([self.y[rows], np.zeros(more, np.float32)])
        return x, y, np.array([1.0] * len(rows) + [0.0] * more, np.float32)
