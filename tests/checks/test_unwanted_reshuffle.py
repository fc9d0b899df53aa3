"""unwanted-reshuffle: an order that changes is a fault only where it was said that it should not."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.unwanted_reshuffle import judge
from seqcheck.model.check import Outcome
from seqcheck.model.contract import Contract
from tests.checks.epochs import PICTURES, numbered_in, probe, rows_in, shuffles
from tests.histories import case, history

N, B = 38, 4
STAYS = {"shuffles": False}
MOVED = history(epochs=[numbered_in(order, B) for order in shuffles(N, 3)], truth=probe(N))


def test_a_declared_order_that_changes() -> None:
    judged = judge(case(MOVED, contract=STAYS))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason.endswith("though shuffles = false is declared")


def test_a_flag_that_is_passed_and_never_asked() -> None:
    run = history(epochs=[rows_in(order, B) for order in shuffles(N, 3)], scenario={"shuffle": False, "num_samples": N})
    judged = judge(case(run))
    assert judged.reason.endswith("though shuffle=False was passed")


def test_an_order_that_stays_holds_even_when_it_is_not_that_of_the_data() -> None:
    for order in (list(range(N)), shuffles(N, 1)[0]):
        run = history(epochs=[numbered_in(order, B)] * 3, truth=probe(N))
        assert judge(case(run, contract=STAYS)).outcome is Outcome.HOLDS


def test_nobody_asked_for_an_order() -> None:
    assert judge(case(MOVED)).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(MOVED, contract={"shuffles": True})).outcome is Outcome.NOT_APPLICABLE


def test_a_switch_that_is_off_asks_whether_the_order_stays() -> None:
    off = Contract().infer(shuffles=False)
    judged = judge(case(MOVED, contract=off))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, "shuffles = false")
    assert judged.reason == (
        "epoch 1 came in another order than epoch 0, though its shuffle is false; nobody declared that the order stays"
    )
    stays = history(epochs=[numbered_in(range(N), B)] * 3, truth=probe(N))
    assert judge(case(stays, contract=off)).outcome is Outcome.HOLDS


def test_content_drawn_anew_is_no_other_order() -> None:
    run = history(epochs=[rows_in(range(N), B, PICTURES + epoch) for epoch in range(3)])
    assert judge(case(run, contract=STAYS)).outcome is Outcome.INCONCLUSIVE


def test_a_subset_in_the_same_order_is_no_other_order() -> None:
    epochs = [numbered_in([one for one in range(N) if one % 19 != epoch], B) for epoch in range(3)]
    run = history(epochs=epochs, truth=probe(N))
    assert judge(case(run, contract=STAYS)).outcome is Outcome.INCONCLUSIVE


def test_blends_of_two_samples_are_no_other_order() -> None:
    partners = [np.arange(N), np.arange(N) + 0.5, np.arange(N) + np.arange(N) % 2]
    epochs = [rows_in(range(N), B, blended[:, None].astype("float32"), blended) for blended in partners]
    run = history(epochs=epochs, truth=probe(N), scenario={"shuffle": False, "num_samples": N})
    judged = judge(case(run))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "blends" in judged.reason
