"""Tables of which a class takes a part: the column by which it does holds what keeps every row."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.construction.clues import Source, read
from seqcheck.construction.explore import Unbuilt
from seqcheck.construction.kept import chooses, kept_values, none_found
from seqcheck.construction.materials import FileHolding, Holding, Inputs, Labels, Material, Repeated
from seqcheck.construction.paste import summary
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.traces import Clues, Trace, Use
from tests.construction.conftest import Project

HEAD = """
import numpy as np
import pandas as pd

class tools:
    def pad_sequences(rows, maxlen):
        return np.array([[*row, *[0] * (maxlen - len(row))] for row in rows])

class Base:
    batch_size = 8
    def __len__(self): return len(self.table) // self.batch_size
    def part(self, index): return self.table.iloc[index * self.batch_size : (index + 1) * self.batch_size]
    def __getitem__(self, index):
        part = self.part(index)
        return part[["age", "height"]].to_numpy("float32"), part["outcome"].to_numpy()
"""
COLUMNS = "age: probe labels 0-36, height: probe labels 0-36, outcome: probe labels 0-36"
CLASSES = {
    "a literal": (
        """
        def __init__(self, df): self.table = df[df["part"] == "fit"].reset_index(drop=True)
        """,
        "part: 37 x 'fit'",
    ),
    "a default": (
        """
        def __init__(self, df, part="fit"): self.table = df.loc[df.part == part]
        """,
        "part: 37 x 'fit'",
    ),
    "a parameter that has to be given": (
        """
        def __init__(self, df, cohort): self.table = df[df["group"] == cohort]
        """,
        "group: 37 x 'train'",
    ),
    "a mask with a name": (
        """
        def __init__(self, df, part="fit"):
            mine = (df["part"] == part) & (df["age"] > -1)
            self.table = df[mine]
        """,
        "part: 37 x 'fit'",
    ),
    "all but one": (
        """
        def __init__(self, df, fold=3): self.table = df[df["fold"] != fold]
        """,
        "fold: 37 x 4",
    ),
    "all but one, or that one": (
        """
        def __init__(self, df, fold=3, training=True):
            self.table = df[df.fold != fold] if training else df[df.fold == fold]
        """,
        "fold: 37 x 4",
    ),
    "one of several, not the first": (
        """
        def __init__(self, df, validating=True):
            self.table = df[df["part"] == "held"] if validating else df[df["part"] == "fit"]
        """,
        "part: 37 x 'held'",
    ),
}


def write(project: Project, body: str) -> None:
    project.write("data.py", f"{HEAD}\nclass S(Base):\n" + body.replace("\n        ", "\n    "))


@pytest.mark.parametrize("name", CLASSES)
def test_every_row_is_kept(project: Project, name: str) -> None:
    body, column = CLASSES[name]
    write(project, body)
    found = project.built("data.S")
    assert column in summary(found.recipe)
    assert COLUMNS in summary(found.recipe).replace(f"{column}, ", "")
    assert (found.length, found.recipe.num_samples) == (4, 37)


def test_what_somebody_gave_is_what_the_column_holds(project: Project) -> None:
    write(project, CLASSES["a parameter that has to be given"][0])
    assert "group: 37 x 'second'" in summary(project.built("data.S(cohort='second')").recipe)


def test_a_table_of_which_nothing_is_taken_is_not_held_against_the_class(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, path):
            table = pd.read_csv(path)
            self.table = table[[str(age).startswith("never") for age in table["age"]]]
        """,
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


