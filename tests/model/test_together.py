"""Rows of the loop that workers lose between them are counted; rows that the loop never had prove nothing."""

from __future__ import annotations

from typing import Any

from seqcheck.model.together import together
from tests.histories import case, history, samples

LOOP = [samples(0, 1), samples(2, 3), samples(4, 5)]
MOVED = [samples(5, 0), samples(3, 1), samples(2, 4)]


def found(delivered: list[Any], *loop: list[Any]) -> Any:
    run = history("fork", [delivered])
    return together(case(history(epochs=list(loop or (LOOP, MOVED))), run), run)


def test_samples_that_workers_lose_between_them_are_counted() -> None:
    lost = found([samples(0, 1), samples(0, 3), samples(4, 4)])
    assert (lost.epoch, lost.size, lost.never) == (0, 6, 2)
    assert sorted(lost.twice.values()) == [((0, 0), (1, 0)), ((2, 0), (2, 1))]


def test_another_order_loses_nothing() -> None:
    assert found(MOVED) is None


def test_rows_that_the_loop_never_had_are_content_drawn_at_random() -> None:
    assert found([samples(0, 1), samples(0, 3), samples(4, 9)]) is None


def test_what_the_loop_repeats_or_changes_is_no_matter_of_workers() -> None:
    repeated = [samples(0, 1), samples(2, 3), samples(4, 4)]
    assert found(repeated, repeated, repeated) is None
    assert found(repeated, LOOP, [samples(0, 1), samples(2, 3), samples(4, 6)]) is None
    assert found(repeated, LOOP) is None
