"""What is known of an engine is told to those whom it concerns, and of the version that was measured."""

from __future__ import annotations

import pytest

from seqcheck.model.measured import MEASURED, faults, measured_as
from seqcheck.model.promise import PROMISES


def test_only_promises_are_measured() -> None:
    names = {promise.name for promise in PROMISES}
    assert all(set(known) <= names for known in MEASURED.values())


def test_with_one_worker_nothing_is_said() -> None:
    assert faults("keras 3.15.1", 1) == faults("tf_keras 2.21.0", 1) == ()


def test_nothing_is_claimed_of_a_version_that_nobody_measured() -> None:
    assert faults("keras 3.99.0", 4, processes=True) == ()


def test_two_workers_meet_what_the_engine_does_with_workers() -> None:
    (twice, swallowed) = faults("tf_keras 2.21.0", 2)
    assert (twice.promise, twice.on_use) == ("epoch-end", False)
    assert twice.text == (
        "tf_keras 2.21.0 does not keep that on_epoch_end is called once an epoch and nothing is read in vain, with two "
        "threads: it is called twice, and a further pass is fetched in vain (tensorflow/tensorflow#45962); instead: an "
        "on_epoch_end that may be called twice, or workers=1"
    )
    assert "a batch that is None is an error" in swallowed.text


@pytest.mark.parametrize(("engine", "count"), [("keras 3.15.1", 2), ("tf_keras 2.21.0", 2)])
def test_processes_may_hang(engine: str, count: int) -> None:
    said = faults(engine, 2, processes=True)
    assert "it hangs (keras-team/keras#11461)" in said[-1].text
    assert len(said) >= count


@pytest.mark.parametrize(("steps", "words"), [(5, "leaves no sample out"), (50, "makes all steps")])
def test_steps_that_are_not_the_length_are_told(steps: int, words: str) -> None:
    (said,) = faults("keras 3.15.1", 1, steps=steps, length=20)
    assert words in said.text
    assert said.on_use
    assert faults("keras 3.15.1", 1, steps=20, length=20) == ()


def test_two_workers_on_jax_are_trained_on_other_data() -> None:
    def met(engine: str, *, processes: bool = False) -> list[str]:
        return [fault.promise for fault in faults(engine, 2, processes=processes) if fault.on_use]

    assert met("keras 3.15.1 on jax") == ["threads"]
    assert met("keras 3.15.1 on jax", processes=True) == ["processes"]
    assert met("keras 3.15.1") == []


def test_the_key_of_an_engine_has_its_version_without_the_last_part() -> None:
    assert measured_as("keras 3.15.1 on jax") == "keras 3.15 on jax"
    assert measured_as("tf_keras 2.21.0") == "tf_keras 2.21"
