"""missing-reshuffle: one order for all epochs is a fault where a shuffle was asked for and chance is excluded."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.missing_reshuffle import judge
from seqcheck.model.check import Outcome
from seqcheck.model.contract import Contract
from tests.checks.epochs import PICTURES, held, indexes, listed, numbered_in, probe, rows_in, shuffles
from tests.histories import case, history

N, B = 38, 4
DECLARED = {"shuffles": True}
SAME = history(epochs=[numbered_in(range(N), B)] * 3, truth=probe(N))


def test_an_order_that_never_changes() -> None:
    judged = judge(case(SAME, contract=DECLARED))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason == (
        "all 3 epochs came in one order, that of the data (0, 1, 2, 3, 4, 5 ...), though shuffle is declared"
    )


def test_an_order_drawn_once_and_kept() -> None:
    once = history(epochs=[numbered_in(shuffles(N, 1)[0], B)] * 3, truth=probe(N), scenario={"shuffle": True})
    judged = judge(case(once))
    assert "drawn once and kept" in judged.reason
    assert "though shuffle is passed" in judged.reason


def test_an_order_made_anew_by_the_hook_is_a_repeating_shuffle() -> None:
    kept = history(epochs=[numbered_in(shuffles(N, 1)[0], B)] * 3, truth=probe(N))
    judged = judge(case(kept, contract=DECLARED, own_hooks=("on_epoch_end",)))
    assert judged.follows_from == "repeating-shuffle"


def test_any_difference_is_a_shuffle() -> None:
    epochs = [[list(range(first, min(first + B, N))) for first in range(0, N, B)] for _ in range(3)]
    for place, cut in enumerate(epochs):
        np.random.default_rng(place).shuffle(cut)
    flat = [[one for batch in cut if len(batch) == B for one in batch] for cut in epochs]
    for chosen in (shuffles(N, 3), flat):
        run = history(epochs=[numbered_in(order, B) for order in chosen], truth=probe(N))
        assert judge(case(run, contract=DECLARED)).outcome is Outcome.HOLDS


def test_fixed_rows_are_compared_by_content() -> None:
    same = history(epochs=[rows_in(range(N), B)] * 3, observations=[held("self.x", PICTURES), indexes(N)])
    assert judge(case(same, contract=DECLARED)).outcome is Outcome.VIOLATED
    moved = history(epochs=[rows_in(order, B) for order in shuffles(N, 3)])
    assert judge(case(moved, contract=DECLARED)).outcome is Outcome.HOLDS


def test_chance_is_excluded() -> None:
    tiny = history(epochs=[numbered_in(range(4), 2)] * 3, truth=probe(4))
    assert judge(case(tiny, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE
    assert judge(case(tiny, SAME, contract=DECLARED)).outcome is Outcome.VIOLATED
    alike = np.repeat(PICTURES[:1], 50, axis=0)
    one = history(epochs=[rows_in(range(N), B, alike, np.zeros(50, int))] * 3)
    assert judge(case(one, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE


def test_few_batches_that_may_be_shuffled_whole_say_nothing() -> None:
    run = history(epochs=[rows_in(range(20), B)] * 3, observations=[listed("self.chunks", 5)])
    assert judge(case(run, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE
    # One batch has no order; of six, the last may have to stay where it is.
    for count, batches in ((20, 1), (12, 6)):
        size = count // batches
        whole = history(epochs=[rows_in(range(count), size)] * 3, observations=[listed("self.chunks", batches)])
        assert judge(case(whole, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE
    free = history(epochs=[rows_in(range(20), B)] * 3, observations=[listed("self.files", 20)])
    assert judge(case(free, contract=DECLARED)).outcome is Outcome.VIOLATED


def test_nobody_asked() -> None:
    assert judge(case(SAME)).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(SAME, contract={"shuffles": False})).outcome is Outcome.NOT_APPLICABLE
    off = history(epochs=[numbered_in(range(N), B)] * 3, truth=probe(N), scenario={"shuffle": False})
    assert judge(case(off, contract=DECLARED)).outcome is Outcome.NOT_APPLICABLE


def test_a_parameter_alone_only_asks() -> None:
    judged = judge(case(SAME, contract=Contract().infer(shuffles=True)))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, "shuffles = true")
