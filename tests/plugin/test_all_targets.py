"""--seqcheck-all: every target of the project in one run, a shared cause red once, files that list what is no more."""

from __future__ import annotations

from tests.plugin.conftest import Project

TARGETS = """
[tool.seqcheck.targets."mypkg.SharedTrain"]
epoch = "once"
[tool.seqcheck.targets."mypkg.SharedTest"]
[tool.seqcheck.targets."mypkg.Sound"]
"""


def test_every_target_is_driven_and_one_cause_is_red_once(project: Project) -> None:
    project.write("pyproject.toml", TARGETS)
    result = project.pytest("--seqcheck-all", "-rs", "--seqcheck-json", "report.json")
    assert result.returncode == 1
    assert project.log("run") == ["mypkg.SharedTrain", "mypkg.SharedTest", "mypkg.Sound"]
    assert "1 failed" in result.stdout
    first = "src/mypkg/data.py::SharedTrain"
    assert f"violated by the same cause as {first}::lost-samples: 3 of 40" in result.stdout
    assert f"  violated   lost-samples: the same cause as {first}::lost-samples" in result.stdout
    assert f"one cause of lost-samples: {first}, src/mypkg/data.py::SharedTest" in result.stdout
    assert project.report()["mypkg.SharedTest"]["lost-samples"] == "VIOLATED"
    assert project.pytest("--seqcheck-all", "-k", "SharedTest").returncode == 1


def test_a_baseline_lists_each_target_that_a_cause_touches(project: Project) -> None:
    project.write("seqcheck.toml", 'baseline = "known.toml"\n' + TARGETS.replace("tool.seqcheck.", ""))
    assert project.pytest("--seqcheck-all", "--seqcheck-baseline-update").returncode == 0
    assert (project.folder / "known.toml").read_text().count("lost-samples") == 2
    assert project.pytest("--seqcheck-all").returncode == 0


def test_a_target_that_is_no_more_is_noticed(project: Project) -> None:
    project.write("pyproject.toml", TARGETS)
    files = ("--seqcheck-baseline", "known.toml", "--seqcheck-lock", "seqcheck.lock")
    updates = ("--seqcheck-baseline-update", "--seqcheck-lock-update")
    assert project.pytest("--seqcheck-all", *files, *updates).returncode == 0
    project.write("pyproject.toml", TARGETS.replace('[tool.seqcheck.targets."mypkg.SharedTest"]\n', ""))
    result = project.pytest("--seqcheck-all", *files)
    assert result.returncode == 4
    assert "known.toml lists 'src/mypkg/data.py::SharedTest', which is no target any more." in result.stderr
    assert project.pytest("--seqcheck", "mypkg.Sound", *files).returncode == 0
    assert project.pytest("--seqcheck-all", *files, *updates).returncode == 0
    assert "SharedTest" not in (project.folder / "known.toml").read_text()
    assert "SharedTest" not in (project.folder / "seqcheck.lock").read_text()


def test_nothing_to_judge_is_no_success(project: Project) -> None:
    result = project.pytest("--seqcheck-all")
    assert result.returncode == 4
    assert "--seqcheck-all: no target is configured" in result.stderr
