"""Descriptors that are open stay open, whatever opens numbers, and those that are opened meanwhile are anybody's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seqcheck.construction.descriptors import guarded


def test_what_is_open_is_not_opened_by_its_number(tmp_path: Path) -> None:
    held = os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY)
    try:
        with guarded():
            for number in (held, np.int64(held)):
                with pytest.raises(TypeError, match="PathLike object, not int"):
                    open(number, "rb")  # noqa: SIM115
            assert (tmp_path / "log").read_bytes() == b""
        assert os.write(held, b"still there") == 11
        with open(held, "wb") as again:  # and it is anybody's afterwards
            again.write(b"!")
    finally:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.close(held)


def test_the_number_of_a_descriptor_that_was_closed_is_free_again(tmp_path: Path) -> None:
    held = os.open(tmp_path / "first", os.O_CREAT | os.O_WRONLY)
    with guarded():
        os.close(held)
        again = os.open(tmp_path / "second", os.O_CREAT | os.O_WRONLY)
        assert again == held
        with open(again, "w") as stream:
            stream.write("second")
    assert (tmp_path / "second").read_text() == "second"


def test_descriptors_of_ones_own_and_processes_are_left_alone(tmp_path: Path) -> None:
    with guarded():
        number = os.open(tmp_path / "new", os.O_CREAT | os.O_WRONLY)
        with os.fdopen(number, "w") as stream:
            stream.write("new")
        said = subprocess.run([sys.executable, "-c", "print(3)"], capture_output=True, text=True, check=True)
    assert (tmp_path / "new").read_text() == "new"
    assert said.stdout == "3\n"
