"""Arguments that change nothing, told from those that do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.checks.ignored_parameter import judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import Length
from seqcheck.model.observation import Signature, Varied
from tests.histories import LEFT_OUT, batch, case, history, numbered_pass, samples

READ = history("making", observations=[Signature(("x", "batch_size"))])
IN_ORDER = numbered_pass(32, 4)
OTHERWISE = [samples(*range(first, first + 4)) for first in range(28, -1, -4)]
FLIPPED = [samples(*range(first + 3, first - 1, -1)) for first in range(0, 32, 4)]


def told(*extra: Any, **passes: list[list[Any]]) -> Judgement:
    asked = [Length(0, purpose, 8, "8", "int") for purpose in passes]
    return judge(case(history("parameters", passes=passes, lengths=asked), *extra))


def test_what_the_constructor_never_looks_at_is_named_with_its_line() -> None:
    seen = Signature(("x", "scale"), ("scale",), spot=("data.py", 5, "__init__", "def __init__(self, x, scale):"))
    judgement = judge(case(history("making", observations=[seen])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "the constructor takes scale and never looks at it"
    assert judgement.findings[0].frame is not None


def test_two_sizes_that_give_the_same_batches() -> None:
    judgement = told(fewer=[IN_ORDER], more=[IN_ORDER])
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.endswith("two values of it give the same 8 batches, the first of 4 rows")


def test_a_parameter_that_is_never_read_is_told_once() -> None:
    never = history("making", observations=[Signature(("batch_size",), ("batch_size",))])
    assert len(told(never, fewer=[IN_ORDER], more=[IN_ORDER]).findings) == 1


def test_two_sizes_that_give_other_batches() -> None:
    assert told(READ, fewer=[IN_ORDER], more=[numbered_pass(32, 12)]).outcome is Outcome.HOLDS


@pytest.mark.parametrize(
    ("fewer", "more", "why"),
    [
        (numbered_pass(3, 4), numbered_pass(3, 12), "fit into one batch"),
        (IN_ORDER, OTHERWISE, "other content"),
        (IN_ORDER, [], "could not be read"),
    ],
)
def test_two_sizes_that_prove_nothing(fewer: list[Any], more: list[Any], why: str) -> None:
    judgement = told(READ, fewer=[fewer], more=[more])
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert why in judgement.reason


def of_rests(kept: list[Any], dropped: list[Any], *extra: Any) -> Judgement:
    seen = [Varied(("kept", "dropped"), "drop_last")]
    passes = {"kept": [kept], "dropped": [dropped]}
    return judge(case(history("parameters", passes=passes, observations=seen), *extra))


def test_a_remainder_that_is_dropped_neither_way() -> None:
    judgement = of_rests(numbered_pass(30, 4), numbered_pass(30, 4))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "drop_last changes nothing: with it and without, the last of 8 batches holds 2 rows, the first 4"
    )
    assert judgement.findings[0].evidence["parameter"] == "drop_last"


def test_a_remainder_that_is_dropped_when_asked_for() -> None:
    assert of_rests(numbered_pass(30, 4), numbered_pass(30, 4)[:-1]).outcome is Outcome.HOLDS


@pytest.mark.parametrize("batches", [IN_ORDER, [samples(0, 1, 2), samples(3, 4, 5, 6), samples(7)]])
def test_no_remainder_says_nothing_of_what_would_drop_it(batches: list[Any]) -> None:
    judgement = of_rests(batches, batches, READ)
    assert judgement.outcome is Outcome.HOLDS
    assert "drop_last" not in judgement.reason


def test_with_the_remainder_and_without_must_both_be_read() -> None:
    judgement = of_rests(numbered_pass(30, 4), [], READ)
    assert (judgement.outcome, "could not be read" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_a_flag_that_its_author_calls_unused_is_no_surprise() -> None:
    said = history("making", observations=[Signature(("x", "drop_last"), excused=("drop_last",))])
    assert of_rests(numbered_pass(30, 4), numbered_pass(30, 4), said).outcome is Outcome.HOLDS


ONE_HOT = np.eye(3, dtype=np.float32)[np.arange(4) % 3]


def of_labels(targets: Any, others: Any, classes: int = 3) -> Judgement:
    x = np.arange(8, dtype=np.float32).reshape(4, 2)
    seen = [Varied(("labelled", "relabelled"), "labels", classes)]
    passes = {"labelled": [[batch(x, targets)] * 2], "relabelled": [[batch(x, others)] * 2]}
    return judge(case(history("parameters", passes=passes, observations=seen), READ))


@pytest.mark.parametrize("targets", [0 * ONE_HOT, 0 * ONE_HOT + 1])
def test_labels_on_which_no_column_of_a_class_depends(targets: Any) -> None:
    judgement = of_labels(targets, targets)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "labels changes nothing: with other labels for all samples, the 3 columns of y are the same in 2 batches"
    )


@pytest.mark.parametrize(
    ("targets", "others", "classes"),
    [
        (ONE_HOT, np.roll(ONE_HOT, 1, axis=0), 3),
        (0 * ONE_HOT, 0 * ONE_HOT, 5),  # columns of something else
        (np.zeros(4), np.zeros(4), 3),  # one class against all others, of which there may be none
        (LEFT_OUT, LEFT_OUT, 3),  # inputs alone
        (ONE_HOT[[0] * 4], ONE_HOT[[0] * 4], 3),  # a class for labels that are not known
        (np.zeros((4, 1)), np.zeros((4, 1)), 1),
    ],
)
def test_labels_that_matter_or_are_none_of_the_targets_say_nothing(targets: Any, others: Any, classes: int) -> None:
    assert of_labels(targets, others, classes).outcome is Outcome.HOLDS


def test_a_shuffle_that_is_not_asked_for_and_comes_all_the_same() -> None:
    judgement = told(unshuffled=[IN_ORDER, OTHERWISE], shuffled=[OTHERWISE, FLIPPED])
    assert judgement.reason == "shuffle changes nothing: with shuffle=False, too, epochs come in other orders"


def test_a_shuffle_that_is_asked_for_and_never_comes() -> None:
    judgement = told(unshuffled=[IN_ORDER] * 2, shuffled=[IN_ORDER] * 2)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["told by"] == "x"


def test_a_shuffle_that_does_what_it_says() -> None:
    assert told(READ, unshuffled=[IN_ORDER] * 2, shuffled=[OTHERWISE, FLIPPED]).outcome is Outcome.HOLDS
    once = told(READ, unshuffled=[IN_ORDER] * 2, shuffled=[FLIPPED] * 2)
    assert once.outcome is Outcome.HOLDS


def test_a_remainder_that_is_dropped_hides_no_order() -> None:
    shuffled = [[samples(*range(first, first + 4)) for first in range(4, 36, 4)], OTHERWISE]
    assert told(READ, unshuffled=[IN_ORDER] * 2, shuffled=shuffled).outcome is Outcome.HOLDS


def test_few_batches_may_stay_in_order_by_chance() -> None:
    few = numbered_pass(8, 4)
    judgement = told(READ, unshuffled=[few] * 2, shuffled=[few] * 2)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "by chance" in judgement.reason


def test_rows_that_look_alike_tell_no_order() -> None:
    alike = [batch([0.0, 1.0]), batch([1.0, 0.0])]
    judgement = told(READ, unshuffled=[alike, alike[::-1]], shuffled=[alike, alike])
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "no leaf tells rows apart" in judgement.reason


def test_where_there_is_no_argument_nothing_is_asked() -> None:
    assert judge(case(history("making", observations=[Signature(())]))).outcome is Outcome.NOT_APPLICABLE
    hidden = judge(case(history("making", observations=[Signature(("x",), readable=False)])))
    assert hidden.outcome is Outcome.INCONCLUSIVE
