"""Files that hold many samples are written as the source says that it reads them."""

from __future__ import annotations

import pytest

from seqcheck.construction.paste import summary
from tests.construction.conftest import Project

HEAD = """
import json
import numpy as np
import pandas as pd

class S:
    batch_size = 8
    def __len__(self): return -(-len(self.y) // 8)
    def __getitem__(self, index):
        part = slice(index * 8, index * 8 + 8)
        return np.asarray(self.x[part]), np.asarray(self.y[part])
"""


def planned(project: Project, constructor: str) -> str:
    """The recipe of a class with that constructor, in a line."""
    project.write("data.py", HEAD + "".join(f"    {line}\n" for line in constructor.strip().splitlines()))
    return summary(project.built("data.S").recipe)


@pytest.mark.parametrize(
    ("reading", "columns"),
    [
        ("table, sep='\\t'", "file table.csv {age: probe labels 0-36, price: probe labels 0-36}"),
        ("table, delimiter=';'", "file table.csv {age: probe labels 0-36, price: probe labels 0-36}"),
        (
            "table, index_col='id', usecols=['id', 'age', 'price']",
            "file table.csv {age: probe labels 0-36, id: 37 ids, price: probe labels 0-36}",
        ),
        (
            "table, parse_dates=['day'], index_col='day'",
            "file table.csv {age: probe labels 0-36, day: 37 days, price: probe labels 0-36}",
        ),
        (
            "table, header=None, names=['price', 'rest', 'age']",
            "file table.csv {price: probe labels 0-36, rest: probe labels 0-36, age: probe labels 0-36}",
        ),
    ],
)
def test_what_a_table_is_read_with_says_how_it_is_written(project: Project, reading: str, columns: str) -> None:
    constructor = f"""
def __init__(self, table):
    frame = pd.read_csv({reading})
    self.x, self.y = frame[['age']].to_numpy('float32'), frame['price'].to_numpy('float32')
"""
    assert planned(project, constructor) == f"S(table={columns})"


def test_days_are_days_where_moments_are_made_of_them(project: Project) -> None:
    constructor = """
def __init__(self, df):
    df['day'] = pd.to_datetime(df['day'])
    self.x = np.stack([df['day'].dt.month, df['age']], axis=1)
    self.y = df['price'].to_numpy()
"""
    said = "S(df=DataFrame {age: probe labels 0-36, day: 37 days, price: probe labels 0-36})"
    assert planned(project, constructor) == said


def test_one_name_may_stand_for_one_open_file_after_the_other(project: Project) -> None:
    constructor = """
def __init__(self, reviews_file, vocab_file):
    with open(reviews_file) as f:
        rows = [json.loads(line) for line in f]
    with open(vocab_file) as f:
        words = {word.strip(): number + 1 for number, word in enumerate(f)}
    self.x = [[words[word] for word in row['review'].split()][:1] for row in rows]
    self.y = [row['stars'] for row in rows]
"""
    said = planned(project, constructor)
    assert said.startswith("S(reviews_file=file reviews_file.jsonl {review: 37 texts, stars: probe labels 0-36}, ")
    assert "vocab_file=file vocab_file.txt {('alpha', 'bravo', " in said
