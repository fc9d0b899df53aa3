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
