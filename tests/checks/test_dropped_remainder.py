"""dropped-remainder: what a floor division leaves out, and nothing else, asks for the declaration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seqcheck.checks import catalogue, lost_samples
from seqcheck.checks.dropped_remainder import judge
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Truth
from seqcheck.model.verdict import group
from tests.checks.epochs import PICTURES, held, indexes, listed, numbered_in, probe, rows_in, shuffles
from tests.histories import at, case, history, samples

N, B = 38, 4


def floor(order: list[int]) -> list[int]:
    return order[: len(order) // B * B]


def test_a_floor_length_asks_for_the_declaration() -> None:
    judged = judge(case(history(epochs=[numbered_in(range(36), B)] * 3, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.findings[0].declare == "drop_remainder = true"
    assert judged.reason == "the last 2 of 38 samples never came in epoch 0: 9 batches of 4 make 36"


def test_a_parameter_may_say_so() -> None:
    left = case(history(epochs=[numbered_in(range(36), B)] * 3, truth=probe(N)))
    asked = judge(replace(left, contract=left.contract.infer(drop_remainder=True)))
    assert (asked.outcome, "a parameter" in asked.reason) == (Outcome.NOT_APPLICABLE, True)


@pytest.mark.parametrize(
    ("contract", "outcome"),
    [
        ({"drop_remainder": True}, Outcome.NOT_APPLICABLE),
        ({"drop_remainder": "per-group"}, Outcome.NOT_APPLICABLE),
        ({"epoch": "per-epoch"}, Outcome.NOT_APPLICABLE),
        ({"drop_remainder": 2}, Outcome.HOLDS),
        ({"drop_remainder": 1}, Outcome.VIOLATED),
        ({"drop_remainder": False}, Outcome.VIOLATED),
    ],
)
def test_it_may_be_declared(contract: dict[str, object], outcome: Outcome) -> None:
    judged = judge(case(history(epochs=[numbered_in(range(36), B)] * 3, truth=probe(N)), contract=contract))
    assert judged.outcome is outcome


def test_those_left_over_by_a_shuffle_are_the_last_of_its_order() -> None:
    epochs = [numbered_in(floor(order), B) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs, truth=probe(N))))
    words = "the last 2 of 38 samples in the order of epoch 0 never came: 9 batches of 4 make 36"
    assert judged.reason == words


def test_a_shuffle_drops_others_each_time_and_is_still_a_remainder() -> None:
    epochs = [rows_in(floor(order), B) for order in shuffles(N, 3)]
    for seen in (held("self.x", PICTURES[:N]), indexes(N), listed("self.files", N)):
        whole = case(history(epochs=epochs, observations=[seen]))
        assert judge(whole).outcome is Outcome.VIOLATED
        assert lost_samples.judge(whole).outcome is Outcome.HOLDS


def test_an_unshuffled_floor_is_seen_past_its_end() -> None:
    over = rows_in(range(36, 38), B)
    run = history(epochs=[rows_in(range(36), B)] * 3, overrun=[*over, *rows_in([0, 1], B)], observations=[indexes(N)])
    assert judge(case(run)).outcome is Outcome.VIOLATED


def test_what_is_more_than_a_remainder_is_lost_and_red_once() -> None:
    run = case(history(epochs=[numbered_in(range(30), B)] * 3, truth=probe(N)))
    judged = judge(run)
    assert (judged.outcome, judged.follows_from) == (Outcome.INCONCLUSIVE, "lost-samples")
    assert lost_samples.judge(run).outcome is Outcome.VIOLATED


def test_a_divisible_or_ceiled_epoch_holds() -> None:
    assert judge(case(history(epochs=[numbered_in(range(40), B)] * 3, truth=probe(40)))).outcome is Outcome.HOLDS
    assert judge(case(history(epochs=[numbered_in(range(N), B)] * 3, truth=probe(N)))).outcome is Outcome.HOLDS


def test_the_order_of_reads_makes_no_difference() -> None:
    epoch = [at(index, batch) for index, batch in reversed(list(enumerate(numbered_in(range(N), B))))]
    assert judge(case(history(epochs=[epoch], truth=probe(N)))).outcome is Outcome.HOLDS


def test_one_of_several_sizes_is_enough() -> None:
    fine = history(epochs=[numbered_in(range(40), B)] * 2, truth=probe(40))
    short = history(epochs=[numbered_in(range(36), B)] * 2, truth=probe(N), scenario={"num_samples": N})
    judged = judge(case(fine, short))
    assert judged.findings[0].scenario is not None
    assert judged.findings[0].scenario.num_samples == N


def test_samples_that_never_come_are_red_once() -> None:
    """Sample 0 never comes; where little else is missing it looks like a remainder, and elsewhere it does not."""
    short = history(epochs=[[samples(1, 2)]] * 2, truth=Truth(3, "probe", 2, "probe", probe=True))
    long = history(epochs=[[samples(1, 2), samples(3)]] * 2, truth=Truth(4, "probe", 2, "probe", probe=True))
    both = case(short, long)
    names = ("dropped-remainder", "lost-samples")
    checks = {name: catalogue()[name].check for name in names}
    judged = {name: catalogue()[name].judge(both) for name in names}
    assert {judgement.outcome for judgement in judged.values()} == {Outcome.VIOLATED}
    grouped = group(checks, judged)
    assert grouped["lost-samples"].outcome is Outcome.VIOLATED
    assert grouped["dropped-remainder"].follows_from == "lost-samples"


def test_what_was_handed_to_the_constructor_is_the_sequences_own_also_where_nothing_lies_past_its_end() -> None:
    def of(source: str, *parameters: str) -> Outcome:
        truth = Truth(num_samples=N, num_samples_source=source)
        run = history(epochs=[rows_in(range(36), B)] * 3, truth=truth)
        return judge(case(run, parameters=parameters)).outcome

    assert of("probe", "df", "batch_size") is Outcome.VIOLATED
    assert of("factory") is Outcome.INCONCLUSIVE
    assert of("probe", "series", "window") is Outcome.INCONCLUSIVE
