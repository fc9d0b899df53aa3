"""What the file of one sample holds, by format: each encodes its sample as the package says."""

from __future__ import annotations

import json
import pickle
import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from seqcheck.construction.materials.arrays import NUMPY
from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.pictures import picture, png
from seqcheck.construction.materials.texts import text_of
from seqcheck.construction.probe import ramp
from seqcheck.model.samples import PROBE_OFFSET

SOUND_STEP: Final = 100
"""The amplitude of sample k's sound is (k + 1) * SOUND_STEP, of 32767."""
SOUND_RATE: Final = 16000
"""Samples in a second of made-up sound, each of which lasts one second."""
SIDE_OF_FILM: Final = 16
FRAMES: Final = 16
RATE: Final = 8
"""A made-up video has so many frames of so many pixels a side, so many of them a second."""
Format = Literal[
    "picture", "npy", "npz", "wav", "txt", "numbers", "csv", "json", "pickle", "hdf5", "mat", "video", "boxes"
]
PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".ppm")
VIDEO_SUFFIXES: Final = (".avi", ".mp4", ".mov", ".mkv", ".mpg", ".mpeg", ".webm")
FORMATS: Final[dict[str, Format]] = {
    **dict.fromkeys(PICTURE_SUFFIXES, "picture"),
    ".npy": "npy",
    ".npz": "npz",
    ".wav": "wav",
    ".txt": "txt",
    ".csv": "csv",
    ".json": "json",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".p": "pickle",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".hdf": "hdf5",
    ".mat": "mat",
    **dict.fromkeys(VIDEO_SUFFIXES, "video"),
}
"""The format by the ending of a file's name."""


