"""An exception that says what was missing is obeyed, within the made-up data and what the user left open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seqcheck.construction.materials import (
    BoxLists,
    ClassCount,
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
    Places,
    Plain,
    RunLengths,
    Texts,
    Tokens,
)
from seqcheck.construction.mend import mend
from seqcheck.construction.paste import summary
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace, Use
from tests.construction.conftest import Project


def recipe(files: tuple[Material, ...] = (), **materials: Material) -> Recipe:
    roles: dict[str, Any] = {"x": "x", "y": "y"}
    arguments = tuple(Argument(name, "probe", value, roles.get(name, "")) for name, value in materials.items())
    return Recipe("class", "data:S", arguments, num_samples=37, files=files)


def mended(failed: Recipe, error: BaseException) -> Recipe:
    return mend(failed, error, (), Clues())[0]


def test_a_missing_file_is_put_where_it_was_looked_for() -> None:
    inside = mended(recipe(), FileNotFoundError(2, "no", "data/id_0003.npy"))
    assert inside.files == (Files("data/{id}.npy", Content("npy", (8, 8, 3))),)
    assert inside.inside
    named = mended(recipe(pictures=Folder()), FileNotFoundError(2, "no", "/somewhere/world-ab/pictures/id_0000.png"))
    assert (named.files, named.inside) == ((Files("pictures/{id}.png"),), False)
    whole = mended(recipe(), FileNotFoundError(2, "no", "y_train.npy"))
    assert whole.files == (FileHolding("y_train.npy", "npy", (("", Labels()),)),)


@pytest.mark.parametrize("path", ["/data/id_0003.npy", "../../../../id_0003.npy", "a/../../id_0003.npy", "~/x.npy", ""])
def test_nothing_is_put_outside_of_the_made_up_data(path: str) -> None:
    assert mend(recipe(), FileNotFoundError(2, "no", path), (), Clues()) == []


def test_names_that_are_opened_as_they_are_are_paths() -> None:
    made = mended(recipe(ids=Ids()), FileNotFoundError(2, "no", "id_0003"))
    assert made.arguments[0].value == Paths(Files())


def test_rows_of_points_need_more_columns() -> None:
    table = Holding("frame", (("path", Paths()), ("corner", Labels(holder="list"))))
    made = mended(recipe(df=table), ValueError("cannot reshape array of size 1 into shape (2)"))
    assert [name for name, _ in made.arguments[0].value.members] == [
        "path",
        "corner",
        "corner_2",
        "corner_3",
        "corner_4",
    ]


def test_what_the_user_gave_stays() -> None:
    given = Recipe("class", "data:S", (Argument("folder", "literal", "mine"),))
    assert mend(given, FileNotFoundError(2, "no", "mine/id_0003.npy"), (), Clues()) == []


def test_a_missing_column_or_dataset_is_added() -> None:
    table = Holding("frame", (("path", Paths()),))
    made = mended(recipe(df=table), KeyError("diagnosis"))
    assert made.arguments[0].value.members[1] == ("diagnosis", Labels(holder="list"))
    file = FileHolding("x.h5", "hdf5", (("x", Inputs()),))
    made = mended(recipe(path=file), KeyError("Unable to open object (object 'images' doesn't exist)"))
    assert [name for name, _ in made.arguments[0].value.members] == ["x", "images"]


def test_labels_stay_below_the_classes_there_are() -> None:
    made = mended(recipe(y=Labels()), IndexError("index 10 is out of bounds for axis 1 with size 10"))
    assert made.arguments[0].value == Labels("classes", 10)


def test_flat_arrays_that_are_passed_over_get_a_texture() -> None:
    made = mended(recipe(x=Inputs((8, 8))), ValueError("need at least one array to stack"))
    assert made.arguments[0].value == Inputs((8, 8), textured=True)
    assert mend(recipe(y=Labels()), ValueError("need at least one array to stack"), (), Clues()) == []


@pytest.mark.parametrize("labels", [Labels(), Labels("classes", 10)])
def test_a_refusal_that_speaks_of_classes_gets_two(labels: Labels) -> None:
    for error in (ValueError("batch_size 8 < number of classes 37"), AssertionError("too many Classes")):
        assert mended(recipe(y=labels), error).arguments[0].value == Labels("classes", 2)
    assert mend(recipe(y=labels), ValueError("the subclass of 8 rows"), (), Clues()) == []


def test_samples_take_the_shape_that_they_are_put_into() -> None:
    error = ValueError("could not broadcast input array from shape (8,8,3) into shape (32,32,1)")
    made = mended(recipe((Files("a/{id}.npy", Content("npy", (8, 8, 3))),)), error)
    assert made.files == (Files("a/{id}.npy", Content("npy", (32, 32, 1))),)
    error = ValueError("could not broadcast input array from shape (8,8,3) into shape (99999,99999)")
    assert mend(recipe(x=Inputs((8, 8, 3))), error, (), Clues()) == []
    assert mended(recipe(x=Inputs()), IndexError("too many indices for array: array is 2-dimensional")) == recipe(
        x=Inputs((8, 8, 3))
    )


@pytest.mark.parametrize(
    ("before", "error", "after"),
    [
        (Paths(), TypeError("only integer scalar arrays can be converted to a scalar index"), Paths(holder="array")),
        (Inputs(), AttributeError("'numpy.ndarray' object has no attribute 'append'"), Inputs(holder="list")),
        (Folder(), TypeError("unsupported operand type(s) for /: 'str' and 'str'"), Folder(as_path=True)),
        (Plain(16), TypeError("'int' object is not iterable"), Plain((16, 16))),
        (Plain((16, 16)), TypeError("'tuple' object cannot be interpreted as an integer"), Plain(16)),
        (Plain(0.5), TypeError("'float' object cannot be interpreted as an integer"), Plain(2)),
        (
            Holding("frame", (("id", Ids()),)),
            AttributeError("'Series' object has no attribute 'age'"),
            Holding("frame", (("id", Ids()), ("age", Labels(holder="list")))),
        ),
        (Texts(), ValueError("invalid literal for int() with base 10: 'alpha'"), Tokens()),
        (Texts(), ValueError("could not convert string to float: 'echo alpha'"), Tokens()),
        (
            Holding("frame", (("pixels", Inputs((8, 8))),)),
            ValueError("string or file could not be read to its end due to unmatched data"),
            Holding("frame", (("pixels", Inputs((8, 8), "texts")),)),
        ),
        (
            Inputs((8, 8)),
            AttributeError("'numpy.ndarray' object has no attribute 'split'"),
            Inputs((8, 8), "texts"),
        ),
        (Texts(), TypeError('can only concatenate str (not "list") to str'), Tokens()),
        (
            Labels(holder="list"),
            TypeError("unsupported operand type(s) for +: 'int' and 'list'"),
            Tokens(),
        ),
        (
            Holding("frame", (("path", Paths()), ("label", Labels(holder="list")))),
            ValueError("could not convert string to float: '/somewhere/world-ab/data/id_0000.png'"),
            Holding("frame", (("path", Labels(holder="list")), ("label", Labels(holder="list")))),
        ),
        (
            FileHolding("x.h5", "hdf5", (("attrs", Inputs()), ("data", Inputs()))),
            KeyError("Unable to synchronously open attribute (can't locate attribute: 'rows')"),
            FileHolding("x.h5", "hdf5", (("data", Inputs()), ("@rows", ClassCount()))),
        ),
        (
            Holding("tuples", (("0", Paths()), ("1", Paths()))),
            KeyError(2),
            Holding("tuples", (("0", Paths()), ("1", Paths()), ("2", Labels(holder="list")))),
        ),
        (
            Inputs((8, 8, 3)),
            IndexError("too many indices for array: array is 3-dimensional, but 4 were indexed"),
            Inputs((8, 8, 8, 3)),
        ),
        (
            Inputs((8, 8), "texts"),
            ValueError("invalid literal for int() with base 10: '3.5'"),
            Inputs((8, 8), "texts", "int64"),
        ),
    ],
)
def test_another_holder(before: Material, error: Exception, after: Material) -> None:
    assert mended(recipe(x=before), error).arguments[0].value == after


def test_ids_are_named_as_they_are_read() -> None:
    assert mended(recipe(), ValueError("invalid literal for int() with base 10: 'id_0003'")).naming == "digits"
    assert mended(recipe(), TypeError("%d format: a real number is required, not str")).naming == "numbers"


def test_a_default_of_none_that_is_called_is_filled() -> None:
    failed = Recipe("class", "data:S", (Argument("transform", "default"),))
    parameters = (Parameter("transform", default="None"),)
    clues = Clues(frozenset({Use(Trace("transform"), "call")}))
    (made,) = mend(failed, TypeError("'NoneType' object is not callable"), parameters, clues)
    assert made.arguments[0].value == Identity()


class _Hostile(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("error", [_Hostile(), ValueError(""), KeyError(), KeyError(3), OSError(), RuntimeError("no")])
def test_what_says_nothing_mends_nothing(error: BaseException) -> None:
    assert mend(recipe(x=Inputs(), y=Labels()), error, (), Clues()) == []


def test_names_of_which_only_a_part_is_looked_for_have_no_parts() -> None:
    made = mended(recipe(paths=Paths()), FileNotFoundError(2, "no", "/somewhere/world-ab/clear/id.png"))
    assert made.naming == "digits"
    plain = mended(made, FileNotFoundError(2, "no", "/somewhere/world-ab/clear/0003.png"))
    assert plain.files == (Files("clear/{id}.png"),)


def test_places_are_given_where_rows_are_asked_for_by_their_places() -> None:
    made = mended(recipe(ids=Ids()), TypeError("Cannot index by location index with a non-integer key"))
    assert [item.value for item in made.arguments] == [Places()]


NPZ = Files("data/{id}.npz", Content("npz", (8, 8, 3), ("x",)))


def test_a_name_that_the_file_of_a_sample_has_not_is_added() -> None:
    (made,) = mended(recipe((NPZ,)), KeyError("y is not a file in the archive")).files
    assert made == Files("data/{id}.npz", Content("npz", (8, 8, 3), ("x", "y")))
    plain = Files("data/{id}.npy", Content("npy", (8, 8, 3)))
    (made,) = mended(recipe((plain,)), KeyError("y is not a file in the archive")).files
    assert isinstance(made, Files)
    assert (made.content.format, made.content.keys) == ("npz", ("y",))


def test_of_several_arrays_in_a_file_the_failing_line_names_the_one_of_another_shape(project: Project) -> None:
    project.write(
        "data.py",
        """
        import numpy as np
        class S:
            def __init__(self, names): self.names = names
            def __len__(self): return len(self.names)
            def __getitem__(self, index):
                with np.load("cubes/" + self.names[index] + ".npz") as file:
                    x, y = np.empty((1, 4, 4, 4)), np.empty((1, 3))
                    x[0] = file["cube"]
                    y[0] = file["target"]
                return x, y
        """,
    )
    (files,) = project.built("data.S").recipe.files
    assert isinstance(files, Files)
    assert {name: files.content.shape_of(name) for name in files.content.keys} == {"cube": (4, 4, 4), "target": (3,)}


def test_paths_behind_the_path_of_a_folder_are_names() -> None:
    files = Files("names/{id}.h5", Content("hdf5"))
    failed = recipe((files,), names=Paths(files), folder=Folder("folder"))
    world = "/tmp/a/world-b_1"
    for path in (f"{world}/folder/{world}/names/id_0002.h5", f"{world}/folder{world}/names/id_0002.h5"):
        made = mended(failed, FileNotFoundError(2, "no", path))
        moved = Files("folder/{id}.h5", Content("hdf5"))
        assert made.arguments[0].value == Paths(moved, form="name")
        assert made.files == (moved,)


def test_names_that_are_written_with_fewer_digits_are_those_of_the_files_that_there_are() -> None:
    failed = replace(recipe((NPZ,), ids=Ids()), naming="numbers")
    assert mended(failed, FileNotFoundError(2, "no", "data/000017.npz")).files == (
        Files("data/{id:6}.npz", Content("npz", (8, 8, 3), ("x",))),
    )


def test_numbers_that_nothing_parts_by_commas_are_parted_by_spaces() -> None:
    commas = Files("data/{id}.txt", Content("numbers", (16, 4), delimiter=","))
    (made,) = mended(recipe((commas,)), ValueError("could not convert string '4.5,4.5' to float64 at row 0")).files
    assert isinstance(made, Files)
    assert made.content.delimiter == " "


@pytest.mark.parametrize("kind", ["int", "numpy.int64"])
def test_labels_that_have_a_length_are_lists(kind: str) -> None:
    made = mended(recipe(y=Labels()), TypeError(f"object of type '{kind}' has no len()"))
    assert made.arguments[0].value == Labels(holder="list", wrapped=True)


def test_a_number_for_a_name_is_that_of_a_file_that_there_is() -> None:
    targets = Files("folder/y_{id}.npy", Content("npy", (3,)))
    failed = recipe((Files("folder/x_{id}.npy", Content("npy", (3,))), targets), folder=Folder("folder"))
    made = mended(failed, FileNotFoundError(2, "no", "/somewhere/world-ab/folder/x_00000.npy"))
    assert made.naming == "numbers"
    assert [item.pattern for item in made.files if isinstance(item, Files)] == [
        "folder/x_{id:5}.npy",
        "folder/y_{id:5}.npy",
    ]
    whole = mended(failed, FileNotFoundError(2, "no", "/somewhere/world-ab/folder/x_mean.npy"))
    assert whole.naming == "text"


def test_names_whose_ending_is_missing_are_those_of_files() -> None:
    files = Files("pictures/{id}.png")
    failed = recipe((files,), masks=Labels(holder="by-id"), ids=Ids())
    made = mended(failed, FileNotFoundError("Image /somewhere/world-ab/pictures/id_0003 not found."))
    names = Paths(files, form="name")
    assert [item.value for item in made.arguments] == [Labels(holder="by-path", files=names), names]
    assert made.files == (files,)


def test_masks_that_are_split_are_run_lengths() -> None:
    labels = Labels(holder="by-id")
    error = AttributeError("'int' object has no attribute 'split'")
    assert mended(recipe(masks=labels), error).arguments[0].value == RunLengths(labels)
    assert mended(recipe(masks=Labels(holder="list")), error).arguments[0].value == RunLengths()


def test_texts_of_which_the_words_are_numbers_are_run_lengths(project: Project) -> None:
    project.write(
        "data.py",
        """
        import numpy as np
        class S:
            def __init__(self, df, batch_size=8): self.df, self.batch_size = df, batch_size
            def __len__(self): return len(self.df) // self.batch_size
            def mask(self, runs):
                flat, numbers = np.zeros(64, "uint8"), [int(word) for word in runs.split()]
                for start, length in zip(numbers[::2], numbers[1::2]):
                    flat[start - 1 : start - 1 + length] = 1
                return flat.reshape(8, 8)
            def __getitem__(self, index):
                part = self.df.iloc[index * self.batch_size : (index + 1) * self.batch_size]
                return np.stack(part["image"].values), np.stack([self.mask(runs) for runs in part["encoded"]])
        """,
    )
    (frame,) = [item.value for item in project.built("data.S").recipe.probes]
    assert isinstance(frame, Holding)
    assert dict(frame.members)["encoded"] == RunLengths()


@pytest.mark.parametrize(("form", "wanted"), [("tuples", "tuples-by-id"), ("rows", "by-id")])
def test_records_that_are_looked_up_by_ids_are_a_dict_of_them(form: Any, wanted: str) -> None:
    records = Holding(form, (("0", Ids()), ("1", Labels(holder="list"))))
    (found,) = mended(recipe(notes=records), not_by_text({"notes": []})).probes
    assert found.value == Holding(wanted, records.members)  # type: ignore[arg-type]  # one of its forms


def test_what_is_found_under_the_id_of_a_picture_may_be_its_boxes() -> None:
    taken = [Use(Trace("notes", ("[]", f"#{place}")), "key") for place in range(5)]
    made = mend(recipe(notes=Ids()), not_by_text({"notes": []}), (), Clues(frozenset(taken)))[0]
    (boxes,) = [item.value for item in made.arguments]
    assert isinstance(boxes, Holding)
    assert [name for name, _ in boxes.members] == ["0", "1", "2", "3", "4"]
    other = mend(recipe(notes=Ids()), not_by_text({"notes": []}), (), Clues(frozenset(taken[:3])))
    assert [item.naming for item in other] == ["numbers"]


def not_by_text(held: dict[str, list[int]]) -> TypeError:
    notes: Any = held["notes"]
    try:
        notes["id_0001"]
    except TypeError as error:
        return error
    raise AssertionError(notes)


def test_pictures_stay_pictures_where_rows_of_numbers_were_wanted() -> None:
    pictures = Files("data/{id}.png", Content(shape=(16, 16, 3)))
    error = ValueError("could not broadcast input array from shape (16,16,3) into shape (48,)")
    made = mended(recipe((pictures,), notes=Inputs((16, 16, 3), "by-id")), error)
    assert made.arguments[0].value == Inputs((48,), "by-id")
    assert made.files == (pictures,)


def test_half_of_an_object_that_breaks_when_it_is_asked_mends_nothing() -> None:
    class Half:
        def __getattr__(self, name: str) -> Any:
            return getattr(self, name)

    def library(half: Half) -> None:
        raise ValueError(type(half).__name__)

    code = compile("def read(half, library): library(half)", __file__, "exec")
    space: dict[str, Any] = {}
    exec(code, space)
    with pytest.raises(ValueError, match="Half") as caught:
        space["read"](Half(), library)
    assert mend(recipe(), caught.value, (), Clues()) == []


def test_records_that_are_asked_for_their_items_are_a_dict_by_id() -> None:
    rows = FileHolding("labels.json", "json", (("labels", Holding("rows", (("label", Labels(holder="list")),))),))
    (made,) = mended(recipe(file=rows), AttributeError("'list' object has no attribute 'items'")).probes
    assert made.value == replace(rows, members=(("labels", Holding("by-id", (("label", Labels(holder="list")),))),))


def test_labels_that_are_gone_through_are_boxes_of_as_many_numbers_as_are_taken() -> None:
    labels = Labels(holder="by-id")
    first = mended(recipe(places=labels), TypeError("'int' object is not iterable"))
    assert first.arguments[0].value == BoxLists(labels)
    more = mended(first, ValueError("not enough values to unpack (expected 5, got 4)"))
    assert more.arguments[0].value == BoxLists(labels, 5)


def test_rows_that_are_left_out_at_the_head_of_a_table_come_on_top() -> None:
    table = Files("data/{id}.txt", Content("numbers", (16, 4)))
    error = ValueError("could not broadcast input array from shape (15,4) into shape (8,8)")
    (made,) = mended(recipe((table,)), error).files
    assert isinstance(made, Files)
    assert made.content.shape == (9, 8)


def shape_after(message: str, *shape: int) -> tuple[int, ...]:
    """That of a file's array, which was made with `shape`."""
    files = Files("data/{id}.npy", Content("npy", shape))
    made = mended(recipe((files,), paths=Paths(files)), IndexError(message))
    assert made.probes[0].value.files == made.files[0]
    return next(item.content.shape for item in made.files if isinstance(item, Files))


