"""Data sets as objects: what is asked of one is there, and tells the samples apart."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from seqcheck.construction.explore import Unbuilt
from seqcheck.construction.materials.catalogues import Catalogue, catalogue_for
from seqcheck.construction.materials.world import World
from seqcheck.construction.paste import summary
from tests.construction.conftest import Project

ASKED = Catalogue(("image_ids",), ("num_images",), (("load_image", "picture"), ("load_mask", "mask")))


def test_what_is_asked_of_a_data_set_tells_what_it_is() -> None:
    assert catalogue_for({"image_ids", "num_images"}, {"load_mask", "load_image"}) == ASKED
    assert catalogue_for({"image_ids"}, {"load_image", "shuffle"}) is None
    assert catalogue_for({"image_ids", "vocabulary"}, {"load_image"}) is None
    assert catalogue_for({"image_ids"}, set()) is None


def test_methods_of_the_owners_own_are_told_by_how_they_are_called() -> None:
    given = {"num_samples": 0, "get_item": 1}
    made = catalogue_for(set(), set(given), given, {"get_item": ("image", "mask")})
    assert made == Catalogue((), (), (("get_item", "picture,mask"), ("num_samples", "count")))
    assert catalogue_for(set(), {"get_item", "close"}, {**given, "close": 0}) is None
    assert catalogue_for(set(), set(given), {"num_samples": 0, "get_item": 2}) is None
    assert catalogue_for(set(), {"num_samples"}, given) is None
    assert catalogue_for(set(), set(given), given) is None  # of what is loaded nothing is known
    assert catalogue_for(set(), {"get"}, {"get": 1}) is None  # as a dict has


def test_such_methods_count_the_samples_and_load_all_of_one(tmp_path: Path) -> None:
    kinds = Catalogue((), (), (("read_pair", "picture,label"), ("size", "count")))
    made = pickle.loads(pickle.dumps(kinds.make(World(tmp_path, 5))))
    assert made.size() == len(made) == 5
    pictures, numbers = zip(*map(made.read_pair, range(5)), strict=True)
    assert ([int(one.mean()) for one in pictures], numbers) == ([1, 2, 3, 4, 5], (0, 1, 2, 3, 4))


OWN = """
import numpy as np
class S:
    def __init__(self, dataset, batch_size=8):
        self.dataset, self.batch_size = dataset, batch_size
        self.order = np.arange(dataset.{count}())
    def __len__(self): return -(-len(self.order) // self.batch_size)
    def __getitem__(self, index):
        rows = []
        for place in self.order[index * self.batch_size : (index + 1) * self.batch_size]:
            image, label = self.dataset.{load}(place)
            rows.append((image / 255, label))
        return tuple(map(np.stack, zip(*rows)))
"""


@pytest.mark.parametrize(("count", "load"), [("num_samples", "get_item"), ("size", "loadExample")])
def test_a_data_set_of_the_owners_own_is_made_up(project: Project, count: str, load: str) -> None:
    project.write("data.py", OWN.format(count=count, load=load))
    found = summary(project.built("data.S").recipe)
    assert found == f"S(dataset=a data set of 37: {', '.join(sorted((count, load)))})"


def test_what_else_is_asked_of_an_object_nobody_can_make_up(project: Project) -> None:
    project.write(
        "data.py",
        OWN.format(count="num_samples", load="get_item").replace("rows = []", "rows = []; self.dataset.seek(0)"),
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


def test_every_sample_has_its_own(tmp_path: Path) -> None:
    made = pickle.loads(pickle.dumps(ASKED.make(World(tmp_path, 5))))
    assert (len(made), made.num_images, list(made.image_ids)) == (5, 5, [0, 1, 2, 3, 4])
    assert [int(made.load_image(k).mean()) for k in made.image_ids] == [1, 2, 3, 4, 5]
    assert (made.load_image(0).shape, made.load_mask(np.int64(4)).shape) == ((16, 16, 3), (16, 16))
    space: dict[str, object] = {"num_samples": 5}
    code = ASKED.code()
    exec("\n".join([*code.imports, f"made = {code.expression}"]), space)
    assert len(space["made"]) == 5  # type: ignore[arg-type]  # it is what was made


BODY = """
import numpy as np
class S:
    def __init__(self, dataset, batch_size=8):
        self.dataset, self.ids, self.batch_size = dataset, np.copy(dataset.image_ids), batch_size
    def __len__(self): return len(self.ids) // self.batch_size
    def __getitem__(self, index):
        ids = self.ids[index * self.batch_size : (index + 1) * self.batch_size]
        x = np.stack([self.dataset.load_image(name) for name in ids])
        return x, np.stack([self.dataset.{method}(name) for name in ids])
"""


def test_a_class_that_asks_an_object_for_its_samples_is_built(project: Project) -> None:
    project.write("data.py", BODY.replace("{method}", "load_mask"))
    assert summary(project.built("data.S").recipe) == "S(dataset=a data set of 37: image_ids, load_image, load_mask)"


@pytest.mark.parametrize("method", ["augment", "load_image_gt"])
def test_nothing_is_made_up_for_what_nobody_knows(project: Project, method: str) -> None:
    project.write("data.py", BODY.replace("{method}", method))
    assert isinstance(project.explore("data.S"), Unbuilt)
