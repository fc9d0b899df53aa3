"""Made-up data encode their sample wherever they lie, pickle, compare by value, and are written as code that runs."""

from __future__ import annotations

import json
import pickle
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.construction.materials import (
    Anchors,
    BatchCount,
    ClassCount,
    ClassNames,
    Content,
    FileHolding,
    Files,
    Folder,
    Holding,
    Identity,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Pictures,
    Places,
    Plain,
    Repeated,
    Settings,
    Statistic,
    Texts,
    Tokenizer,
    Tokens,
    Weights,
    World,
    leaves,
)
from seqcheck.construction.materials.files import FRAMES
from seqcheck.construction.materials.world import Fields

NPY = Files("data/{id}.npy", Content("npy", (2, 2)))
PNG = Files("pictures/{id}.png", Content(shape=(4, 5, 3)))
LABELS = Labels(holder="list")
ALL: list[Material] = [
    Inputs(),
    Inputs((2,), "list"),
    Inputs((), "list", "int64"),
    Inputs((2,), "several"),
    Inputs((2,), "sparse"),
    Inputs((2, 3), "texts"),
    Places(),
    Places("list"),
    Labels(),
    Labels("classes", 3, "column"),
    Labels("one-hot"),
    Labels("classes", 2, "names"),
    Labels(holder="by-id"),
    Labels(holder="by-path", files=PNG),
    Labels(holder="by-id", wrapped=True),
    Labels(holder="by-path", files=PNG, wrapped=True),
    Labels(holder="list", wrapped=True),
    Labels(holder="boxes"),
    Labels(kind="one-hot classes", classes=3),
    Labels(kind="one-hot classes", classes=3, holder="list"),
    Anchors(),
    Anchors("masks"),
    Settings((("@train@batch_size", Plain(8)), ("@data.path", Folder()), ("@data.kinds", ClassCount()))),
    Settings(((".size", Plain((8, 8))), (".labels", LABELS))),
    Weights(),
    ClassCount(),
    ClassCount(3),
    BatchCount(3),
    Statistic(1),
    Pictures(),
    Pictures((4, 4), "float32", "list"),
    Tokens(),
    Tokens(4, 3),
    Texts(),
    Texts("array"),
    Texts("one"),
    Identity(),
    Tokenizer(),
    Files("data/{id}.npz", Content("npz", (2, 2), ("x", "y"), apart=(("y", (3,)),))),
    Files("data/{id}.h5", Content("hdf5", (2, 2), ("x", "y"), apart=(("y", (3,)),))),
    Files("data/{id}.avi", Content("video")),
    Files("data/{id}.txt", Content("boxes")),
    Plain((8, 8)),
    PNG,
    Paths(PNG),
    Paths(NPY, "array", "relative"),
    Paths(PNG, form="name"),
    Paths(PNG, form="stem"),
    Ids((NPY,)),
    Ids(holder="array"),
    ClassNames(Files("data/{class}/{id}.png", Content(shape=(2, 2)), classes=3)),
    ClassNames(Files("data/{class}/{id}.png", Content(shape=(2, 2)), classes=3), numbered=True),
    ClassNames(Files("{class}/{id}.png", Content(shape=(2, 2)), 3, ("glass", "paper", "wood"))),
    Files("{class}/{id}.png", Content(shape=(2, 2)), 3, ("glass", "paper", "wood")),
    Folder("pictures", (PNG,)),
    Folder("", (), slash=True),
    Folder("deep/er", (NPY,), slash=True),
    Folder(as_path=True),
    Holding("frame", (("path", Paths(PNG)), ("label", LABELS))),
    Holding("dict", (("x", Inputs()), ("y", Labels()))),
    Holding("rows", (("id", Ids()), ("label", LABELS))),
    Holding("listed", (("kind", LABELS), ("width", Repeated(0.5)))),
    Holding("table", (("0", Ids()), ("1", LABELS))),
    Holding("batches", (("x", Inputs()), ("y", Labels()))),
    Holding("by-id", (("id", Ids()), ("label", LABELS))),
    Holding("lines", (("0", Paths(PNG)), ("1", Labels(holder="boxes")))),
    FileHolding("t.csv", "csv", (("path", Paths(PNG, form="name")), ("label", LABELS))),
    FileHolding("t.txt", "lines", (("path", Paths(PNG)), ("label", LABELS)), separator=" "),
    FileHolding("a/x.h5", "hdf5", (("x", Inputs()), ("y", Labels()))),
    FileHolding("n.h5", "hdf5", (("x", Inputs()), ("@rows", ClassCount()))),
    FileHolding("g.h5", "groups", (("x", Inputs()), ("@label", LABELS))),
    FileHolding("d.h5", "groups", (("", Inputs()),)),
    FileHolding("x.jsonl", "jsonl", (("id", Ids()), ("label", LABELS))),
    FileHolding("x.npz", "npz", (("x", Inputs()),), as_path=True),
    FileHolding("x.npy", "npy", (("", Inputs()),)),
    FileHolding("x.json", "json", (("", Labels(holder="by-id")),)),
    FileHolding("x.pkl", "pickle", (("x", Inputs()),)),
]