def test_samples_reach_as_far_as_they_are_asked_to() -> None:
    assert shape_after("index 7 is out of bounds for axis 2 with size 3", 8, 8, 3) == (8, 8, 8)
    assert shape_after("sequence argument must have length equal to input rank", 8, 8, 8, 1) == (8, 8, 8)
    assert shape_after("id_0000.png is smaller than the patch (48)", 16, 64, 3) == (48, 64, 3)


def test_an_absurd_size_is_not_obeyed() -> None:
    files = Files("data/{id}.npy", Content("npy", (8, 8, 3)))
    for message in ("index 700 is out of bounds for axis 2 with size 3", "smaller than 100000 pixels"):
        failed = recipe((files,), paths=Paths(files))
        assert all(item.files == (files,) for item in mend(failed, ValueError(message), (), Clues()))


def test_labels_in_a_file_of_their_own_get_a_column_where_they_have_several() -> None:
    labels = FileHolding("y.npy", "npy", (("", Labels()),))
    made = mended(
        recipe((labels,)), IndexError("too many indices for array: array is 1-dimensional, but 2 were indexed")
    )
    assert made.files == (replace(labels, members=(("", Labels(holder="column")),)),)


def test_a_picture_never_gets_bands_that_none_can_have() -> None:
    """An array does: both were of one shape, and only one of them was asked for more."""
    picture = Files("data/{id}/image.png", Content("picture", (8, 8, 1)))
    array = Files("data/{id}/weights.npy", Content("npy", (8, 8, 1)))
    made = mended(recipe((picture, array)), IndexError("index 1 is out of bounds for axis 2 with size 1"))
    assert made.files == (picture, replace(array, content=Content("npy", (8, 8, 2))))


