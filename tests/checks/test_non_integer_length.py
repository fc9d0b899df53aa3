"""`non-integer-length`: lengths that are no whole number are found, unusual whole numbers are left alone."""

from __future__ import annotations

import pytest

from seqcheck.checks.non_integer_length import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import Length
from tests.histories import case, failure, history, length, numbered_pass


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            length(None, value=2.5, failed=failure("TypeError", "'float' object cannot be interpreted as an integer")),
            "the length is 2.5 (float); expected a whole number of batches, 0 or more",
        ),
        (
            length(None, value=-1, failed=failure("ValueError", "__len__() should return >= 0")),
            "the length is -1 (int); expected a whole number of batches, 0 or more",
        ),
        (
            Length(-1, "start", None, "", "", failure("FileNotFoundError", "labels.csv")),
            "len() raises FileNotFoundError: labels.csv",
        ),
        (Length(-1, "start", None, "", "", failure("SystemExit", "2", is_exit=True)), "len() raises SystemExit: 2"),
    ],
)
def test_a_length_that_is_no_whole_number_is_shown_with_its_type(said, expected):
    judgement = judge(case(history(lengths=[said])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == expected


def test_the_users_line_is_named_where_the_length_raised():
    said = Length(-1, "start", None, "", "", failure("KeyError", "'n'"))
    (finding,) = judge(case(history(lengths=[said]))).findings
    assert finding.frame is not None
    assert finding.frame.line == 12


def test_one_broken_answer_in_a_later_epoch_is_enough():
    lengths = [length(3), length(None, epoch=1, value=2.0, failed=failure("TypeError"))]
    judgement = judge(case(history(lengths=lengths)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["when"] == "epoch 1"


@pytest.mark.parametrize("type_name", ["int", "int64", "bool"])
def test_whole_numbers_of_any_type_hold(type_name):
    lengths = [Length(0, "epoch", 3, "3", type_name)]
    judgement = judge(case(history("loop", [numbered_pass(12, 4)], lengths=lengths)))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == f"asked 1 time, it said 3 ({type_name})"


def test_no_end_is_no_broken_length():
    endless = history(lengths=[Length(0, "epoch", None, "None", "NoneType")])
    assert judge(case(endless, contract={"infinite": True})).outcome is Outcome.NOT_APPLICABLE
    asked = judge(case(endless))
    assert (asked.outcome, asked.declare) == (Outcome.INCONCLUSIVE, "infinite = true")


def test_nothing_is_said_where_nothing_was_asked():
    assert judge(case(history(lengths=[]))).outcome is Outcome.INCONCLUSIVE
