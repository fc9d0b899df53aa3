"""The three reference Sequences, each over data whose every sample can be told from the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


def _arrays(**options: Any) -> Any:
    from seqcheck.reference import ArraySequence

    x = np.arange(22 * 6, dtype=np.float32).reshape(22, 3, 2)
    return ArraySequence(x, np.arange(22), **{"batch_size": 4, **options})


def _images(**options: Any) -> Any:
    from seqcheck.reference.images import sample

    return sample(**options)


def _npy(**options: Any) -> Any:
    from seqcheck.reference.npy import sample

    return sample(**options)


@pytest.fixture(params=[_arrays, _images, _npy], ids=["arrays", "images", "npy"])
def make(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """A factory of 22 samples in batches of 4 that takes `batch_size`, `shuffle`, `drop_remainder` and `seed`."""
    return request.param


@pytest.fixture
def rows() -> Callable[[Any], list[bytes]]:
    """All rows of one epoch, x and y joined, in the order in which they are read."""

    def read(sequence: Any) -> list[bytes]:
        batches = [sequence[index] for index in range(len(sequence))]
        return [x.tobytes() + y.tobytes() for batch in batches for x, y in zip(*batch, strict=True)]

    return read
