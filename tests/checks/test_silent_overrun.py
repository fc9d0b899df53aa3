"""`silent-overrun`: data past the length is advice; errors, nothing, and a declared remainder are not."""

from __future__ import annotations

import pytest

from seqcheck.checks.silent_overrun import CHECK, judge
from seqcheck.model.check import Outcome, Severity
from tests.histories import case, failure, history, numbered, numbered_pass

EMPTY = numbered(0, 0)
OUT = failure("IndexError", "list index out of range")


def test_wrapping_round_is_found_and_shown_to_be_a_repetition():
    epoch = numbered_pass(12, 4)
    judgement = judge(case(history("loop", [epoch], overrun=epoch[:2])))
    assert judgement.outcome is Outcome.VIOLATED
    assert CHECK.severity is Severity.ADVICE
    assert judgement.reason == "the length is 3, but batches 3 and 4 return data"
    assert judgement.findings[0].evidence["index 3"] == "4 rows, the same as batch 0"


@pytest.mark.parametrize(
    ("past", "said"),
    [
        ([OUT, OUT], "raises IndexError"),
        ([None, None], "returns None"),
        ([EMPTY, EMPTY], "returns no rows"),
        ([EMPTY, OUT], "raises IndexError and returns no rows"),
    ],
)
def test_nothing_past_the_length_holds(past, said):
    judgement = judge(case(history("loop", [numbered_pass(12, 4)], overrun=past)))
    assert (judgement.outcome, judgement.reason) == (Outcome.HOLDS, f"a read past the length {said}")


def test_a_remainder_past_the_length_is_excused_by_its_declaration_alone():
    floored = history("loop", [numbered_pass(12, 4)], overrun=[numbered(12, 14), EMPTY])
    assert judge(case(floored)).outcome is Outcome.VIOLATED
    assert judge(case(floored, contract={"drop_remainder": True})).outcome is Outcome.HOLDS


def test_more_than_a_remainder_is_not_excused():
    beyond = history("loop", [numbered_pass(12, 4)], overrun=[numbered(12, 16), numbered(16, 20)])
    assert judge(case(beyond, contract={"drop_remainder": True})).outcome is Outcome.VIOLATED


def test_an_infinite_sequence_has_no_end():
    assert judge(case(history("loop"), contract={"infinite": True})).outcome is Outcome.NOT_APPLICABLE


def test_no_read_past_the_length_settles_nothing():
    assert judge(case(history("loop", [numbered_pass(12, 4)]))).outcome is Outcome.INCONCLUSIVE
