"""foreign-samples: rows that no one filled are found; padding, blends and augmentation are left alone."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.foreign_samples import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.observation import Holding
from tests.checks.epochs import CLASSES, PICTURES, held, indexes, listed, numbered_in, probe, rows_in, shuffles, twice
from tests.histories import at, batch, case, history

N, B = 38, 4


def filled(order: list[int], garbage: float = 0.0) -> list[Batch]:
    """An epoch into a buffer of B rows of which the last batch fills half."""
    epoch = rows_in(order, B)
    tail = order[-(len(order) % B) :]
    rest = B - len(tail)
    x = np.concatenate([PICTURES[tail], np.full((rest, 4), garbage, np.float32)])
    return [*epoch[:-1], describe((x, np.concatenate([CLASSES[tail], np.zeros(rest, np.int64)])))]


def test_labels_that_no_sample_has_are_foreign() -> None:
    epoch = [*numbered_in(range(36), B), batch(np.full((2, 3), -1.0), np.array([-1, -1]))]
    judged = judge(case(history(epochs=[epoch] * 2, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason.startswith("row 0 of ")
    assert judged.findings[0].evidence["rows not in the data, by epoch"] == [2, 2]


def test_blank_rows_of_x_are_foreign_though_their_labels_are_not() -> None:
    blank = batch(np.array([[36.5] * 3, [0.0] * 3], np.float32), np.array([36, 37]))
    judged = judge(case(history(epochs=[[*numbered_in(range(36), B), blank]] * 2, truth=probe(N))))
    assert judged.reason == "row 1 of x in batch 9 of epoch 0 is not in the data (its value: 0)"
    assert judged.findings[0].declare == "padding = 0"
    declared = case(
        history(epochs=[[*numbered_in(range(36), B), blank]] * 2, truth=probe(N)), contract={"augments": ["x"]}
    )
    assert judge(declared).outcome is not Outcome.VIOLATED
    padded = case(history(epochs=[[*numbered_in(range(36), B), blank]] * 2, truth=probe(N)), contract={"padding": 0})
    assert judge(padded).outcome is Outcome.HOLDS


def test_a_buffer_that_is_larger_than_the_rest_of_held_data() -> None:
    for garbage in (0.0, 7e20):
        run = history(epochs=[filled(list(range(N)), garbage)] * 2, observations=[held("self.x", PICTURES[:N])])
        assert judge(case(run)).outcome is Outcome.VIOLATED


def test_a_buffer_whose_garbage_never_recurs() -> None:
    epochs = [filled(order, 7.0 + place) for place, order in enumerate(shuffles(N, 3))]
    assert judge(case(history(epochs=epochs, observations=[indexes(N)]))).outcome is Outcome.VIOLATED


def test_a_rest_that_is_filled_up_alike_in_every_epoch() -> None:
    """Nothing that is held has the rows; the files or indices that it goes by are as many as the other rows."""
    moving, still = shuffles(N, 3), [list(range(N))] * 3

    def told(orders: list[list[int]], *observed: Holding, rest: int = 2) -> Judgement:
        epochs = [[*rows_in(order[:-rest], B), *rows_in([*order[-rest:], *[N] * (B - rest)], B)] for order in orders]
        return judge(case(history(epochs=epochs, observations=observed)))

    for files in (listed("self.files", N), indexes(N)):
        judgement = told(moving, listed("self.classes", 3), files)
        assert judgement.outcome is Outcome.VIOLATED
        assert judgement.findings[0].evidence["rows not in the data, by epoch"] == [2, 2, 2]
        assert judgement.findings[0].evidence["who says so"].startswith(files.path)
    assert told(still, indexes(N)).outcome is Outcome.VIOLATED
    for orders, observed in ((still, listed("self.files", N)), (moving, indexes(N - 1))):
        assert told(orders, observed).outcome is Outcome.INCONCLUSIVE


def test_equal_rows_that_also_stand_elsewhere_fill_nothing_up() -> None:
    equal = {N - 1: 0, N - 2: 0}
    epochs = [rows_in([equal.get(one, one) for one in [*order, 0]], B) for order in shuffles(N, 3)]
    assert judge(case(history(epochs=epochs, observations=[indexes(N)]))).outcome is Outcome.INCONCLUSIVE


def test_a_last_sample_that_no_shuffle_moves_is_one_of_the_data() -> None:
    epochs = [rows_in([*order, N], B) for order in shuffles(N, 3)]
    for observed in (indexes(N), listed("self.steps", N)):
        assert judge(case(history(epochs=epochs, observations=[observed]))).outcome is Outcome.INCONCLUSIVE


def test_whole_data_hold() -> None:
    assert judge(case(history(epochs=[numbered_in(range(N), B)] * 2, truth=probe(N)))).outcome is Outcome.HOLDS
    run = history(epochs=[rows_in(range(N), B)] * 2, observations=[held("self.x", PICTURES)])
    assert judge(case(run)).outcome is Outcome.HOLDS


def test_nothing_held_says_nothing() -> None:
    assert judge(case(history(epochs=[rows_in(range(N), B)] * 2))).outcome is Outcome.INCONCLUSIVE
    labels = history(epochs=[rows_in(range(N), B, PICTURES * 2)] * 2, observations=[held("self.y", CLASSES)])
    assert judge(case(labels)).outcome is Outcome.INCONCLUSIVE


def test_rows_turned_in_some_epochs_ask_for_the_declaration() -> None:
    turned = np.where(np.arange(50)[:, None] % 3 == 0, PICTURES[:, ::-1], PICTURES)
    run = history(epochs=[rows_in(range(N), B, turned)] * 2, observations=[held("self.x", PICTURES)])
    judged = judge(case(run))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')
    assert judge(case(run, contract={"augments": False})).outcome is Outcome.VIOLATED


def test_data_held_in_two_arrays_are_all_known() -> None:
    run = history(
        epochs=[rows_in(order, B) for order in shuffles(N, 2)],
        observations=[held("self.positive", PICTURES[:20]), held("self.negative", PICTURES[20:N])],
    )
    assert judge(case(run)).outcome is not Outcome.VIOLATED


def test_blended_labels_are_not_judged() -> None:
    x = np.arange(N, dtype=np.float32)[:, None] + 0.5
    y = np.where(np.arange(N) % 3 == 0, np.arange(N) + 0.25, np.arange(N))
    noisy = x + np.where(np.arange(N)[:, None] % 2 == 0, 0.3, 0).astype(np.float32)
    reading = history(
        "reading", passes={"plain-twice": [[at(*pair) for pair in twice(rows_in(range(N), B, noisy, y))]]}
    )
    judged = judge(case(history(epochs=[rows_in(range(N), B, noisy, y)] * 2, truth=probe(N)), reading))
    assert judged.outcome is Outcome.INCONCLUSIVE
