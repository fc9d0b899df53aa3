"""--seqcheck-write-test: findings of several makes as plain tests, which fail until the fault is mended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.conftest import Folder, Project

HEAD = """
import multiprocessing
import os
import threading

import numpy as np


class Sound:
    def __init__(self, x, y, batch_size=4):
        self.x, self.y, self.batch_size = x, y, batch_size
        self.order = np.arange(len(x))

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return self.x[rows], self.y[rows]


"""
FAULTS = {
    "loop": (
        "dropped-remainder",
        "",
        "class Loader(Sound):\n    def __len__(self):\n        return len(self.x) // self.batch_size\n",
    ),
    "state": (
        "ignored-index",
        "",
        "class Loader(Sound):\n    at = 0\n\n    def __getitem__(self, index):\n        self.at += 1\n"
        "        return super().__getitem__((self.at - 1) % len(self))\n",
    ),
    "pickling": (
        "unpicklable",
        "",
        "class Loader(Sound):\n    def __init__(self, x, y, batch_size=4):\n"
        "        super().__init__(x, y, batch_size)\n"
        "        self.lock = threading.Lock()\n",
    ),
    "lost on the way": (
        "lossy-pickle",
        "",
        "class Loader(Sound):\n    def __getstate__(self):\n"
        "        return {**self.__dict__, 'order': self.order[::-1].copy()}\n",
    ),
    "shuffle": (
        "missing-reshuffle",
        "shuffles = true",
        "class Loader(Sound):\n    def on_epoch_end(self):\n        np.random.permutation(self.order)\n",
    ),
    "worker process": (
        "crashing-worker",
        "",
        "class Loader(Sound):\n    def __getitem__(self, index):\n        if multiprocessing.parent_process():\n"
        "            raise OSError('no file handle here')\n        return super().__getitem__(index)\n",
    ),
    "draws of workers": (
        "cloned-randomness",
        "augments = ['x']",
        "class Loader(Sound):\n    def __getitem__(self, index):\n"
        "        rows = self.order[index * 4 : index * 4 + 4]\n"
        "        return self.x[rows] + np.random.normal(), self.y[rows]\n",
    ),
}
MENDED = {
    "shuffle": "class Loader(Sound):\n    def on_epoch_end(self):\n        np.random.shuffle(self.order)\n",
    "draws of workers": (
        "class Loader(Sound):\n    def __getitem__(self, index):\n"
        "        rows = self.order[index * 4 : index * 4 + 4]\n"
        "        return self.x[rows] + np.random.default_rng().normal(), self.y[rows]\n"
    ),
}
"""Where leaving the fault out would not do."""
KERAS_FAULT = """
import keras
import numpy as np


class Loader(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size=4):
        super().__init__()
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return [self.x[rows].copy(), self.x[rows].copy()], self.y[rows].copy()
"""


def id_of(folder: Path, check: str) -> str:
    document = json.loads((folder / "report.json").read_text())
    (found,) = (entry for entry in document["targets"][0]["checks"] if entry["name"] == check)
    name: str = found["findings"][0]["id"]
    return name


def plainly(user: Folder, file: str) -> subprocess.CompletedProcess[str]:
    """Run a test as its owner would, in a pytest that has never heard of seqcheck."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file]
    environment = {**user.environment(), "PYTHONPATH": ""}
    return subprocess.run(
        words, cwd=user.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def written(user: Folder, check: str, target: str = "shop.data.Loader") -> str:
    user.pytest("--seqcheck", target, "--seqcheck-select", check, "--seqcheck-json", "report.json")
    name = id_of(user.folder, check)
    options = (
        "--seqcheck-reproduce",
        name,
        "--seqcheck-json",
        "report.json",
        "--seqcheck-write-test",
        "tests/test_it.py",
    )
    result = user.pytest(*options)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{user.folder}/tests/test_it.py: {check} of {target} as a plain test, which fails now\n"
    return (user.folder / "tests/test_it.py").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("make", FAULTS)
def test_it_fails_on_the_fault_and_passes_once_that_is_mended(tmp_path: Path, make: str) -> None:
    check, declared, fault = FAULTS[make]
    user = Folder(tmp_path)
    user.write("src/shop/__init__.py", "")
    user.write("src/shop/data.py", HEAD + fault)
    user.write("tests/nothing.txt", "")
    user.write("seqcheck.toml", f"start_methods = ['fork']\n[targets.'shop.data.Loader']\n{declared}\n")
    text = written(user, check)
    assert "import seqcheck" not in text
    failed = plainly(user, "tests/test_it.py")
    assert (failed.returncode, "1 failed" in failed.stdout) == (1, True), failed.stdout
    user.write("src/shop/data.py", HEAD + MENDED.get(make, "class Loader(Sound):\n    pass\n"))
    passed = plainly(user, "tests/test_it.py")
    assert (passed.returncode, "1 passed" in passed.stdout) == (0, True), f"{text}\n{passed.stdout}"


@pytest.mark.slow
@pytest.mark.keras
def test_what_fit_refuses_is_shown_by_fit(tmp_path: Path) -> None:
    user = Folder(tmp_path)
    user.write("loader.py", KERAS_FAULT)
    user.write("tests/nothing.txt", "")
    written(user, "unportable-batch", "loader.Loader")
    assert plainly(user, "tests/test_it.py").returncode == 1
    user.write("loader.py", KERAS_FAULT.replace("[self.x[rows].copy(), self.x[rows].copy()]", "self.x[rows].copy()"))
    passed = plainly(user, "tests/test_it.py")
    assert passed.returncode == 0, passed.stdout


@pytest.fixture
def reported(project: Project) -> Project:
    project.pytest("--seqcheck", "mypkg.Faulty", "--seqcheck-json", "report.json")
    return project


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--seqcheck-write-test", "test_it.py"), "name the finding to write, --seqcheck-reproduce ID"),
        (("--seqcheck-reproduce", "x-0", "--seqcheck-write-test", "test_it.py"), "name the report that has it"),
    ],
)
def test_without_a_finding_nothing_is_written(reported: Project, options: tuple[str, ...], says: str) -> None:
    result = reported.pytest(*options)
    assert (result.returncode, says in result.stderr) == (4, True), result.stderr
    assert not (reported.folder / "test_it.py").exists()


def test_a_file_that_is_there_stays_as_it_is(reported: Project) -> None:
    reported.write("test_it.py", "mine")
    name = id_of(reported.folder, "lost-samples")
    options = ("--seqcheck-reproduce", name, "--seqcheck-json", "report.json", "--seqcheck-write-test", "test_it.py")
    result = reported.pytest(*options)
    assert result.returncode == 4
    assert "test_it.py is there already: name a file that is not" in result.stderr
    assert (reported.folder / "test_it.py").read_text() == "mine"
