"""What is ready to be used in CI and before a push does what it says: the very commands are run, on a stand-in."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.conftest import ROOT, Project

ACTION = (ROOT / ".github/actions/seqcheck/action.yml").read_text(encoding="utf-8")
HOOK = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
PLUGIN = {"PYTEST_PLUGINS": "seqcheck.pytest_plugin"}


def step(project: Project, arguments: str) -> subprocess.CompletedProcess[str]:
    """The step of the action that judges, as a runner of GitHub makes it."""
    (script,) = re.findall(r"^      run: \|\n((?:        .*\n)+)", ACTION, re.MULTILINE)
    inputs = {"ARGUMENTS": arguments, "PYTHON": sys.executable, "REPORT": "seqcheck-report"}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=project.folder,
        env={**project.environment(), **PLUGIN, **inputs},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def default(name: str) -> str:
    """What the action takes where nothing is said."""
    (found,) = re.findall(rf"^  {name}:\n    description: .*\n    default: (.*)$", ACTION, re.MULTILINE)
    return str(found)


@pytest.mark.parametrize(("target", "failed"), [("mypkg.Sound", False), ("mypkg.Faulty", True)])
def test_the_action_judges_every_target_and_leaves_a_report(project: Project, target: str, failed: bool) -> None:
    project.write("pyproject.toml", f'[tool.seqcheck.targets."{target}"]\n')
    result = step(project, default("arguments"))
    assert (result.returncode != 0) is failed, result.stderr
    left = sorted(file.name for file in (project.folder / default("report")).iterdir())
    assert left == ["junit.xml", "packages.txt", "seqcheck.json", "summary.md"]
    assert project.log("run") == [target]


def test_the_arguments_of_the_action_are_words_and_no_script(project: Project) -> None:
    result = step(project, "--seqcheck 'mypkg.Sound' -k 'lost-samples or $(touch made)'")
    assert result.returncode != 0
    assert not Path(project.folder, "made").exists()
    assert step(project, "--seqcheck mypkg.Sound -k 'lost-samples or construction'").returncode == 0


def test_every_input_of_the_action_reaches_its_step() -> None:
    inputs = re.findall(r"^  (\w+):\n    description", ACTION, re.MULTILINE)
    for name in inputs:
        assert f"{name.upper()}: ${{{{ inputs.{name} }}}}" in ACTION


def test_the_hook_judges_every_target(project: Project) -> None:
    (entry,) = re.findall(r"^  entry: python (.*)$", HOOK, re.MULTILINE)
    project.write("pyproject.toml", '[tool.seqcheck.targets."mypkg.Faulty"]\n')
    result = subprocess.run(
        [sys.executable, *shlex.split(entry)],
        cwd=project.folder,
        env={**project.environment(), **PLUGIN},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert result.returncode == 1
    assert project.log("run") == ["mypkg.Faulty"]
