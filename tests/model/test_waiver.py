"""Allowances: what can be written, what is refused and in which words, and which of several counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from seqcheck.model.waiver import Waiver, WaiverError, over, unknown_check, waiver_from, waivers_from


def test_a_reason_is_enough() -> None:
    assert waiver_from("lost-samples", " known, #12 ", "here") == Waiver("known, #12", where="here")


@pytest.mark.parametrize("day", ["2027-01-31", date(2027, 1, 31)])
def test_everything_that_can_be_said(day: Any) -> None:
    waiver = waiver_from("x", {"reason": "known", "expires": day, "engine": ["fork", "spawn", "fork"]}, "here")
    assert waiver == Waiver("known", date(2027, 1, 31), ("fork", "spawn"), "here")
    assert waiver.terms() == "known (until 2027-01-31, on fork and spawn)"
    assert waiver_from("x", {"reason": "known", "engine": "fit"}, "here").terms() == "known (on fit)"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (" ", "x is allowed without a reason"),
        (True, "x is allowed without a reason"),
        ({"engine": "fork"}, "x is allowed without a reason"),
        ({"reason": "y", "expire": "2027-01-31"}, "unknown key 'expire'. Did you mean 'expires'?"),
        ({"reason": "y", "expires": "next week"}, "expires = next week does not fit: expected a day"),
        ({"reason": "y", "expires": datetime(2027, 1, 31, 12)}, "does not fit: expected a day"),
        ({"reason": "y", "expires": 2027}, "does not fit: expected a day"),
        ({"reason": "y", "engine": "forks"}, "there is no engine 'forks'. Did you mean 'fork'?"),
        ({"reason": "y", "engine": []}, "expected an engine"),
    ],
)
def test_what_does_not_fit_is_refused(value: Any, says: str) -> None:
    with pytest.raises(WaiverError) as caught:
        waiver_from("x", value, "here")
    assert says in str(caught.value)
    assert str(caught.value).startswith("here: x")


def test_a_table_says_where_each_of_its_lines_stands() -> None:
    assert waivers_from({"a": "why", "b": False}, "here") == {"a": Waiver("why", where="here.a"), "b": None}
    with pytest.raises(WaiverError, match="here = 3 does not fit: expected a reason for each name"):
        waivers_from(3, "here")


def test_the_target_goes_over_the_project_and_the_command_line_over_both() -> None:
    project = {"a": Waiver("of all"), "b": Waiver("of all"), "c": Waiver("of all"), "d": Waiver("said", typed=True)}
    chosen = over(project, {"b": Waiver("of this"), "c": None, "d": None})
    assert {name: waiver.reason for name, waiver in chosen.items()} == {"a": "of all", "b": "of this", "d": "said"}


def test_a_name_that_is_no_check_is_told_with_what_may_be_meant() -> None:
    known = ("lost-samples", "thread-race")
    assert unknown_check(["thread-race"], known) == ""
    assert unknown_check(["lost-sample"], known) == "there is no check 'lost-sample'. Did you mean 'lost-samples'?"
