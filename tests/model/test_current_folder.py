"""The current folder may be gone, which is nothing to stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.model.current_folder import current_folder, return_to


def test_a_folder_is_returned_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "away").mkdir()
    monkeypatch.chdir("away")
    return_to(str(tmp_path))
    assert current_folder() == str(tmp_path)


def test_one_that_is_gone_has_no_path_and_is_not_returned_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert current_folder() == ""
    return_to(current_folder())
    monkeypatch.chdir(tmp_path)
