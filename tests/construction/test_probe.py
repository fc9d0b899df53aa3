"""The probe's samples can be told apart by what they hold."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.construction import probe
from seqcheck.model.batch import describe
from seqcheck.model.samples import array_ids, label_ids


@pytest.mark.parametrize("shape", probe.SHAPES)
def test_rows_and_labels_name_their_sample(shape: tuple[int, ...]) -> None:
    x, y = probe.arrays(37, shape)
    assert (x.shape, x.dtype, y.dtype) == ((37, *shape), np.float32, np.int64)
    assert x.flags.writeable
    batch = describe((x, y))
    assert array_ids(batch.leaves[0], 37) == tuple(range(37))
    assert label_ids(batch.leaves[1], 37) == tuple(range(37))
    assert label_ids(describe(probe.labels(37, "one-hot")).leaves[0], 37) == tuple(range(37))
    assert set(probe.labels(37, "classes", 3).tolist()) == {0, 1, 2}


def test_leaves_that_name_other_samples_are_told_from_those_that_name_one() -> None:
    words = np.eye(9, dtype=np.float32)
    assert probe.names_samples_apart((words[:4], words[1:5]))
    assert probe.names_samples_apart({"before": words[:4], "after": [words[2:6]]})
    for batch in ((words[:4], words[:4]), words[:4], (words[:4], np.arange(4)), (words[:4], words[:5]), None):
        assert not probe.names_samples_apart(batch)


def test_rows_of_several_samples_are_told_from_rows_of_one() -> None:
    x, y = probe.arrays(20)
    windows = np.stack([x[start : start + 3] for start in range(8)])
    pairs = np.concatenate([x[:8], x[8:16]], axis=1)
    assert probe.mixes_samples((windows, y[:8]), 20)
    assert probe.mixes_samples({"a": [pairs]}, 20)
    garbage = x[:8].copy()
    garbage[0, 1] = 7.5
    rng = np.random.default_rng(0)
    for batch in ((x[:8], y[:8]), (x[:8] / 255, y), x[:8] + rng.normal(size=(8, 4)), garbage, None, 3, np.eye(20)):
        assert not probe.mixes_samples(batch, 20)
