"""Names of samples say what a class takes out of them: a key of its own table, or a number for each part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.construction.materials import Paths
from seqcheck.construction.materials.world import Fields, World, ids_code
from seqcheck.construction.mend import mend
from seqcheck.construction.mend_names import tables_asked
from seqcheck.construction.traces import Clues, Trace, Use
from tests.construction.test_mend import mended, recipe


def test_numbers_are_looked_for_in_names_and_then_in_their_parts() -> None:
    asked = ValueError("invalid literal for int() with base 10: 'id'")
    first = mended(recipe(paths=Paths()), asked)
    assert (first.naming, mended(first, asked).naming) == ("digits", Fields())


def split(name: str, parts: int) -> ValueError:
    try:
        if parts == 3:
            _, _, _ = name.split("_")
        else:
            _, _, _, _ = name.split("_")
    except ValueError as error:
        return error
    raise AssertionError(name)


def part(name: str, place: int) -> IndexError:
    try:
        found = name.split("_")
        if place == 2:
            found[2]
        else:
            found[-4]
    except IndexError as error:
        return error
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (split("id_0003.png", 3), 3),
        (split("id_0003.png", 4), 4),
        (part("id_0003.png", 2), 3),
        (part("id_0003.png", -4), 4),
        (AttributeError("'NoneType' object has no attribute 'group'"), 0),
    ],
)
def test_names_have_as_many_numbers_as_are_taken_out_of_them(error: Exception, parts: int) -> None:
    made = mend(recipe(paths=Paths()), error, (), Clues())
    assert [item.naming for item in made] == [Fields(parts)] * bool(parts)


def test_no_name_is_taken_apart_where_a_list_was_no_name() -> None:
    points = [1.0, 2.0]
    with pytest.raises(IndexError) as caught:
        points[2]
    assert mend(recipe(paths=Paths()), caught.value, (), Clues()) == []


def test_numbers_are_parted_by_what_the_class_splits_names_with() -> None:
    clues = Clues(frozenset({Use(Trace("paths", ("[]", "name")), "split", "-")}))
    made = mend(recipe(paths=Paths()), split("id_0003.png", 3), (), clues)
    assert made[0].naming == Fields(3, "-")


def test_the_last_number_is_not_wanted_with_the_ending_of_the_file() -> None:
    failed = replace(recipe(paths=Paths()), naming=Fields(2))
    made = mended(failed, ValueError("invalid literal for int() with base 10: '0003.png'"))
    assert made.naming == Fields(3)


def test_there_are_only_so_many_classes_in_names_where_labels_are_out_of_range() -> None:
    failed = replace(recipe(paths=Paths()), naming=Fields(3))
    made = mend(failed, IndexError("index 7 is out of bounds for axis 1 with size 2"), (), Clues())
    assert Fields(3, classes=2) in [item.naming for item in made]


@pytest.mark.parametrize("naming", [Fields(), Fields(3, "-"), Fields(4, classes=2)])
def test_names_in_a_factory_are_those_that_were_made(naming: Fields, tmp_path: Path) -> None:
    names = World(tmp_path, 6, naming).names
    assert eval(ids_code(naming), {"num_samples": 6}) == names
    assert names == sorted(set(names))
    assert all(name.count(naming.separator) == naming.parts - 1 for name in names)


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
