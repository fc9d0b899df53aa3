"""However pytest is told of the plugin, it is there once; and not at all where it is blocked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.conftest import ROOT, SCRIPT, Folder


@pytest.fixture
def installed(tmp_path: Path) -> Folder:
    """A folder beside which seqcheck is installed, as far as pytest can tell."""
    text = (ROOT / "pyproject.toml").read_text()
    entry = re.search(r'^\[project\.entry-points\.pytest11\]\n(?:#.*\n)*"?([\w.]+)"? = "([\w.]+)"', text, re.MULTILINE)
    assert entry is not None
    made = Folder(tmp_path)
    made.write("installed/seqcheck-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: seqcheck\nVersion: 0\n")
    made.write("installed/seqcheck-0.dist-info/entry_points.txt", f"[pytest11]\n{entry[1]} = {entry[2]}\n")
    return made


def run(folder: Folder, *args: str, autoload: bool = True) -> subprocess.CompletedProcess[str]:
    environment = folder.environment()
    environment["PYTHONPATH"] += f":{folder.folder / 'installed'}"
    if autoload:
        del environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *args],
        cwd=folder.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["", "seqcheck", "seqcheck.pytest_plugin"])
def test_an_installed_plugin_may_be_named_once_more(installed: Folder, name: str) -> None:
    result = run(installed, *(["-p", name] if name else []), "--seqcheck-list")
    assert result.returncode == pytest.ExitCode.OK, result.stderr
    assert "lost-samples" in result.stdout


@pytest.mark.parametrize("name", ["seqcheck", "seqcheck.pytest_plugin"])
def test_naming_it_is_enough_where_nothing_is_loaded_of_itself(installed: Folder, name: str) -> None:
    result = run(installed, "-p", name, "--seqcheck-list", autoload=False)
    assert result.returncode == pytest.ExitCode.OK, result.stderr


def test_a_conftest_may_name_it(installed: Folder) -> None:
    installed.write("conftest.py", 'pytest_plugins = ["seqcheck.pytest_plugin"]\n')
    installed.write("test_own.py", "def test_own(seqcheck):\n    pass\n")
    result = run(installed, "test_own.py")
    assert result.returncode == pytest.ExitCode.OK, result.stdout


@pytest.mark.parametrize("name", ["seqcheck", "seqcheck.pytest_plugin"])
def test_blocking_it_takes_its_options_away(installed: Folder, name: str) -> None:
    result = run(installed, "-p", f"no:{name}", "--seqcheck-list")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unrecognized arguments: --seqcheck-list" in result.stderr
    installed.write("test_own.py", "def test_own():\n    pass\n")
    assert run(installed, "-p", f"no:{name}", "test_own.py").returncode == pytest.ExitCode.OK
