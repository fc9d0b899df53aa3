"""The shape of a sample is read off a docstring where it says that of all of them, and nowhere else."""

from __future__ import annotations

import pytest

from seqcheck.construction.said_shapes import said_shape


@pytest.mark.parametrize(
    ("docs", "shape"),
    [
        ("Expects:\n  - x: shape (N, D, H, W, 1)\n  - y: shape (N,)", (8, 8, 8, 1)),
        ("Args:\n    x: array of shape (samples, 128, 6).\n", None),  # too long to be made for every sample
        ("Args:\n    x (np.ndarray): signals, (n_samples, 50, 6)\n", (50, 6)),
        (":param x: pictures [batch, height, width, channels]", (8, 8, 3)),
        ("x : array, shape (None, 4)", (4,)),
        ("Args:\n    x: shape (N,)\n", None),
        ("Args:\n    x: shape (224, 224, 3)\n", None),  # of one sample
        ("Args:\n    y: shape (N, 7)\n", None),
        ("x: for example f(a, b) or c", (8,)),
        ("", None),
    ],
)
def test_a_shape_is_read_off_what_is_said_of_the_parameter(docs: str, shape: tuple[int, ...] | None) -> None:
    assert said_shape("x", docs) == shape
