"""What counting says of samples, where the loop reads a selection: the rules are those of a loop that keeps all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.checks import dropped_remainder, lost_samples, repeated_samples
from seqcheck.engines import tallying
from seqcheck.engines.loop import LEGACY
from seqcheck.engines.run import Run
from seqcheck.model.check import Case, Judgement, Outcome
from seqcheck.model.history import Event, Finished, History, assemble
from seqcheck.model.observation import Holding
from seqcheck.model.scenario import TALLYING, Scenario, Truth
from seqcheck.model.tallied import worth_counting
from seqcheck.model.tally import OWNERS, TOGETHER
from tests.histories import at, batch, case, history, samples

VIOLATED, HOLDS, OPEN = Outcome.VIOLATED, Outcome.HOLDS, Outcome.INCONCLUSIVE
ORDER = list(range(22))
OTHER = [*range(1, 22, 2), *range(0, 22, 2)]


class Given:
    """Epochs that were written down: rows of samples, by batches of four."""

    def __init__(self, *epochs: Sequence[int], size: int = 4) -> None:
        self.epochs, self.size, self.epoch = epochs, size, 0

    def __len__(self) -> int:
        return -(-len(self.epochs[self.epoch]) // self.size)

    def __getitem__(self, index: int) -> Any:
        rows = np.array(self.epochs[self.epoch][index * self.size :][: self.size])
        return np.repeat(rows[:, None] + 0.5, 3, axis=1), rows % 5

    def on_epoch_end(self) -> None:
        self.epoch = min(self.epoch + 1, len(self.epochs) - 1)


def counting(folder: Path, *epochs: Sequence[int], held: int | None = None, **fields: Any) -> History:
    events: list[Event] = []
    run = Run(folder, events.append, **fields)
    observed = () if held is None else (Holding("self.order", "ndarray", held, permutation=True),)
    tallying.drive(lambda: (Given(*epochs), Truth()), Scenario(TALLYING), LEGACY, lambda _: observed, run)
    return assemble(Scenario(TALLYING), [*events, Finished(0.0)])


def judged(
    folder: Path, *epochs: Sequence[int], held: int | None = None, steady: bool = True, **contract: Any
) -> dict[str, Judgement]:
    """The judgements of the three checks that count samples, where the loop read two batches of the first epoch."""
    first = [samples(*epochs[0][:4]), samples(*epochs[0][4:8])]
    again = first[0] if steady else samples(*epochs[0][8:12])
    loop = history("loop", epochs=[first], indices=(0, 1), lengths=6)
    reading = history("reading", passes={"plain-twice": [[at(0, first[0]), at(0, again)]]})
    ids = {"sample_id": lambda batch: batch[0][:, 0].tolist()} if contract.get("sample_id") else {}
    made: Case = case(loop, reading, counting(folder, *epochs, held=held, **ids), contract=contract)
    return {
        check.CHECK.name.partition("-")[0]: check.judge(made)
        for check in (lost_samples, repeated_samples, dropped_remainder)
    }


def outcomes(told: dict[str, Judgement]) -> tuple[Outcome, ...]:
    return tuple(told[name].outcome for name in ("lost", "repeated", "dropped"))


@pytest.mark.parametrize("how", [{"num_samples": 22}, {"held": 22}])
def test_all_of_them_once_is_seen_without_keeping_any(tmp_path: Path, how: dict[str, Any]) -> None:
    told = judged(tmp_path, ORDER, OTHER, **how)
    assert outcomes(told) == (HOLDS, HOLDS, HOLDS)
    who = "num_samples" if "num_samples" in how else "self.order, which numbers 22"
    assert told["lost"].reason == (
        f"2 epochs of 22 samples in 6 batches, told apart by all that is in a row: all 22 came ({who})"
    )


def test_where_nobody_says_how_many_there_are_it_is_asked(tmp_path: Path) -> None:
    told = judged(tmp_path, ORDER, OTHER)
    assert outcomes(told) == (OPEN, HOLDS, OPEN)
    assert told["lost"].declare == told["dropped"].declare == "num_samples = 22"
    fewer = judged(tmp_path, ORDER[:21], OTHER[:21])
    assert fewer["lost"].declare == "num_samples = 22"
    assert "do not hold the same ones (22 different in all)" in fewer["lost"].reason


def test_a_rest_that_makes_no_batch_is_the_remainder(tmp_path: Path) -> None:
    told = judged(tmp_path, ORDER[:20], OTHER[:20], num_samples=22)
    assert outcomes(told) == (HOLDS, HOLDS, VIOLATED)
    assert told["dropped"].reason == "2 samples of 22 never came in epoch 0: 5 batches of 4 make 20"
    assert told["dropped"].findings[0].declare == "drop_remainder = true"
    assert outcomes(judged(tmp_path, ORDER[:20], ORDER[2:], held=22)) == (HOLDS, HOLDS, VIOLATED)
    assert judged(tmp_path, ORDER[:20], OTHER[:20], num_samples=22, drop_remainder=2)["dropped"].outcome is HOLDS
    assert judged(tmp_path, ORDER[:20], num_samples=22, drop_remainder=True)["lost"].outcome is HOLDS


def test_more_than_the_remainder_is_lost(tmp_path: Path) -> None:
    told = judged(tmp_path, ORDER[:17], OTHER[:17], num_samples=22)
    assert outcomes(told) == (VIOLATED, HOLDS, OPEN)
    assert told["lost"].reason.startswith("5 samples of 22 never came in epoch 0: 17 rows did")
    assert told["dropped"].follows_from == "lost-samples"
    assert judged(tmp_path, ORDER[:17], OTHER[:17], num_samples=22, drop_remainder=5)["lost"].outcome is HOLDS


def test_some_that_stand_for_others_are_lost_and_repeated(tmp_path: Path) -> None:
    told = judged(tmp_path, ORDER, [*OTHER[:-2], 3, 3], num_samples=22)
    assert outcomes(told) == (VIOLATED, VIOLATED, OPEN)
    assert told["lost"].reason.startswith("2 samples of 22 never came in epoch 0: 22 rows did")
    assert "a sample came 3 times in epoch 1 (batches 0 and 5), and once in epoch 0" in told["repeated"].reason


def test_more_rows_than_there_are_samples_are_repeated(tmp_path: Path) -> None:
    wrapped = [*ORDER, 0, 1]
    told = judged(tmp_path, wrapped, wrapped, num_samples=22)
    assert outcomes(told) == (HOLDS, VIOLATED, HOLDS)
    assert told["repeated"].reason == "a sample came twice in epoch 0 (batches 0 and 5)"
    assert judged(tmp_path, wrapped, wrapped, held=22)["repeated"].outcome is VIOLATED


def test_equal_rows_are_no_repeated_samples_where_they_keep_other_company(tmp_path: Path) -> None:
    equal = [number % 20 for number in ORDER]
    moved = [equal[place] for place in OTHER]
    assert outcomes(judged(tmp_path, equal, moved, num_samples=22)) == (HOLDS, HOLDS, HOLDS)
    still = judged(tmp_path, equal, equal, num_samples=22)
    assert outcomes(still) == (OPEN, OPEN, OPEN)
    assert still["repeated"].declare == 'sample_id = "mypkg.data:ids_of_batch"'


def test_equal_rows_come_less_often_where_a_remainder_is_left_out_on_purpose(tmp_path: Path) -> None:
    equal = [number % 20 for number in ORDER]
    first, second = equal[:20], [equal[place] for place in OTHER][:20]
    assert judged(tmp_path, first, second)["repeated"].outcome is VIOLATED
    for remainder in (True, 2, "per-group"):
        left_out = judged(tmp_path, first, second, drop_remainder=remainder)["repeated"]
        assert (left_out.outcome, "another in each epoch" in left_out.reason) == (OPEN, True)
    more = judged(tmp_path, first, [*second[:-4], 2, 2, 4, 4], drop_remainder=True)
    assert more["repeated"].outcome is VIOLATED


def test_every_sample_as_often_is_what_an_epoch_may_be(tmp_path: Path) -> None:
    twice = [*range(11), *range(11)]
    told = judged(tmp_path, twice, twice)
    assert (told["repeated"].outcome, told["repeated"].declare) == (OPEN, 'epoch = "per-epoch"')
    assert judged(tmp_path, twice, twice, epoch="per-epoch")["repeated"].outcome is Outcome.NOT_APPLICABLE


def test_rows_that_are_others_in_each_epoch_cannot_be_counted_off(tmp_path: Path) -> None:
    """As where each epoch is augmented by a generator that it seeds."""
    told = judged(tmp_path, ORDER, [number + 100 for number in ORDER], num_samples=22)
    assert outcomes(told) == (OPEN, HOLDS, OPEN)
    assert "other ones in every epoch" in told["lost"].reason
    drawn = judged(tmp_path, [*range(20), 7, 7], [*range(100, 120), 7, 108], num_samples=22)
    assert (drawn["repeated"].outcome, drawn["repeated"].declare) == (OPEN, "augments = false")


def test_without_a_number_of_samples_none_is_shown(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, ORDER, [*OTHER[:-1], 3])["repeated"].findings
    assert list(found.evidence) == [
        "rows delivered, by epoch",
        "batches",
        "rows in a full batch",
        "different samples, by epoch",
    ]


def test_what_the_owner_calls_samples_is_believed(tmp_path: Path) -> None:
    ids = "data:ids"
    told = judged(tmp_path, ORDER, [*OTHER[:-2], 3, 3], num_samples=22, sample_id=ids)
    assert outcomes(told)[:2] == (VIOLATED, VIOLATED)
    assert "told apart by sample_id" in judged(tmp_path, ORDER, OTHER, num_samples=22, sample_id=ids)["lost"].reason


def test_rows_that_change_when_they_are_read_again_tell_nothing(tmp_path: Path) -> None:
    told = judged(tmp_path, ORDER, OTHER, num_samples=22, steady=False)
    assert outcomes(told) == (OPEN, OPEN, OPEN)
    assert "only a selection" in told["lost"].reason


@pytest.mark.parametrize(
    ("moved", "contract", "counted"),
    [
        ((), {}, (TOGETHER,)),
        (("x",), {}, ("y",)),
        (("x", "y"), {}, ()),
        (("x",), {"sample_id": "data:ids"}, (OWNERS,)),
        ((), {"augments": ["y"]}, ("x",)),
    ],
)
def test_what_is_counted_stays_the_same_when_it_is_read_again(
    moved: tuple[str, ...], contract: dict[str, Any], counted: tuple[str, ...]
) -> None:
    first = batch([1.0, 2.0], [0.0, 1.0])
    again = batch([9.0 if "x" in moved else 1.0, 2.0], [9.0 if "y" in moved else 0.0, 1.0])
    reading = history("reading", passes={"plain-twice": [[at(0, first), at(0, again)]]})
    loop = history("loop", epochs=[[first]], indices=(0,), lengths=9)
    assert worth_counting(case(loop, reading, contract=contract), loop) == counted


def test_a_loop_that_reads_everything_is_not_asked_to_count(tmp_path: Path) -> None:
    whole = history("loop", epochs=[[samples(0, 1), samples(2)]] * 2)
    told = lost_samples.judge(case(whole, counting(tmp_path, ORDER), contract={"num_samples": 3}))
    assert "2 epochs of 3 samples" in told.reason