@pytest.mark.parametrize("material", ALL, ids=repr)
def test_a_material_is_data_and_is_made_alike_each_time(material: Material, tmp_path: Path) -> None:
    again = pickle.loads(pickle.dumps(material))
    assert again == material
    assert hash(again) == hash(material)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first = material.make(World(tmp_path / "one", 7))
    second = again.make(World(tmp_path / "two", 7))
    assert type(first) is type(second)
    told = repr(first).replace(str(tmp_path / "one"), "")
    assert "Unchanged" in told or told == repr(second).replace(str(tmp_path / "two"), "")
    assert "\n" not in material.words(7)


@pytest.mark.parametrize("material", ALL, ids=repr)
def test_what_is_pasted_makes_the_same_kind_of_thing(material: Material, tmp_path: Path) -> None:
    made = material.make(World(tmp_path, 7))
    code = material.code()
    body = [*code.imports, "num_samples = 7", *code.setup, f"made = {code.expression}"]
    space: dict[str, Any] = {"tmp_path": tmp_path / "pasted"}
    (tmp_path / "pasted").mkdir()
    exec("\n".join(body), space)
    pasted = space["made"]
    if isinstance(material, Identity):
        assert pasted(3) == made(3) == 3
        return
    assert type(pasted) is type(made)
    assert np.shape(pasted) == np.shape(made) if isinstance(made, np.ndarray) else True
    if isinstance(made, (list, dict)):
        assert len(pasted) == len(made)
        assert [type(item) for item in pasted] == [type(item) for item in made]
    if isinstance(made, (str, Path)) and not isinstance(material, Texts):
        assert Path(pasted).exists()
        ours = sorted(path.relative_to(Path(made)) for path in Path(made).glob("**/*") if "pasted" not in path.parts)
        theirs = sorted(path.relative_to(Path(pasted)) for path in Path(pasted).glob("**/*"))
        assert ours == theirs


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif"])
def test_pictures_hold_their_level_in_every_channel_and_read_back(suffix: str, tmp_path: Path) -> None:
    from PIL import Image

    for channels in ((), (1,), (3,)):
        files = Files(f"{len(channels)}{sum(channels)}/{{id}}.{suffix}", Content(shape=(6, 5, *channels)))
        paths = files.make(World(tmp_path, 9))
        assert paths == sorted(paths)
        for number, path in enumerate(paths):
            with Image.open(path) as opened:
                read = np.asarray(opened)
            assert read.shape[:2] == (6, 5)
            assert np.unique(read).tolist() == [number + 1]


def test_textured_pictures_differ_after_standardising(tmp_path: Path) -> None:
    made = Pictures((8, 8, 3), "float32", textured=True).make(World(tmp_path, 60))
    flat = made.reshape(60, -1)
    standardised = (flat - flat.mean(axis=1, keepdims=True)) / flat.std(axis=1, keepdims=True)
    assert np.isfinite(standardised).all()
    assert len({row.round(4).tobytes() for row in standardised}) == 60


