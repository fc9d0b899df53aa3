"""The containers that an instance holds, which say how much data there is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seqcheck.experiments import holdings
from seqcheck.model.batch import describe
from seqcheck.model.observation import Holding


def held(**attributes: Any) -> dict[str, Holding]:
    return {found.path: found for found in holdings.look_at(SimpleNamespace(**attributes))}


def test_arrays_are_known_by_their_rows() -> None:
    x = np.arange(12.0).reshape(4, 3)
    found = held(x=x)["self.x"]
    assert (found.type_name, found.length, found.permutation) == ("ndarray", 4, False)
    assert found.rows == describe(x).leaves[0].rows


def test_containers_within_containers_have_paths_as_a_user_writes_them() -> None:
    inner = SimpleNamespace(ids=["a", "b", "c"])
    found = held(table={"train": [1, 2, 3, 4]}, inner=inner, pair=(np.zeros(5), "text"))
    assert found["self.table['train']"].length == 4
    assert found["self.inner.ids"].length == 3
    assert found["self.pair[0]"].length == 5
    assert "self.pair[1]" not in found


def test_what_lies_in_slots_is_held() -> None:
    class Table:
        __slots__ = ("__order", "unset", "x")

        def __init__(self) -> None:
            self.x = np.arange(12.0).reshape(4, 3)
            self.__order = [2, 0, 1, 3]

    found = held(table=Table())
    assert found["self.table.x"].rows == describe(np.arange(12.0).reshape(4, 3)).leaves[0].rows
    assert found["self.table._Table__order"].permutation
    assert len(found) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([2, 0, 1]), True),
        ([1, 0, 2, 3], True),
        ((0, 1), True),
        (range(5), True),
        (range(4, -1, -1), True),
        (range(1, 6), False),
        (range(0, 10, 2), False),
        (np.array([0, 0, 2]), False),
        (np.array([1, 2, 3]), False),
        (np.array([0.0, 1.0]), False),
        ([True, False], False),
        (["a", "b"], False),
        ([0], False),
        (np.arange(4).reshape(2, 2), False),
        ({1, 0}, False),
    ],
)
def test_permutations_are_known(value: Any, expected: bool) -> None:
    assert held(order=value)["self.order"].permutation is expected


def test_what_is_no_data_is_left_out() -> None:
    assert held(name="abc", raw=b"abc", kind=list, call=print, count=3) == {}
    assert set(held(folder=Path("a/b/c"), files=[Path("d/e")])) == {"self.files"}


def test_arrays_on_disk_and_large_ones_are_counted_but_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "LARGEST_ARRAY", 64)
    on_disk = np.memmap(tmp_path / "data", dtype=np.uint8, mode="w+", shape=(8, 2))
    found = held(on_disk=on_disk, large=np.zeros((9, 8)), objects=np.array([[1], "a"], dtype=object))
    assert {path: (item.length, item.rows) for path, item in found.items()} == {
        "self.on_disk": (8, ()),
        "self.large": (9, ()),
        "self.objects": (2, ()),
    }


def test_cycles_and_hostile_lengths_do_no_harm() -> None:
    class Hostile:
        def __len__(self) -> int:
            raise OSError("closed")

    owner = SimpleNamespace(hostile=Hostile())
    owner.me = owner
    assert list(holdings.look_at(owner)) == []
