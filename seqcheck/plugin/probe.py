"""What the `seqcheck_probe` fixture gives to a test: made-up data, and which of its samples a batch holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seqcheck.construction.materials import Content, FileHolding, Files, Holding, Inputs, Labels, Paths, Pictures, World
from seqcheck.construction.materials.pictures import LEVELS
from seqcheck.model.batch import Leaf, describe
from seqcheck.model.levels import samples_of
from seqcheck.model.samples import array_ids, label_ids

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Data:
    """Made-up data of `num_samples` samples, numbered from 0.

    `y` has the labels 0 ... num_samples − 1, shape (num_samples,), int64: each names its sample.
    """

    num_samples: int
    y: Array

    def samples_in(self, batch: object, leaf: str = "") -> list[int]:
        """The number of the sample in each row of a batch.

        Inputs are read before targets; `leaf` names one leaf, as seqcheck's reports do: ``x``, ``y``, ``x['image']``,
        ``x[0]``. Labels may be plain or one-hot; inputs may be cut, resized, flipped, divided by 255, scaled to
        −1 ... 1 or standardised as for ImageNet.

        Raises:
            ValueError: no leaf tells, or a row holds no sample of these data; the text says which, and its value.
        """
        described = describe(batch).leaves
        chosen = [one for one in described if one.path == leaf] if leaf else sorted(described, key=_inputs_first)
        for one in chosen:
            read = _read(one, self.num_samples)
            if read is not None:
                return _all_known(read, one)
        where = " and ".join(one.path for one in chosen) or f"a leaf {leaf!r}, which is not there,"
        raise ValueError(
            f"which samples a batch holds cannot be read off {where} of {self.num_samples} made-up samples"
        )


@dataclass(frozen=True)
class Arrays(Data):
    """`x` has one row a sample: float32 of shape (num_samples, *shape), or pictures of uint8."""

    x: Array


@dataclass(frozen=True)
class NpyFolder(Data):
    """A file ``<id>.npy`` for each sample in `folder`.

    `ids` and `paths` are in the order of the samples, `labels` maps each id to its label.
    """

    folder: Path
    ids: list[str]
    paths: list[str]
    labels: dict[str, int]


@dataclass(frozen=True)
class Frame(Data):
    """`frame` is a pandas DataFrame with one row a sample: `path`, of a PNG of 16 x 16 pixels, and `label`."""

    frame: Any
    folder: Path


@dataclass(frozen=True)
class Hdf5(Data):
    """The file at `path` has the datasets ``x``, float32 of shape (num_samples, *shape), and ``y``, the labels."""

    path: Path


class Probe:
    """Makes data whose samples can be told apart in whatever batch they turn up. Folders are made as they are needed.

    Row k of an array holds k + 0.5 everywhere; a picture of sample k is grey, of the level k + 1 of 255.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def arrays(self, num_samples: int, shape: tuple[int, ...] = (4,)) -> Arrays:
        """`x` of shape (num_samples, *shape), float32, and `y`."""
        world = World(Path(), _positive(num_samples))
        return Arrays(num_samples, Labels().make(world), Inputs(shape).make(world))

    def images(self, num_samples: int, shape: tuple[int, ...] = (16, 16, 3)) -> Arrays:
        """`x` of shape (num_samples, height, width, channels), uint8, and `y`; at most 255 samples."""
        world = World(Path(), _drawn(num_samples))
        return Arrays(num_samples, Labels().make(world), Pictures(shape).make(world))

    def npy_folder(self, num_samples: int, shape: tuple[int, ...] = (4,)) -> NpyFolder:
        """A folder with one ``.npy`` file a sample, which holds a float32 array of `shape`."""
        world = World(self._folder(), _positive(num_samples))
        files = Files("{id}.npy", Content("npy", shape))
        paths = files.make(world)
        labels = Labels(holder="by-id").make(world)
        return NpyFolder(num_samples, Labels().make(world), world.folder, world.ids, paths, labels)

    def dataframe(self, num_samples: int) -> Frame:
        """A DataFrame of the paths of pictures and their labels; at most 255 samples, and pandas must be installed."""
        world = World(self._folder(), _drawn(num_samples))
        files = Files("{id}.png", Content("picture", (16, 16, 3)))
        frame = Holding("frame", (("path", Paths(files)), ("label", Labels())))
        return Frame(num_samples, Labels().make(world), frame.make(world), world.folder)

    def hdf5(self, num_samples: int, shape: tuple[int, ...] = (4,)) -> Hdf5:
        """An HDF5 file with the datasets ``x`` and ``y``; h5py must be installed."""
        world = World(self._folder(), _positive(num_samples))
        file = FileHolding("data.h5", "hdf5", (("x", Inputs(shape)), ("y", Labels())), as_path=True)
        return Hdf5(num_samples, Labels().make(world), file.make(world))


def _positive(num_samples: int) -> int:
    if num_samples < 1:
        raise ValueError(f"made-up data have at least one sample, not {num_samples}")
    return num_samples


def _drawn(num_samples: int) -> int:
    if num_samples > LEVELS:
        raise ValueError(f"there are {LEVELS} levels of grey to tell pictures apart, too few for {num_samples} samples")
    return _positive(num_samples)


def _inputs_first(leaf: Leaf) -> bool:
    return leaf.path.startswith(("y", "sample_weight"))


def _read(leaf: Leaf, num_samples: int) -> list[int | None] | None:
    """The sample of each row; None where the leaf does not tell at all."""
    if _inputs_first(leaf):
        labels = label_ids(leaf, num_samples) if leaf.path.startswith("y") else None
        return None if labels is None else [one if isinstance(one, int) else None for one in labels]
    plain = array_ids(leaf, num_samples)
    if plain is not None and any(one is not None for one in plain):
        return list(plain)
    scaled = samples_of(leaf, num_samples)
    return None if scaled is None else list(scaled)


def _all_known(read: list[int | None], leaf: Leaf) -> list[int]:
    for row, (sample, value) in enumerate(zip(read, leaf.values or np.zeros(len(read)), strict=True)):
        if sample is None:
            raise ValueError(f"row {row} of {leaf.path} holds no sample of the made-up data: its mean is {value:g}")
    return [one for one in read if one is not None]
