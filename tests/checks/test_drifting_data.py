"""drifting-data: stored arrays that reads or hooks change are told; where it proves nothing, why not."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.drifting_data import judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Drift, DriftLooked, Observation
from tests.drawn import drawing_reading, sound_reading
from tests.histories import case, history, numbered

READ = {"drifting": [[numbered(0, 3)] * 4]}
SPOT = ("data.py", 14, "__getitem__", "batch *= 0.9")
BY_READ = Drift(3, ("x",), ("self.x",), "", True, (("self.x", 0.5, 0.45),), SPOT)
BY_STATE = Drift(3, ("x",), ("self.scale",))


def judged(*seen: Observation, contract: dict[str, Any] | None = None, reading: Any = None) -> Judgement:
    run = history("drifting", passes=READ, observations=seen)
    return judge(case(*([reading] if reading is not None else []), run, contract=contract))


def test_a_read_that_changes_the_data_is_told_with_the_line() -> None:
    said = judged(BY_READ, reading=sound_reading())
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "reading batch 3 changes self.x, and x with it when read again"
    assert said.findings[0].evidence["mean of self.x"] == "0.5 before, 0.45 after"
    assert said.findings[0].frame is not None
    assert said.findings[0].frame.line == 14


def test_a_hook_that_changes_the_data_is_told() -> None:
    said = judged(Drift(-1, (), ("self.x",), "on_epoch_end", True))
    assert said.reason == "on_epoch_end changes self.x further each time it is called"


@pytest.mark.parametrize("contract", [{"epoch": "random"}, {"augments": True}])
def test_no_declaration_excuses_changed_data(contract: dict[str, Any]) -> None:
    assert judged(BY_READ, contract=contract).outcome is Outcome.VIOLATED


def test_state_that_chooses_samples_is_no_data() -> None:
    assert judged(BY_STATE).outcome is Outcome.VIOLATED
    assert judged(BY_STATE, contract={"epoch": "random"}).outcome is Outcome.INCONCLUSIVE


def test_what_no_seed_repeats_proves_nothing_of_state() -> None:
    assert judged(BY_STATE, reading=drawing_reading(controlled=False)).outcome is Outcome.INCONCLUSIVE


def test_data_that_stays_holds_and_what_was_not_read_is_open() -> None:
    said = judged(DriftLooked((0, 4), 3, True))
    assert said.outcome is Outcome.HOLDS
    assert said.reason == "2 batches read four times, on_epoch_end called twice: nothing of 3 stored arrays drifts"
    assert judged(DriftLooked((0, 4), 3, True, "", 4, ("x",))).reason == (
        "x of batch 4 differs when it is read again, with the same random streams, and none of 3 stored arrays "
        "tells why"
    )
    assert judged(DriftLooked((0, 4), 3, False)).outcome is Outcome.INCONCLUSIVE
    assert judged(DriftLooked((), 3, False, "self.x is memory that outlives a fork")).outcome is Outcome.INCONCLUSIVE
    note = EngineNote("skipped", "drifting did not come to its end in a fork: hung")
    assert judge(case(history("drifting", notes=(note,)))).reason == note.text
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
