"""Made-up data for a test of the user's own: each sample is read back out of the batch that it is in."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from seqcheck.plugin.probe import Probe


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    numbers = itertools.count()

    def folder() -> Path:
        made = tmp_path / str(next(numbers))
        made.mkdir()
        return made

    return Probe(folder)


ROWS = [5, 0, 3]


def test_arrays(probe: Probe) -> None:
    data = probe.arrays(9, (3, 2))
    assert (data.x.shape, data.x.dtype, data.y.tolist()) == ((9, 3, 2), np.float32, list(range(9)))
    batch = (data.x[ROWS], data.y[ROWS])
    assert data.samples_in(batch) == data.samples_in(batch, "x") == data.samples_in(batch, "y") == ROWS
    assert data.samples_in(data.x[ROWS]) == ROWS
    assert data.samples_in(({"image": data.x[ROWS]}, data.y[ROWS]), "x['image']") == ROWS
    hot = (np.zeros((3, 2)), np.eye(9)[ROWS])
    assert data.samples_in(hot) == ROWS


def test_inputs_and_targets_that_part_are_seen(probe: Probe) -> None:
    data = probe.arrays(9)
    batch = (data.x[ROWS], data.y[[0, 5, 3]])
    assert data.samples_in(batch, "x") == ROWS
    assert data.samples_in(batch, "y") == [0, 5, 3]


@pytest.mark.parametrize("rows", [ROWS, [8], [0], [1, 1]])
def test_images(probe: Probe, rows: list[int]) -> None:
    data = probe.images(9)
    assert (data.x.shape, data.x.dtype) == ((9, 16, 16, 3), np.uint8)
    chosen = data.x[rows]
    for seen in (chosen, chosen.astype("float32"), chosen / 255, chosen[:, ::2, ::-1] / np.float32(127.5) - 1):
        assert data.samples_in(seen) == rows


def test_npy_folder(probe: Probe) -> None:
    data = probe.npy_folder(9, (2, 2))
    assert sorted(data.folder.iterdir()) == [Path(path) for path in data.paths]
    batch = np.stack([np.load(data.folder / f"{data.ids[row]}.npy") for row in ROWS])
    assert batch.shape == (3, 2, 2)
    assert data.samples_in(batch) == ROWS
    assert [data.labels[data.ids[row]] for row in ROWS] == ROWS


def test_dataframe(probe: Probe) -> None:
    pytest.importorskip("pandas")
    image = pytest.importorskip("PIL.Image")
    data = probe.dataframe(9)
    assert list(data.frame.columns) == ["path", "label"]
    part = data.frame.iloc[ROWS]
    batch = np.stack([np.asarray(image.open(path)) for path in part.path]) / 255
    assert data.samples_in((batch, part.label.to_numpy())) == data.samples_in(batch) == ROWS


def test_hdf5(probe: Probe) -> None:
    h5py = pytest.importorskip("h5py")
    data = probe.hdf5(9, (2,))
    with h5py.File(data.path) as file:
        assert file["x"].shape == (9, 2)
        assert data.samples_in((file["x"][3:6], file["y"][3:6])) == [3, 4, 5]


def test_what_is_no_sample_is_named(probe: Probe) -> None:
    data = probe.arrays(4)
    x = data.x.copy()
    x[2] = 0
    with pytest.raises(ValueError, match=r"row 2 of x holds no sample of the made-up data: its mean is 0"):
        data.samples_in(x)
    with pytest.raises(ValueError, match="cannot be read off x of 4 made-up samples"):
        data.samples_in(np.random.default_rng(0).random((3, 4)))
    with pytest.raises(ValueError, match="cannot be read off a leaf 'z', which is not there,"):
        data.samples_in(x, "z")


def test_sizes_that_cannot_be_are_refused(probe: Probe) -> None:
    with pytest.raises(ValueError, match="at least one sample, not 0"):
        probe.arrays(0)
    with pytest.raises(ValueError, match="too few for 256 samples"):
        probe.images(256)
