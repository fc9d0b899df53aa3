"""A file is written whole or not at all, and tried before anything dear is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.reporting.whole_file import prepare, write_whole


def test_a_file_takes_the_place_of_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.write_text("old")
    write_whole(file, "naïve ✓\n")
    assert file.read_bytes() == "naïve ✓\n".encode()
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_is_made_and_tried_beforehand(tmp_path: Path) -> None:
    prepare(tmp_path / "new" / "report.json")
    assert list((tmp_path / "new").iterdir()) == []
    with pytest.raises(IsADirectoryError, match="is a folder"):
        prepare(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        prepare(tmp_path / "file" / "report.json")
