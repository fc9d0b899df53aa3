"""Pictures: what sample k looks like, in memory and as PNG without any library."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from seqcheck.construction.materials.arrays import NUMPY
from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import World

LEVELS: Final = 255
"""The grey levels that name samples: 1 ... 255. Sample 255 looks as sample 0."""


def picture(number: int, shape: tuple[int, ...] = (16, 16, 3), *, textured: bool = False) -> npt.NDArray[np.uint8]:
    """The picture of a sample, of shape (height, width) or (height, width, channels), uint8.

    A flat one has the level number + 1 everywhere; a textured one has the level 255 in its first number + 1 pixels, in
    raster order, and levels from 1 to 200 in all others that no flip, turn, shift or crop leaves as they were.
    """
    if not textured:
        return np.full(shape, number % LEVELS + 1, np.uint8)
    height, width = shape[:2]
    row, column = np.mgrid[:height, :width]
    pixels = (1 + (37 * row + 101 * column + 13 * row * column) % 200).astype(np.uint8).ravel()
    pixels[: number % max(1, height * width - 1) + 1] = LEVELS
    grey = pixels.reshape(height, width)
    return grey if len(shape) == 2 else np.repeat(grey[:, :, None], shape[2], axis=2)


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG of 1 (grey), 3 (RGB) or 4 channels (RGBA), height x width [x channels], uint8.

    Raises:
        ValueError: another number of channels.
    """
    plane = pixels[:, :, None] if pixels.ndim == 2 else pixels
    height, width, channels = plane.shape
    colour = {1: 0, 3: 2, 4: 6}.get(channels)
    if colour is None:
        raise ValueError(f"a PNG has 1, 3 or 4 channels, not {channels}")
    rows = b"".join(b"\0" + row.tobytes() for row in np.ascontiguousarray(plane))
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@dataclass(frozen=True)
class Pictures:
    """Pictures in memory: an array of shape (samples, *shape) or a list, uint8 or floats between 0 and 1."""

    shape: tuple[int, ...] = (16, 16, 3)
    dtype: Literal["uint8", "float32"] = "uint8"
    holder: Literal["array", "list"] = "array"
    textured: bool = False

    def make(self, world: World) -> Any:
        """The pictures of all samples."""
        made = np.stack([picture(number, self.shape, textured=self.textured) for number in range(world.count)])
        rows = made if self.dtype == "uint8" else made.astype(np.float32) / np.float32(LEVELS)
        return rows if self.holder == "array" else list(rows)

    def words(self, count: int) -> str:
        """``probe pictures (37, 16, 16, 3)``"""
        return f"probe pictures {(count, *self.shape)}"

    def code(self) -> Code:
        """Random pictures of the same shape."""
        inner = "".join(f", {size}" for size in self.shape)
        made = f"np.random.default_rng(0).integers(0, 256, (num_samples{inner}), np.uint8)"
        if self.dtype == "float32":
            made = f"np.random.default_rng(0).random((num_samples{inner}), np.float32)"
        return Code(made if self.holder == "array" else f"list({made})", imports=(NUMPY,))
