"""What a read opens is known by sample: in its own thread, while it lasts, and nothing else."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from seqcheck.engines.opened import opened


@pytest.fixture
def files(tmp_path: Path) -> dict[str, int]:
    paths = [tmp_path / f"{number}.npy" for number in range(4)]
    for number, path in enumerate(paths):
        np.save(path, number)
    return {str(path): number for number, path in enumerate(paths)}


def read(path: str) -> None:
    np.load(path)


def test_files_are_told_in_the_order_in_which_they_are_opened(files: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("")
    first, second, third, _ = files
    with opened(files) as samples:
        read(third)
        read(str(tmp_path / "other.txt").replace("other.txt", "../" + tmp_path.name + "/0.npy"))
        open(os.fsencode(second), "rb").close()
        (tmp_path / "other.txt").read_text()
        read(third)
    assert samples == [2, 0, 1, 2]
    read(first)
    assert samples == [2, 0, 1, 2]


def test_what_another_thread_opens_is_none_of_it(files: dict[str, int]) -> None:
    first, second, *_ = files
    with opened(files) as samples:
        reader = threading.Thread(target=read, args=(first,))
        reader.start()
        reader.join()
        read(second)
    assert samples == [1]


def test_where_no_files_are_known_nothing_is_looked_at(files: dict[str, int]) -> None:
    with opened({}) as samples:
        read(next(iter(files)))
    assert samples == []
