"""repeating-shuffle: a shuffled order that comes again is found; an order that never changed is another fault."""

from __future__ import annotations

from seqcheck.checks import missing_reshuffle
from seqcheck.checks.repeating_shuffle import judge
from seqcheck.model.check import Outcome
from tests.checks.epochs import PICTURES, held, numbered_in, probe, rows_in, shuffles
from tests.histories import case, history

N, B = 38, 4
DECLARED = {"shuffles": True}
FIRST, SECOND = shuffles(N, 2)
OWN = ("on_epoch_end",)


def test_a_generator_seeded_anew_in_the_hook() -> None:
    run = history(epochs=[numbered_in(FIRST, B)] * 3, truth=probe(N))
    late = history("hooks", passes={"late": [numbered_in(range(N), B), numbered_in(FIRST, B)]}, truth=probe(N))
    for seen in (case(run, late, contract=DECLARED), case(run, contract=DECLARED, own_hooks=OWN)):
        judged = judge(seen)
        assert judged.outcome is Outcome.VIOLATED
        assert judged.reason.startswith("epoch 1 repeats the shuffled order of epoch 0")
        assert missing_reshuffle.judge(seen).outcome is not Outcome.VIOLATED


def test_two_orders_that_take_turns() -> None:
    run = history(epochs=[numbered_in(order, B) for order in (FIRST, SECOND, FIRST)], truth=probe(N))
    judged = judge(case(run, contract=DECLARED))
    assert judged.reason.startswith("epoch 2 repeats the shuffled order of epoch 0")
    assert missing_reshuffle.judge(case(run, contract=DECLARED)).outcome is Outcome.HOLDS


def test_fixed_rows_know_their_natural_order_from_what_is_held() -> None:
    run = history(epochs=[rows_in(FIRST, B)] * 3, observations=[held("self.x", PICTURES[:N])])
    assert judge(case(run, contract=DECLARED, own_hooks=OWN)).outcome is Outcome.VIOLATED


def test_an_order_that_never_changed_is_missing() -> None:
    for order in (list(range(N)), FIRST):
        run = case(history(epochs=[numbered_in(order, B)] * 3, truth=probe(N)), contract=DECLARED)
        assert judge(run).follows_from == "missing-reshuffle"
        assert missing_reshuffle.judge(run).outcome is Outcome.VIOLATED


def test_orders_that_all_differ_hold() -> None:
    run = history(epochs=[numbered_in(order, B) for order in shuffles(N, 3)], truth=probe(N))
    assert judge(case(run, contract=DECLARED)).outcome is Outcome.HOLDS


def test_few_samples_repeat_by_chance() -> None:
    run = history(
        epochs=[numbered_in(order, 2) for order in ([1, 0, 2], [2, 1, 0], [1, 0, 2])], truth=probe(3), lengths=2
    )
    assert judge(case(run, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE


def test_few_batches_that_change_places_repeat_by_chance() -> None:
    """Three whole batches and a rest: six orders in all, however many samples they hold."""
    moved = [*range(B, 3 * B), *range(B), *range(3 * B, 3 * B + 2)]
    orders = (range(3 * B + 2), moved, range(3 * B + 2))
    run = history(epochs=[numbered_in(order, B) for order in orders], truth=probe(3 * B + 2))
    assert judge(case(run, contract=DECLARED)).outcome is Outcome.INCONCLUSIVE


def test_nobody_asked() -> None:
    run = history(epochs=[numbered_in(FIRST, B)] * 3, truth=probe(N))
    assert judge(case(run, own_hooks=OWN)).outcome is Outcome.NOT_APPLICABLE
