"""Cases in which a declaration matters, where no other test of the check comes upon one.

`tests/meta/test_contract.py` watches them with all others: every option that a check lists must have changed it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from tests.checks.epochs import rows_in
from tests.drawn import reading
from tests.histories import at, case, history


def judged(check: str, *runs: History, **contract: Any) -> Judgement:
    return catalogue()[check].judge(case(*runs, contract=contract))


def drawn(seed: int, ids: Sequence[int] | None = None) -> list[Batch]:
    """Three batches of x that a generator out of reach draws, with the owner's ids where they are given."""
    random = np.random.default_rng(seed)
    made = [random.normal(size=(4, 3)).astype(np.float32) for _ in range(3)]
    if ids is None:
        return [describe(x) for x in made]
    return [describe(x, tuple(4 * one + row for row in range(4))) for one, x in zip(ids, made, strict=True)]


FIRST, SECOND = drawn(1), drawn(2)
ELSEWHERE = [FIRST[1], FIRST[0], FIRST[2]]
"""The same rows, those of batches 0 and 1 in each other's place."""


@pytest.mark.parametrize(
    ("check", "run"),
    [
        ("worker-divergence", history("fork", [ELSEWHERE], passes={"reference": [FIRST]})),
        (
            "lossy-pickle",
            history(
                "pickling",
                passes={"original": [FIRST], "copy": [ELSEWHERE]},
                observations=(PickleAttempt("done", 900),),
            ),
        ),
    ],
)
def test_other_samples_are_meant_where_each_read_chooses_its_own(check: str, run: History) -> None:
    seen = reading(FIRST, SECOND)
    assert judged(check, seen, run).outcome is Outcome.VIOLATED
    assert judged(check, seen, run, epoch="random").outcome is Outcome.INCONCLUSIVE


def test_a_leaf_that_is_declared_as_drawn_is_not_asked_for() -> None:
    def with_classes(batches: list[Batch]) -> list[Batch]:
        classes = describe((np.zeros((4, 1)), np.zeros(4))).leaves[1]
        return [describe_both(batch, classes) for batch in batches]

    def describe_both(batch: Batch, classes: Any) -> Batch:
        pair = describe((np.zeros((4, 3), np.float32), np.zeros(4)))
        return Batch(pair.structure, pair.outer, (batch.leaves[0], classes))

    first, second, third = (with_classes(drawn(seed)) for seed in (1, 2, 3))
    run = history(
        "pickling", passes={"original": [second], "copy": [third]}, observations=(PickleAttempt("done", 900),)
    )
    assert judged("lossy-pickle", reading(first, second), run).outcome is Outcome.INCONCLUSIVE
    assert judged("lossy-pickle", reading(first, second), run, augments=["x"]).outcome is Outcome.HOLDS


def test_what_is_drawn_does_not_tell_samples_of_an_unusual_epoch() -> None:
    order = list(range(24))
    plain = history(epochs=[rows_in(order, 4)] * 3)
    around = history(
        "hooks", passes={"twice": [rows_in(order, 4), rows_in([0, *range(23)], 4)], "late": [rows_in(order, 4)] * 2}
    )
    assert judged("fragile-epoch-end", plain, around).outcome is Outcome.VIOLATED
    assert judged("fragile-epoch-end", plain, around, augments=["x"]).outcome is not Outcome.VIOLATED


@pytest.mark.parametrize("named", [True, False])
def test_ids_tell_samples_that_nothing_else_tells(named: bool) -> None:
    straight, other = ([0, 1, 2], [1, 0, 2]) if named else (None, None)
    forward, backward = drawn(1, straight), drawn(2, other)
    expected = Outcome.VIOLATED if named else Outcome.INCONCLUSIVE
    passes = {
        "forward": [forward],
        "forward-again": [drawn(3, straight)],
        "backward": [[at(index, backward[index]) for index in (2, 1, 0)]],
    }
    assert judged("ignored-index", history("reading", passes=passes)).outcome is expected
    twice = [at(index, batches[index]) for index in range(3) for batches in (forward, backward)]
    again = history("reading", passes={**passes, "twice": [twice], "plain-twice": [twice]})
    assert judged("unrepeatable-read", again).outcome is expected
