"""Options: what is read, which source wins, and how a value that does not fit is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seqcheck.model.check import Check, Severity
from seqcheck.model.waiver import Waiver
from seqcheck.plugin.options import Choices, OptionError, read

CHECKS = {
    check.name: check
    for check in (
        Check("phantom-batch", "length", ("loop",)),
        Check("silent-overrun", "length", ("loop",), severity=Severity.ADVICE),
        Check("lost-samples", "epoch", ("loop",)),
        Check("missing-reshuffle", "epoch end", ("loop",)),
    )
}


def chosen(given: dict[str, Any] | None = None, configured: dict[str, Any] | None = None) -> Choices:
    here, root = Path("/project/sub"), Path("/project")
    return read(["a.B", "a.B"], given or {}, configured or {}, CHECKS, started_in=here, rootdir=root)


def test_nothing_said_leaves_the_runners_defaults() -> None:
    assert chosen() == Choices(targets=("a.B",))
    assert chosen().settings() == {"select": (), "allow": {}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["lost-samples"], ("lost-samples",)),
        (["lost-samples, length"], ("phantom-batch", "silent-overrun", "lost-samples")),
        (["epoch end"], ("missing-reshuffle",)),
        (["epoch-end", "lost-samples"], ("lost-samples", "missing-reshuffle")),
    ],
)
def test_selections_are_checks_and_clauses_in_the_order_of_the_catalogue(
    given: list[str], expected: tuple[str, ...]
) -> None:
    assert chosen({"select": given}).select == expected


def test_the_command_line_wins_key_by_key() -> None:
    choices = chosen(
        {"workers": "4", "allow": ["lost-samples=known = #12"], "seed": None, "select": []},
        {
            "workers": 3,
            "seed": 7,
            "allow": {"phantom-batch": Waiver("old")},
            "timeout": 2.5,
            "start-methods": ["Fork", "spawn"],
        },
    )
    assert choices.settings() == {
        "select": (),
        "allow": {"lost-samples": Waiver("known = #12", where="--seqcheck-allow", typed=True)},
        "workers": 4,
        "seed": 7,
        "timeout": 2.5,
        "start_methods": ("fork", "spawn"),
    }


def test_a_configured_number_of_workers_is_one_that_targets_may_leave() -> None:
    settings = chosen({}, {"workers": 3}).settings()
    assert (settings.get("workers"), settings["usual_workers"]) == (None, 3)
    assert "usual_workers" not in chosen({"workers": "4"}, {"workers": 3}).settings()


def test_a_night_has_an_hour_for_each_target_where_nobody_says_otherwise() -> None:
    assert chosen({"nightly": "night"}).settings()["budget"] == 3600
    assert chosen({"nightly": "night", "budget": "90"}).settings()["budget"] == 90
    assert chosen({}, {"nightly": "night"}).nightly == Path("/project/night")


def test_the_json_file_counts_from_where_it_was_said() -> None:
    assert chosen({"json": "out.json"}).json == Path("/project/sub/out.json")
    assert chosen({}, {"json": "out.json"}).json == Path("/project/out.json")
    assert chosen({"json": "/elsewhere/out.json"}).json == Path("/elsewhere/out.json")


def test_a_file_is_only_written_anew_where_one_is_named() -> None:
    choices = read(
        [], {}, {"baseline": "known.toml"}, CHECKS, started_in=Path("/a"), rootdir=Path("/b"), updates=["baseline"]
    )
    assert (choices.baseline, choices.update_baseline, choices.update_lock) == (Path("/b/known.toml"), True, False)
    assert [path for path, _ in choices.written()] == [Path("/b/known.toml")]
    with pytest.raises(OptionError, match="--seqcheck-lock-update: name the file to write, --seqcheck-lock FILE"):
        read([], {}, {}, CHECKS, started_in=Path("/a"), rootdir=Path("/b"), updates=["lock"])


def test_all_targets_of_the_project_come_after_those_that_were_typed() -> None:
    folders = {"started_in": Path("/a"), "rootdir": Path("/b")}
    choices = read(["a.B"], {}, {}, CHECKS, **folders, project=["a.C", "a.B"])
    assert (choices.targets, choices.all) == (("a.B", "a.C"), True)
    assert not chosen().all
    with pytest.raises(OptionError, match="--seqcheck-all: no target is configured"):
        read([], {}, {}, CHECKS, **folders, project=[])


def test_what_is_required_is_a_list_of_checks() -> None:
    assert chosen({"required": ["lost-samples,phantom-batch"]}).required == ("lost-samples", "phantom-batch")
    assert chosen({}, {"required": ("lost-samples",)}).required == ("lost-samples",)


@pytest.mark.parametrize(
    ("given", "configured", "message"),
    [
        ({"select": ["lost-sample"]}, {}, "--seqcheck-select: .*'lost-sample'. Did you mean 'lost-samples'"),
        ({"select": ["lenght"]}, {}, "Did you mean 'length'"),
        ({"select": [","]}, {}, "no name is given"),
        ({}, {"select": 3}, r"\[tool.seqcheck\] select: 3 does not fit"),
        ({"allow": ["lost-samples"]}, {}, "lost-samples is allowed without a reason"),
        ({"allow": ["lost-samples= "]}, {}, "without a reason"),
        ({"allow": ["lost-sample=known"]}, {}, "Did you mean 'lost-samples'"),
        ({}, {"allow": True}, "expected a table"),
        ({}, {"allow": {"lost-sample": Waiver("known")}}, r"\[tool.seqcheck\] allow: there is no check 'lost-sample'"),
        ({"required": ["lost-samples, lost"]}, {}, "--seqcheck-required: there is no check 'lost'"),
        ({"fail-on": ["advise"]}, {}, "Did you mean 'advice'"),
        ({"start-methods": ["forks"]}, {}, "Did you mean 'fork'"),
        ({"workers": "two"}, {}, "--seqcheck-workers: 'two' does not fit: expected a whole number, 1 or more"),
        ({"workers": "0"}, {}, "expected a whole number, 1 or more"),
        ({}, {"workers": True}, "True does not fit"),
        ({}, {"seed": 1.5}, "1.5 does not fit"),
        ({"seed": "-1"}, {}, "0 or more"),
        ({"timeout": "nan"}, {}, "expected a number of seconds above 0"),
        ({"budget": "0"}, {}, "above 0"),
        ({}, {"budget": "soon"}, r"\[tool.seqcheck\] budget: 'soon'"),
        ({}, {"json": 3}, "expected the path of a file"),
        ({}, {"fail-on": ["advise"]}, r"\[tool.seqcheck\] fail_on: .* Did you mean 'advice'"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(
    given: dict[str, Any], configured: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        chosen(given, configured)
