"""A file that a reader sees as it was or as it is to be, and nothing between."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put `text` into the file, as UTF-8.

    Raises:
        OSError: the folder cannot be written to.
    """
    temporary = _beside(path)
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def prepare(path: Path) -> None:
    """Make the folder of `path` and prove that a file can be put there, before anything dear is run.

    Raises:
        OSError: it cannot; the text says why.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    temporary.touch()
    temporary.unlink()


def _beside(path: Path) -> Path:
    """A name in the same folder, and so on the same file system, that no other run uses."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
