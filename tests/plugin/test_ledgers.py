"""Baseline and lock in runs of pytest: adopted in one run, green in the next, red for what is new alone."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Project

FAULTY = ("--seqcheck", "mypkg.Faulty", "--seqcheck-baseline", "known.toml")
SOUND = ("--seqcheck", "mypkg.Sound")


def known(project: Project) -> str:
    return (project.folder / "known.toml").read_text()


def test_a_code_base_is_adopted_in_one_run_and_green_in_the_next(project: Project) -> None:
    assert project.pytest(*FAULTY).returncode == 1
    adopted = project.pytest(*FAULTY, "--seqcheck-baseline-update")
    assert adopted.returncode == 0, adopted.stdout
    assert "baseline written, violations that are known: 1 (" in adopted.stdout
    assert known(project).splitlines()[2:] == [
        "schema = 1",
        '["src/mypkg/data.py::Faulty"]',
        'lost-samples = {severity = "error", seen = "3 of 40 samples are never delivered: 37, 38, 39"}',
    ]
    again = project.pytest(*FAULTY, "-rx", "--seqcheck-json", "report.json")
    assert again.returncode == 0, again.stdout
    assert "lost-samples is allowed: known, known.toml" in again.stdout
    assert "  known      lost-samples: 3 of 40 samples are never delivered" in again.stdout
    assert project.report()["mypkg.Faulty"]["lost-samples"] == "WAIVED"


def test_what_is_new_and_what_has_vanished_fails(project: Project) -> None:
    line = '{severity = "error", seen = "x"}'
    project.write("known.toml", f'schema = 1\n["src/mypkg/data.py::Faulty"]\nrepeated-samples = {line}\n')
    result = project.pytest(*FAULTY)
    assert result.returncode == 1
    assert "2 failed" in result.stdout
    assert "repeated-samples is known to be violated, but the check holds: 3 epochs of 10 batches" in result.stdout
    assert project.pytest(*FAULTY, "--seqcheck-baseline-update").returncode == 0
    assert "repeated-samples" not in known(project)
    assert "lost-samples" in known(project)


def test_advice_is_only_taken_in_where_it_would_fail(project: Project) -> None:
    strict = (*FAULTY, "--seqcheck-fail-on", "advice")
    assert project.pytest(*strict, "--seqcheck-baseline-update").returncode == 0
    assert 'silent-overrun = {severity = "advice"' in known(project)
    assert project.pytest(*strict).returncode == 0


def test_a_part_of_the_checks_leaves_the_others_lines_as_they_are(project: Project) -> None:
    project.pytest(*FAULTY, "--seqcheck-baseline-update")
    before = known(project)
    assert project.pytest(*FAULTY, "--seqcheck-baseline-update", "-k", "phantom-batch").returncode == 0
    assert known(project) == before


def test_what_is_required_is_not_for_a_baseline(project: Project) -> None:
    required = (*FAULTY, "--seqcheck-required", "lost-samples")
    assert project.pytest(*required, "--seqcheck-baseline-update").returncode == 1
    assert "lost-samples" not in known(project)


def test_what_was_settled_and_is_not_any_more_fails(project: Project) -> None:
    locked = ("--seqcheck-lock", "seqcheck.lock")
    written = project.pytest(*SOUND, *locked, "--seqcheck-lock-update")
    assert written.returncode == 0, written.stdout
    assert "lock written: " in written.stdout
    assert project.pytest(*SOUND, *locked).returncode == 0
    lock = (project.folder / "seqcheck.lock").read_text()
    project.write("seqcheck.lock", lock.replace("::Sound", "::Faulty"))
    result = project.pytest("--seqcheck", "mypkg.Faulty", *locked, "--seqcheck-allow", "lost-samples=known")
    assert result.returncode == 1
    assert "2 failed" in result.stdout
    assert "INCONCLUSIVE: nobody says how many samples there are" in result.stdout
    assert "NOT APPLICABLE: the Sequence has no batch size" in result.stdout
    assert "seqcheck.lock was written. Where it cannot be any more" in result.stdout


def test_a_file_with_a_check_that_is_no_more_ends_the_run_before_it_begins(project: Project) -> None:
    project.write("seqcheck.lock", 'schema = 1\nchecks = ["lost-sample"]\n')
    result = project.pytest(*SOUND, "--seqcheck-lock", "seqcheck.lock")
    assert result.returncode == 4
    assert "there is no check 'lost-sample'. Did you mean 'lost-samples'?" in result.stderr
    assert project.log("run") == []
    assert project.pytest(*SOUND, "--seqcheck-lock", "seqcheck.lock", "--seqcheck-lock-update").returncode == 0


def test_the_files_are_configured_and_count_from_the_project(project: Project) -> None:
    project.write("pyproject.toml", '[tool.seqcheck]\nbaseline = "known.toml"\nlock = "ci/seqcheck.lock"\n')
    updates = ("--seqcheck-baseline-update", "--seqcheck-lock-update")
    assert project.pytest("--seqcheck", "mypkg.Faulty", *updates, "--rootdir", ".").returncode == 0
    assert (project.folder / "ci/seqcheck.lock").exists()
    assert project.pytest("--seqcheck", "mypkg.Faulty").returncode == 0


def test_a_file_that_is_a_folder_is_refused_beforehand(project: Project) -> None:
    project.write("known.toml/file", "")
    result = project.pytest(*FAULTY, "--seqcheck-baseline-update")
    assert result.returncode == 4
    assert "known.toml cannot be read: " in result.stderr
    assert project.log("run") == []


def test_the_controller_of_xdist_writes_what_the_workers_saw(project: Project) -> None:
    pytest.importorskip("xdist")
    both = (*FAULTY, *SOUND, "--seqcheck-lock", "seqcheck.lock")
    updates = ("--seqcheck-baseline-update", "--seqcheck-lock-update")
    written = project.pytest(*both, *updates, "-n", "2", plugins=["xdist"])
    assert written.returncode == 0, written.stdout
    assert known(project).count("lost-samples") == 1
    lock = (project.folder / "seqcheck.lock").read_text()
    assert '["src/mypkg/data.py::Faulty"]' in lock
    assert '["src/mypkg/data.py::Sound"]' in lock
    assert project.pytest(*both, "-n", "2", plugins=["xdist"]).returncode == 0
