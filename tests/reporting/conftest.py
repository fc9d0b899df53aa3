"""Messages as people read them, kept as files: set SEQCHECK_WRITE_SNAPSHOTS=1 to write them anew, and read the diff."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "snapshots"


@pytest.fixture
def as_recorded() -> Callable[[str, str], None]:
    """``as_recorded(name, text)`` compares a message with ``tests/snapshots/<name>.txt``."""

    def compare(name: str, text: str) -> None:
        file = FOLDER / f"{name}.txt"
        if os.environ.get("SEQCHECK_WRITE_SNAPSHOTS"):
            file.write_text(f"{text}\n", encoding="utf-8")
        assert text == file.read_text(encoding="utf-8").removesuffix("\n")

    return compare
