"""Policies choose among those that can run, and the systematic one leaves no schedule out."""

from __future__ import annotations

import random

import pytest

from seqcheck.schedule.policies import Priorities, RandomWalk, Replay, Serial, bounded, count_bounded
from seqcheck.schedule.text import Schedule


@pytest.mark.parametrize("steps", [[3, 2], [1, 4], [2, 2, 2]])
@pytest.mark.parametrize("switches", [0, 1, 2])
def test_every_schedule_with_so_many_switches_comes_once(steps: list[int], switches: int) -> None:
    made = list(bounded(steps, switches, random.Random(0)))
    assert len(made) == len(set(made)) == count_bounded(steps, switches)
    assert all(len(schedule.switches) == switches for schedule in made)
    for schedule in made:
        for thread, step, to in schedule.switches:
            assert 1 <= step <= steps[thread]
            assert to != thread


def test_the_first_of_two_threads_is_the_one_that_gives_way_first() -> None:
    for schedule in bounded([3, 3], 2, random.Random(0)):
        (one, _, other), (back, _, again) = schedule.switches
        assert (schedule.first, back, again) == (one, other, one)


@pytest.mark.parametrize(
    "make", [lambda: RandomWalk(random.Random(1), 0.5), lambda: Priorities(random.Random(1), 3, 20)]
)
def test_only_those_that_can_run_are_chosen(make: object) -> None:
    policy = make()  # type: ignore[operator]
    policy.begin(3)
    assert policy.first({0, 1, 2}) in {0, 1, 2}
    for _ in range(50):
        assert policy.decide(1, [5, 7, 9], {0, 1}) in {0, 1}
        assert policy.forced(1, [5, 7, 9], {2}) == 2


def test_one_seed_makes_one_schedule() -> None:
    walks = []
    for _ in range(2):
        walk = RandomWalk(random.Random(5), 0.3)
        walk.begin(2)
        walks.append([walk.first({0, 1}), *(walk.decide(0, [k, 0], {0, 1}) for k in range(20)), *walk.due])
    assert walks[0] == walks[1]


def test_a_replay_follows_its_switches_and_passes_over_one_that_cannot_be() -> None:
    policy = Replay(Schedule(1, ((1, 4, 0), (0, 2, 1), (1, 6, 0))))
    policy.begin(2)
    assert policy.first({0, 1}) == 1
    assert policy.due == [2, 4]
    assert policy.decide(1, [0, 4], {0, 1}) == 0
    assert policy.due == [2, 6]
    assert policy.decide(0, [2, 4], {0}) == 0
    assert policy.due == [-1, 6]


def test_serial_goes_by_its_order() -> None:
    policy = Serial((2, 0, 1))
    policy.begin(3)
    assert policy.due == [-1, -1, -1]
    assert [policy.first({0, 1, 2}), policy.forced(2, [], {0, 1}), policy.forced(0, [], {1})] == [2, 0, 1]


def test_serial_orders_the_reads_of_a_thread_that_makes_several() -> None:
    policy = Serial((0, 1, 1, 0))
    policy.begin(2)
    assert [policy.first({0, 1}), policy.between(0, {0, 1}), policy.between(1, {0, 1})] == [0, 1, 1]
    assert policy.forced(1, [], {0}) == 0
    policy.begin(2)
    policy.first({0, 1})
    assert policy.forced(0, [], {1}) == 1  # the first one waits for what the second one has to do
    assert policy.between(1, {0, 1}) == 1


def test_no_other_policy_switches_between_reads() -> None:
    for policy in (Replay(Schedule(0)), RandomWalk(random.Random(0), 0.9), Priorities(random.Random(0), 3, 9)):
        policy.begin(2)
        assert policy.between(1, {0, 1}) == 1
