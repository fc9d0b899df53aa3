"""Kinds of rows are counted and compared as they would be if every row had been kept."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import xxhash

from seqcheck.model.tally import Column, Counted, LeafTally, Repeat, tally_of

ROWS = [xxhash.xxh3_128_digest(bytes([number])) for number in range(200)]


def epoch(*batches: list[int], path: str = "x") -> Counted:
    column = Column(path)
    for batch in batches:
        column.add([ROWS[number] for number in batch])
    return Counted.of(column, map(len, batches), range(len(batches)))


def test_an_epoch_alone_says_how_often_rows_came_and_where() -> None:
    told = tally_of(0, epoch([0, 1, 2], [3, 1], [1, 4]), None)
    assert told == LeafTally("x", 5, 1, 3, repeats=(Repeat(0, 3, (0, 1, 2)),))


def test_an_epoch_is_held_against_the_one_before() -> None:
    told = tally_of(1, epoch([0, 1], [1, 4]), epoch([0, 1], [2, 2]))
    assert (told.fresh, told.vanished, told.gone, told.vanished_from) == (1, 1, 2, (1,))
    assert told.excess == (Repeat(1, 2, (0, 1), (0, 1)),)
    before = tally_of(1, epoch([0, 1], [2, 3]), epoch([0, 1], [2, 1]))
    assert before.excess == (Repeat(0, 2, (0, 1), (1, 1)),)


def test_batches_that_move_whole_are_not_regrouped() -> None:
    first = epoch([0, 1], [2, 3], [4])
    assert not tally_of(1, epoch([2, 3], [1, 0], [4]), first).regrouped
    assert tally_of(1, epoch([2, 1], [3, 0], [4]), first).regrouped


def test_what_is_counted_is_what_counting_each_row_gives() -> None:
    """Drawn epochs, some rows left out and some drawn twice."""
    drawn = random.Random(3)
    for _ in range(50):
        passes = [[drawn.choices(range(40), k=drawn.randrange(1, 9)) for _ in range(6)] for _ in range(2)]
        before, now = (Counter(row for batch in batches for row in batch) for batches in passes)
        told = tally_of(1, epoch(*passes[1]), epoch(*passes[0]))
        assert (told.distinct, told.most, told.fewest) == (len(now), max(now.values()), min(now.values()))
        assert (told.fresh, told.vanished) == (len(set(now) - set(before)), len(set(before) - set(now)))
        assert told.gone == (before - now).total()
        groups = [Counter(tuple(sorted(batch)) for batch in batches) for batches in passes]
        assert told.regrouped == (groups[0] != groups[1])


def test_an_epoch_of_no_rows_is_counted() -> None:
    empty = Counted.of(Column("x"), (), range(0))
    assert tally_of(1, empty, empty) == LeafTally("x", 0, 0, 0)
    assert tally_of(1, empty, epoch([0])).vanished == 1


def test_a_row_takes_eight_bytes() -> None:
    column = Column("x")
    column.add(ROWS)
    assert column.rows.dtype == np.uint64
    assert len(column.rows) == len(ROWS)
