"""What a read takes out of an argument is known by sample, however that was prepared before; or nothing is."""

from __future__ import annotations

import copy
import pickle
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.taken import NotingArray, NotingList, noting, taken


def array(count: int = 6) -> Any:
    return noting(np.arange(count * 4, dtype=np.float32).reshape(count, 4))


def texts(count: int = 6) -> Any:
    return noting([f"{number}.png" for number in range(count)])


def taken_by(read: Callable[[], Any]) -> list[int]:
    with taken(True) as samples:
        read()
    return samples


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda it: it[2], [2]),
        (lambda it: it[-1], [5]),
        (lambda it: it[1:3], [1, 2]),
        (lambda it: [it[place] for place in (4, 0, 4)], [4, 0, 4]),
        (lambda it: list(zip(range(3), it, strict=False)), [0, 1, 2]),
        (lambda it: list(it), [0, 1, 2, 3, 4, 5]),
        (lambda it: len(it), []),
    ],
    ids=["one", "the last", "some", "one by one", "beside others", "all", "none"],
)
@pytest.mark.parametrize("made", [array, texts])
def test_what_is_taken_is_noted(made: Callable[[], Any], read: Callable[[Any], Any], expected: list[int]) -> None:
    whole = made()
    assert taken_by(lambda: read(whole)) == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda x: x[[3, 1]], [3, 1]),
        (lambda x: x[np.array([3, 1])][0], [3, 1]),
        (lambda x: x[2, 1:], [2]),
        (lambda x: x[np.arange(6) > 3], [4, 5]),
        (lambda x: np.take(x, [5, 0], axis=0), [5, 0]),
        (lambda x: x.take([5, 0], axis=0), [5, 0]),
        (lambda x: x[..., 0], [0, 1, 2, 3, 4, 5]),
        (lambda x: x[None], [0, 1, 2, 3, 4, 5]),
        (lambda x: x.mean(axis=0), []),
    ],
    ids=["places", "no more of what came of it", "of one", "mask", "np.take", "take", "a column", "all", "arithmetic"],
)
def test_arrays_are_read_by_their_first_axis(read: Callable[[Any], Any], expected: list[int]) -> None:
    x = array()
    assert taken_by(lambda: read(x)) == expected


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (lambda x: x / 255, [1, 2]),
        (lambda x: x.astype("float64") - x.mean(axis=0), [1, 2]),
        (lambda x: x.reshape(6, 2, 2), [1, 2]),
        (lambda x: x.reshape(-1, 4, 1), [1, 2]),
        (lambda x: x.copy(), [1, 2]),
        (lambda x: x[::-1], [4, 3]),
        (lambda x: x[[5, 0, 3, 2]], [0, 3]),
        (lambda x: np.take(x, [5, 0, 3, 2], axis=0), [0, 3]),
        (lambda x: x[2:], [3, 4]),
        (lambda x: np.expand_dims(x, -1), [1, 2]),
        (lambda x: x.T.copy().T, []),
        (lambda x: np.roll(x, 1, axis=0), []),
        (lambda x: np.array(x), []),
        (lambda x: x.sum(axis=1), [1, 2]),
        (lambda x: pickle.loads(pickle.dumps(x)), []),
        (lambda x: copy.deepcopy(x), [1, 2]),
    ],
)
def test_arrays_are_known_through_what_a_constructor_does(prepare: Callable[[Any], Any], expected: list[int]) -> None:
    """An empty list is no wrong answer: nothing is known then."""
    prepared = prepare(array())
    assert taken_by(lambda: prepared[1:3]) in (expected, [])
    if expected:
        assert taken_by(lambda: prepared[1:3]) == expected


def test_arrays_that_change_in_place_are_not_known_any_more() -> None:
    generator = np.random.default_rng(0)

    def moved(x: Any) -> None:
        x[[0, 1]] = x[[1, 0]]

    for change in (moved, generator.shuffle, np.random.shuffle, lambda x: x.sort(axis=0)):
        x = array()
        change(x)
        assert taken_by(lambda x=x: x[1]) == []


def test_an_array_whose_axes_are_alike_is_not_handed_over() -> None:
    assert noting(np.zeros((4, 4))) is None
    assert noting(np.float32(1)) is None
    assert noting((1, 2)) is None


def test_values_and_types_are_those_of_the_original() -> None:
    plain = np.arange(24, dtype=np.float32).reshape(6, 4)
    x = noting(plain)
    with taken(True):
        assert type(x[1:3]) is np.ndarray
        assert x[1, 2] == plain[1, 2]
    assert isinstance(x, np.ndarray)
    assert (x[1:3] == plain[1:3]).all()
    assert type(texts()[1:3]) is NotingList
    assert type(pickle.loads(pickle.dumps(texts()))) is list
    assert type(pickle.loads(pickle.dumps(x))) is not NotingArray


def test_lists_are_known_however_they_are_shuffled() -> None:
    names = texts(8)
    random.Random(1).shuffle(names)
    names.reverse()
    half = names[4:]
    assert [f"{sample}.png" for sample in taken_by(lambda: list(half))] == list(half)
    assert [f"{sample}.png" for sample in taken_by(lambda: list(reversed(names.copy())))] == list(reversed(names))
    assert taken_by(lambda: names.pop()) != []


def test_lists_with_one_entry_twice_are_not_handed_over() -> None:
    name = "a.png"
    assert noting([name, name]) is None


def test_what_another_thread_takes_is_none_of_it() -> None:
    x = array()
    with taken(True) as samples:
        thread = threading.Thread(target=lambda: x[2])
        thread.start()
        thread.join()
        x[4]
    x[5]
    assert samples == [4]


def test_where_nothing_is_noted_nothing_is_looked_at() -> None:
    x = array()
    with taken(False) as samples:
        x[2]
    assert samples == []
