"""uninitialised-rows: rows that follow the pattern in memory, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqcheck.checks.uninitialised_rows import judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Filled
from tests.histories import batch, case, history

NAMES = ("filled", "filled-otherwise", "filled-otherwise-again", "filled-again")


def judged(*passes: Sequence[Any], alike: bool = False, arrays: int = 5) -> Judgement:
    named = {name: [entries] for name, entries in zip(NAMES, passes, strict=False)}
    seen = Filled(len(passes[0]), arrays, alike)
    return judge(case(history("filling", passes=named, observations=(seen,))))


def numbers(*values: float) -> Any:
    return batch(list(values), np.arange(len(values)))


def test_rows_that_follow_the_pattern_are_named() -> None:
    one, two = ([numbers(1, 2, 3), numbers(4, filler, filler)] for filler in (0.5, -7.0))
    said = judged(one, two, two, one)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "rows 1 and 2 of x of batch 1: memory that nobody has written"
    assert said.findings[0].evidence["over one pattern"] == "0.5"
    assert said.findings[0].evidence["over another"] == "-7"


def test_the_same_content_over_both_patterns_holds() -> None:
    said = judged([numbers(1, 2)], [numbers(1, 2)], alike=True)
    assert (said.outcome, said.reason) == (
        Outcome.HOLDS,
        "1 batch read over two patterns in 5 fresh arrays: the same content",
    )


def test_what_differs_over_one_pattern_proves_nothing() -> None:
    said = judged([numbers(1, 2)], [numbers(1, 3)], [numbers(1, 4)], [numbers(1, 5)])
    assert (said.outcome, said.reason) == (Outcome.INCONCLUSIVE, "x could not be read alike twice over one pattern")


def test_rows_that_only_chance_lets_follow_the_pattern_prove_nothing() -> None:
    one, two, three, four = ([numbers(1, 2), numbers(*pair)] for pair in ((3, 4), (4, 3), (4, 3), (3, 4)))
    one[0], four[0] = numbers(2, 1), numbers(1, 2)
    assert judged(one, two, three, four).outcome is Outcome.INCONCLUSIVE


def test_where_no_fresh_array_is_asked_for_none_is_left_unwritten() -> None:
    passes = [[numbers(1, value)] for value in (2, 3, 4, 5)]
    assert judged(*passes, arrays=0).outcome is Outcome.HOLDS


def test_what_follows_the_clock_proves_nothing() -> None:
    """A number that steps between the passes, or goes to and fro with them: no pair agrees where the others differ."""
    for last in ((8, 8, 8), (8, 7, 8)):
        said = judged([numbers(1, 7)], *([numbers(1, value)] for value in last))
        assert said.outcome is Outcome.INCONCLUSIVE


def test_rows_of_weight_0_are_no_samples() -> None:
    weight = np.array([1.0, 0.0])
    one, two = (batch([1.0, filler], np.arange(2), weight) for filler in (0.5, -7.0))
    assert judged([one], [two], [two], [one]).outcome is Outcome.HOLDS


def test_batches_that_could_not_be_read_over_every_pattern_are_open() -> None:
    assert judged([numbers(1)], [], [], [numbers(1)]).outcome is Outcome.INCONCLUSIVE
    note = EngineNote("skipped", "filled did not come to its end in a fork: hung")
    assert judge(case(history("filling", notes=(note,)))).reason == note.text
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
