"""`phantom-batch`: promised batches that raise or are empty, and what belongs to other checks."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.phantom_batch import judge
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import TALLYING, Truth
from seqcheck.model.tally import Tally
from tests.histories import at, case, failure, history, numbered, numbered_pass

EMPTY = numbered(0, 0)
OUT = failure("IndexError", "index 3 is out of range")


def test_a_promised_batch_that_raises_is_named_with_its_error_and_line():
    judgement = judge(case(history("loop", [[*numbered_pass(12, 4), OUT]] * 2)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "the length is 4, but batch 3 raises IndexError: index 3 is out of range"
    (finding,) = judgement.findings
    assert finding.evidence["reads that raised"] == "2 of 2"
    assert finding.frame is not None
    assert finding.frame.file == "data.py"


def test_every_batch_that_raises_is_said_at_once():
    judgement = judge(case(history("loop", [[failure("KeyError", "'image'")] * 5])))
    assert judgement.reason == "all 5 batches raise KeyError: 'image'"


def test_a_batch_that_raises_now_and_then_says_how_often():
    sound, faulty = numbered_pass(12, 4), [*numbered_pass(8, 4), failure("OSError", "busy")]
    judgement = judge(case(history("loop", [sound, faulty, sound])))
    assert judgement.reason == "the length is 3, but batch 2 raises OSError: busy (in 1 of 3 reads)"


def test_an_empty_last_batch_is_found():
    truth = Truth(num_samples=12, batch_size=4)
    judgement = judge(case(history("loop", [[*numbered_pass(12, 4), EMPTY]], truth=truth)))
    assert judgement.reason == "the length is 4, but batch 3 holds no rows (12 samples in batches of 4)"


def test_both_kinds_are_shown():
    judgement = judge(case(history("loop", [[*numbered_pass(8, 4), EMPTY, OUT]])))
    assert len(judgement.findings) == 2


def test_a_batch_with_one_empty_part_is_not_empty():
    odd = numbered_pass(12, 4)
    from tests.histories import batch

    judgement = judge(case(history("loop", [[*odd, batch([1.0, 2.0], [])]])))
    assert judgement.outcome is Outcome.HOLDS


def test_a_batch_that_was_not_selected_is_found_where_all_are_counted():
    loop = history("loop", [numbered_pass(8, 4)], indices=(0, 1), lengths=900)
    counting = history(TALLYING, [[at(700, OUT)]], lengths=900)
    found = judge(case(loop, counting))
    assert found.reason == "the length is 900, but batch 700 raises IndexError: index 3 is out of range"
    tallies = [Tally(epoch, 900, 3600, 4, 0, None, ()) for epoch in (0, 1)]
    whole = judge(case(loop, history(TALLYING, observations=tallies)))
    assert whole.outcome is Outcome.HOLDS
    assert whole.reason.endswith("for the batches read; and all 900 batches of 2 epochs that were counted")


def test_rows_without_an_entry_are_as_good_as_none():
    from tests.histories import batch

    nothing, boxes = batch(np.zeros((4, 0)), np.zeros((4, 0, 2))), batch(np.ones((4, 3)), np.zeros((4, 0, 2)))
    judgement = judge(case(history("loop", [[*numbered_pass(12, 4), nothing]])))
    assert judgement.reason == "the length is 4, but batch 3 holds rows without an entry"
    assert judge(case(history("loop", [[*numbered_pass(12, 4), boxes]]))).outcome is Outcome.HOLDS


def test_reads_past_the_length_are_no_phantoms():
    judgement = judge(case(history("loop", [numbered_pass(12, 4)], overrun=[OUT, EMPTY])))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == "every read gave a batch with rows: 3 batches of 1 epoch"


def test_none_and_exits_and_failures_in_workers_are_left_to_other_checks():
    sound = numbered_pass(12, 4)
    reads = history("loop", [[*sound, None], [*sound, failure("SystemExit", "1", is_exit=True)]])
    workers = history("fork", [[*sound, OUT]])
    assert judge(case(reads, workers)).outcome is Outcome.HOLDS


def test_what_fails_only_in_another_order_is_no_matter_of_the_length():
    reading = history("reading", passes={"forward": [numbered_pass(12, 4)], "backward": [[OUT, OUT, OUT]]})
    assert judge(case(reading)).outcome is Outcome.HOLDS


def test_nothing_read_settles_nothing():
    assert judge(case(history("loop", [[None, None]]))).outcome is Outcome.INCONCLUSIVE


def test_a_selection_says_so():
    judgement = judge(case(history("loop", [numbered_pass(12, 4)], lengths=100, indices=(0, 1, 2))))
    assert judgement.reason.endswith("for the batches read")
