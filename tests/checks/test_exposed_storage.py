"""exposed-storage: advice on batches that are the stored data themselves, told by memory alone."""

from __future__ import annotations

import pytest

from seqcheck.checks.exposed_storage import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Exposed, Held
from tests.histories import case, history, numbered

AGAIN = {"held-again": [[numbered(0, 3)]]}


def test_memory_that_two_reads_share_is_named_by_what_holds_it() -> None:
    seen = (Held(5, 5), Exposed(0, "x", ("self.x", "self.data['x']")), Exposed(0, "y", ("self.y",)))
    said = judge(case(history("holding", passes=AGAIN, observations=seen)))
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == (
        "x and y of batch 0 are the memory of self.x and self.y itself, and may be written to: "
        "harmless as long as nobody does, as Keras does not"
    )


@pytest.mark.parametrize(
    ("reach", "what"), [("the file on disk", "file on disk would change"), ("others", "would see")]
)
def test_the_farthest_reach_of_a_write_is_told(reach: str, what: str) -> None:
    seen = (Held(5, 5), Exposed(0, "x", ("self.x",), reach), Exposed(0, "y", ("self.y",)))
    assert what in judge(case(history("holding", passes=AGAIN, observations=seen))).reason


def test_memory_of_unknown_owner_is_told_as_such() -> None:
    said = judge(case(history("holding", passes=AGAIN, observations=(Held(5, 5), Exposed(4, "x")))))
    assert said.reason.startswith("x of batch 4 is memory that the Sequence keeps itself, and may be written to")


def test_batches_of_their_own_hold() -> None:
    said = judge(case(history("holding", passes=AGAIN, observations=(Held(5, 5),))))
    assert said.outcome is Outcome.HOLDS


def test_what_was_not_read_again_is_not_called_sound() -> None:
    assert judge(case(history("holding", observations=(Held(5, 5),)))).outcome is Outcome.INCONCLUSIVE
    note = EngineNote("skipped", "held did not come to its end in a fork: hung")
    assert judge(case(history("holding", notes=(note,)))).reason == note.text
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