def test_samples_are_as_long_as_a_number_that_was_made_up_for_their_length() -> None:
    failed = recipe(x=Inputs((4,)), num_features=Plain(16))
    made = mended(failed, ValueError("could not broadcast input array from shape (16,) into shape (4,)"))
    assert [item.value for item in made.arguments] == [Inputs((16,)), Plain(16)]


def test_scalars_have_no_last_axis_to_make_longer() -> None:
    assert mend(recipe(x=Inputs(())), IndexError("index 10 is out of bounds for axis 0 with size 1"), (), Clues()) == []


class _Own:
    given: Any

    def take(self) -> Any:
        return self.given[[0, 1]]


def test_what_was_looked_into_by_a_list_is_an_array() -> None:
    own = _Own()
    own.given = {}
    with pytest.raises(TypeError) as caught:
        own.take()
    made = mended(recipe(given=Holding("dict", (("ids", Inputs()),))), caught.value)
    assert made.arguments[0].value == Inputs((8, 8, 3))


def test_what_is_counted_beside_the_inputs_is_a_number_for_each_sample() -> None:
    failed = recipe(x=Inputs(), cameras=Inputs())
    made = mended(failed, TypeError("unhashable type: 'numpy.ndarray'"))
    assert [item.value for item in made.arguments] == [Inputs(), Labels(holder="list")]


