"""What a foreign object is and has is found without a word from the object."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fixtures.hostile.difficult_things import Closed, Refuses, Rows
from seqcheck.model.kinds import attributes_of, entries_of, is_a, members_of, size_of, text_of


class Plain:
    def __init__(self) -> None:
        self.rows = 3


def test_a_proxy_is_what_its_type_says() -> None:
    with pytest.raises(RuntimeError):
        isinstance(Refuses(), list)
    assert not is_a(Refuses(), (list, dict))
    assert is_a(Rows(), list)
    assert is_a(Closed(), Mapping)
    assert is_a(True, int)


def test_attributes_are_the_instance_s_own() -> None:
    plain = Plain()
    assert attributes_of(plain) is vars(plain)
    assert attributes_of(Refuses()) == attributes_of(3) == attributes_of(Plain) == {}


def test_a_list_is_read_as_a_list() -> None:
    assert size_of(Rows([1, 2, 3])) == 3
    assert members_of(Rows([1, 2, 3])) == [1, 2, 3]
    assert size_of({"a": 1}) == 1
    assert members_of(frozenset([7])) == [7]


def test_a_store_that_was_closed_has_nothing() -> None:
    assert entries_of(Closed()) == []
    assert entries_of({"a": 1}) == [("a", 1)]


def test_a_value_without_a_text_is_named_by_its_type() -> None:
    assert text_of(Refuses()) == "<Refuses>"
    assert text_of("a") == "'a'"
