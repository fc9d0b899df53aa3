"""Files that reading writes are noted, unless nobody else would write them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from seqcheck.construction.writes import noted
from tests.construction.conftest import Project


def test_what_is_written_under_a_name_of_its_own_is_noted(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    kept = str((tmp_path / "kept.npy").resolve())
    with noted(own) as found:
        np.save(tmp_path / "kept.npy", np.arange(3))
        np.load(tmp_path / "kept.npy")
        (own / "batch.npy").write_bytes(b"")
        os.close(os.open(tmp_path / "raw", os.O_CREAT | os.O_WRONLY))
        assert found == []  # until it is over
    assert found == [kept, str((tmp_path / "raw").resolve())]


def test_temporary_files_and_logs_and_devices_are_nobody_elses_matter(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    with noted(tmp_path / "own") as found:
        with tempfile.NamedTemporaryFile("w", dir=tmp_path) as stream:
            stream.write("mine")
        with open(tmp_path / "log", "a") as log:
            log.write("read")
        with open(os.devnull, "w") as nothing:
            nothing.write("read")
    (tmp_path / "later").write_text("not any more")
    assert found == []


@pytest.mark.parametrize(("line", "name"), [("np.save('last.npy', x)", "last.npy"), ("pass", "")])
def test_a_class_that_writes_what_it_reads_is_known_by_the_file(
    project: Project,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))
    project.write(
        "writing.py",
        f"""
        import numpy as np

        class Rows:
            def __init__(self, x, batch_size=4):
                self.x, self.batch_size = x, batch_size

            def __len__(self):
                return -(-len(self.x) // self.batch_size)

            def __getitem__(self, index):
                x = self.x[index * self.batch_size : (index + 1) * self.batch_size]
                {line}
                return x
        """,
    )
    assert Path(project.built("writing.Rows").writes).name == name