def test_arrays_of_files_encode_their_sample(tmp_path: Path) -> None:
    world = World(tmp_path, 4)
    for number, path in enumerate(Files("{id}.npy", Content("npy", (2, 3))).make(world)):
        assert np.unique(np.load(path)).tolist() == [number + 0.5]
        assert np.load(path).shape == (2, 3)
    for number, path in enumerate(Files("{id}.npz", Content("npz", (2,), ("a", "b"))).make(world)):
        assert np.unique(np.load(path)["b"]).tolist() == [number + 0.5]
    for number, path in enumerate(Files("{id}.wav", Content("wav")).make(world)):
        with wave.open(path) as sound:
            read = np.frombuffer(sound.readframes(16000), "<i2")
        assert abs(int(np.abs(read).max()) - 100 * (number + 1)) <= 1
    for number, path in enumerate(Files("{id}.txt", Content("numbers", (3, 2), delimiter=",")).make(world)):
        assert np.unique(np.loadtxt(path, delimiter=",")).tolist() == [number + 0.5]
    for number, path in enumerate(Files("{id}.json", Content("json", keys=("label",))).make(world)):
        assert json.loads(Path(path).read_text()) == {"label": number}


def test_labels_stay_below_the_classes_that_somebody_fixed(tmp_path: Path) -> None:
    world = World(tmp_path, 9, most_classes=4)
    assert Labels().make(world).max() == 3
    assert not Labels().names_samples(world)
    assert Labels("classes", 10).make(world).max() == 3
    assert Labels().names_samples(World(tmp_path, 9, most_classes=9))


def test_a_sorted_listing_of_folders_per_class_has_the_samples_in_order(tmp_path: Path) -> None:
    files = Files("data/{class}/{id}.png", Content(shape=(2, 2)), classes=3)
    paths = files.make(World(tmp_path, 10))
    assert paths == sorted(paths)
    assert {Path(path).parent.name for path in paths} == {"class_0", "class_1", "class_2"}


def test_ids_are_named_as_the_world_says(tmp_path: Path) -> None:
    assert Ids().make(World(tmp_path, 2)) == ["id_0000", "id_0001"]
    assert Ids().make(World(tmp_path, 2, "digits")) == ["0000", "0001"]
    assert Ids().make(World(tmp_path, 2, Fields())) == ["0000_0000", "0001_0001"]
    assert Ids().make(World(tmp_path, 2, "numbers")) == [0, 1]
    parted = World(tmp_path, 5, prefixes=("jazz.", "blues."))
    assert Ids().make(parted) == sorted(parted.names)
    assert parted.names == ["blues.0000", "blues.0001", "blues.0002", "jazz.0003", "jazz.0004"]
    assert Labels(holder="by-id").make(World(tmp_path, 2, "numbers")) == {0: 0, 1: 1}


def test_a_group_of_a_file_for_each_sample(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    members = (("x", Inputs((2,))), ("@label", LABELS))
    path = FileHolding("g.h5", "groups", members).make(World(tmp_path, 3))
    with h5py.File(path) as file:
        assert list(file) == ["id_0000", "id_0001", "id_0002"]
        assert file["id_0002"]["x"][:].tolist() == [2.5, 2.5]
        assert file["id_0002"].attrs["label"] == 2


def test_a_line_of_json_for_each_sample(tmp_path: Path) -> None:
    members = (("mel", Inputs((2,))), ("label", LABELS))
    path = Path(FileHolding("s.jsonl", "jsonl", members).make(World(tmp_path, 2)))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"mel": [0.5, 0.5], "label": 0},
        {"mel": [1.5, 1.5], "label": 1},
    ]


def test_the_names_of_classes_are_those_of_their_folders(tmp_path: Path) -> None:
    files = Files("data/{class}/{id}.png", Content(shape=(2, 2)), classes=3)
    names = ClassNames(files).make(World(tmp_path, 7))
    assert names == sorted(path.name for path in (tmp_path / "data").iterdir())


