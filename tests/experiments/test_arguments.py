"""Contents of containers, how they differ, and which line changed them."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.experiments import arguments
from seqcheck.experiments.arguments import LineOf, compare, content_of, is_container


def change(before: Any, after: Any) -> str:
    one, other = content_of(before), content_of(after)
    assert one is not None
    assert other is not None
    found = compare(one, other)
    return found.kind if found is not None else ""


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([1, 2, 3], [1, 2, 3], ""),
        ([1, 2, 3], [3, 1, 2], "order"),
        ([1, 2, 3], [1, 2], "length"),
        ([1, 2, 3], [1, 2, 3.0], "values"),
        ([[1], [2]], [[1], [2, 3]], "values"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "order"),
        ({"a": 1}, {"a": 2}, "values"),
        ({1, 2, 3}, {3, 2, 1}, ""),
        (deque([1, 2]), deque([2, 1]), "order"),
        (bytearray(b"ab"), bytearray(b"ac"), "values"),
        (np.arange(4.0), np.arange(4.0), ""),
        (np.arange(4.0), np.arange(4.0)[::-1], "order"),
        (np.zeros((2, 3)), np.zeros((2, 3)) + 1, "values"),
        (np.zeros((2, 3)), np.zeros((2, 3), np.float32), "values"),
        (np.array(3.0), np.array(4.0), "values"),
        (({"k": [Path("a")]},), ({"k": [Path("b")]},), "values"),
    ],
)
def test_contents_differ_as_a_reader_would_say(before: Any, after: Any, kind: str) -> None:
    assert change(before, after) == kind


def test_tables_are_compared_by_row_name_and_index() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    assert change(table, table.copy()) == ""
    assert change(table, table.iloc[::-1]) == "order"
    assert change(table, table.rename(columns={"a": "c"})) == "values"
    assert change(table, table.assign(c=1)) == "values"
    assert change(table["a"], table["a"] + 1) == "values"


def test_only_what_can_be_changed_is_a_container() -> None:
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    assert all(map(is_container, [[1], {}, {1}, np.zeros(3), ([1],), deque()]))
    assert not any(map(is_container, [1, "a", (1, 2), fixed, b"a", range(3), None, print]))


def test_what_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "LARGEST", 16)
    monkeypatch.setattr(arguments, "MOST_ENTRIES", 5)
    assert content_of(np.zeros(3)) is None
    assert content_of(list(range(6))) is None
    assert content_of([np.zeros(3)]) is None
    assert content_of([1, 2]) is not None


def turned(values: list[int]) -> int:
    count = len(values)
    values.reverse()
    return count


def test_the_line_that_changes_it_is_found_behind_a_call() -> None:
    values = [1, 2, 3]
    with LineOf() as line:
        line.follow(values)
        turned(values)
    assert line.spot is not None
    assert line.spot[2:] == ("turned", "values.reverse()")


def test_the_line_after_a_call_is_not_taken_for_the_last_one_in_it() -> None:
    values = [3, 1, 2]

    def both() -> None:
        len(str(unchanged(values)))
        values.append(unchanged(values))

    with LineOf() as line:
        line.follow(values)
        both()
    assert line.spot is not None
    assert line.spot[2:] == ("both", "values.append(unchanged(values))")


def unchanged(values: list[int]) -> int:
    total = sum(values)
    return total + 1
