"""Which sample a row holds, read through what Sequences do to made-up data, and never claimed where it is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.model.accounts import Account, account
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.levels import scale_of
from seqcheck.model.scenario import Truth
from tests.histories import case, history

COUNT, SIZE = 22, 4
NO_LABELS = Truth(num_samples=COUNT, num_samples_source="probe", batch_size=SIZE, batch_size_source="plan", probe=True)
CLASSES = Truth(num_samples=COUNT, num_samples_source="probe", batch_size=SIZE, batch_size_source="plan", encoded=True)
MEAN, SPREAD = np.array([0.485, 0.456, 0.406], "float32"), np.array([0.229, 0.224, 0.225], "float32")
OWN_MEAN, OWN_SPREAD = np.array([17.0, 90.0, 3.0], "float32"), np.array([60.0, 55.0, 71.0], "float32")


def pictures(samples: Sequence[int]) -> np.ndarray[Any, Any]:
    levels = np.array(samples, np.uint8)[:, None, None, None] + np.uint8(1)
    return np.broadcast_to(levels, (len(samples), 6, 6, 3)).copy()


def resized(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return x.repeat(2, axis=1)[:, :, :4] / np.float32(255)


TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "as they are": lambda x: x,
    "as floats": lambda x: x.astype("float32"),
    "by 255": lambda x: x.astype("float32") / 255,
    "by 255 as float16": lambda x: (x.astype("float32") / 255).astype("float16"),
    "to -1 ... 1": lambda x: x.astype("float32") / 127.5 - 1,
    "ImageNet": lambda x: (x.astype("float32") / 255 - MEAN) / SPREAD,
    "less the means, BGR": lambda x: x[..., ::-1].astype("float32") - np.array([103.939, 116.779, 123.68], "float32"),
    "own mean and spread": lambda x: (x.astype("float32") - OWN_MEAN) / OWN_SPREAD,
    "flipped": lambda x: x[:, :, ::-1].astype("float32") / 255,
    "resized": resized,
    "grey": lambda x: x[..., :1].astype("float32") / 255,
}
KNOWN = [name for name in TRANSFORMS if name != "own mean and spread"]
"""Where fewer samples than all came, an unknown scaling cannot be read."""


def epoch(samples: Sequence[int], make: Callable[[Sequence[int]], Any]) -> list[Batch]:
    return [describe(make(samples[first : first + SIZE])) for first in range(0, len(samples), SIZE)]


def outcomes(*epochs: list[Batch], truth: Truth = NO_LABELS) -> dict[str, Outcome]:
    run = history(epochs=epochs, truth=truth, scenario={"num_samples": COUNT})
    names = ("lost-samples", "dropped-remainder", "repeated-samples", "foreign-samples", "mispaired-targets")
    return {name: catalogue()[name].judge(case(run)).outcome for name in names}


WHOLE = list(range(COUNT))
LOST = [one for one in WHOLE if one not in (3, 11, 12, 17, 20)]
AGAIN = [*WHOLE[:9], 2, *WHOLE[9:]]


@pytest.mark.parametrize("how", TRANSFORMS)
def test_a_sound_epoch_is_proved_without_labels(how: str) -> None:
    for truth in (NO_LABELS, CLASSES):
        said = outcomes(*[epoch(WHOLE, lambda ids: TRANSFORMS[how](pictures(ids)))] * 2, truth=truth)
        settled = ("lost-samples", "dropped-remainder", "repeated-samples", "foreign-samples")
        assert {said[name] for name in settled} == {Outcome.HOLDS}, said


@pytest.mark.parametrize("how", KNOWN)
def test_lost_and_repeated_samples_are_proved_without_labels(how: str) -> None:
    def seen(ids: Sequence[int]) -> dict[str, Outcome]:
        return outcomes(*[epoch(ids, lambda part: TRANSFORMS[how](pictures(part)))] * 2)

    assert seen(LOST)["lost-samples"] is Outcome.VIOLATED
    assert seen(LOST)["repeated-samples"] is Outcome.HOLDS
    assert seen(AGAIN)["repeated-samples"] is Outcome.VIOLATED
    assert seen(AGAIN)["lost-samples"] is Outcome.HOLDS


@pytest.mark.parametrize("how", KNOWN)
def test_a_row_that_was_never_filled_is_foreign(how: str) -> None:
    def filled(part: Sequence[int]) -> Any:
        made = pictures(part)
        made[[place for place, one in enumerate(part) if one == 13]] = 0
        return TRANSFORMS[how](made)

    assert outcomes(*[epoch(WHOLE, filled)] * 2)["foreign-samples"] is Outcome.VIOLATED


def hot(samples: Sequence[int]) -> Any:
    return np.eye(COUNT, dtype="float32")[list(samples)]


@pytest.mark.parametrize("how", TRANSFORMS)
@pytest.mark.parametrize("labels", [np.asarray, hot], ids=["plain", "one-hot"])
def test_every_fault_is_proved_with_labels_and_a_sound_epoch_too(how: str, labels: Callable[[Any], Any]) -> None:
    def seen(ids: Sequence[int], shift: int = 0) -> dict[str, Outcome]:
        def make(part: Sequence[int]) -> Any:
            # From the fifth batch on the labels are those of other samples.
            others = [one if one < 16 else 16 + (one - 16 + shift) % 6 for one in part]
            return TRANSFORMS[how](pictures(part)), labels(others)

        return outcomes(*[epoch(ids, make)] * 2)

    assert set(seen(WHOLE).values()) == {Outcome.HOLDS}
    assert seen(LOST)["lost-samples"] is Outcome.VIOLATED
    assert seen(AGAIN)["repeated-samples"] is Outcome.VIOLATED
    assert seen(WHOLE, shift=1)["mispaired-targets"] is Outcome.VIOLATED


def told(x: Any, count: int = COUNT) -> Any:
    return scale_of([describe(x).leaves[0]], count)


def test_samples_are_named_as_they_are_numbered() -> None:
    for how in KNOWN:
        scale = told(TRANSFORMS[how](pictures([5, 0, 7, 2])))
        leaf = describe(TRANSFORMS[how](pictures([5, 0, 7, 2]))).leaves[0]
        assert [scale.sample(value, COUNT) for value in leaf.values or ()] == [5, 0, 7, 2], how


def test_arrays_and_whole_numbers_are_read_as_well() -> None:
    ids = np.array([5, 0, 7, 2])
    for rows in (
        ids[:, None] + np.full(4, 0.5),
        (ids[:, None] + np.full(4, 0.5)) / 255,
        ids[:, None] * np.ones(4, int),
    ):
        scale = told(rows)
        assert [scale.sample(row.mean(), COUNT) for row in rows] == [5, 0, 7, 2]


def test_what_cannot_be_known_is_not_claimed() -> None:
    x = pictures(WHOLE).astype("float32")
    mixed = 0.3 * x + 0.7 * np.roll(x, 1, axis=0)
    assert told(x[:9] - x[:9].mean()) is None, "less their own mean, a part of the data reads like other samples"
    assert told((x[:17] - OWN_MEAN) / OWN_SPREAD) is None, "an unknown scaling, and not all samples"
    assert told(mixed) is None, "blends of two"
    assert told(np.sqrt(x)) is None, "no linear function"
    assert told(x - x.mean(axis=(1, 2, 3), keepdims=True)) is None, "each standardised by itself"
    uneven = x.copy()
    uneven[4, 0, 0] += 3
    assert told(uneven) is None, "a row that is not flat"
    assert told(x[:, 0, 0, 0]) is None, "numbers, which may be anything"
    assert told(x - 1) is None, "from 0 on: all samples less one, or all but the last and a row that was never filled"
    assert told(np.concatenate([x[:19], x[19:] * 0])) is not None, "rows that were never filled, and no other reading"


def test_arrays_are_not_read_as_pictures_where_there_are_none() -> None:
    """Rows less a half, of which some are missing, stand where pictures with a blank row among them would."""
    rows = np.broadcast_to(np.arange(COUNT - 2, dtype="float32")[:, None, None], (COUNT - 2, 3, 3)).copy()
    batches = [describe(rows[first : first + SIZE]).leaves[0] for first in range(0, len(rows), SIZE)]
    assert scale_of(batches, COUNT) is not None
    assert scale_of(batches, COUNT, pictured=False) is None


def test_the_evidence_is_said() -> None:
    run = history(epochs=[epoch(WHOLE, lambda ids: TRANSFORMS["by 255"](pictures(ids)))] * 2, truth=NO_LABELS)
    found = account(case(run), run)
    assert isinstance(found, Account)
    assert found.looked_at() == "2 epochs of 22 samples, told apart by the probe's rows in x (divided by 255)"


def test_flat_rows_are_told_from_others_channel_by_channel() -> None:
    assert describe(pictures([1, 2]) * np.array([1, 2, 3], np.uint8)).leaves[0].flat
    assert describe(np.ones((2, 500))).leaves[0].flat
    late = np.ones((2, 500))
    late[1, 499] = 2
    assert not describe(late).leaves[0].flat
    assert not describe(np.arange(6.0).reshape(2, 3)).leaves[0].flat
    assert not describe(np.zeros((0, 3))).leaves[0].flat
    assert describe(np.zeros(3)).leaves[0].flat
