"""A class's own failures are told from those of the data it was given."""

from __future__ import annotations

import importlib
import linecache
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.construction.own_fault import own_fault


class Unfinished:
    def removed(self) -> None:
        np.int(3)  # type: ignore[attr-defined]

    def removed_without_hook(self) -> None:
        math.nothing()  # type: ignore[attr-defined]

    def name(self) -> None:
        undefined_name  # type: ignore[name-defined]  # noqa: B018, F821

    def module(self) -> None:
        import not_there_at_all  # type: ignore[import-not-found]  # noqa: F401

    def imported(self) -> None:
        from math import gone  # type: ignore[attr-defined]  # noqa: F401

    def attribute(self) -> None:
        self.order  # type: ignore[attr-defined]  # noqa: B018

    def unfinished(self) -> None:
        raise NotImplementedError


def raised(instance: Any, name: str) -> BaseException:
    try:
        getattr(instance, name)()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("name", "kind", "names"),
    [
        ("removed", "removed-name", ("numpy.int",)),
        ("removed_without_hook", "removed-name", ("math.nothing",)),
        ("name", "missing-name", ("undefined_name",)),
        ("module", "missing-import", ("not_there_at_all",)),
        ("imported", "removed-name", ("math.gone",)),
        ("attribute", "missing-attribute", ("order",)),
        ("unfinished", "unfinished", ()),
    ],
)
def test_what_no_data_would_mend(name: str, kind: str, names: tuple[str, ...]) -> None:
    instance = Unfinished()
    found = own_fault(raised(instance, name), instance, "read")
    assert found is not None
    assert (found.kind, found.names, found.stage) == (kind, names, "read")
    assert found.frame is not None
    assert (found.frame.function, found.frame.file) == (name, __file__)


def test_a_name_that_is_bound_on_another_way_through_the_function_might_have_been() -> None:
    def read(kind: str) -> str:
        if kind == "quake":
            data = kind
        return data

    with pytest.raises(UnboundLocalError) as raised_here:
        read("made up")
    assert own_fault(raised_here.value, object(), "read") is None


@pytest.mark.parametrize("error", [KeyError("id"), TypeError("x"), FileNotFoundError(2, "none", "a.npy"), ValueError()])
def test_what_other_data_might_have_mended(error: Exception) -> None:
    assert own_fault(error, object(), "read") is None


LIBRARY_CALLS = """
import keras
import numpy as np
import pandas as pd

class Base(keras.utils.PyDataset):
    def __len__(self): return 1
    def __getitem__(self, index): return self.read()

class Unset(Base):
    def read(self): return self.order

class UnsetAtFirst(Base):
    def __init__(self): self.length = len(self.order)

class Later(Base):
    def prepare(self): self.ready = [1]
    def read(self): return self.ready

class Frame(Base):
    def read(self): return pd.DataFrame({"a": [1]}).as_matrix()

class Column(Base):
    def read(self): return pd.Series([1]).to_matrix()

class Keyword(Base):
    def read(self): return np.array_equal([1], [1], equal_inf=True)

class Own(Base):
    def scaled(self, value): return value
    def read(self): return self.scaled(1, crop=True)

class Wrapped(Base):
    def __init__(self): self.scaled = lambda value: value
    def read(self): return self.scaled(1, crop=True)

class Given(Base):
    def __init__(self): self.load = lambda path: path
    def read(self): return self.load(path=1, mode="r")
"""
DYNAMIC = """
class Dynamic(Base):
    def __init__(self, **given): vars(self).update(given)
    def read(self): return self.order
"""


@pytest.mark.keras
@pytest.mark.parametrize(
    ("name", "told", "names"),
    [
        ("UnsetAtFirst", "unset-attribute", ("order",)),
        ("Unset", "missing-attribute", ("order",)),
        ("Frame", "removed-name", ("pandas.DataFrame.as_matrix",)),
        ("Keyword", "refused-keyword", ("numpy.array_equal(equal_inf=)",)),
        ("Own", "refused-keyword", ("Own.scaled(crop=)",)),
        ("Wrapped", None, ()),
        ("Later", None, ()),
        ("Dynamic", "missing-attribute", ("order",)),
        ("Column", None, ()),
        ("Given", None, ()),
    ],
)
def test_what_nothing_sets_and_what_libraries_do_not_take(
    name: str, told: str | None, names: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "library_calls.py").write_text(LIBRARY_CALLS + (DYNAMIC if name == "Dynamic" else ""))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "library_calls", raising=False)
    linecache.clearcache()
    kind = getattr(importlib.import_module("library_calls"), name)
    try:
        instance = kind()
    except AttributeError as error:
        found = own_fault(error, None, "construct")
    else:
        found = own_fault(raised(instance, "read"), instance, "read")
    assert (found and found.kind, found.names if found else ()) == (told, names)


def test_an_attribute_of_the_data_is_no_fault_of_the_class() -> None:
    with pytest.raises(AttributeError) as caught:
        "text".shape  # type: ignore[attr-defined]  # noqa: B018
    assert own_fault(caught.value, Unfinished(), "read") is None
