"""Of many switches those are kept that matter."""

from __future__ import annotations

from seqcheck.schedule.minimise import MOST_TRIES, minimise
from seqcheck.schedule.text import Schedule

MANY = Schedule(0, tuple((step % 2, step, 1 - step % 2) for step in range(1, 41)))


def test_two_switches_that_matter_are_what_is_left() -> None:
    needed = {(1, 7, 0), (0, 22, 1)}
    smallest = minimise(MANY, 2, lambda schedule: needed <= set(schedule.switches))
    assert smallest == Schedule(0, ((1, 7, 0), (0, 22, 1)))


def test_another_thread_first_may_do_without_a_switch() -> None:
    smallest = minimise(
        MANY, 2, lambda schedule: schedule.first == 1 or (schedule.switches != () and len(schedule.switches) > 3)
    )
    assert smallest == Schedule(1)


def test_what_does_not_fail_again_is_none() -> None:
    assert minimise(MANY, 2, lambda _: False) is None


def test_it_comes_to_an_end_whatever_is_asked() -> None:
    asked: list[Schedule] = []

    def never_twice(schedule: Schedule) -> bool:
        asked.append(schedule)
        return len(asked) % 2 == 1

    minimise(MANY, 2, never_twice)
    assert len(asked) <= MOST_TRIES