def test_every_class_that_was_named_has_its_folder(tmp_path: Path) -> None:
    files = Files("{class}/{id}.png", Content(shape=(2, 2)), 3, ("wood", "glass", "paper"))
    assert [Path(path).parent.name for path in files.make(World(tmp_path, 2))] == ["wood", "glass"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["glass", "paper", "wood"]
    assert ClassNames(files, numbered=True).make(World(tmp_path, 7)) == {"wood": 0, "glass": 1, "paper": 2}


def test_above_the_current_folder_there_is_room_in_the_world(tmp_path: Path) -> None:
    here = tmp_path / "up" / "up" / "here"
    here.mkdir(parents=True)
    made = Files("../../{id}.png").make(World(here, 2, root=tmp_path))
    assert {Path(path).parent for path in made} == {tmp_path / "up"}
    with pytest.raises(ValueError, match="leads out of the folder"):
        Files("../../../../{id}.png").make(World(here, 2, root=tmp_path))


def test_no_file_is_written_outside_of_the_world(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    with pytest.raises(ValueError, match="leads out of the folder"):
        Files("../{id}.png").make(World(tmp_path / "world", 2))
    assert [path.name for path in tmp_path.iterdir()] == ["world"]


def test_files_that_several_arguments_need_are_written_once(tmp_path: Path) -> None:
    world = World(tmp_path, 3)
    path = Path(Paths(PNG).make(world)[0])
    path.write_bytes(b"changed")
    Folder("pictures", (PNG,)).make(world)
    assert path.read_bytes() == b"changed"


def test_what_a_table_is_made_of() -> None:
    table = Holding("frame", (("path", Paths(PNG)), ("label", LABELS)))
    assert list(leaves(table)) == [Paths(PNG), LABELS]
    assert list(leaves(LABELS)) == [LABELS]


def test_lines_hold_a_path_and_a_box_with_its_class(tmp_path: Path) -> None:
    lines = Holding("lines", (("0", Paths(PNG, form="name")), ("1", Labels(holder="boxes")))).make(World(tmp_path, 3))
    assert lines[2] == "id_0002.png 2,3,11,13,2"


def test_an_open_file_is_read_and_can_not_be_pickled(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    holding = FileHolding("x.h5", "hdf5", (("x", Inputs()), ("y", Labels())), opened=True)
    with holding.make(World(tmp_path, 5)) as file:
        assert file["x"][3].tolist() == [3.5] * 4
        assert file["y"][3] == 3
        with pytest.raises(TypeError):
            pickle.dumps(file)


def test_settings_lead_through_attributes_and_keys(tmp_path: Path) -> None:
    told = Settings((("@train@batch_size", Plain(8)), ("@data.size", Plain((4, 4))), ("@data.kinds", ClassCount())))
    made = told.make(World(tmp_path, 5))
    assert made.train.batch_size == 8
    assert made.data == {"size": (4, 4), "kinds": 5}


def test_a_sample_of_frames_has_a_file_for_each(tmp_path: Path) -> None:
    files = Files("clips/{id}/frame_{frame:3}.png")
    made = files.make(World(tmp_path / "made", 3))
    assert [Path(path).name for path in made] == ["frame_000.png"] * 3
    assert len(sorted(Path(made[2]).parent.iterdir())) == FRAMES
    space: dict[str, Any] = {"num_samples": 3, "tmp_path": tmp_path / "code"}
    code = files.code()
    exec("\n".join([*code.imports, *code.setup]), space)
    written = sorted(path.relative_to(tmp_path / "code") for path in (tmp_path / "code").rglob("*.png"))
    assert written == sorted(path.relative_to(tmp_path / "made") for path in (tmp_path / "made").rglob("*.png"))


def test_numbers_stand_in_texts_as_they_stand_in_arrays(tmp_path: Path) -> None:
    made = Inputs((2, 2), "texts").make(World(tmp_path, 3))
    assert made == ["0.5 0.5 0.5 0.5", "1.5 1.5 1.5 1.5", "2.5 2.5 2.5 2.5"]
    assert Inputs((2,), "texts", "int64", separator=",").make(World(tmp_path, 2)) == ["0,0", "1,1"]


def test_batches_are_counted_in_the_size_that_the_scenario_sets(tmp_path: Path) -> None:
    assert BatchCount(8).make(World(tmp_path, 9)) == 2
    assert BatchCount(8).make(World(tmp_path, 9, batch_size=2)) == 5
