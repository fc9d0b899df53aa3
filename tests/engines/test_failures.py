"""Exceptions as data, hostile ones included."""

from __future__ import annotations

import pytest

from seqcheck.engines.failures import LONGEST_MESSAGE, failure_of
from tests.specimens import Stuck, Trap


class Mute(Exception):
    def __str__(self) -> str:
        raise OSError("no text")


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "text", "is_exit", "travels"),
    [
        (ValueError("broken"), "ValueError: broken", False, True),
        (KeyboardInterrupt(), "KeyboardInterrupt", True, True),
        (SystemExit(3), "SystemExit: 3", True, True),
        (Stuck("here", "there"), "tests.specimens.Stuck: here", False, False),
        (Mute(), "tests.engines.test_failures.Mute: (its text could not be made: __str__ raises)", False, True),
        (ValueError(lambda: 1), "ValueError: <function", False, False),
    ],
)
def test_what_is_known_of_an_exception(error: BaseException, text: str, is_exit: bool, travels: bool) -> None:
    failure = failure_of(raised(error))
    assert failure.text.startswith(text)
    assert (failure.is_exit, failure.travels) == (is_exit, travels)


def test_an_endless_message_is_cut() -> None:
    assert len(failure_of(ValueError("x" * 10**6)).message) == LONGEST_MESSAGE


def test_lines_are_the_user_s_own_outermost_first() -> None:
    with pytest.raises(ValueError, match="broken") as caught:
        Trap("raises")[3]
    frames = failure_of(caught.value).frames
    assert [frame.function for frame in frames[-2:]] == ["__getitem__", "raises"]
    assert frames[-1].code == 'raise ValueError("batch 3 is broken")'
    assert frames[-1].file.endswith("specimens.py")


def test_a_deep_recursion_keeps_its_innermost_lines() -> None:
    def deeper(depth: int) -> None:
        if not depth:
            raise RecursionError("too deep")
        deeper(depth - 1)

    with pytest.raises(RecursionError) as caught:
        deeper(100)
    assert len(failure_of(caught.value).frames) == 30
