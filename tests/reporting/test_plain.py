"""Text from outside: nothing in it acts on a terminal, and nothing that can be read is lost."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.reporting.plain import MOST_CHARACTERS, one_line, plain, show


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, ümlaut, 画像", "plain text, ümlaut, 画像"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31mred", "\\x9b31mred"),
        ("over\rwritten\x08\x7f", "over\\rwritten\\x08\\x7f"),
        ("windows\r\nline", "windows\nline"),
        ("\u202eright to left", "\\u202eright to left"),
        ("next\u2028line", "next\\u2028line"),
        ("lone \udc80", "lone \\udc80"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
    ],
)
def test_what_a_terminal_would_act_on_is_escaped(text: str, expected: str) -> None:
    assert plain(text) == expected
    plain(text).encode("utf-8")


def test_one_line_stays_one_and_is_cut() -> None:
    assert one_line(" a\n\tb ") == "a\\n\\tb"
    assert one_line("x" * (MOST_CHARACTERS + 7)) == "x" * MOST_CHARACTERS + " [7 more characters]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["epoch 0, row 1", "epoch 0, row 2"], "epoch 0, row 1; epoch 0, row 2"),
        ([1, 2], "1, 2"),
        ([], "none"),
        (None, "none"),
        (True, "yes"),
        (0.1 + 0.2, "0.3"),
        (float("nan"), "nan"),
        (b"\x01\x02\x03\x04\x05", "#01020304"),
        ({"x": (4, 2), "y": ()}, "x: (4, 2), y: ()"),
        ([[0, 1], [2]], "(0, 1), (2)"),
        (list(range(100)), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ... 99 (100 in all)"),
        ({"\x1b": "a\nb"}, "\\x1b: a\\nb"),
    ],
)
def test_values_as_a_reader_sees_them(value: Any, expected: str) -> None:
    assert show(value) == expected
