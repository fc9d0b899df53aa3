"""Whose a file is: a library's or the user's."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fixtures.hostile.difficult_things import Refuses
from seqcheck.model import libraries


def test_what_python_and_pip_installed_is_no_users() -> None:
    for module in (json, np):
        assert module.__file__
        assert libraries.is_installed(module.__file__)
        assert libraries.is_library(module.__file__)


def test_seqcheck_and_what_has_no_file_are_libraries() -> None:
    assert libraries.is_library(libraries.__file__)
    assert libraries.is_library("<string>")
    assert not libraries.is_installed("<string>")


def test_every_other_file_is_the_users() -> None:
    assert not libraries.is_library(__file__)
    assert not libraries.is_library("/home/someone/data.py")


def test_what_was_installed_into_a_folder_of_its_own_is_no_code_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "waves-1.0.dist-info").mkdir()
    (tmp_path / "waves-1.0.dist-info" / "RECORD").write_text("waves/__init__.py,sha256=x,1\nwaves_one.py,,\n")
    files = [str(tmp_path / name) for name in ("waves/__init__.py", "waves/deep/er.py", "waves_one.py", "mine.py")]
    assert [libraries.is_installed(file) for file in files] == [False] * 4
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [libraries.is_installed(file) for file in files] == [True, True, True, False]


class Plain:
    def __init__(self) -> None:
        self.rows = 3


class Slotted(Plain):
    __slots__ = ("first", "second")

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(name)


def test_parts_are_what_stands_in_slots_and_in_the_dict() -> None:
    slotted = Slotted.__new__(Slotted)
    object.__setattr__(slotted, "first", 1)
    object.__setattr__(slotted, "rows", 2)
    assert libraries.parts_of(slotted) == {"first": 1, "rows": 2}
    assert libraries.parts_of(Plain()) == {"rows": 3}
    assert libraries.parts_of(Refuses()) == libraries.parts_of(3) == libraries.parts_of(Plain) == {}


def test_what_a_library_keeps_in_slots_is_no_part(tmp_path: Path) -> None:
    assert libraries.parts_of(tmp_path) == {}
    assert libraries.parts_of(Fraction(1, 2)) == {}

    class Folder(Fraction):
        __slots__ = ("names",)

    folder = Folder(1, 2)
    folder.names = ["a", "b"]
    assert libraries.parts_of(folder) == {"names": ["a", "b"]}
