"""Fresh memory filled with two patterns: only what is read from it differs."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.uninitialised_rows import judge
from seqcheck.experiments.filling import LARGEST, PATTERNS, fill, filled
from seqcheck.model.check import Outcome
from seqcheck.model.observation import Filled
from tests import specimens
from tests.histories import case
from tests.runs import SHORT, Bench

BOTH = ["filled", "filled-otherwise"]
ALL = [*BOTH, "filled-again", "filled-otherwise-again"]


@pytest.mark.parametrize("how", ["empty", "by name"])
def test_rows_that_nobody_writes_are_found(bench: Bench, how: str) -> None:
    history = bench.history("Unwritten", "filling", {"skipped": (1, 7), "how": how})
    assert {read.purpose for read in history.reads} == set(ALL)
    said = judge(case(history))
    assert said.outcome is Outcome.VIOLATED
    assert sum(len(rows.split(" and ")) for rows in said.findings[0].evidence["rows by batch"].values()) == 2


@pytest.mark.parametrize(("name", "arguments"), [("Unwritten", {}), ("Rows", {}), ("Noisy", {}), ("Views", {})])
def test_what_is_written_reads_alike_over_both_patterns(bench: Bench, name: str, arguments: dict[str, str]) -> None:
    history = bench.history(name, "filling", arguments)
    assert {read.purpose for read in history.reads} == set(BOTH)
    (seen,) = history.observed(Filled)
    assert seen.alike
    assert judge(case(history)).outcome is Outcome.HOLDS


def test_rows_of_weight_0_may_hold_anything(bench: Bench) -> None:
    history = bench.history("Unwritten", "filling", {"skipped": (1,), "how": "weighted"})
    assert not history.observed(Filled)[0].alike
    assert judge(case(history)).outcome is Outcome.HOLDS


def test_what_no_seed_repeats_proves_nothing(bench: Bench) -> None:
    history = bench.history("Unwritten", "filling", {"skipped": (1,), "how": "drawn"})
    assert judge(case(history)).outcome is Outcome.INCONCLUSIVE


def test_a_pass_that_hangs_ends_it(bench: Bench) -> None:
    history = bench.history("Trap", "filling", {"how": "sleeps"}, silence=SHORT)
    assert not history.observed(Filled)
    assert judge(case(history)).outcome is Outcome.INCONCLUSIVE
    assert not bench.history("Rows", "filling", {"count": 0}).reads


@pytest.mark.parametrize("dtype", ["float32", "int64", "uint8", "bool", "U4", "S3", "complex64", "M8[s]", "f4,i2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_type_is_filled_with_two_values_that_it_can_hold(dtype: str, order: str) -> None:
    one, two = (np.empty((2, 3), dtype, order=order) for _ in PATTERNS)  # type: ignore[call-overload]
    fill(one, PATTERNS[0])
    fill(two, PATTERNS[1])
    assert not (one == two).any()
    assert len({str(value) for value in one.flat}) == 1
    if np.dtype(dtype).kind in "fc":
        assert np.isfinite(one).all()
        assert np.isfinite(two).all()


def test_objects_and_huge_arrays_are_left_alone_and_all_is_put_back() -> None:
    original = np.empty, np.empty_like, specimens.empty_like
    with filled(PATTERNS[0], "tests.specimens") as handed_out:
        assert np.empty(2, object).tolist() == [None, None]
        assert handed_out == [1]
        assert np.empty(LARGEST + 1, np.uint8).nbytes > LARGEST
        assert handed_out == [1]
        assert (specimens.empty_like(np.zeros(3, np.uint8)) == PATTERNS[0]).all()
        assert np.empty((0, 3)).shape == (0, 3)
    assert (np.empty, np.empty_like, specimens.empty_like) == original
