"""Which samples a read chose is told from what it made of them."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.model.batch import describe
from seqcheck.model.history import History
from seqcheck.model.selection import Homes, by_index, compare, permuted, twice
from tests.checks.epochs import PICTURES, numbered_in, probe, rows_in
from tests.checks.epochs import twice as doubled
from tests.histories import at, case, history

EPOCH = rows_in(range(16), 4)


def homes(run: History) -> Homes:
    return Homes(case(run), run, run.passes("forward")[0])


def test_rows_of_another_index_are_other_samples() -> None:
    told = homes(history("reading", passes={"forward": [EPOCH]}))
    found = compare(told, [(0, EPOCH[0], EPOCH[2]), (1, EPOCH[1], EPOCH[1])])
    assert [(one.index, one.home) for one in found.moved] == [(0, 2)]
    assert found.compared == 2


def test_rows_never_seen_are_content() -> None:
    told = homes(history("reading", passes={"forward": [EPOCH]}))
    found = compare(told, [(0, EPOCH[0], rows_in(range(4), 4, PICTURES + 1)[0])])
    assert not found.moved
    assert found.changed == ((0, ("x",)),)


@pytest.mark.parametrize(("entries", "moved"), [(64, True), (3, False)])
def test_samples_that_were_drawn_for_several_batches_are_known_by_rich_rows(entries: int, moved: bool) -> None:
    """Few entries may be alike by chance, as where some of them are masked at random."""
    rows = np.random.default_rng(1).normal(size=(8, entries))
    drawn = [describe(rows[chosen]) for chosen in ([0, 1, 2], [3, 4, 5], [3, 4, 6], [5, 6, 7])]
    told = homes(history("reading", passes={"forward": [drawn]}))
    found = compare(told, [(0, drawn[0], describe(rows[[3, 4, 0]]))])
    assert bool(found.moved) is moved
    assert bool(found.changed) is not moved


def test_a_rich_row_that_stands_in_most_batches_may_be_blank() -> None:
    rows = np.random.default_rng(1).normal(size=(8, 64))
    rows[7] = 0
    read = [describe(rows[[first, 7]]) for first in (1, 2, 3, 4)]
    told = homes(history("reading", passes={"forward": [[describe(rows[[0, 5]]), *read]]}))
    assert not compare(told, [(0, describe(rows[[0, 5]]), describe(rows[[0, 7]]))]).moved


def test_a_probes_numbers_outlive_its_content() -> None:
    run = history("reading", passes={"forward": [numbered_in(range(16), 4)]}, truth=probe(16))
    found = compare(homes(run), [(0, *numbered_in([0, 1, 2, 3, 0, 1, 2, 9], 4))])
    assert found.moved[0].gained == (9,)


def test_passes_that_hold_the_same_rows_elsewhere_are_permuted() -> None:
    forward = dict(enumerate(EPOCH))
    turned = dict(enumerate(EPOCH[::-1]))
    found = permuted(forward, turned)
    assert found is not None
    assert len(found.moved) == 4
    assert permuted(forward, forward) is None
    assert permuted(forward, dict(enumerate(rows_in(range(16), 4, PICTURES + 1)))) is None


def test_two_reads_in_a_row_are_paired() -> None:
    run = history("reading", passes={"twice": [[at(*pair) for pair in doubled(EPOCH)]]})
    assert [index for index, _, _ in twice(run.passes("twice")[0])] == [0, 1, 2, 3]
    assert len(by_index(run.passes("twice")[0])) == 4
