"""--seqcheck-migrate: just the list of what keeps targets from a move, and an exit status by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seqcheck.plugin.migrating import settings_for
from tests.plugin.conftest import Folder, Project

CONFIGURED = "[tool.seqcheck.targets.'mypkg.Moving']\n[tool.seqcheck.targets.'mypkg.Faulty']\n"
REAL = """
import threading

import numpy as np
import tf_keras


class Listed(tf_keras.utils.Sequence):
    def __init__(self, x, y, batch_size=4):
        super().__init__()
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return [self.x[rows].copy(), self.x[rows].copy()], self.y[rows].copy()


class Locked:
    def __init__(self, x, y, batch_size=4):
        self.x, self.y, self.batch_size, self.lock = x, y, batch_size, threading.Lock()

    def __len__(self):
        return len(self.x) // self.batch_size

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[rows].copy(), self.y[rows].copy()
"""


def test_what_stops_the_move_is_listed_and_nothing_else(project: Project) -> None:
    result = project.pytest("--seqcheck", "mypkg.Moving", "--seqcheck", "mypkg.Faulty", "--seqcheck-migrate", "spawn")
    assert result.returncode == 1
    assert result.stdout == (
        "1 thing keeps 1 of 2 targets from moving to spawn\n"
        "\n"
        "mypkg.Moving: 1 thing, 1 check open\n"
        "  unpicklable  self.f: a lambda (src/mypkg/data.py:7); pytest --seqcheck mypkg.Moving "
        "src/mypkg/data.py::Moving::unpicklable\n"
        "  open         worker-divergence: spawn: the time budget ran out\n"
        "\n"
        "mypkg.Faulty: nothing found\n"
    )


def test_without_a_target_all_that_are_configured_are_meant(project: Project) -> None:
    project.write("pyproject.toml", CONFIGURED)
    result = project.pytest("--seqcheck-migrate", "keras3", "--seqcheck-json", "report.json")
    assert result.returncode == 1
    assert "1 thing keeps 1 of 2 targets from moving to Keras 3\n" in result.stdout
    assert "  base  it is derived from the Sequence of tf_keras" in result.stdout
    written = json.loads((project.folder / "report.json").read_text())
    assert [target["base"] for target in written["targets"]] == ["tf_keras", "keras"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (
            ("--seqcheck", "mypkg.Faulty", "--seqcheck-migrate", "python3.14"),
            0,
            "nothing was found that keeps 1 target",
        ),
        (("--seqcheck", "mypkg.Moving", "--seqcheck-migrate", "fork"), 0, "1 check open"),
        (("--seqcheck", "mypkg.Moving", "--seqcheck-migrate", "fork", "--seqcheck-fail-on", "inconclusive"), 1, "open"),
        (("--seqcheck", "mypkg.Unbuilt", "--seqcheck-migrate", "spawn"), 1, "; 1 could not be built"),
        (("--seqcheck", "mypkg.Broken", "--seqcheck-migrate", "spawn"), 1, "not looked at"),
    ],
)
def test_the_exit_status_is_one_where_something_stops_or_was_not_looked_at(
    project: Project, options: tuple[str, ...], code: int, says: str
) -> None:
    result = project.pytest(*options)
    assert (result.returncode, says in result.stdout) == (code, True), result.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--seqcheck", "mypkg.Faulty", "--seqcheck-migrate", "keras4"), "no move to 'keras4'. Did you mean 'keras3'?"),
        (("--seqcheck-migrate", "spawn"), "no target is named or configured"),
        (("--seqcheck", "mypgk.Faulty", "--seqcheck-migrate", "spawn"), "Did you mean 'mypkg'?"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(project: Project, options: tuple[str, ...], says: str) -> None:
    result = project.pytest(*options)
    assert result.returncode == 4
    assert says in result.stderr


def test_the_start_method_that_is_asked_about_is_tried() -> None:
    assert settings_for("spawn", {"start_methods": ("fork",), "seed": 3}) == {
        "start_methods": ("fork", "spawn"),
        "seed": 3,
    }
    assert settings_for("keras3", {"start_methods": ("fork",)}) == {"start_methods": ("fork",)}
    assert settings_for("spawn", {}) == {}


@pytest.mark.slow
@pytest.mark.keras
def test_real_loaders_are_listed_by_what_they_do(tmp_path: Path) -> None:
    user = Folder(tmp_path)
    user.write("loaders.py", REAL)
    user.write("seqcheck.toml", "[targets.'loaders.Listed']\n[targets.'loaders.Locked']\ndrop_remainder = true\n")
    result = user.pytest("--seqcheck-migrate", "keras3", "--seqcheck-start-methods", "fork")
    assert result.returncode == 1
    assert "2 things keep 1 of 2 targets from moving to Keras 3" in result.stdout
    assert "  unportable-batch  x is a list of arrays" in result.stdout
    assert result.stdout.rstrip().splitlines()[-1] == "loaders.Locked: nothing found"
    result = user.pytest("--seqcheck", "loaders.Locked", "--seqcheck-migrate", "python3.14")
    assert result.returncode == 1
    assert "1 thing keeps 1 of 1 targets from moving to Python 3.14" in result.stdout
    assert "unpicklable  self.lock" in result.stdout
