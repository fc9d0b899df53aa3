"""The usage profile on real runs: one class, red or advice by what is declared; another red whatever is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.contract import contract_from
from seqcheck.model.verdict import Verdict
from seqcheck.runner import Session, Settings

pytestmark = pytest.mark.slow

MODULE = """
import threading
import numpy as np

class Rows:
    def __init__(self, batch_size=2):
        self.x, self.batch_size = np.arange(11.0), batch_size

    def __len__(self):
        return -(-11 // self.batch_size)

    def __getitem__(self, index):
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[part].copy(), np.arange(11)[part]

class Locked(Rows):
    def __init__(self, batch_size=2):
        super().__init__(batch_size)
        self.lock = threading.Lock()

class OneBuffer(Rows):
    def __init__(self, batch_size=1):
        super().__init__(batch_size)
        self.buffer = np.zeros(batch_size)

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        self.buffer[:] = x
        return self.buffer, y

class Floor(Rows):
    def __len__(self):
        return 11 // self.batch_size
"""
Drive = Callable[..., Verdict]


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drive]:
    folder = tmp_path_factory.mktemp("profile")
    (folder / "profiled.py").write_text(MODULE, encoding="utf-8")

    def verdict(name: str, check: str, use: str) -> Verdict:
        declared = f"[targets.'profiled.{name}']\nfit = {{{use}}}\n"
        (folder / "seqcheck.toml").write_text(declared, encoding="utf-8")
        (resolved,) = session.resolve([f"profiled.{name}"])
        found = session.run(resolved, only=[check]).verdict(check)
        assert found is not None
        assert found.outcome is Outcome.VIOLATED, found.reason
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        session = Session(Settings(start_methods=("fork",)), folder)
        yield verdict
        session.close()


@pytest.mark.parametrize(
    ("name", "check", "use", "blocks"),
    [
        ("Locked", "unpicklable", "", ()),
        ("Locked", "unpicklable", "workers = 4, use_multiprocessing = true, start_method = 'spawn'", ()),
        ("Locked", "unpicklable", "start_method = 'forkserver'", ()),
        ("Locked", "unpicklable", "start_method = 'fork'", ("spawn", "forkserver", "Python 3.14")),
        ("Locked", "unpicklable", "workers = 4, use_multiprocessing = false", ("spawn", "forkserver")),
        ("OneBuffer", "shared-buffer", "workers = 4, use_multiprocessing = false", ()),
        ("OneBuffer", "shared-buffer", "workers = 1, use_multiprocessing = false", ("threads",)),
        ("Floor", "dropped-remainder", "", ()),
        ("Floor", "dropped-remainder", "workers = 1, use_multiprocessing = false", ()),
        ("Floor", "dropped-remainder", "start_method = 'fork'", ()),
        ("Floor", "dropped-remainder", "keras = 'tf_keras'", ()),
    ],
)
def test_what_only_unused_ways_show_is_advice(
    drive: Drive, name: str, check: str, use: str, blocks: tuple[str, ...]
) -> None:
    verdict = drive(name, check, use)
    assert verdict.findings[0].blocks == blocks
    assert verdict.severity is (Severity.ADVICE if blocks else Severity.ERROR)


@pytest.mark.parametrize(
    ("settings", "use", "workers"),
    [
        (Settings(), {}, 2),
        (Settings(), {"workers": 4}, 4),
        (Settings(workers=3), {"workers": 4}, 3),
        (Settings(usual_workers=3), {"workers": 4}, 4),
        (Settings(usual_workers=3), {}, 3),
        (Settings(), {"workers": 1}, 2),
        (Settings(), {"workers": 1, "start_method": "spawn"}, 1),
        (Settings(), {"workers": 0}, 2),
    ],
)
def test_how_many_workers_are_started(settings: Settings, use: dict[str, object], workers: int) -> None:
    assert settings.workers_for(contract_from({"fit": use}, "the test")) == workers
