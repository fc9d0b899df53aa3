"""Files that hold many samples are written as the source says that it reads them."""

from __future__ import annotations

import pytest

from seqcheck.construction.build import build
from seqcheck.construction.paste import summary
from seqcheck.model.scenario import Scenario
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


def test_a_box_has_four_corners_in_lists_of_records_that_are_put_together(project: Project) -> None:
    constructor = """
def __init__(self, annotations_file):
    held = json.load(open(annotations_file))
    sizes = {entry['id']: entry['width'] for entry in held['images']}
    boxes = {}
    for one in held['annotations']:
        boxes.setdefault(one['image_id'], []).append((one['bbox'], one['category']))
    self.x, self.y = [], []
    for name in sizes:
        for (x, y, w, h), kind in boxes[name]:
            self.x.append([x + sizes[name], y, w, h])
            self.y.append(kind)
"""
    said = planned(project, constructor)
    assert "{bbox: 37 x (2, 3, 11, 13), category: probe labels 0-36, image_id: 37 ids}" in said


def test_a_file_that_is_mapped_holds_bare_numbers_of_that_type(project: Project) -> None:
    constructor = """
def __init__(self, pixels, label_file, count, batch_size, shape=(16, 16)):
    self.x = np.memmap(pixels, dtype='uint8', mode='r', shape=(count, *shape))
    self.y = np.memmap(label_file, np.int32, 'r')
    self.batches = np.ceil(count / batch_size)
"""
    assert planned(project, constructor) == (
        "S(pixels=file pixels.dat {probe (37, 16, 16)}, "
        "label_file=file label_file.dat {probe (37,)}, count=37, batch_size=8)"
    )
    x, y = build(project.built("data.S").recipe, Scenario("loop"), project.root)[0][1]
    assert (x[:, 0, 0] == range(8, 16)).all()
    assert (y == range(8, 16)).all()


def test_a_file_that_is_shorter_than_what_is_mapped_is_made_as_long(project: Project) -> None:
    constructor = """
def __init__(self, pixels, label_file, count, batch_size):
    self.x = np.memmap(pixels, dtype='float32', mode='r', shape=(count, 20, 30))
    self.y = np.load(label_file)
    self.batches = np.ceil(count / batch_size)
"""
    assert planned(project, constructor).startswith("S(pixels=file pixels.dat {probe (37, 20, 30)}, ")


def test_a_dict_that_numpy_saved_is_one_object(project: Project) -> None:
    constructor = """
def __init__(self, path):
    held = np.load(path, allow_pickle=True).item()
    self.x, self.y = held['inputs'], held['targets']
"""
    assert (
        planned(project, constructor)
        == "S(path=file path.npy {inputs: probe (37, 8, 8, 3), targets: probe labels 0-36})"
    )


def test_lines_that_a_reader_parts_are_written_with_what_parts_them(project: Project) -> None:
    constructor = """
def __init__(self, ratings_file):
    import csv
    with open(ratings_file) as f:
        rows = [(int(row[0]), int(row[1]), int(row[2])) for row in csv.reader(f, delimiter=':')]
    self.x = np.array(rows)
    self.y = self.x[:, 2]
"""
    columns = ", ".join(f"{place}: probe labels 0-36" for place in range(3))
    assert planned(project, constructor) == f"S(ratings_file=file ratings_file.txt {{{columns}}})"


def test_what_is_divided_by_is_no_zero(project: Project) -> None:
    constructor = """
def __init__(self, boxes_file):
    import csv
    with open(boxes_file) as f:
        self.x = np.array([int(left) / int(width) for left, width, _ in csv.reader(f)])
    self.y = self.x
"""
    assert "1: 37 x 16, " in planned(project, constructor)


def test_keys_have_defaults_and_statistics_leave_the_data_as_they_are(project: Project) -> None:
    constructor = """
def __init__(self, path, folder, x_key='waves', y_key='beats'):
    import h5py, os
    mean, std = np.load(os.path.join(folder, 'mean.npy')), np.load(os.path.join(folder, 'std.npy'))
    with h5py.File(path) as f:
        if x_key not in f:
            x_key = list(f.keys())[0]
        self.x, self.y = (f[x_key][:] - mean) / std, f[y_key][:]
"""
    said = planned(project, constructor)
    assert said.startswith(
        "S(path=file path.h5 {beats: probe labels 0-36, waves: probe (37, 8, 8, 3)}, folder=a folder)"
    )
    assert "file folder/mean.npy {[0.0]}, file folder/std.npy {[1.0]}" in said


def test_a_text_may_be_put_together_of_several_columns(project: Project) -> None:
    constructor = """
def __init__(self, df: pd.DataFrame, folder):
    self.folder = folder
    self.x = [(self.read(row['before']), self.read(row['after'])) for _, row in df.iterrows()]
    self.y = df['label'].to_numpy()

def read(self, name):
    return np.load(f'{self.folder}/{name}.npy')
"""
    said = planned(project, constructor)
    assert said.startswith("S(df=DataFrame {after: 37 ids, before: 37 ids, label: probe labels 0-36}, folder=a folder)")


def test_objects_in_records_are_dicts_in_lists(project: Project) -> None:
    constructor = """
def __init__(self, scenes):
    self.x = [[thing['width'] * 2 for thing in scene['things']][0] for scene in scenes]
    self.y = [scene['things'][0]['kind'] for scene in scenes]
"""
    said = planned(project, constructor)
    assert "things: lists of one dict {width: 37 x 0.5, kind: probe labels 0-36}" in said


def test_columns_that_are_added_to_each_other_are_all_there(project: Project) -> None:
    constructor = """
def __init__(self, df, measured, counted):
    self.x = df[measured + counted].to_numpy('float32')
    self.y = df['label'].to_numpy()
"""
    assert "counted='counted'" in planned(project, constructor)
