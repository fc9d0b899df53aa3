"""What reads leave behind is put back, and nothing else is touched."""

from __future__ import annotations

import collections
import functools
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.schedule.leftovers import Leftovers
from tests.schedule.searching import searched


def module_of(**held: Any) -> types.ModuleType:
    made = types.ModuleType("users_own")
    vars(made).update(held)
    return made


def of_the_module(kind: type) -> type:
    kind.__module__ = "users_own"
    return kind


def containers() -> dict[str, Any]:
    return {
        "names": {"a": 1},
        "ordered": collections.OrderedDict(a=1, b=2),
        "counted": collections.Counter("aab"),
        "lists": collections.defaultdict(list, a=[1, [2]]),
        "row": [3, 4],
        "ring": collections.deque([1, 2, 3], maxlen=3),
        "raw": bytearray(b"abc"),
        "some": {1, 2},
        "array": np.arange(6).reshape(2, 3),
    }


def test_items_of_containers_are_put_back_in_their_order() -> None:
    module, fresh = module_of(**containers()), containers()
    leftovers = Leftovers([module])
    module.names["b"] = 2
    module.ordered.move_to_end("a")
    module.counted.update("zz")
    module.lists["a"][1].append(9)
    module.lists["x"].append(1)
    module.row.sort(reverse=True)
    module.ring.append(4)
    module.raw.extend(b"d")
    module.some.discard(1)
    module.array[0] = 7
    held = dict(vars(module))
    leftovers.put_back()
    for name, value in fresh.items():
        assert np.array_equal(getattr(module, name), value) if name == "array" else getattr(module, name) == value
        assert getattr(module, name) is held[name]
    assert list(module.ordered) == ["a", "b"]


def test_names_and_attributes_are_put_back_and_new_ones_taken_away() -> None:
    class Kind:
        table = None
        order = (1, 2)

    class Holder:
        def __init__(self) -> None:
            self.index = 0

    holder = of_the_module(Holder)()
    module = module_of(Kind=of_the_module(Kind), Holder=Holder, holder=holder, handle=None)
    leftovers = Leftovers([module])
    Kind.table, Kind.order = [1], (3,)  # type: ignore[assignment]
    Kind.opened = True  # type: ignore[attr-defined]
    holder.index, holder.more = 5, 6
    module.handle, module.extra = object(), 1  # type: ignore[attr-defined]
    vars(module)["__warningregistry__"] = {}
    module.json = types  # type: ignore[attr-defined]
    leftovers.put_back()
    assert (Kind.table, Kind.order, hasattr(Kind, "opened")) == (None, (1, 2), False)
    assert vars(holder) == {"index": 0}
    assert (module.handle, hasattr(module, "extra")) == (None, False)
    assert module.json is types  # an import is no state: nobody imports it again
    assert "__warningregistry__" in vars(module)
    del module.handle
    leftovers.put_back()
    assert module.handle is None


def test_what_functions_keep_is_put_back() -> None:
    kept = 0

    def count() -> int:
        nonlocal kept
        kept += 1
        count.calls = kept  # type: ignore[attr-defined]
        return kept

    @functools.lru_cache
    def cached(index: int) -> list[int]:
        return [index]

    for function in (count, cached):
        function.__module__ = "users_own"
    foreign = functools.lru_cache(lambda: [1])
    leftovers = Leftovers([module_of(count=count, cached=cached, foreign=foreign, modules=sys.modules)])
    theirs = foreign()
    sys.modules["imported_meanwhile"] = types
    first = cached(1)
    assert (count(), cached(1) is first) == (1, True)
    leftovers.put_back()
    assert not hasattr(count, "calls")
    assert (count(), cached(1) is first) == (1, False)
    assert foreign() is theirs
    assert sys.modules.pop("imported_meanwhile") is types


def test_what_others_see_is_not_written_into(tmp_path: Path) -> None:
    """A map of a file is what a read may have written; it is never ours to write."""
    mapped = np.memmap(tmp_path / "mapped", "float32", mode="w+", shape=(4,))
    buffer = bytearray(16)
    views = [mapped, np.asarray(mapped), np.frombuffer(buffer, "float32")]
    leftovers = Leftovers([module_of(views=tuple(views))])
    for view in views:
        view[:] = 5
    leftovers.put_back()
    assert all((view == 5).all() for view in views)


TABLE: list[Any] = []


def table() -> list[Any]:
    if not TABLE:
        for row in range(32):
            TABLE.append(row)
    return TABLE


@pytest.mark.parametrize("opened", ["in the module", "on the class"])
def test_a_cache_that_outlives_its_instance_is_cold_in_every_run(opened: str) -> None:
    class Filled:
        rows: Any = None

        def __len__(self) -> int:
            return 8

        def __getitem__(self, index: int) -> Any:
            return np.array(self.all()[index * 4 : index * 4 + 4])

        def all(self) -> list[Any]:
            if opened == "in the module":
                return table()
            kind = type(self)
            if kind.rows is None:
                kind.rows = []
                for row in range(32):
                    kind.rows.append(row)
            return list(kind.rows)

    (found,) = searched(Filled).found
    assert found.kind == "data race"


def test_of_many_things_those_that_change_are_put_back_every_time_and_the_others_in_the_end() -> None:
    module = module_of(**{f"table_{number}": {} for number in range(50)})
    leftovers = Leftovers([module])
    for _ in range(30):
        module.table_7["read"] = True
        leftovers.put_back()
        assert module.table_7 == {}
    module.table_9["late"] = True
    leftovers.put_back()
    assert module.table_9 == {"late": True}
    leftovers.put_all_back()
    assert module.table_9 == {}
