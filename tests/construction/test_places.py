"""Where the methods of a Sequence stand: what is inherited is told apart from what is its own."""

from __future__ import annotations

import functools
from typing import Any

from seqcheck.construction.places import places


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return function(*args)

    return call


class Base:
    def __len__(self) -> int:
        return 3

    @wrapped
    def __getitem__(self, index: int) -> int:
        return index


class First(Base):
    def __init__(self) -> None:
        self.x = 1


class Second(Base):
    def __len__(self) -> int:
        return 4


class OfKeras:
    def on_epoch_end(self) -> None: ...


OfKeras.__module__ = "keras.src.utils"


class Third(OfKeras):
    num_batches = 3


def test_what_is_inherited_is_the_same_function() -> None:
    first, second = places(First), places(Second)
    assert first["__getitem__"] == second["__getitem__"]
    assert first["__getitem__"].function == "Base.__getitem__"
    assert first["__getitem__"].file == __file__
    assert first["__len__"] != second["__len__"]
    assert set(first) == {"__init__", "__len__", "__getitem__"}
    assert set(second) == {"__len__", "__getitem__"}


class Answers:
    """Has whatever attribute it is asked for, and is nobody's function."""

    def __call__(self) -> int:
        return 3

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__":
            raise AttributeError(name)
        return self


class Wound:
    def __call__(self) -> int:
        return 3


def test_what_answers_strangely_is_left_out() -> None:
    wound = Wound()
    wound.__wrapped__ = wound  # type: ignore[attr-defined]
    kind = type("Strange", (Base,), {"__len__": Answers(), "__getitem__": wound})
    assert places(kind) == {}


def test_keras_own_methods_and_values_are_nobodys() -> None:
    assert places(Third) == {}
