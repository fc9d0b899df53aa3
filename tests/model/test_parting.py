"""Where two trainings part, in words."""

from __future__ import annotations

from seqcheck.model.parting import Parting


def test_the_step_and_its_reader_are_named() -> None:
    assert Parting(1, 0, 4, 1).describe() == "epoch 1, step 0, batch 4, worker 1"
    assert Parting(0, 2, 2).describe() == "epoch 0, step 2, batch 2, no worker, the engine itself"