def test_an_array_of_which_columns_are_taken_has_several_names_in_each_row(project: Project) -> None:
    project.write(
        "data.py",
        """
import numpy as np

class S:
    batch_size = 8

    def __init__(self, file_names, folder):
        self.folder = folder
        self.one, self.two = file_names[:, 0], file_names[:, 1]

    def __len__(self):
        return -(-len(self.one) // 8)

    def __getitem__(self, index):
        part = slice(index * 8, index * 8 + 8)
        return tuple(np.stack([np.load(self.folder + '/' + name) for name in names[part]])
                     for names in (self.one, self.two))
""",
    )
    column = "37 file names folder/{id}.npy"
    assert f"file_names=array of objects {{0: {column}, 1: {column}}}" in summary(project.built("data.S").recipe)


def test_what_a_list_is_added_to_is_a_list_for_each_sample(project: Project) -> None:
    project.write(
        "data.py",
        """
import numpy as np

class S:
    def __init__(self, texts, labels, batch_size):
        self.texts, self.labels, self.batch_size = texts, labels, batch_size

    def __len__(self):
        return -(-len(self.texts) // self.batch_size)

    def __getitem__(self, index):
        found = range(len(self.texts))[index * self.batch_size:(index + 1) * self.batch_size]
        x, y = np.zeros((len(found), 9)), np.zeros((len(found), 9))
        for row, place in enumerate(found):
            rest = np.zeros(9)[len(self.texts[place]):]
            x[row] = self.texts[place] + list(rest)
            y[row] = self.labels[place] + list(rest)
        return x, y
""",
    )
    assert "labels=37 token lists" in summary(project.built("data.S").recipe)
