"""A code base of twelve loaders: from nothing to a green gate, and ten regressions that each turn one line red."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugin.conftest import ROOT, Folder

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = [pytest.mark.repeated, pytest.mark.keras]

CODEBASE = ROOT / "fixtures" / "codebase"
REGRESSIONS: list[dict[str, Any]] = tomllib.loads((CODEBASE / "regressions.toml").read_text(encoding="utf-8"))[
    "regression"
]
MOST_LINES = 40
"""Of the baseline."""


def failed(output: str) -> list[str]:
    """The items that failed, without their files: ``Orders::dropped-remainder``."""
    return re.findall(r"^FAILED \S+?\.py::(\S+)", output, re.MULTILINE)


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The code base with a baseline and a lock of what is there."""
    folder = tmp_path_factory.mktemp("codebase") / "shop"
    shutil.copytree(CODEBASE, folder)
    made = Folder(folder)
    taken_in = made.pytest("--seqcheck-all", "--seqcheck-baseline-update", "--seqcheck-lock-update")
    assert taken_in.returncode == 0, taken_in.stdout
    return made


def test_the_gate_is_green_and_its_baseline_short(gated: Folder) -> None:
    again = gated.pytest("--seqcheck-all", "-rf")
    assert again.returncode == 0, again.stdout
    assert len((gated.folder / "seqcheck-baseline.toml").read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    targets = tomllib.loads((CODEBASE / "seqcheck.toml").read_text(encoding="utf-8"))["targets"]
    assert len(targets) == 12
    locked = tomllib.loads((gated.folder / "seqcheck.lock").read_text(encoding="utf-8"))
    assert all(name.rpartition(".")[2] in str(locked) for name in targets)


@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda one: one["line"])
def test_a_regression_turns_one_line_red(gated: Folder, tmp_path: Path, regression: dict[str, Any]) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(gated.folder, folder)
    file = folder / "src/shop" / regression["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(regression["old"]) == 1
    file.write_text(text.replace(regression["old"], regression["new"]), encoding="utf-8")
    name = f"shop.{file.stem}.{regression['line'].partition('::')[0]}"
    result = Folder(folder).pytest("--seqcheck", name, "-rf")
    assert failed(result.stdout) == [regression["line"]], result.stdout