def test_groups_are_not_as_many_as_rows(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, df, window=4):
            self.windows = []
            for _, group in df.groupby("station"):
                group = group.sort_values("hour")
                values = group[["age", "height"]].values
                self.windows += [values[k : k + window] for k in range(len(values) - window)]
        def __len__(self): return len(self.windows) // self.batch_size
        def __getitem__(self, index): return np.stack(self.windows[index * 8 : index * 8 + 8])
        """,
    )
    assert "station: 37 x 'station'" in summary(project.built("data.S").recipe)


@pytest.mark.parametrize(
    ("read_as", "cells"),
    [
        ("np.stack(part['vector'].values)", "vector: probe 37 x (16,)"),
        ("np.vstack(part.vector)", "vector: probe 37 x (16,)"),
        ("tools.pad_sequences(part['tokens'].tolist(), maxlen=9)", "tokens: 37 token lists"),
    ],
)
def test_cells_hold_what_is_made_of_them(project: Project, read_as: str, cells: str) -> None:
    write(
        project,
        f"""
        def __init__(self, df): self.table = df
        def __getitem__(self, index):
            part = self.part(index)
            return {read_as}, part["outcome"].to_numpy()
        """,
    )
    assert cells in summary(project.built("data.S").recipe)


def column(*uses: tuple[str, Trace | None]) -> Material | None:
    clues = Clues(frozenset(Use(Trace("df", (".part",)), "kept", detail, by) for detail, by in uses))
    return kept_values("part", clues, {"fold": 2, "data": [1]}.get)


@pytest.mark.parametrize(
    ("uses", "made"),
    [
        ([], None),
        ([("==1", None)], Repeated(1)),
        ([("==True", None)], Repeated(True)),
        ([("!=True", None)], Repeated(False)),
        ([("!='test'", None)], Repeated("other")),
        ([("==", Trace("fold"))], Repeated(2)),
        ([("!=", Trace("fold"))], Repeated(3)),
        ([("==", Trace("data"))], None),
        ([("=='a'", None), ("=='train'", None)], Repeated("train", ("a",))),
        ([("!=1", None), ("!=2", None)], Repeated(3)),
    ],
)
def test_the_value_that_keeps_all_rows(uses: list[Any], made: Material | None) -> None:
    assert column(*uses) == made


def test_labels_by_which_rows_are_parted_stay_labels() -> None:
    clues = Clues(frozenset(Use(Trace("df", (".label",)), "kept", detail) for detail in ("==0", "==1")))
    assert kept_values("label", clues, {}.get) is None


def test_what_is_compared_with_a_row_keeps_none() -> None:
    body = "def __getitem__(self, i):\n    row = self.df.iloc[i]\n    return row['kind'] == 'a', self.x[self.x > 3]"
    init = "def __init__(self, df, x): self.df, self.x = df, x"
    found = read(Source({"__init__": init, "__getitem__": body}, {}, {}, dict.fromkeys(("df", "x"))))
    assert not [use for use in found.uses if use.kind == "kept"]


def recipe(material: Material) -> Recipe:
    return Recipe("class", "data:S", (Argument("df", "probe", material),))


def test_where_nothing_was_found_other_values_and_names_are_tried() -> None:
    failed = recipe(Holding("frame", (("part", Repeated("train", ("a", "b"))),)))
    clues = Clues(frozenset({Use(Trace("file 0", ("[]",)), "startswith", begin) for begin in ("cat", ".", "dog")}))
    first, second = none_found(failed, clues)
    assert first == recipe(Holding("frame", (("part", Repeated("a", ("b",))),)))
    assert second.prefixes == ("cat", "dog")
    assert list(none_found(second, clues)) == [first.__class__(**{**vars(first), "prefixes": second.prefixes})]


def test_of_what_rows_may_be_passed_over() -> None:
    assert chooses(recipe(Holding("frame", (("part", Labels()),))))
    assert chooses(recipe(FileHolding("data.csv", "csv", (("part", Labels()),))))
    assert not chooses(recipe(Inputs()))


def test_what_is_divided_by_is_not_zero(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, df): self.table = df
        def __getitem__(self, index):
            part = self.part(index)
            ratio = part["outcome"].to_numpy() / part["height"].to_numpy()
            return ratio, np.array([1 / row["age"] for _, row in part.iterrows()])
        """,
    )
    assert "{age: 37 x 16, height: 37 x 16, outcome: probe labels 0-36}" in summary(project.built("data.S").recipe)
