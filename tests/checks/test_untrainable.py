"""untrainable is red for errors of Keras's data adapters, and for no other reason why `fit` may end."""

from __future__ import annotations

import pytest

from seqcheck.checks.untrainable import judge
from seqcheck.model.arrival import REFUSED
from seqcheck.model.check import Outcome
from seqcheck.model.history import Delivery, EngineNote, Failure, Frame, History, Hook
from tests.histories import case, failure, history, numbered_pass

PASS = numbered_pass(12, 4)
VERSION = EngineNote("version", "keras 3.15.1")
ADAPTER = Frame("/env/keras/src/trainers/data_adapters/py_dataset_adapter.py", 233, "_standardize_batch")
STEP = Frame("/env/seqcheck/engines/keras.py", 190, "train_step")
GENERATOR = (
    "{{function_node __wrapped__IteratorGetNext}} TypeError: `generator` yielded an element of shape (4, 1, 1) where "
    "an element of shape (None, 1) was expected.\nTraceback (most recent call last):"
)


def stopped(error: Failure | None, seen: list[object] = PASS, **fields: object) -> History:
    notes = (VERSION, EngineNote("error", "fit stopped with an error", error))
    return history("fit", [seen], notes=notes, **fields)


def trained(**fields: object) -> History:
    deliveries = [Delivery(0, place, None, one) for place, one in enumerate(PASS)]
    return history("fit", [PASS], notes=(VERSION,), deliveries=deliveries, **fields)


def test_training_that_comes_to_its_end_holds() -> None:
    judgement = judge(case(trained()))
    assert (judgement.outcome, judgement.reason) == (
        Outcome.HOLDS,
        "3 batches of 1 epoch reached a training step of keras 3.15.1",
    )


@pytest.mark.parametrize(
    "error",
    [
        Failure("ValueError", "PyDataset.__getitem__() must return a tuple or a dict", (ADAPTER,)),
        Failure("tensorflow.errors.InvalidArgumentError", GENERATOR),
        Failure("ValueError", "Failed to convert a NumPy array to a Tensor (Unsupported object type list)."),
        Failure("AttributeError", "'OnDemand' object has no attribute 'shape'"),
        Failure("TypeError", f"{REFUSED}: it has arrays of <U10", (STEP,)),
    ],
)
def test_a_batch_that_the_adapters_refuse_is_found(error: Failure) -> None:
    judgement = judge(case(stopped(error)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["engine"] == "keras 3.15.1"


def test_the_summary_shows_the_line_that_says_what_was_refused() -> None:
    reason = judge(case(stopped(Failure("InvalidArgumentError", GENERATOR)))).reason
    assert "element of shape (4, 1, 1)" in reason
    assert "Traceback" not in reason


def test_an_error_of_the_model_is_no_fault_of_the_data() -> None:
    error = Failure("ValueError", "Failed to convert something in the loss", (ADAPTER, STEP))
    assert judge(case(stopped(error))).outcome is Outcome.INCONCLUSIVE


def test_an_error_from_elsewhere_is_not_blamed() -> None:
    assert judge(case(stopped(Failure("ImportError", "libcudart.so.12")))).outcome is Outcome.INCONCLUSIVE


def test_a_read_that_raises_is_another_fault() -> None:
    wrapped = Failure("InvalidArgumentError", "ValueError: broken", (ADAPTER,))
    judgement = judge(case(stopped(wrapped, [PASS[0], failure(), PASS[2]])))
    assert (judgement.outcome, "batch 1 raised ValueError: broken" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_a_hook_that_raises_is_another_fault() -> None:
    hook = Hook(0, "on_epoch_end", failure("IndexError", "list index out of range"))
    judgement = judge(case(stopped(Failure("RuntimeError", "on_epoch_end raised", (ADAPTER,)), hooks=(hook,))))
    assert (judgement.outcome, "on_epoch_end raised" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_a_class_without_a_base_is_not_judged() -> None:
    assert judge(case(base=None)).outcome is Outcome.NOT_APPLICABLE


def test_a_fit_that_was_skipped_or_cut_short_settles_nothing() -> None:
    note = EngineNote("skipped", "the Keras backend is jax: only tensorflow is driven")
    assert judge(case(history("fit", lengths=3, notes=(note,)))).reason == note.text
    assert judge(case(trained(ending="timed-out"))).outcome is Outcome.INCONCLUSIVE
