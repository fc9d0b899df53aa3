"""What counting would take is reckoned from the loop."""

from __future__ import annotations

from math import inf

from seqcheck.runner.counting import BYTES, Cost, cost_of, free_memory
from tests.histories import at, history, numbered


def test_time_is_that_from_one_read_to_the_next_and_memory_goes_by_rows_and_leaves() -> None:
    batches = [at(place, numbered(0, 4), start=0.25 * place, end=0.25 * place) for place in range(3)]
    loop = history("loop", [batches], indices=(0, 1, 2), lengths=100)
    assert cost_of(loop, 100, 2, 3) == Cost(50.0, 100 * 4 * 3 * BYTES)


def test_a_loop_that_read_nothing_says_nothing() -> None:
    assert cost_of(history("loop"), 100, 2, 1) == Cost(inf, 0)


def test_the_memory_that_is_free_is_some_of_what_there_is() -> None:
    assert 2**20 < free_memory() < 2**44
