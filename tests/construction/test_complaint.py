"""An exception fits into one line that names the user's own line."""

from __future__ import annotations

import json

import pytest

from seqcheck.construction.complaint import LONGEST, complaint_of


class Hostile(Exception):
    def __str__(self) -> str:
        raise ValueError


def caught(source: str) -> BaseException:
    try:
        exec(compile(source, "/somewhere/data.py", "exec"), {"json": json, "Hostile": Hostile})
    except BaseException as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero (data.py:1)"),
        ("\n\njson.loads('{')", "(data.py:3)"),  # the user's line, not that of the library it called
        ("raise ValueError('one\\n  two')", "ValueError: one two (data.py:1)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt (data.py:1)"),
        ("raise Hostile", "Hostile: (its text could not be made)"),
    ],
)
def test_one_line(source: str, line: str) -> None:
    assert line in complaint_of(caught(source))


def test_an_endless_message_is_cut() -> None:
    assert len(complaint_of(ValueError("x" * 10**6))) == LONGEST
