"""What the caller handed in is as it was, after every stage."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.mutated_arguments import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import EngineNote, Frame
from seqcheck.model.observation import Making, Mutation
from tests.histories import case, history

WHOLE = ("construction", "len()", "reading", "on_epoch_end()")
SPOT = ("data.py", 7, "__init__", "random.shuffle(paths)")


def made(*seen: Mutation, stages: tuple[str, ...] = WHOLE, **fields: Any) -> Any:
    return history("making", observations=[Making(stages, **{"reads": 5, "handed": ("paths",), **fields}), *seen])


def test_a_list_that_is_shuffled_in_place_is_named_with_the_line() -> None:
    change = Mutation("paths", "list", "construction", "order", "its 37 entries stand in another order", SPOT)
    judgement = judge(case(made(change)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "the caller's list paths is changed by the constructor: its 37 entries stand in another order "
        "(data.py:7: random.shuffle(paths))"
    )
    assert judgement.findings[0].frame == Frame(*SPOT)


def test_a_change_without_a_line_is_a_change() -> None:
    judgement = judge(case(made(Mutation("x", "ndarray", "reading", "values", "entry 3 has another value"))))
    assert judgement.reason == "the caller's ndarray x is changed while batches are read: entry 3 has another value"
    assert judgement.findings[0].frame is None


def test_arguments_that_stay_as_they_were_hold() -> None:
    judgement = judge(case(made(handed=("labels", "paths"))))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason.startswith("labels and paths compared after construction, 5 reads")


def test_where_nothing_can_be_changed_nothing_is_asked() -> None:
    assert judge(case(made(handed=()))).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("maker", ["factory", "instance"])
def test_what_a_factory_hands_on_is_out_of_sight(maker: str) -> None:
    judgement = judge(case(made(handed=()), maker=maker))
    assert judgement.outcome is Outcome.NOT_APPLICABLE
    assert "out of sight" in judgement.reason


def test_too_large_an_argument_is_not_called_unchanged() -> None:
    judgement = judge(case(made(unseen=("x",))))
    assert (judgement.outcome, judgement.reason) == (Outcome.INCONCLUSIVE, "x is too large to be compared")


def test_what_was_not_read_is_not_known() -> None:
    assert judge(case(made(stages=("construction", "len()")))).outcome is Outcome.INCONCLUSIVE
    lost = history("making", lengths=0, notes=(EngineNote("skipped", "the first instance did not come to its end"),))
    judgement = judge(case(lost))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "did not come to its end" in judgement.reason
