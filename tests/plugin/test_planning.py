"""What ``--seqcheck-plan`` prints can be pasted: the configuration is read back, and the factory builds the class."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from pathlib import Path

import pytest

from seqcheck.construction import config
from seqcheck.construction.target import parse
from seqcheck.model.report import Construction
from seqcheck.plugin.planning import plan_text, plans
from seqcheck.runner import Session, Settings

NPY = """
import numpy as np

class Volumes:
    def __init__(self, list_IDs, labels, batch_size=32, dim=(32, 32), n_channels=1, n_classes=10):
        self.list_IDs, self.labels, self.batch_size = list_IDs, labels, batch_size
        self.dim, self.n_channels, self.n_classes = dim, n_channels, n_classes

    def __len__(self):
        return len(self.list_IDs) // self.batch_size

    def __getitem__(self, index):
        ids = self.list_IDs[index * self.batch_size : (index + 1) * self.batch_size]
        x = np.empty((self.batch_size, *self.dim, self.n_channels))
        y = np.empty(self.batch_size, dtype=int)
        for row, ID in enumerate(ids):
            x[row,] = np.load("data/" + ID + ".npy")
            y[row] = self.labels[ID]
        return x, np.eye(self.n_classes)[y]
"""


def test_a_plan_that_is_pasted_builds_the_same_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("volumes_to_plan.py").write_text(NPY)
    text, complete = plans(["volumes_to_plan.Volumes"], lambda: Session(Settings(), tmp_path))
    assert complete
    assert text.startswith("# volumes_to_plan.Volumes: Volumes(list_IDs=37 ids, labels=probe labels 0-36, by id")
    toml, _, factory = text.partition("\n\n")
    Path("pyproject.toml").write_text(toml)
    configured = config.target_options(tmp_path, parse("volumes_to_plan.Volumes"))
    assert configured.factory == "seqcheck_data:make"
    Path("seqcheck_data.py").write_text(factory)
    importlib.invalidate_caches()
    made = importlib.import_module("seqcheck_data").make
    assert list(inspect.signature(made).parameters) == ["tmp_path", "num_samples"]
    folder = tmp_path / "made"
    folder.mkdir()
    try:
        instance = made(folder, 20)
        x, y = instance[0]
    finally:
        os.chdir(tmp_path)
        for name in ("seqcheck_data", "volumes_to_plan"):
            sys.modules.pop(name, None)
    assert (len(instance.list_IDs), x.shape, y.shape) == (20, (8, 16, 16, 1), (8, 20))
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == [
        "made",
        "pyproject.toml",
        "seqcheck_data.py",
        "volumes_to_plan.py",
    ]
    again, complete = plans(["volumes_to_plan.Volumes"], lambda: Session(Settings(), tmp_path))
    assert complete
    assert "# volumes_to_plan.Volumes: make(tmp_path=a fresh folder" in again


def test_what_cannot_be_built_says_how_far_each_way_came() -> None:
    built = Construction(False, "S", "S cannot be built", ("S(x=1): KeyError: 'a'", "S(x=2): no"), "[tool.seqcheck]")
    text = plan_text("data.S", built)
    assert text.startswith("# data.S: not built\n\nS cannot be built\n\nTried:\n  S(x=1): KeyError: 'a'\n  S(x=2): no")
    assert "[tool.seqcheck]" in text


def test_what_needs_no_pin_says_so() -> None:
    assert plan_text("data.S", Construction(True, "S()")) == (
        "# data.S: S()\n# nothing to pin: it is built as it stands, by what it or its configuration says\n"
    )
