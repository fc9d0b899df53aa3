"""NpySequence: one array to a file."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.keras


def _sequence(folder, **options):
    from seqcheck.reference import NpySequence

    for number in range(3):
        np.save(folder / f"id-{number}.npy", np.full((2, 5), number))
    ids = [f"id-{number}" for number in range(3)]
    labels = {name: number for number, name in enumerate(ids)}
    settings = {"dim": (2, 5), "n_classes": 4, "directory": folder, **options}
    return NpySequence(ids, labels, 2, **settings)


def test_every_array_comes_with_the_one_hot_target_of_its_id(tmp_path):
    sequence = _sequence(tmp_path)
    for index in range(2):
        x, y = sequence[index]
        assert (x.shape[1:], x.dtype, y.dtype) == ((2, 5, 1), np.float32, np.float32)
        assert (y == np.eye(4)[x[:, 0, 0, 0].astype(int)]).all()


def test_an_array_of_another_shape_is_refused_with_its_file(tmp_path):
    with pytest.raises(ValueError, match=r"id-\d\.npy holds an array of shape \(2, 5\), expected \(5, 2, 1\)"):
        _sequence(tmp_path, dim=(5, 2))[0]


def test_a_label_that_is_no_class_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"labels lie in 0 \.\.\. 2, but n_classes is 2"):
        _sequence(tmp_path, n_classes=2)
