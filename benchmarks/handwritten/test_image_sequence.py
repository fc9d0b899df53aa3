"""A hand-written test of ImageSequence: what a default run of seqcheck over it is measured against."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from epochs import by_processes, by_threads, rows
from PIL import Image

from seqcheck import reference
from seqcheck.reference import ImageSequence

PATHS = sorted((Path(reference.__file__).parent / "data" / "images").glob("*.png"))
LABELS = [("cross", "disc", "square").index(path.name.split("-")[0]) for path in PATHS]


@pytest.fixture
def sequence():
    return ImageSequence(PATHS, LABELS, batch_size=4, size=(16, 16))


@pytest.fixture(scope="module")
def everything():
    def read(path):
        image = Image.open(path).convert("RGB").resize((16, 16), Image.Resampling.BILINEAR)
        return np.asarray(image, dtype=np.float32) / np.float32(255)

    return Counter(read(path).tobytes() + np.int64(label).tobytes() for path, label in zip(PATHS, LABELS, strict=True))


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
