"""An exception that says what was missing is obeyed, within the made-up data and what the user left open."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.construction.materials import (
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
)
from seqcheck.construction.mend import mend
from seqcheck.construction.mend_files import tables_asked
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace, Use


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


def test_numbers_are_looked_for_in_names_and_then_in_their_parts() -> None:
    asked = ValueError("invalid literal for int() with base 10: 'id'")
    first = mended(recipe(paths=Paths()), asked)
    assert (first.naming, mended(first, asked).naming) == ("digits", "fields")


def test_places_are_given_where_rows_are_asked_for_by_their_places() -> None:
    made = mended(recipe(ids=Ids()), TypeError("Cannot index by location index with a non-integer key"))
    assert [item.value for item in made.arguments] == [Places()]


KINDS = {"blues": 0, "jazz": 1}


def looked_up(name: str) -> KeyError:
    try:
        KINDS[name.split(".")[0]]
    except KeyError as error:
        return error
    raise AssertionError(name)


def test_names_begin_with_what_a_table_of_the_users_own_has() -> None:
    clues = Clues(frozenset({Use(Trace("paths", ("[]", "name")), "split", ".")}))
    assert tables_asked(looked_up("id_0003.npy")) == ("blues", "jazz")
    made = mend(recipe(paths=Paths()), looked_up("id_0003.npy"), (), clues)[0]
    assert made.prefixes == ("blues.", "jazz.")
    assert mend(made, looked_up("id_0003.npy"), (), clues) == []
    assert not any(item.prefixes for item in mend(recipe(paths=Paths()), looked_up("other"), (), clues))
