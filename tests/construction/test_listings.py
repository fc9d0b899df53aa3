"""Folders that are looked into are noted, and told from those that an import looks into."""

from __future__ import annotations

import glob
import importlib
import os
from pathlib import Path

import pytest

from seqcheck.construction.explore import Explored, Unbuilt
from seqcheck.construction.listings import any_filled, noted
from tests.construction.conftest import Project


def test_every_way_to_list_a_folder_is_noted(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("listed", "scanned", "globbed", "matched")]
    for folder in folders:
        folder.mkdir()
    with noted() as found:
        os.listdir(folders[0])
        list(os.scandir(bytes(folders[1])))
        glob.glob(f"{folders[2]}/*.png")
        list(folders[3].glob("*.png"))
        missing = tmp_path / "missing"
        assert not list(missing.glob("*.png"))
    os.listdir(tmp_path)
    assert set(found) - {str(missing)} == {str(folder) for folder in folders}


def test_the_current_folder_is_noted_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with noted() as found:
        os.listdir()
        os.listdir("..")
    assert found == [str(tmp_path), str(tmp_path.parent)]


def test_imports_look_for_modules_and_not_for_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "newly_found.py").write_text("import os\nfound = os.listdir('.')\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with noted() as found:
        importlib.import_module("newly_found")
    assert str(tmp_path) not in found


def test_a_folder_counts_where_it_is_there_and_holds_something(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert not any_filled([])
    assert not any_filled([str(tmp_path / "missing"), str(tmp_path / "empty")])
    assert any_filled([str(tmp_path / "missing"), str(tmp_path)])


@pytest.mark.parametrize("there", [True, False])
def test_no_batch_is_the_fault_of_a_class_whose_own_files_are_there(project: Project, there: bool) -> None:
    if there:
        project.write("pictures/one.png", "")
    project.write(
        "data.py",
        """
        import glob, os
        import numpy as np

        FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures")

        class S:
            def __init__(self, batch_size=4):
                self.names = sorted(glob.glob(os.path.join(FOLDER, "*.jpg")))
                self.batch_size = batch_size
            def __len__(self): return -(-len(self.names) // self.batch_size)
            def __getitem__(self, index):
                return np.array([len(name) for name in self.names[index * self.batch_size :][: self.batch_size]])
        """,
    )
    found = project.explore("data.S")
    assert isinstance(found, Explored if there else Unbuilt), found
