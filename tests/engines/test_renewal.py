"""Instances made one after the other draw alike, and only what moves is carried."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.renewal import Renewal
from seqcheck.runner.objects import random_state_kept


class Drawing:
    def __init__(self) -> None:
        self.own = np.random.default_rng()
        self.order = np.random.permutation(20)

    def global_draw(self) -> float:
        return float(np.random.rand())

    def own_draw(self) -> float:
        return float(self.own.random())


@pytest.fixture(autouse=True)
def _states() -> Any:
    with random_state_kept():
        yield


def test_reset_puts_the_globals_where_they_were_at_first() -> None:
    renewal = Renewal(Drawing())
    renewal.reset()
    first = Drawing().order.tolist(), random.random()
    random.random()
    renewal.reset()
    assert (Drawing().order.tolist(), random.random()) == first


def test_streams_give_by_key_what_was_taken_and_put() -> None:
    instance = Drawing()
    streams = Renewal(instance).streams(instance)
    streams.begin(3)
    state = streams.take()
    drawn = instance.global_draw(), instance.own_draw()
    streams.begin(4)
    assert (instance.global_draw(), instance.own_draw()) != drawn
    streams.put(state)
    assert (instance.global_draw(), instance.own_draw()) == drawn


def test_instances_with_generators_of_other_seeds_draw_alike_by_key() -> None:
    one, other = Drawing(), Drawing()
    renewal = Renewal(one)
    drawn = []
    for instance in (one, other):
        renewal.streams(instance).begin(7)
        drawn.append((instance.global_draw(), instance.own_draw()))
    assert drawn[0] == drawn[1]


def test_only_what_moved_is_carried_from_then_on() -> None:
    instance = Drawing()
    renewal = Renewal(instance)
    streams = renewal.streams(instance)
    before = streams.take()
    assert not renewal.learn(streams, before)
    assert renewal.streams(instance).generators == []

    renewal = Renewal(instance)
    streams = renewal.streams(instance)
    before = streams.take()
    instance.own_draw()
    assert renewal.learn(streams, before)
    assert renewal.streams(instance).generators == [instance.own]


def test_what_never_moved_is_not_reset() -> None:
    renewal = Renewal(Drawing())
    renewal.reset()
    np.random.rand()
    renewal.settle()
    after = random.random()
    renewal.reset()
    assert random.random() != after


def test_what_was_put_back_is_carried_where_everything_is_asked_for() -> None:
    instance = Drawing()
    renewal = Renewal(instance)
    streams = renewal.streams(instance)
    before = streams.take()
    assert not renewal.learn(streams, before)
    with renewal.everything():
        streams = renewal.streams(instance)
        assert instance.own in streams.generators
        streams.begin(7)
        drawn = instance.own_draw()
        streams.begin(7)
        assert instance.own_draw() == drawn
    assert renewal.streams(instance).generators == []