@dataclass(frozen=True)
class Content:
    """One sample's file.

    `shape` is that of a picture or of the arrays inside; `keys` name these where the format has names. `dtype` is that
    of arrays; a ``uint8`` array holds the picture of its sample. `textured` ones are not the same all over. A
    ``picture`` is written as the ending of its name says, a PNG where no library can write that. `numbers` is text that
    `numpy.loadtxt` reads, with `delimiter`.
    """

    format: Format = "picture"
    shape: tuple[int, ...] = (16, 16, 3)
    keys: tuple[str, ...] = ()
    dtype: str = "float32"
    textured: bool = False
    delimiter: str = " "
    apart: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The shapes of the arrays under some of the keys, where they have others than the rest."""

    def write(self, path: Path, number: int) -> None:
        """Write the file of sample `number`."""
        _WRITERS[self.format](self, path, number)

    def shape_of(self, key: str) -> tuple[int, ...]:
        """The shape of the array under a key."""
        return dict(self.apart).get(key, self.shape)

    def array(self, number: int) -> npt.NDArray[Any]:
        """The array of sample `number`: its picture, or number + 0.5 everywhere."""
        if self.dtype == "uint8":
            return picture(number, self.shape, textured=self.textured)
        if np.dtype(self.dtype).kind in "iu":
            return np.full(self.shape, number, self.dtype)
        flat = np.full(self.shape, number + PROBE_OFFSET, self.dtype)
        return flat + ramp(self.shape).astype(self.dtype) if self.textured else flat

    def code(self, path: str) -> Code:
        """One statement that writes the file of sample `k` to the expression `path`."""
        inner = repr(self.shape)
        array = f"np.full({inner}, k + 0.5, np.{self.dtype})"
        full = {key: f"np.full({self.shape_of(key)!r}, k + 0.5, np.{self.dtype})" for key in self.keys or ("data",)}
        named = ", ".join(f"{key!r}: {made}" for key, made in full.items())
        imports: tuple[str, ...] = (NUMPY,)
        if self.format == "picture":
            imports = (NUMPY, "from PIL import Image")
            text = f"Image.fromarray(np.full({_pil_shape(self.shape)!r}, k % 255 + 1, np.uint8)).save({path})"
        elif self.format == "npz":
            text = f"np.savez({path}, **{{{named}}})"
        elif self.format == "wav":
            imports = (NUMPY, "from scipy.io import wavfile")
            text = f"wavfile.write({path}, 16000, (100 * (k + 1) * np.sin(np.arange(16000) / 8)).astype(np.int16))"
        elif self.format == "video":
            imports = (NUMPY, "import cv2", "from pathlib import Path")
            side = (SIDE_OF_FILM, SIDE_OF_FILM)
            text = (
                f"film = cv2.VideoWriter(f'{{{path}}}.avi', cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter_fourcc(*'MJPG'), "
                f"{RATE}, {side}); "
                f"[film.write(np.full({(*side, 3)}, k % 255 + 1, np.uint8)) for _ in range({FRAMES})]; "
                f"film.release(); Path(f'{{{path}}}.avi').replace({path})"
            )
        elif self.format == "mat":
            imports = (NUMPY, "from scipy.io import savemat")
            text = f"savemat({path}, {{{named}}})"
        elif self.format == "pickle":
            imports = (NUMPY, "import pickle", "from pathlib import Path")
            text = f"Path({path}).write_bytes(pickle.dumps({f'{{{named}}}' if self.keys else array}))"
        elif self.format == "json":
            imports = ("import json", "from pathlib import Path")
            body = ", ".join(f"{key!r}: k" for key in self.keys)
            text = f"Path({path}).write_text(json.dumps({f'{{{body}}}' if body else 'k'}))"
        elif self.format in ("numbers", "csv"):
            header = f", header={','.join(self.keys)!r}, comments=''" if self.keys else ""
            delimiter = "," if self.format == "csv" else self.delimiter
            flat = _table_shape(self.shape, self.keys)
            text = f"np.savetxt({path}, np.full({flat!r}, k + 0.5), delimiter={delimiter!r}{header})"
        elif self.format == "hdf5":
            imports = (NUMPY, "import h5py")
            text = f"with h5py.File({path}, 'w') as file: file.update({{{named}}})"
        elif self.format == "boxes":
            imports = ("from pathlib import Path",)
            text = f'Path({path}).write_text(f"0 0.5 {{1 / (k + 2):.6f}} 0.25 0.25\\n")'
        elif self.format == "txt":
            imports = ("from pathlib import Path",)
            text = f'Path({path}).write_text(f"this is text {{k}}\\n")'
        else:
            text = f"np.save({path}, {array})"
        return Code(text, imports=imports)


def _pil_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:2] if len(shape) == 3 and shape[2] == 1 else shape


def _write_picture(content: Content, path: Path, number: int) -> None:
    pixels = picture(number, _pil_shape(content.shape), textured=content.textured)
    if path.suffix.lower() not in ("", ".png"):
        try:
            from PIL import Image

            Image.fromarray(pixels).save(path, quality=100, subsampling=0)
        except (ImportError, OSError, ValueError, KeyError):
            pass  # readers tell a PNG by its first bytes, whatever its name
        else:
            return
    path.write_bytes(png(pixels))


def _write_npy(content: Content, path: Path, number: int) -> None:
    with path.open("wb") as stream:  # np.save would add its own ending
        np.save(stream, content.array(number))


def _write_npz(content: Content, path: Path, number: int) -> None:
    with path.open("wb") as stream:
        np.savez(stream, **_named(content, number))


def _write_wav(content: Content, path: Path, number: int) -> None:  # noqa: ARG001
    tone = SOUND_STEP * (number + 1) * np.sin(np.arange(SOUND_RATE) / 8)
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, SOUND_RATE, 0, "NONE", "not compressed"))
        stream.writeframes(np.clip(tone, -32767, 32767).astype("<i2").tobytes())


def _write_txt(content: Content, path: Path, number: int) -> None:  # noqa: ARG001
    path.write_text(text_of(number) + "\n")


def _write_boxes(content: Content, path: Path, number: int) -> None:  # noqa: ARG001
    """A line with the class, the middle and the sides of a box; its middle is as high as 1 / (k + 2) of the picture."""
    path.write_text(f"0 0.5 {1 / (number + 2):.6f} 0.25 0.25\n")


def _table_shape(shape: tuple[int, ...], keys: tuple[str, ...]) -> tuple[int, int]:
    """Rows and columns of a table for arrays of this shape."""
    return (shape[0] if shape else 1, len(keys) or (int(np.prod(shape[1:])) if len(shape) > 1 else 1))


def _write_numbers(content: Content, path: Path, number: int) -> None:
    comma = "," if content.format == "csv" else content.delimiter
    rows, columns = _table_shape(content.shape, content.keys)
    row = comma.join([str(number + PROBE_OFFSET)] * columns)
    head = [comma.join(content.keys)] if content.keys else []
    path.write_text("\n".join([*head, *[row] * rows]) + "\n")


def _write_json(content: Content, path: Path, number: int) -> None:
    path.write_text(json.dumps(dict.fromkeys(content.keys, number) if content.keys else number))


def _write_pickle(content: Content, path: Path, number: int) -> None:
    path.write_bytes(pickle.dumps(_named(content, number) if content.keys else content.array(number)))


def _write_hdf5(content: Content, path: Path, number: int) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        for key, array in _named(content, number).items():
            file[key] = array


def _write_mat(content: Content, path: Path, number: int) -> None:
    from scipy.io import savemat

    savemat(str(path), _named(content, number), appendmat=False)


def _write_video(content: Content, path: Path, number: int) -> None:
    import cv2  # who reads videos has it, as a rule; else the files cannot be made, and that is what is said

    frame = picture(number, (SIDE_OF_FILM, SIDE_OF_FILM, 3), textured=content.textured)
    draft = path.with_name(f"{path.name}.avi")
    film = cv2.VideoWriter(
        str(draft), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), RATE, (SIDE_OF_FILM, SIDE_OF_FILM)
    )
    for _ in range(FRAMES):
        film.write(frame)
    film.release()
    draft.replace(path)


def _named(content: Content, number: int) -> dict[str, Any]:
    made = {key: replace(content, shape=content.shape_of(key)) for key in content.keys or ("data",)}
    return {key: alone.array(number) for key, alone in made.items()}


_WRITERS: Final[dict[Format, Callable[[Content, Path, int], None]]] = {
    "picture": _write_picture,
    "npy": _write_npy,
    "npz": _write_npz,
    "wav": _write_wav,
    "txt": _write_txt,
    "numbers": _write_numbers,
    "csv": _write_numbers,
    "json": _write_json,
    "pickle": _write_pickle,
    "hdf5": _write_hdf5,
    "mat": _write_mat,
    "video": _write_video,
    "boxes": _write_boxes,
}
