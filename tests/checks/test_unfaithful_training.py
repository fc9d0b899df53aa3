"""unfaithful-training finds values that casting harmed, and blames the Sequence for nothing that an engine does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from seqcheck.checks.unfaithful_training import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.history import Delivery, History
from seqcheck.model.observation import Alone, Resumed
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import case, history, length, numbered_pass, samples

PASS = numbered_pass(12, 4)


def labelled(dtype: str, *values: float) -> Batch:
    return describe((np.zeros((len(values), 2), "float32"), np.array(values, dtype)))


def fit(fetched: list[Any], delivered: list[Batch], **passes: list[list[Any]]) -> History:
    deliveries = [Delivery(0, place, None, one) for place, one in enumerate(delivered)]
    return history("fit", [fetched], passes=passes, deliveries=deliveries)


def test_what_arrives_as_it_was_fetched_holds() -> None:
    assert judge(case(sound_reading(), fit(PASS, PASS, reference=[PASS]))).outcome is Outcome.HOLDS


def test_batches_in_another_order_hold() -> None:
    assert judge(case(sound_reading(), fit(PASS, PASS[::-1], reference=[PASS]))).outcome is Outcome.HOLDS


def test_labels_that_a_later_dtype_truncates_are_found() -> None:
    soft = labelled("float64", 0.9, 0.1)
    fetched = [labelled("int64", 1, 0), soft]
    judgement = judge(case(fit(fetched, [fetched[0], labelled("int64", 0, 0)])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "y of batch 1 of epoch 0, at step 1, was given as float64 and reached training as int64: 0.9 and 0.1 became 0 "
        "and 0"
    )
    first = judgement.findings[0].evidence["first difference"]
    assert first == "epoch 0, step 1, batch 1, no worker, the engine itself"


def test_the_dtype_may_be_that_of_a_batch_seen_before_the_first_epoch() -> None:
    """Every batch of the epoch is float, and only the first look, before the hook, was at whole numbers."""
    fetched = [labelled("float64", 0.9, 0.1), labelled("float64", 0.1, 0.9)]
    arrived = [labelled("int64", 0, 0), labelled("int64", 0, 0)]
    judgement = judge(case(fit(fetched, arrived, peek=[[labelled("int64", 1, 0)]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["batches changed"] == 2


def test_double_precision_that_arrives_as_single_holds() -> None:
    fetched = [labelled("float64", 0.1, 1 / 3)]
    assert judge(case(fit(fetched, [labelled("float32", 0.1, 1 / 3)]))).outcome is Outcome.HOLDS


def test_a_cast_that_changes_no_value_holds() -> None:
    fetched = [labelled("int64", 1, 0), labelled("int32", 1, 0)]
    assert judge(case(fit(fetched, [labelled("int64", 1, 0)] * 2))).outcome is Outcome.HOLDS


def test_values_that_change_without_a_reason_are_the_engines() -> None:
    fetched = [labelled("float32", 0.9, 0.1)] * 2
    judgement = judge(case(fit(fetched, [fetched[0], labelled("float32", 0.0, 0.0)])))
    assert (judgement.outcome, "nothing in the Sequence" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_an_engine_that_computes_in_fewer_bits_is_said_to() -> None:
    large = labelled("int64", 2**40 + 1, 2**40 + 2)
    judgement = judge(case(fit([large], [labelled("int32", 1, 2)])))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert judgement.reason.endswith("with other values, as int32 in place of int64: so the engine computes")


def test_batches_that_the_engine_lost_are_the_engines() -> None:
    assert judge(case(sound_reading(), fit(PASS, PASS[:2], reference=[PASS]))).outcome is Outcome.INCONCLUSIVE


def test_a_batch_fetched_ahead_is_no_stranger() -> None:
    """The engine read batch 0 before it said that the epoch had begun."""
    assert judge(case(fit(PASS[1:], PASS[:2], peek=[[PASS[0]]]))).outcome is Outcome.HOLDS


def test_other_rows_under_fit_than_in_a_fork_are_found() -> None:
    given = [PASS[0], samples(4, 4, 4, 4), PASS[2]]
    judgement = judge(case(sound_reading(), fit(given, given, reference=[PASS])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["batches that differ"] == [1]
    assert judgement.findings[0].evidence["first difference"].startswith("epoch 0, step 1, batch 1, ")
    assert judgement.reason.startswith("batch 1 of epoch 0, at step 1, is another under fit than in a fork of the same")


def test_drawn_content_may_differ_from_the_reference() -> None:
    given = noisy_pass(7)
    assert judge(case(drawing_reading(), fit(given, given, reference=[noisy_pass(0)]))).outcome is Outcome.HOLDS


def test_inputs_alone_arrive_in_a_tuple() -> None:
    fetched = [describe({"a": np.arange(4.0)})]
    arrived = [describe(({"a": np.arange(4.0, dtype="float32")},))]
    assert judge(case(fit(fetched, arrived))).outcome is Outcome.HOLDS


def test_a_class_without_a_base_is_not_judged() -> None:
    assert judge(case(base=None)).outcome is Outcome.NOT_APPLICABLE


def test_where_nothing_reached_training_nothing_is_said() -> None:
    assert judge(case(fit(PASS, []))).outcome is Outcome.INCONCLUSIVE


def trained(
    seen: list[Batch], *, alone: Sequence[list[Batch]] = (), trouble: str = "", own: bool = False, failed: str = ""
) -> tuple[History, History]:
    """The plain loop, and a run of fit whose other fit fetched `seen`, beside epochs of a fork that read `alone`."""
    observations = [
        Resumed(2, tuple(enumerate(seen)), 0 if trouble else len(seen), 4, ((0, 1),), trouble, own),
        *(Alone(number, tuple(enumerate(epoch)), failed) for number, epoch in enumerate(alone, 1)),
    ]
    deliveries = [Delivery(0, place, None, one) for place, one in enumerate(PASS)]
    run = history("fit", [PASS], passes={"reference": [PASS]}, deliveries=deliveries, observations=observations)
    return history("loop", [PASS, PASS, PASS]), run


TWICE = [samples(0, 1, 2, 3), samples(4, 5, 6, 7), samples(0, 1, 2, 3)]


def test_another_fit_with_the_same_samples_holds() -> None:
    judgement = judge(case(sound_reading(), *trained(PASS[::-1])))
    assert (judgement.outcome, "3 batches of another fit on the same instance" in judgement.reason) == (
        Outcome.HOLDS,
        True,
    )


def test_samples_that_another_fit_repeats_are_found_at_their_step() -> None:
    judgement = judge(case(sound_reading(), *trained(TWICE, alone=[PASS] * 4)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "another fit on the same instance, after one that was stopped and one in which a callback raised, each amid an "
        "epoch of 2 steps trains on other samples than the same instance holds when it is read alone: 4 of 12 samples "
        "never come, 4 come too often, the first at step 2, in batch 2"
    )


@pytest.mark.parametrize(
    ("alone", "options"),
    [
        ([], {}),  # nobody read it alone
        ([PASS, PASS, PASS, TWICE], {}),  # so do its epochs by themselves
        ([PASS, PASS], {}),  # not that far
        ([PASS] * 4, {"epoch": "per-epoch"}),
        ([PASS] * 4, {"epoch": "random"}),
        ([PASS] * 4, {"infinite": True}),
    ],
)
def test_epochs_that_may_differ_are_left_alone(alone: list[list[Batch]], options: dict[str, object]) -> None:
    assert judge(case(sound_reading(), *trained(TWICE, alone=alone), contract=options)).outcome is Outcome.HOLDS


def test_samples_that_nobody_saw_before_are_no_repeated_ones() -> None:
    """One that drops a remainder leaves out others each time; that all its epochs agreed so far was chance."""
    new = [*PASS[:2], samples(8, 9, 10, 99)]
    assert judge(case(sound_reading(), *trained(new, alone=[PASS] * 4))).outcome is Outcome.HOLDS


def test_what_is_raised_in_another_fit_alone_is_found() -> None:
    runs = trained([], alone=[PASS] * 4, trouble="batch 3 raised ValueError: closed", own=True)
    judgement = judge(case(sound_reading(), *runs))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.startswith("batch 3 raised ValueError: closed in another fit on the same instance, after")


def test_what_is_raised_in_so_many_epochs_anyway_or_by_the_engine_is_not() -> None:
    raised = trained([], alone=[PASS] * 4, trouble="batch 3 raised ValueError: closed", own=True, failed="it raised")
    assert judge(case(sound_reading(), *raised)).outcome is Outcome.HOLDS
    engine = trained([], alone=[PASS] * 4, trouble="fit stopped with RuntimeError: lost")
    assert judge(case(sound_reading(), *engine)).outcome is Outcome.HOLDS


def test_batches_that_never_arrive_are_put_down_to_lengths_that_differ() -> None:
    short = fit(PASS, PASS[:2])
    assert judge(case(short)).reason.endswith("reached training; nothing in the Sequence explains it")
    loop = history("loop", [PASS, PASS[:2]], lengths=[length(3), length(2, epoch=1, when="before reads")])
    judgement = judge(case(loop, short))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert judgement.reason == "2 of 3 batches of epoch 0 reached training; epochs differ in length: 2 and 3 batches"
