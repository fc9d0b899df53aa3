"""Open files have one position for a process and its forks; what was read ahead is forgotten unnoticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seqcheck.experiments import descriptors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.bin"
    path.write_bytes(bytes(range(256)) * 4)
    return path


def test_a_file_that_a_fork_moves_is_moved_for_all_and_put_back(file: Path) -> None:
    with file.open("rb") as opened, file.open("rb") as other:
        everything = descriptors.places()
        # Whoever runs this test may write to files of its own meanwhile.
        before = {number: everything[number] for number in (opened.fileno(), other.fileno())}
        assert set(before.values()) == {0}
        pid = os.fork()
        if not pid:
            os.lseek(opened.fileno(), 100, os.SEEK_SET)
            os._exit(0)
        os.waitpid(pid, 0)
        assert descriptors.moved(before) == (opened.fileno(),)
        assert descriptors.name_of(opened.fileno()) in ("rows.bin", f"descriptor {opened.fileno()}")
        descriptors.put_back(before)
        assert descriptors.moved(before) == ()
    assert descriptors.position(max(everything) + 50) is None


def test_a_buffer_is_forgotten_and_the_position_is_not(file: Path) -> None:
    with file.open("rb") as opened:
        assert opened.read(3) == b"\x00\x01\x02"
        assert os.lseek(opened.fileno(), 0, os.SEEK_CUR) > 3
        descriptors.forget_buffers()
        assert opened.tell() == 3
        assert os.lseek(opened.fileno(), 0, os.SEEK_CUR) == 3
        assert opened.read(2) == b"\x03\x04"
