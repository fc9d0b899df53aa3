"""What is looked up in a table that the source writes out holds the keys of that table."""

from __future__ import annotations

import pytest

from seqcheck.construction.build import build
from seqcheck.construction.lookups import keys_of
from seqcheck.construction.paste import summary
from seqcheck.model.scenario import Scenario
from tests.construction.conftest import Project

HEAD = """
import numpy as np

KINDS = {"cat": 0, "dog": 1, "fox": 2}
NAMES = ["cat", "dog", "fox"]

class S:
    GRADES = {"low": 0, "high": 1}
    batch_size = 8
    def __init__(self, df):
        self.df = df
        self.own = {"yes": 1, "no": 0}
        self.numbers = {name: number for number, name in enumerate(NAMES)}
    def __len__(self): return -(-len(self.df) // 8)
    def __getitem__(self, index):
        part = self.df.iloc[index * 8 : index * 8 + 8]
"""
AGE = "part['age'].to_numpy('float32')[:, None]"


@pytest.mark.parametrize(
    ("targets", "column"),
    [
        ("[KINDS[kind] for kind in part['kind']]", "('cat', 'dog', 'fox')"),
        ("[NAMES.index(row['kind']) for _, row in part.iterrows()]", "('cat', 'dog', 'fox')"),
        ("part['kind'].map(KINDS)", "('cat', 'dog', 'fox')"),
        ("part['kind'].map({'yes': 1, 'no': 0})", "('yes', 'no')"),
        ("[self.GRADES[row.kind] for row in part.itertuples()]", "('low', 'high')"),
        ("[self.own.get(kind) for kind in part['kind']]", "('yes', 'no')"),
        ("[self.numbers[kind] for kind in part['kind']]", "('cat', 'dog', 'fox')"),
    ],
)
def test_a_column_holds_the_keys_of_the_table_that_it_is_looked_up_in(
    project: Project, targets: str, column: str
) -> None:
    project.write("data.py", f"{HEAD}        return {AGE}, np.array({targets})\n")
    assert (
        summary(project.built("data.S").recipe) == f"S(df=DataFrame {{age: probe labels 0-36, kind: 37 of {column}}})"
    )


def test_labels_that_are_looked_up_are_keys_as_well(project: Project) -> None:
    head = HEAD.replace("self, df", "self, x, labels").replace("self.df = df", "self.x, self.labels = x, labels")
    read = "        return self.x[rows], np.array([KINDS[kind] for kind in self.labels[rows]])\n"
    head = head.replace("self.df", "self.x").replace(
        "part = self.x.iloc[index * 8 : index * 8 + 8]", "rows = slice(index * 8, index * 8 + 8)"
    )
    project.write("data.py", head + read)
    found = project.built("data.S")
    assert summary(found.recipe) == "S(x=probe (37, 4), labels=37 of ('cat', 'dog', 'fox'))"
    _, truth = build(found.recipe, Scenario("loop"), project.root)
    assert not truth.probe  # the numbers 0, 1, 2 are those of classes, and of no samples


@pytest.mark.parametrize("value", [{}, {"one": 1}, {"a": 1, None: 2}, "ab", {k: k for k in range(100)}, [0.5, 1.5]])
def test_what_names_nothing_is_no_table(value: object) -> None:
    assert keys_of(value) is None
