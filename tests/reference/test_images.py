"""ImageSequence: files that are read and resized."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.keras
Image = pytest.importorskip("PIL.Image", reason="Pillow is in the extra 'images'")


def test_images_of_every_mode_become_colour_images_of_one_size(tmp_path):
    from seqcheck.reference import ImageSequence

    paths = []
    for number, mode in enumerate(["RGB", "RGBA", "L", "P"]):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (5 + number, 9), (255, 0, 51 * number)).convert(mode).save(paths[-1])
    x, y = ImageSequence(paths, [3, 2, 1, 0], size=(6, 8), shuffle=False)[0]
    assert (x.shape, x.dtype, x.min() >= 0, x.max() <= 1) == ((4, 6, 8, 3), np.float32, True, True)
    assert y.tolist() == [3, 2, 1, 0]
    np.testing.assert_allclose(x[1, 0, 0], [1, 0, 0.2])


def test_a_path_without_a_label_is_refused():
    from seqcheck.reference import ImageSequence

    with pytest.raises(ValueError, match="2 paths and 1 labels"):
        ImageSequence(["a.png", "b.png"], [0])
