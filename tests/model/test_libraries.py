"""Whose a file is: a library's or the user's."""

from __future__ import annotations

import json

import numpy as np

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
