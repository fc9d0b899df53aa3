"""The plugin as pytest runs it: exit codes, items, selection, outcomes and what is printed, with a stand-in driver."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from seqcheck.checks import catalogue
from tests.plugin.conftest import Project

NODE = "src/mypkg/data.py::Faulty"


def counts(output: str) -> dict[str, int]:
    """The last line of pytest's output, as numbers."""
    return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", output.splitlines()[-1])}


def test_one_item_a_check_and_one_for_construction_and_nothing_else(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "--co", "-q")
    listed = [line for line in result.stdout.splitlines() if "::" in line]
    assert listed == [f"src/mypkg/data.py::Sound::{name}" for name in ("construction", *catalogue())]
    assert project.log("run") == []


def test_a_sound_target_passes_and_is_driven_once(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound")
    assert result.returncode == 0
    assert counts(result.stdout)["passed"] == len(catalogue()) + 1
    assert project.log("run") == ["mypkg.Sound"]


def test_paths_add_the_users_own_tests(project: Project) -> None:
    result = project.pytest("tests", "--seqcheck", "mypkg.Sound", "-v")
    assert "tests/test_own.py::test_own PASSED" in result.stdout
    assert "src/mypkg/data.py::Sound::construction PASSED" in result.stdout


def test_the_marker_selects_and_is_registered(project: Project) -> None:
    result = project.pytest("tests", "--seqcheck", "mypkg.Sound", "-m", "seqcheck", "--strict-markers")
    assert counts(result.stdout)["passed"] == len(catalogue()) + 1
    assert counts(result.stdout)["deselected"] == 1


def test_outcomes(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Faulty", "-rs")
    assert result.returncode == 1
    wanted = {"failed": 1, "passed": len(catalogue()) - 2, "skipped": 2, "warning": 1}
    assert wanted.items() <= counts(result.stdout).items()
    assert (
        "inconclusive: nobody says how many samples there are; to settle it, declare num_samples = 40" in result.stdout
    )
    assert "not applicable: the Sequence has no batch size (Faulty::partial-batch)" in result.stdout
    assert "SeqcheckAdvice: index 10 returns data" in result.stdout


def test_a_failure_shows_words_and_no_traceback_of_ours(project: Project) -> None:
    shown = project.pytest("--seqcheck", "mypkg.Faulty").stdout
    assert "Faulty::lost-samples ____" in shown
    assert "\n3 of 40 samples are never delivered: 37, 38, 39\n" in shown
    assert f"See it again: pytest --seqcheck mypkg.Faulty {NODE}::lost-samples\n" in shown
    assert "Traceback" not in shown
    assert "seqcheck/plugin" not in shown


def test_the_line_that_shows_it_again_does(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Faulty", f"{NODE}::lost-samples")
    assert counts(result.stdout)["failed"] == 1
    assert "passed" not in result.stdout.splitlines()[-1]


def test_an_id_that_names_no_check_is_a_usage_error(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Faulty", f"{NODE}::lost-sample")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Did you mean 'lost-samples'?" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seqcheck", "mypk.Faulty"], "Did you mean 'mypkg'?"),
        (["--seqcheck-select", "lost-sample"], "Did you mean 'lost-samples'?"),
        (["--seqcheck-fail-on", "inconclusve"], "Did you mean 'inconclusive'?"),
        (["--seqcheck-json", "."], "is a folder"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(project: Project, options: list[str], message: str) -> None:
    result = project.pytest(*options)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr
    assert project.log("run") == []


def test_fail_on_turns_skips_and_warnings_into_failures(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Faulty", "--seqcheck-fail-on", "inconclusive,advice")
    assert counts(result.stdout)["failed"] == 3


def test_warnings_as_errors_fail_with_the_same_words(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Faulty", "-W", "error", "-k", "silent-overrun")
    assert counts(result.stdout)["failed"] == 1
    assert "\nindex 10 returns data\n" in result.stdout
    assert "Traceback" not in result.stdout


def test_an_allowance_expects_the_failure_and_shows_the_reason(project: Project) -> None:
    allowed = ("--seqcheck", "mypkg.Faulty", "--seqcheck-allow", "lost-samples=known, #12")
    result = project.pytest(*allowed, "-rx")
    assert result.returncode == 0
    assert "lost-samples is allowed: known, #12" in result.stdout
    assert project.pytest(*allowed, "--runxfail").returncode == 1


def test_an_allowance_of_a_check_that_holds_fails(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "--seqcheck-allow", "lost-samples=known, #12")
    assert result.returncode == 1
    assert "lost-samples is allowed (known, #12), but the check holds" in result.stdout


def test_an_allowance_of_a_check_that_is_open_skips_whatever_fails_on_it(project: Project) -> None:
    options = ("--seqcheck-allow", "phantom-batch=known", "--seqcheck-fail-on", "inconclusive")
    result = project.pytest("--seqcheck", "mypkg.Faulty", *options, "-k", "phantom-batch")
    assert counts(result.stdout)["skipped"] == 1
    assert result.returncode == 0


def test_what_cannot_be_built_fails_once(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Unbuilt")
    assert counts(result.stdout)["failed"] == 1
    assert "\npath: no such folder\n" in result.stdout
    assert "To build it, paste:\n  path = ..." in result.stdout


def test_what_cannot_be_built_fails_also_where_its_item_is_not_selected(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Unbuilt", "-k", "lost-samples or phantom-batch")
    assert {"failed": 1, "skipped": 1}.items() <= counts(result.stdout).items()


@pytest.mark.parametrize("target", ["mypkg.Broken", "mypkg.Unjudged"])
def test_a_fault_of_ours_is_never_green_and_never_the_users(project: Project, target: str) -> None:
    result = project.pytest("--seqcheck", target, "--seqcheck-json", "report.json")
    assert counts(result.stdout)["failed"] == 1
    assert "internal error in seqcheck, please report it" in result.stdout
    assert "Your Sequence is not to blame." in result.stdout
    assert set(project.report()[target].values()) == {"INCONCLUSIVE"}


def test_nothing_of_the_users_text_acts_on_the_terminal(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Hostile", "--color=no")
    assert result.returncode == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", result.stdout)
    assert "\\x1b[2Jcleared" in result.stdout


def test_select_takes_checks_and_clauses(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "--seqcheck-select", "length,lost-samples", "--co", "-q")
    listed = [line.rpartition("::")[2] for line in result.stdout.splitlines() if "::" in line]
    length = [name for name, entry in catalogue().items() if entry.check.clause == "length"]
    assert listed == ["construction", *length, "lost-samples"]


def test_stopping_at_the_first_failure_leaves_the_rest_not_selected(project: Project) -> None:
    project.pytest("--seqcheck", "mypkg.Faulty", "--seqcheck", "mypkg.Sound", "-x", "--seqcheck-json", "report.json")
    report = project.report()
    assert list(report) == ["mypkg.Faulty", "mypkg.Sound"]
    assert all(list(checks) == list(catalogue()) for checks in report.values())
    assert report["mypkg.Faulty"]["lost-samples"] == "VIOLATED"
    assert set(report["mypkg.Sound"].values()) == {"NOT_SELECTED"}


def test_the_last_failures_are_run_again(project: Project) -> None:
    project.pytest("--seqcheck", "mypkg.Faulty")
    result = project.pytest("--seqcheck", "mypkg.Faulty", "--lf")
    assert counts(result.stdout)["failed"] == 1
    assert "passed" not in counts(result.stdout)


def test_junit_has_outcome_severity_and_clause(project: Project) -> None:
    project.pytest("--seqcheck", "mypkg.Faulty", "--junitxml", "junit.xml")
    cases = {case.get("name"): case for case in ElementTree.parse(project.folder / "junit.xml").iter("testcase")}
    properties = {item.get("name"): item.get("value") for item in cases["lost-samples"].iter("property")}
    assert str(properties.pop("finding")).startswith("lost-samples-")
    assert properties == {"outcome": "VIOLATED", "severity": "error", "clause": "epoch"}
    properties = {item.get("name"): item.get("value") for item in cases["silent-overrun"].iter("property")}
    assert str(properties.pop("finding")).startswith("silent-overrun-")
    assert properties == {"outcome": "VIOLATED", "severity": "advice", "clause": "length"}


def test_an_interrupt_ends_the_session_and_stops_the_driver(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Interrupted")
    assert result.returncode == pytest.ExitCode.INTERRUPTED
    assert project.log("close")


def test_the_list_names_every_check_by_clause(project: Project) -> None:
    result = project.pytest("--seqcheck-list")
    assert result.returncode == 0
    for name, entry in catalogue().items():
        assert re.search(rf"^  {name} +{re.escape(entry.page.summary)}", result.stdout, re.MULTILINE)
    assert "\nepoch\n" in result.stdout


def test_a_check_is_explained_by_its_page(project: Project) -> None:
    result = project.pytest("--seqcheck-explain", "lost-samples")
    assert result.returncode == 0
    assert result.stdout.startswith("lost-samples\n")
    assert all(f"\n{heading}:\n" in result.stdout for heading in ("Why it matters", "Limits", "Example", "Use instead"))
    unknown = project.pytest("--seqcheck-explain", "lost-sample")
    assert unknown.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Did you mean 'lost-samples'?" in unknown.stderr


def test_a_bare_file_of_a_target_means_the_target_unless_pytest_collects_it(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "src/mypkg/data.py")
    assert counts(result.stdout)["passed"] == len(catalogue()) + 1


def test_the_project_file_says_what_the_command_line_does_not(project: Project) -> None:
    project.write("pyproject.toml", '[tool.seqcheck]\nselect = ["epoch"]\nallow = {lost-samples = "known"}\n')
    result = project.pytest("--seqcheck", "mypkg.Faulty", "-rx")
    assert result.returncode == 0
    assert "lost-samples is allowed: known" in result.stdout
    assert project.pytest("--seqcheck", "mypkg.Faulty", "--seqcheck-allow", "lost-samples=new", "-rx").returncode == 0


def test_a_project_file_that_does_not_fit_is_a_usage_error(project: Project) -> None:
    project.write("pyproject.toml", "[tool.seqcheck]\nworker = 3\n")
    result = project.pytest("--seqcheck", "mypkg.Sound")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Did you mean 'workers'?" in result.stderr
