"""Runs of pytest in a folder of their own, with the plugin loaded and, where wanted, a stand-in for the driver."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.plugin import stand_in

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "import sys, pytest; sys.path.remove(''); sys.exit(pytest.main())"
UNIMPORTABLE = "raise RuntimeError('pytest must not import the file of a target')\n"


class Folder:
    """A folder of a user's, in which pytest is run as its script does it: the folder itself is not on `sys.path`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def pytest(self, *args: str, plugins: Sequence[str] = (), folder: str = ".") -> subprocess.CompletedProcess[str]:
        """Run pytest with no plugin but ours and `plugins`, so that it does not matter what is installed."""
        return self._run(self.command(*args, plugins=plugins), folder)

    def python(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the user's."""
        return self._run([sys.executable, script], ".")

    def _run(self, command: list[str], folder: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder / folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def command(self, *args: str, plugins: Sequence[str] = ()) -> list[str]:
        loaded = [word for name in ("seqcheck.pytest_plugin", *plugins) for word in ("-p", name)]
        return [sys.executable, "-c", SCRIPT, *loaded, *args]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return kept | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120"}

    def report(self, name: str = "report.json") -> dict[str, dict[str, str]]:
        """Target to check to outcome, from a JSON report."""
        document = json.loads((self.folder / name).read_text())
        return {
            target["target"]: {check["name"]: check["outcome"] for check in target["checks"]}
            for target in document["targets"]
        }


class Project(Folder):
    """A folder with a target's file that must not be imported, a stand-in, and one test of the user's own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("conftest.py", Path(stand_in.__file__).read_text())
        self.write("src/mypkg/data.py", UNIMPORTABLE)
        self.write("tests/test_own.py", "def test_own():\n    pass\n")

    def log(self, word: str) -> list[str]:
        """What the stand-in did, such as the texts of the targets that it ran."""
        path = self.folder / "log.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.rpartition(" ")[0].removeprefix(word).strip() for line in lines if line.startswith(word)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
