"""A hand-written test of ArraySequence: what a default run of seqcheck over it is measured against."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from epochs import by_processes, by_threads, rows

from seqcheck.reference import ArraySequence

X = np.random.default_rng(0).normal(size=(22, 5)).astype(np.float32)
Y = X.sum(axis=1)


@pytest.fixture
def sequence():
    return ArraySequence(X, Y, batch_size=4)


@pytest.fixture(scope="module")
def everything():
    return Counter(x.tobytes() + y.tobytes() for x, y in zip(X, Y, strict=True))


def test_an_epoch_by_two_threads(sequence, everything):
    assert rows(by_threads(sequence)) == everything


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_an_epoch_by_two_processes(sequence, everything, start_method):
    assert rows(by_processes(sequence, start_method)) == everything


def test_on_epoch_end_shuffles_and_loses_nothing(sequence, everything):
    before = [x.tobytes() for x, _ in by_threads(sequence)]
    sequence.on_epoch_end()
    after = by_threads(sequence)
    assert [x.tobytes() for x, _ in after] != before
    assert rows(after) == everything


def test_fit(sequence):
    import keras

    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(sequence, epochs=2, verbose=0).history["loss"]) == 2
