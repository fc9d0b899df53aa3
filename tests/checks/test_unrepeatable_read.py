"""unrepeatable-read: other samples the second time are found, and data changed in place; random content is not."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.unrepeatable_read import judge
from seqcheck.model.batch import Batch
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from tests.checks.epochs import PICTURES, numbered_in, probe, rows_in, shuffles, twice
from tests.histories import at, case, failure, history

N, B = 38, 4
EPOCH = rows_in(range(N), B)
DARKER = rows_in(range(N), B, PICTURES / 2)


def reading(
    seconds: list[object],
    plain: list[object],
    first: list[Batch] = EPOCH,
    backward: list[Batch] | None = None,
    **fields: object,
) -> History:
    """A reading whose second reads are `seconds` under isolated streams and `plain` without."""
    passes = {
        "forward": [first],
        "forward-again": [first],
        "backward": [[at(index, one) for index, one in reversed(list(enumerate(backward or first)))]],
        "twice": [[at(*pair) for pair in twice(first, seconds)]],
        "plain-twice": [[at(*pair) for pair in twice(first, plain)]],
    }
    return history("reading", passes=passes, **fields)  # type: ignore[arg-type]


def test_reads_that_repeat_hold() -> None:
    assert judge(case(reading(list(EPOCH), list(EPOCH)))).outcome is Outcome.HOLDS


def test_samples_drawn_in_every_read() -> None:
    one, other = (numbered_in(order, B) for order in shuffles(N, 2))
    judged = judge(case(reading(list(one), list(other), one, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.findings[0].declare == 'epoch = "random"'
    fixed = rows_in(shuffles(N, 2)[1], B)
    assert judge(case(reading(list(EPOCH), list(fixed)))).outcome is Outcome.VIOLATED


def test_an_iterator_that_moves_on() -> None:
    moved = [*EPOCH[1:], EPOCH[0]]
    assert judge(case(reading(list(moved), list(moved)))).outcome is Outcome.VIOLATED
    used_up = [*EPOCH[:-1], failure("StopIteration", "")]
    assert (
        judge(case(reading(used_up, list(EPOCH)))).reason
        == "batch 9 can be read once, and raises StopIteration:  when it is read again"
    )


def test_data_changed_in_place() -> None:
    judged = judge(case(reading(list(DARKER), list(DARKER))))
    assert judged.outcome is Outcome.VIOLATED
    assert "with the same random streams" in judged.reason


def test_a_generator_that_cannot_be_seeded_is_no_change_in_place() -> None:
    backward = rows_in(range(N), B, PICTURES + 3)
    judged = judge(case(reading(list(DARKER), list(DARKER), backward=backward)))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')
    few = reading([DARKER[0], *EPOCH[1:]], list(EPOCH))
    assert judge(case(few)).outcome is Outcome.INCONCLUSIVE


def test_content_drawn_from_known_streams_is_asked_about() -> None:
    run = reading(list(EPOCH), list(DARKER))
    judged = judge(case(run))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')
    assert judge(case(run, contract={"augments": True})).outcome is Outcome.HOLDS
    assert judge(case(run, contract={"augments": False})).outcome is Outcome.VIOLATED


def test_rows_of_the_same_batch_in_another_order_are_the_same_samples() -> None:
    turned = [rows_in(list(range(k, min(k + B, N)))[::-1], B)[0] for k in range(0, N, B)]
    assert judge(case(reading(list(EPOCH), list(turned)))).outcome is Outcome.HOLDS


def test_equal_rows_all_over_the_data_prove_nothing() -> None:
    few = np.tile(PICTURES[:2], (20, 1))
    one, other = (rows_in(order, B, few, np.zeros(50, int)) for order in shuffles(N, 2))
    assert judge(case(reading(list(one), list(other), one))).outcome is not Outcome.VIOLATED


def test_a_free_index_is_declared() -> None:
    moved = [*EPOCH[1:], EPOCH[0]]
    run = reading(list(moved), list(moved))
    assert judge(case(run, contract={"epoch": "random"})).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(run, contract={"epoch": "per-epoch"})).outcome is Outcome.VIOLATED
