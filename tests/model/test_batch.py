"""What a batch is as data, where NumPy has no word of its own for what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import numpy as np
import pytest

from seqcheck.model.batch import describe


def test_short_floats_have_numbers() -> None:
    types = pytest.importorskip("ml_dtypes")
    (leaf,) = describe(np.array([[1.0, 2.0], [3.0, np.nan]], types.bfloat16)).leaves
    assert leaf.dtype == "bfloat16"
    assert leaf.values is not None
    assert leaf.values[0] == 1.5
    assert not leaf.finite


def test_records_have_none() -> None:
    (leaf,) = describe(np.zeros(3, [("a", "f4"), ("b", "i4")])).leaves
    assert leaf.values is None


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_the_array_that_it_holds() -> None:
    plain = np.arange(12.0).reshape(4, 3)
    matrix, array = (describe((value,)).leaves[0] for value in (np.asmatrix(plain), plain))
    assert (matrix.kind, matrix.shape, matrix.digest, matrix.rows) == ("array", (4, 3), array.digest, array.rows)
    assert (matrix.values, matrix.hot, matrix.flat) == (array.values, array.hot, array.flat)


class Shy(np.ndarray):
    """An array that lets nobody do anything with it."""

    def __array_function__(self, *_: object, **__: object) -> NoReturn:
        raise RuntimeError("not for you")

    @property
    def shape(self) -> NoReturn:
        raise RuntimeError("shapeless")


def test_an_array_with_ways_of_its_own_is_not_asked() -> None:
    (leaf,) = describe(np.arange(12.0).reshape(4, 3).view(Shy)).leaves
    assert (leaf.kind, leaf.shape, len(leaf.rows)) == ("array", (4, 3), 4)


class Closed(dict[str, object]):
    """A store that was closed."""

    def items(self) -> NoReturn:
        raise RuntimeError("closed")


class Endless(list[object]):
    """A list that breaks off."""

    def __iter__(self) -> Iterator[object]:
        yield np.ones(3)
        raise RuntimeError("broken off")


@pytest.mark.parametrize("container", [Closed(a=np.ones(3)), Endless([1, 2])], ids=lambda one: type(one).__name__)
def test_a_container_that_cannot_be_read_is_foreign_and_its_neighbours_are_there(container: object) -> None:
    first, second = describe((container, np.arange(3))).leaves
    assert (first.path, first.kind, first.type_name) == ("x", "foreign", type(container).__name__)
    assert (second.path, second.kind, second.inside) == ("y", "array", ("tuple",))


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    endless: list[object] = [1.0, 2.0]
    endless.append(endless)
    batch = describe((np.arange(3.0), endless))
    assert batch.leaves[0].kind == "array"
    assert batch.digest == describe((np.arange(3.0), endless)).digest


def test_what_runs_out_of_memory_says_nothing_of_the_batch() -> None:
    class Huge(dict[str, object]):
        def items(self) -> NoReturn:
            raise MemoryError

    with pytest.raises(MemoryError):
        describe((Huge(),))


class Nameless:
    """A key without a text."""

    def __repr__(self) -> NoReturn:
        raise ValueError("no words")


def test_a_key_without_a_text_is_named_by_its_type() -> None:
    (leaf,) = describe({Nameless(): np.ones(3)}).leaves
    assert leaf.path == "[<Nameless>]"


def test_padding_is_taken_off_rows_that_hold_nothing_too() -> None:
    boxes = [np.zeros((2, 0)), np.zeros((2, 0, 4)), np.zeros((2, 3, 0)), np.array([[1, 2, 0], [1, 0, 0]], float)]
    rows = [describe((one,), padding=0.0).leaves[0].rows for one in boxes]
    assert [len(of_one) for of_one in rows] == [2, 2, 2, 2]
    assert [len(set(of_one)) for of_one in rows] == [1, 1, 1, 2]
    shorter, longer = np.array([[1.0, 2.0]]), np.array([[1.0, 2.0, 0.0]])
    assert describe((shorter,), padding=0.0).leaves[0].rows == describe((longer,), padding=0.0).leaves[0].rows


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_too_small_to_be_normal_count_as_nought(dtype: type) -> None:
    """TensorFlow's threads have them so: a batch that is read there is no other batch."""
    limits = np.finfo(dtype)
    here = np.array([[1, limits.tiny / 2, -limits.smallest_subnormal], [limits.tiny, np.nan, np.inf]], dtype)
    there = np.array([[1, 0, -0.0], [limits.tiny, np.nan, np.inf]], dtype)
    assert describe(here).leaves[0].rows == describe(there).leaves[0].rows
    assert describe(here).digest == describe(there).digest
    assert describe(here).digest != describe(np.zeros_like(here)).digest
    assert here[0, 1] != 0


@pytest.mark.filterwarnings("error")
def test_numbers_in_any_form_are_looked_at_for_small_ones() -> None:
    tiny = float(np.finfo(np.float64).smallest_subnormal)
    assert describe(tiny).digest == describe(0.0).digest
    assert describe(np.array(tiny)).digest == describe(np.array(0.0)).digest
    assert describe(np.full((3, 2), tiny)[:, ::2]).digest == describe(np.zeros((3, 1))).digest
    for other in (np.zeros((2, 3), ">f4"), np.zeros((0, 3)), np.float16(1)):
        assert describe(other).leaves[0].kind in ("array", "scalar")
