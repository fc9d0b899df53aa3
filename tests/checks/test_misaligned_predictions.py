"""misaligned-predictions finds answers out of place, and excuses shuffling, random content and rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcheck.checks.misaligned_predictions import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.history import EngineNote, History
from seqcheck.model.observation import Prediction
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import at, batch, case, history, numbered_pass, samples

COUNT = 40
PASS = numbered_pass(COUNT, 4)
SWAPPED = [samples(1, 0, 2, 3), *PASS[1:]]
IN_ORDER = {"shuffles": False}
ASKED = tuple(k + 0.5 for k in range(COUNT))


def predict(answered: Any, asked: Any = ASKED, given: list[Any] = PASS, reference: list[Any] = PASS) -> History:
    observed = Prediction(tuple(answered), tuple(asked))
    return history("predict", [given], passes={"reference": [reference]}, observations=(observed,))


def test_answers_in_order_hold() -> None:
    rounded = [float(np.float32(number)) * (1 + 1e-6) for number in ASKED]
    judgement = judge(case(sound_reading(COUNT), predict(rounded)))
    assert (judgement.outcome, "40 predictions" in judgement.reason) == (Outcome.HOLDS, True)


def test_rows_that_change_places_are_found_with_the_first() -> None:
    answered = (1.5, 0.5, *ASKED[2:])
    judgement = judge(case(sound_reading(COUNT), predict(answered, given=SWAPPED), contract=IN_ORDER))
    assert judgement.outcome is Outcome.VIOLATED
    evidence = judgement.findings[0].evidence
    assert (evidence["first misplaced row"], evidence["its answer belongs to row"]) == (0, 1)
    assert evidence["a permutation"] is True


def test_an_order_drawn_at_each_read_is_found_though_its_content_is_drawn() -> None:
    """x changes with every read, but only in that its rows change places: no augmentation does that."""
    answered = tuple(reversed(ASKED))
    moved = numbered_pass(COUNT, 4)[::-1]
    judgement = judge(case(drawing_reading(COUNT), predict(answered, given=moved), contract=IN_ORDER))
    assert judgement.outcome is Outcome.VIOLATED


def test_a_few_whole_numbers_may_change_places_by_chance() -> None:
    """x is drawn, and its rows ask for 0 or 1 only."""
    asked, answered = (0.0, 1.0) * 20, (1.0, 0.0) * 20
    judgement = judge(case(drawing_reading(COUNT), predict(answered, asked, noisy_pass(5, COUNT)), contract=IN_ORDER))
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_another_number_of_answers_is_found() -> None:
    judgement = judge(case(sound_reading(COUNT), predict(ASKED[:-4], given=[*PASS[:-1], samples()]), contract=IN_ORDER))
    assert judgement.outcome is Outcome.VIOLATED
    assert "36 answers for 40 rows" in judgement.reason


def test_drawn_content_asks_for_augments() -> None:
    answered = [number + 0.1 for number in ASKED]
    judgement = judge(case(drawing_reading(COUNT), predict(answered, given=noisy_pass(3, COUNT))))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')


def test_the_input_that_is_predicted_decides_whether_content_is_drawn() -> None:
    """TensorFlow takes a dict by its sorted names: the item, which is drawn, and not the user, who comes first."""

    def bought(seed: int) -> list[Batch]:
        items = np.random.default_rng(seed).integers(0, 1000, COUNT)
        users = np.arange(COUNT)
        return [describe(({"user": users[k : k + 4], "item": items[k : k + 4]}, users[k : k + 4])) for k in (0, 4, 8)]

    isolated = bought(0)
    drawn = history(
        "reading",
        passes={
            "forward": [isolated],
            "forward-again": [isolated],
            "backward": [[at(index, isolated[index]) for index in (2, 1, 0)]],
            "twice": [[at(index, isolated[index]) for index in range(3) for _ in range(2)]],
            "plain-twice": [[at(index, bought(copy)[index]) for index in range(3) for copy in (1, 2)]],
        },
    )
    asked, answered = (
        [value for one in bought(seed) for value in one.leaf("x['item']").values or ()]  # type: ignore[union-attr]
        for seed in (5, 6)
    )
    judgement = judge(case(drawn, predict(answered, asked, bought(6), bought(5)), contract=IN_ORDER))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, """augments = ["x['item']"]""")


def test_an_engine_that_answers_otherwise_than_it_was_given_is_not_blamed_on_the_sequence() -> None:
    answered = (1.5, 0.5, *ASKED[2:])
    assert judge(case(sound_reading(COUNT), predict(answered))).outcome is Outcome.INCONCLUSIVE


def test_a_sequence_that_shuffles_is_not_judged() -> None:
    answered = tuple(reversed(ASKED))
    assert judge(case(predict(answered), contract={"shuffles": True})).outcome is Outcome.NOT_APPLICABLE
    loop = history("loop", [PASS, PASS[::-1]])
    assert judge(case(sound_reading(COUNT), loop, predict(answered))).outcome is Outcome.NOT_APPLICABLE


def test_random_content_is_no_shuffling() -> None:
    loop = history("loop", [noisy_pass(1, COUNT), noisy_pass(2, COUNT)])
    assert judge(case(drawing_reading(COUNT), loop, predict(ASKED))).outcome is Outcome.HOLDS


def test_equal_answers_show_no_order() -> None:
    assert judge(case(sound_reading(COUNT), predict([0.0] * COUNT, [0.0] * COUNT))).outcome is Outcome.INCONCLUSIVE


def test_no_answer_says_why() -> None:
    note = EngineNote("error", "predict stopped with ValueError")
    judgement = judge(case(history("predict", lengths=3, notes=(note,))))
    assert (judgement.outcome, judgement.reason) == (Outcome.INCONCLUSIVE, note.text)


def test_a_class_without_a_base_is_not_judged() -> None:
    assert judge(case(base=None)).outcome is Outcome.NOT_APPLICABLE


def test_what_is_predicted_for_rows_of_weight_0_is_free() -> None:
    def filled(rest: float) -> list[Any]:
        numbers = np.array([1.0, 2.0, rest], np.float32)
        return [batch(numbers, np.arange(3), np.array([1.0, 1.0, 0.0]))]

    run = predict((1.0, 2.0, 9.0), (1.0, 2.0, 7.0), filled(9.0), filled(7.0))
    assert judge(case(sound_reading(COUNT), run, contract=IN_ORDER)).outcome is Outcome.HOLDS
