"""A hand-written test of NpySequence: what a default run of seqcheck over it is measured against."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from epochs import by_processes, by_threads, rows

from seqcheck import reference
from seqcheck.reference import NpySequence

FOLDER = Path(reference.__file__).parent / "data" / "volumes"
LABELS = {path.stem: ("ball", "box", "rod").index(path.name.split("-")[0]) for path in FOLDER.glob("*.npy")}


@pytest.fixture
def sequence():
    return NpySequence(sorted(LABELS), LABELS, batch_size=4, dim=(8, 8, 4), n_classes=3, directory=FOLDER)


@pytest.fixture(scope="module")
def everything():
    targets = np.eye(3, dtype=np.float32)
    return Counter(np.load(FOLDER / f"{name}.npy").tobytes() + targets[k].tobytes() for name, k in LABELS.items())


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

    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    assert len(model.fit(sequence, epochs=2, verbose=0).history["loss"]) == 2
