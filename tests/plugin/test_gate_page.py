"""The page on the gate can be followed from its first line to its last: every command is run, in order."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

from seqcheck.construction.config import read
from seqcheck.reporting.gate import FAIL_ON
from tests.plugin.conftest import ROOT, Project

PAGE = (ROOT / "docs/gate.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ pytest (.*)$", PAGE, re.MULTILINE)
CONFIGURATION, ALLOWANCE = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NAMES = {"mypkg.data.TrainSequence": "mypkg.Faulty", "mypkg.data.TestSequence": "mypkg.Sound"}
"""What the stand-in knows, for the loaders of the page."""


def test_every_command_does_what_the_page_says(project: Project) -> None:
    text = CONFIGURATION
    for name, known in NAMES.items():
        text = text.replace(name, known)
    project.write("pyproject.toml", text)
    plan, red, take_in, green, in_ci, again, write, migrate = COMMANDS

    def follow(command: str) -> subprocess.CompletedProcess[str]:
        return project.pytest(*shlex.split(command))

    assert "mypkg.Faulty" in follow(plan).stdout
    assert follow(red).returncode == 1
    assert follow(take_in).returncode == 0
    assert (project.folder / "seqcheck-baseline.toml").exists()
    assert (project.folder / "seqcheck.lock").exists()
    assert follow(green).returncode == 0
    assert follow(in_ci).returncode == 0
    report = json.loads((project.folder / "seqcheck-report/seqcheck.json").read_text())
    ids = [
        finding["id"]
        for check in report["targets"][0]["checks"]
        for finding in check["findings"]
        if finding["scenario"] is not None
    ]
    assert follow(again.replace("ID", ids[0])).returncode == 1
    assert follow(write.replace("ID", ids[0])).returncode == 0
    assert "seqcheck" not in (project.folder / "test_finding.py").read_text().partition('"""\n\n')[2]
    assert "moving to Keras 3" in follow(migrate).stdout


def test_everything_to_paste_is_read(project: Project) -> None:
    project.write("pyproject.toml", f"{CONFIGURATION}\n{ALLOWANCE}")
    config = read(project.folder)
    assert set(config.targets) == set(NAMES)
    assert set(config.targets["mypkg.data.TrainSequence"].allow) == {"unsafe-fork"}
    required, *fail_on = re.findall(r"`(\w+ = \[.*?\])`", PAGE.partition("## 6.")[2])
    for line in (required, *fail_on):
        project.write("pyproject.toml", f"[tool.seqcheck]\n{line}\n")
        config = read(project.folder)
        assert config.required or set(config.fail_on or ()) <= set(FAIL_ON)
