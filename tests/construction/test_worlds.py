"""Classes as people write them are built with nothing said, from what their source says of the data they want."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seqcheck.construction.build import build
from seqcheck.construction.explore import Explored, Unbuilt
from seqcheck.construction.paste import summary
from seqcheck.model.scenario import Scenario
from tests.construction.classes import CLASSES, write
from tests.construction.conftest import Project


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_built_with_nothing_said(project: Project, name: str, tmp_path: Path) -> None:
    body, line = CLASSES[name]
    write(project, body)
    before = os.getcwd()
    found = project.built("data.S")
    assert found.trouble == ""
    assert summary(found.recipe).startswith(line)
    assert found.length == 4
    assert os.getcwd() == before
    assert not list(tmp_path.glob("world-*")), "made-up files are left behind"


def test_samples_are_told_apart_in_whatever_size_is_asked_for(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, CLASSES["arrays by id, at relative paths"][0])
    recipe = project.built("data.S").recipe
    assert recipe.inside
    monkeypatch.chdir(tmp_path)  # what is built inside its data stays there
    instance, truth = build(recipe, Scenario("loop", num_samples=16, batch_size=4), tmp_path)
    assert (truth.num_samples, truth.probe, len(instance)) == (16, True, 4)
    x, y = instance[2]
    assert x.reshape(4, -1).max(axis=1).tolist() == [8.5, 9.5, 10.5, 11.5]
    assert y.argmax(axis=1).tolist() == [8, 9, 10, 11]
    assert Path.cwd().is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("signature", "getitem"),
    [
        # names go through unread
        ("paths, batch_size=8", "return np.array(self.paths[:8])"),
        # what is missing is passed over in silence
        ("ids, batch_size=8", "return self.quietly(self.ids[:8])"),
        # nothing lies where the source looks for it
        ("ids, batch_size=8", "return np.stack([np.load('/nowhere/' + k + '.npy') for k in self.ids[:8]])"),
        ("ids, batch_size=8", "return np.stack([np.load('../../../../' + k + '.npy') for k in self.ids[:8]])"),
    ],
)
def test_a_wrong_plan_is_not_taken(project: Project, signature: str, getitem: str) -> None:
    write(
        project,
        f"""
        def __init__(self, {signature}):
            self.__dict__.update({{k: v for k, v in locals().items() if k != "self"}})
            self.count = 37
        def quietly(self, ids):
            x = np.zeros((8, 4, 4))
            for row, name in enumerate(ids):
                try: x[row] = np.load("/nowhere/" + name + ".npy")
                except OSError: pass
            return x
        def __getitem__(self, index): {getitem}
        """,
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


@pytest.mark.parametrize(
    "body",
    [
        # the pictures of one folder are opened as arrays, and batches without samples are memory as it came
        """
        def __init__(self, folder, batch_size=8):
            self.names = sorted(glob.glob(os.path.join(folder, "scans", "*")))
            self.folder, self.batch_size, self.count = folder, batch_size, len(self.names)
            self.order = np.arange(len(self))
        def __getitem__(self, index):
            x = np.empty((self.batch_size, 3))
            for row, place in enumerate(self.order[self.rows(index)]):
                x[row] = getattr(np, "load")(self.names[place], mmap_mode="r").shape[:3]
                x[row] = self.names[place].never
            return x
        """,
        # somebody is to call another method before it is used
        """
        def __init__(self, batch_size=8): self.batch_size = batch_size
        def add(self, names): self.names = list(names)
        def __len__(self): return len(self.names) // self.batch_size
        def __getitem__(self, index): return np.array(self.names[self.rows(index)])
        """,
    ],
)
def test_what_a_class_misses_is_not_its_own_fault(project: Project, body: str) -> None:
    write(project, body)
    found = project.explore("data.S")
    assert isinstance(found, Unbuilt)
    assert found.own_fault is None


def test_a_folder_in_which_nothing_is_found_is_not_an_empty_sequence(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, folder, batch_size=8):
            self.files, self.batch_size = [f for f in os.listdir(folder) if ".xyz" in f], batch_size
            self.count = len(self.files)
        def __getitem__(self, index): return np.zeros(3)
        """,
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


@pytest.mark.parametrize(
    ("named", "layout"), [("os.path.basename(folder)", "root/{class}/{id}.png"), ("'one'", "root/{id}.png")]
)
def test_folders_of_a_tree_that_are_asked_for_their_names_are_classes(
    project: Project, named: str, layout: str
) -> None:
    write(
        project,
        f"""
        def __init__(self, root, batch_size=8):
            self.files = []
            for folder, _, names in os.walk(root):
                for name in names:
                    if name.endswith(".png"): self.files.append((os.path.join(folder, name), {named}))
            self.batch_size, self.count = batch_size, len(self.files)
            self.kinds = sorted({{kind for _, kind in self.files}})
        def __getitem__(self, index):
            part = self.files[self.rows(index)]
            x = np.stack([np.asarray(Image.open(path)) for path, _ in part])
            return x, np.array([self.kinds.index(kind) for _, kind in part])
        """,
    )
    assert summary(project.built("data.S").recipe).endswith(f"beside 37 files {layout}")


def test_what_somebody_gave_is_not_made_up_for(project: Project, tmp_path: Path) -> None:
    """A folder that the user names and that is not there stays missing."""
    write(
        project,
        """
        def __init__(self, list_IDs, folder="data", batch_size=8):
            self.list_IDs, self.folder, self.batch_size, self.count = list_IDs, folder, batch_size, len(list_IDs)
        def __getitem__(self, index):
            return np.stack([np.load(f"{self.folder}/{ID}.npy") for ID in self.list_IDs[self.rows(index)]])
        """,
    )
    assert isinstance(project.explore("data.S(folder='mine')"), Unbuilt)
    assert not (tmp_path / "mine").exists()
    assert isinstance(project.explore("data.S"), Explored)


def test_a_default_that_cannot_be_used_is_the_class_s_own_fault(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, x, batch_size=8, preprocess=None):
            self.x, self.batch_size, self.preprocess, self.count = x, batch_size, preprocess, len(x)
        def __getitem__(self, index): return np.stack([self.preprocess(x) for x in self.x[self.rows(index)]])
        """,
    )
    found = project.built("data.S")
    assert found.own_fault is not None
    assert (found.own_fault.kind, found.own_fault.names, found.trouble) == ("default", ("preprocess",), "")


def test_made_up_numbers_are_not_held_against_the_class(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, num_parts, batch_size=8):
            assert num_parts == 5, "five parts"
            self.count, self.batch_size = num_parts * 8, batch_size
        def __getitem__(self, index): return np.zeros((8, 2))
        """,
    )
    found = project.explore("data.S")
    assert isinstance(found, Unbuilt)
    assert found.tried[0].startswith("S(num_parts=4): AssertionError: five parts")
    found = project.built("data.S(num_parts=5)")
    assert (found.vary, found.recipe.brings_data) == ((), False)


def test_a_removed_name_ends_the_search_at_once(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, x, y, batch_size=8):
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index): return self.x[self.rows(index)].astype(np.float)
        """,
    )
    found = project.built("data.S")
    assert found.own_fault is not None
    assert (found.own_fault.kind, found.own_fault.names) == ("removed-name", ("numpy.float",))
    assert len(found.tried) == 1
