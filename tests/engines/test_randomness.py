"""Isolated streams: the same draws for the same key wherever a generator is kept, and no trace of them afterwards."""

from __future__ import annotations

import functools
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seqcheck.engines import randomness
from seqcheck.engines.randomness import Streams, reachable
from tests import specimens

KEPT = {"augment": [np.random.default_rng(1)]}


class Draws:
    """Draws by whatever it was given."""

    def __init__(self, draw: Callable[[], float] | None = None, **kept: Any) -> None:
        self.given = draw
        self.__dict__.update(kept)

    def draw(self) -> float:
        assert self.given is not None
        return self.given()


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, inner: Any) -> None:
        self.inner = inner


class ClassLevel:
    rng = np.random.default_rng(4)

    def draw(self) -> float:
        return float(self.rng.random())


class ByDefault:
    def draw(self, *, rng: np.random.Generator = np.random.default_rng(4)) -> float:  # noqa: B008  # as users write it
        return float(rng.random())


class ByGlobal:
    def draw(self) -> float:
        return sum(float(rng.random()) for rng in KEPT["augment"])


def a_closure() -> Draws:
    rng = np.random.default_rng(2)
    return Draws(lambda: float(rng.random()))


def in_a_list() -> Draws:
    made = Draws(parts=[Slotted({"deep": [random.Random(3)]})])
    made.given = lambda: made.parts[0].inner["deep"][0].random()  # type: ignore[attr-defined]
    return made


def a_bound_method() -> Draws:
    return Draws(np.random.RandomState(5).random_sample)


def a_partial() -> Draws:
    return Draws(functools.partial(np.random.default_rng(6).uniform, 0, 1))


MADE: dict[str, Callable[[], Any]] = {
    "numpy's own": lambda: Draws(np.random.random),
    "python's own": lambda: Draws(random.random),
    "a module's": lambda: Draws(specimens.CALLER.random),
    "a closure": a_closure,
    "in a list of foreign objects": in_a_list,
    "a bound method": a_bound_method,
    "a partial": a_partial,
    "of the class": ClassLevel,
    "a default": ByDefault,
    "a global": ByGlobal,
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_the_same_key_draws_the_same_and_another_key_something_else(make: Callable[[], Any]) -> None:
    instance = make()
    streams = Streams(instance)

    def drawn(*key: int) -> list[float]:
        with streams.isolated(*key):
            return [instance.draw() for _ in range(3)]

    first = drawn(0, 1)
    assert drawn(0, 1) == first
    assert len({*first, *drawn(0, 2), *drawn(1, 1)}) == 9


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_every_generator_goes_on_where_it_stood(make: Callable[[], Any]) -> None:
    instance = make()
    streams = Streams(instance)
    kept = [randomness.state_of(generator) for generator in streams._generators]
    numpy_state, python_state = np.random.get_state(), random.getstate()
    expected = instance.draw()
    np.random.set_state(numpy_state)
    random.setstate(python_state)
    for generator, state in zip(streams._generators, kept, strict=True):
        randomness.place_state(generator, state)
    with streams.isolated(3):
        instance.draw()
    assert instance.draw() == expected


def test_state_is_put_back_though_the_read_raises() -> None:
    before = np.random.get_state()[1].copy(), random.getstate()

    def read() -> None:
        with Streams(Draws()).isolated(1):
            raise ZeroDivisionError(np.random.random() + random.random())

    with pytest.raises(ZeroDivisionError):
        read()
    assert (np.random.get_state()[1] == before[0]).all()
    assert random.getstate() == before[1]


def test_a_copy_draws_what_the_original_draws() -> None:
    instance = specimens.Noisy()
    copy = pickle.loads(pickle.dumps(instance))
    batches = []
    for one in (instance, copy):
        with Streams(one).isolated(0, 2):
            batches.append(one[2][0])
    assert (batches[0] == batches[1]).all()


def test_reseeding_is_for_good_and_reaches_everything() -> None:
    instance = in_a_list()
    kept = np.random.get_state(), random.getstate()
    try:
        randomness.reseed(instance, 5)
        first = instance.draw(), np.random.random(), random.random()
        second = instance.draw()
        randomness.reseed(instance, 5)
        assert (instance.draw(), np.random.random(), random.random()) == first
        assert instance.draw() == second
    finally:
        np.random.set_state(kept[0])
        random.setstate(kept[1])


def test_the_generators_of_the_system_are_left_alone() -> None:
    system = random.SystemRandom()
    assert not any(generator is system for generator in reachable(Draws(kept=system)))


def test_large_containers_are_data_and_not_searched() -> None:
    rng = np.random.default_rng()
    instance = Draws(data=[*range(randomness.LONGEST_CONTAINER), rng])
    assert not any(generator is rng for generator in reachable(instance))


def test_what_travelled_with_a_copy_is_left_as_it_is() -> None:
    original = Draws(own=np.random.default_rng(3), listed=[random.Random(4)])
    copy = pickle.loads(pickle.dumps(original))
    before = [copy.own.bit_generator.state, copy.listed[0].getstate()]
    randomness.reseed_around(original, copy, 11)
    outside = np.random.random(), KEPT["augment"][0].random()
    assert [copy.own.bit_generator.state, copy.listed[0].getstate()] == before
    randomness.reseed_around(original, copy, 12)
    assert outside[0] != np.random.random()
    shared = Draws(own=KEPT["augment"][0])
    randomness.reseed_around(shared, shared, 11)  # what both have in common has not travelled
    first = shared.own.random()
    randomness.reseed_around(shared, shared, 11)
    assert shared.own.random() == first
