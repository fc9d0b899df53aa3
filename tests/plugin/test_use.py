"""The use that is declared, on the engine that is installed: a line of its own, red where the engine breaks it."""

from __future__ import annotations

import json

from tests.plugin.conftest import Project

NODE = "src/mypkg/data.py::"


def test_an_engine_that_breaks_the_use_fails_the_run_and_no_check(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.UsedAndLost", "--seqcheck-json", "report.json", "-rA")
    assert result.returncode == 1
    assert f"PASSED {NODE}UsedAndLost::construction" in result.stdout
    assert f"FAILED {NODE}UsedAndLost::engine - The engine, not mypkg.UsedAndLost, breaks the use" in result.stdout
    assert "breaks the use that is declared, fit = {workers = 4}:\n\nkeras 9.0 loses samples" in result.stdout
    assert f"See it again: pytest --seqcheck mypkg.UsedAndLost {NODE}UsedAndLost::engine" in result.stdout
    assert result.stdout.count("FAILED") == 1
    assert set(project.report()["mypkg.UsedAndLost"].values()) == {"HOLDS"}
    (target,) = json.loads((project.folder / "report.json").read_text())["targets"]
    assert target["broken_use"] == ["keras 9.0 loses samples"]


def test_a_use_that_is_kept_passes_and_one_that_nobody_knows_of_is_skipped(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Used", "--seqcheck", "mypkg.UsedSomehow", "-rA")
    assert result.returncode == 0
    assert f"PASSED {NODE}Used::engine" in result.stdout
    assert "nobody has measured keras 9.9" in result.stdout
    assert f"PASSED {NODE}UsedSomehow::engine" not in result.stdout


def test_nothing_is_asked_where_no_use_is_declared_or_one_check_is(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Sound", "-rA")
    assert "::engine" not in result.stdout
    result = project.pytest("--seqcheck", "mypkg.Used", "--seqcheck-select", "lost-samples", "-rA")
    assert "::engine" not in result.stdout


def test_it_can_be_pasted_back_alone(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.UsedAndLost", f"{NODE}UsedAndLost::engine")
    assert result.returncode == 1
    assert project.log("only") == ["engine"]
