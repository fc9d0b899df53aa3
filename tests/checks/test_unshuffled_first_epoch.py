"""unshuffled-first-epoch: advice for legacy Keras where the first epoch is in the order of the data and no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqcheck.checks.unshuffled_first_epoch import CHECK, judge
from seqcheck.model.check import Judgement, Outcome, Severity
from tests.checks.epochs import known, numbered_in, probe, rows_in, shuffles
from tests.drawn import sound_reading
from tests.histories import case, history

COUNT = 24
INORDER = list(range(COUNT))
FIRST, SECOND = shuffles(COUNT, 2)


def judged(*orders: Sequence[int], base: str = "tf_keras", contract: dict[str, Any] | None = None) -> Judgement:
    epochs = [numbered_in(order, 4) for order in orders]
    return judge(case(history("loop", epochs, truth=probe(len(orders[0]))), base=base, contract=contract))


def test_a_first_epoch_in_the_order_of_the_data_is_advice() -> None:
    said = judged(INORDER, FIRST, SECOND)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason.startswith("the first epoch comes in the order of the data (0, 1, 2, 3, 4, 5 ...)")
    assert CHECK.severity is Severity.ADVICE


def test_a_shuffled_first_epoch_holds() -> None:
    assert judged(FIRST, SECOND, INORDER).outcome is Outcome.HOLDS


def test_it_is_only_for_legacy_classes_that_shuffle() -> None:
    assert judged(INORDER, FIRST, base="keras").outcome is Outcome.NOT_APPLICABLE
    assert judged(INORDER, FIRST, contract={"shuffles": False}).outcome is Outcome.NOT_APPLICABLE
    assert judged(INORDER, INORDER).outcome is Outcome.NOT_APPLICABLE


def test_other_samples_in_each_epoch_are_no_shuffle() -> None:
    assert judged(INORDER, [*range(12), *range(12)]).outcome is Outcome.NOT_APPLICABLE


def test_few_samples_and_unknown_orders_are_open() -> None:
    assert judged([0, 1, 2, 3], [3, 1, 0, 2]).outcome is Outcome.INCONCLUSIVE
    unknown = history("loop", [rows_in(INORDER, 4), rows_in(FIRST, 4)], truth=known(COUNT))
    assert judge(case(unknown, sound_reading(), base="tf_keras")).outcome is Outcome.INCONCLUSIVE
    assert judged(INORDER).outcome is Outcome.INCONCLUSIVE
