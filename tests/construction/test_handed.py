"""What an argument has to be is told by what its class asks of it: objects that act, names of columns and files."""

from __future__ import annotations

import re

import pytest

from seqcheck.construction.paste import summary
from tests.construction.conftest import Project

HANDED = """
import glob
import os
import pickle
import numpy as np
from PIL import Image
def load_img(path, target_size): return np.asarray(Image.open(path).resize(target_size))
class S:
    def __init__(self, {signature}):
        {keeps}
    def __len__(self): return {length}
    def __getitem__(self, index):
        {getitem}
"""


def handed(signature: str, length: str, getitem: str) -> str:
    names = re.findall(r"(?:^|, )(\w+)", signature)
    keeps = "; ".join(f"self.{name} = {name}" for name in names)
    return HANDED.format(signature=signature, keeps=keeps, length=length, getitem=getitem)


@pytest.mark.parametrize(
    ("signature", "length", "getitem", "said"),
    [
        (
            "first_gen, second_gen",
            "len(self.first_gen)",
            "a, y = self.first_gen[index]; b, _ = self.second_gen[index]; return (a, b), y",
            "S(first_gen=batches {x: probe (37, 8, 8, 3), y: probe labels 0-36}, "
            "second_gen=batches {x: probe (37, 8, 8, 3), y: probe labels 0-36})",
        ),
        (
            "sequences",
            "min(len(one) for one in self.sequences) + 0 * len([one.on_epoch_end() for one in self.sequences])",
            "held = [one[index] for one in self.sequences]; return tuple(x for x, _ in held), held[0][1]",
            "S(sequences=feeds {x: probe (37, 8, 8, 3), y: probe labels 0-36})",
        ),
        (
            "generator",
            "self.generator.n // 8",
            "x, y = self.generator.next(); return x * 2, y",
            "S(generator=batches {x: probe (37, 8, 8, 3), y: probe labels 0-36})",
        ),
        (
            "texts, y, tokenizer",
            "-(-len(self.texts) // 8)",
            "rows = self.tokenizer(self.texts[index * 8 : index * 8 + 8], padding='max_length', max_length=9); "
            "return np.array(rows['input_ids']), self.y[index * 8 : index * 8 + 8]",
            "S(texts=37 texts, y=probe labels 0-36, tokenizer=tokenizer)",
        ),
        (
            "records, root",
            "-(-len(list(self.records.keys())) // 8)",
            "ids = list(self.records.keys())[index * 8 : index * 8 + 8]; "
            "return (np.stack([np.load(self.root + '/' + self.records[k]['file']) for k in ids]), "
            "np.array([self.records[k]['grade'] for k in ids]))",
            "S(records=dicts by id {file: 37 file names root/{id}.npy, grade: probe labels 0-36}, root=a folder) "
            "beside 37 files root/{id}.npy",
        ),
        (
            "features, notes",
            "-(-len(pickle.load(open(self.features, 'rb'))) // 8)",
            "x, y = pickle.load(open(self.features, 'rb')), pickle.load(open(self.notes, 'rb')); "
            "ids = list(x.keys())[index * 8 : index * 8 + 8]; "
            "return np.stack([x[k] for k in ids]), np.stack([y[k] for k in ids])",
            "S(features=file features.pkl {probe 37 x (8, 8, 3), by id}, "
            "notes=file notes.pkl {probe 37 x (8, 8, 3), by id})",
        ),
        (
            "image_paths",
            "-(-len(self.image_paths) // 8)",
            "paths = self.image_paths[index * 8 : index * 8 + 8]; "
            "masks = [np.load(p.replace('scans', 'masks').replace('.npy', '_mask.npy')) for p in paths]; "
            "return np.stack([np.load(p) for p in paths]), np.stack(masks)",
            "S(image_paths=37 paths scans/{id}.npy) beside 37 files scans/{id}.npy, 37 files masks/{id}_mask.npy",
        ),
        (
            "root",
            "-(-len(os.listdir(self.root + '/scans')) // 8)",
            "paths = sorted(glob.glob(self.root + '/scans/*.npy'))[index * 8 : index * 8 + 8]; "
            "return (np.stack([np.load(p) for p in paths]), "
            "np.stack([np.load(p.replace('/scans/', '/masks/')) for p in paths]))",
            "S(root=a folder) beside 37 files root/scans/{id}.npy, 37 files root/masks/{id}.npy",
        ),
        (
            "frame",
            "-(-len(self.frame) // 8)",
            "part = self.frame.iloc[index * 8 : index * 8 + 8]; others = [c for c in part.columns if c != 'price']; "
            "return part[others].values, part['price'].values",
            "S(frame=DataFrame {price: probe labels 0-36, value_0: probe labels 0-36, value_1: probe labels 0-36, "
            "value_2: probe labels 0-36, value_3: probe labels 0-36})",
        ),
        (
            "x, labels, species",
            "-(-len(self.x) // 8)",
            "numbers = {name: k for k, name in enumerate(self.species)}; part = slice(index * 8, index * 8 + 8); "
            "return self.x[part], np.array([numbers[label] for label in self.labels[part]])",
            "S(x=probe (37, 4), labels=probe labels 0-36, names, species=probe labels 0-36, names)",
        ),
        (
            "x, y, scaler",
            "-(-len(self.x) // 8)",
            "part = slice(index * 8, index * 8 + 8); return self.scaler.transform(self.x[part]), self.y[part]",
            "S(x=probe (37, 4), y=probe labels 0-36, scaler=identity)",
        ),
        (
            "x, y, pairs=None",
            "[int(k) for k in self.pairs] if self.pairs else -(-len(self.x) // 8)",
            "part = slice(index * 8, index * 8 + 8); return self.x[part], self.y[part]",
            "S(x=probe (37, 4), y=probe labels 0-36)",
        ),
    ],
)
def test_objects_that_do_something_are_made_up_by_what_they_are_asked(
    project: Project, signature: str, length: str, getitem: str, said: str
) -> None:
    project.write("data.py", handed(signature, length, getitem))
    assert summary(project.built("data.S").recipe) == said


@pytest.mark.parametrize(
    ("signature", "length", "getitem", "said"),
    [
        (
            "df, cat_cols, features, target",
            "-(-len(self.df) // 8)",
            "part = self.df.iloc[index * 8 : index * 8 + 8]; "
            "kinds = np.stack([part[c] for c in self.cat_cols], 1); "
            "return (kinds, part[self.features].values), part[self.target].values",
            "S(df=DataFrame {cat_cols_0: probe labels 0-36, cat_cols_1: probe labels 0-36, "
            "features_0: probe labels 0-36, features_1: probe labels 0-36, target: probe labels 0-36}, "
            "cat_cols=['cat_cols_0', 'cat_cols_1'], "
            "features=['features_0', 'features_1'], target='target')",
        ),
        (
            "captions, features, word_to_index",
            "-(-len(self.captions) // 8)",
            "ids = list(self.captions.keys())[index * 8 : index * 8 + 8]; "
            "words = [self.word_to_index[w] for k in ids for text in self.captions[k] for w in text.split()[:1]]; "
            "return np.stack([self.features[k] for k in ids]), np.array(words)",
            "S(captions=37 lists of texts, by id, features=probe 37 x (8, 8, 3), by id, word_to_index={'alpha': 1, "
            "'bravo': 2, 'delta': 3, 'echo': 4, 'golf': 5, 'hotel': 6, 'india': )",
        ),
        (
            "root, cases, kinds=('flair', 'core')",
            "-(-len(self.cases) // 8)",
            "cases = self.cases[index * 8 : index * 8 + 8]; "
            "return np.stack([[np.load(os.path.join(self.root, c, k + '.npy')) for k in self.kinds] for c in cases])",
            "S(root=a folder, cases=37 ids) beside 37 files root/{id}/flair.npy, 37 files root/{id}/core.npy",
        ),
        (
            "root",
            "-(-sum(len(glob.glob(f'{self.root}/{c}/*.npy')) for c in sorted(os.listdir(self.root))) // 8)",
            "found = [p for c in sorted(os.listdir(self.root)) for p in sorted(glob.glob(f'{self.root}/{c}/*.npy'))]; "
            "part = [np.load(p) for p in found[index * 8 : index * 8 + 8]]; "
            "return np.stack([np.pad(one, ((0, 0), (0, 9 - one.shape[1]))) for one in part])",
            "S(root=a folder) beside 37 files root/{class}/{id}.npy",
        ),
        (
            "df, root",
            "-(-len(self.df) // 8)",
            "clips = self.df['clip'].values[index * 8 : index * 8 + 8]; "
            "frames = [[np.asarray(Image.open(os.path.join(self.root, clip, 'f%04d.png' % i))) for i in range(1, 5)] "
            "for clip in clips]; return np.stack(frames)",
            "S(df=DataFrame {clip: 37 ids}, root=a folder) beside 37 files root/{id}/f{frame:4}.png",
        ),
        (
            "root, ids, bands=2",
            "-(-len(self.ids) // 8)",
            "x, y = np.zeros((8, 4, 4, self.bands)), np.zeros((8, 4, 4))\n"
            "        for row, name in enumerate(self.ids[index * 8 : index * 8 + 8]):\n"
            "            x[row] = np.load(f'{self.root}/{name}_radar.npy')\n"
            "            y[row] = np.load(f'{self.root}/{name}_truth.npy')\n"
            "        return x, y",
            "S(root=a folder, ids=37 ids) beside 37 files root/{id}_radar.npy, 37 files root/{id}_truth.npy",
        ),
        (
            "data, lookback, min_index, max_index, step=6",
            "-(-(len(self.data) - self.lookback if self.max_index is None else self.max_index) // 8)",
            "starts = self.min_index + np.arange(index * 8, min(index * 8 + 8, len(self.data) - self.lookback)); "
            "rows = [self.data[s : s + self.lookback // self.step * self.step : self.step] for s in starts]; "
            "return np.stack(rows), self.data[starts][:, 1]",
            "S(data=probe (37, 3), lookback=12, min_index=0, max_index=None)",
        ),
        (
            "cfg",
            "-(-len(open(self.cfg.LIST).readlines()) // self.cfg.BATCH_SIZE)",
            "names = [line.strip() for line in open(self.cfg.LIST)][index * 8 : index * 8 + 8]; "
            "return np.stack([load_img(self.cfg.ROOT + '/' + n, target_size=self.cfg.INPUT_SIZE) for n in names])",
            "S(cfg=settings {BATCH_SIZE: 8, INPUT_SIZE: (16, 16), LIST: file LIST.txt {37 file names ROOT/{id}.png}, "
            "ROOT: a folder}) beside 37 files ROOT/{id}.png",
        ),
        (
            "root, pattern='part_*.npz'",
            "len(glob.glob(os.path.join(self.root, self.pattern)))",
            "held = np.load(sorted(glob.glob(os.path.join(self.root, self.pattern)))[index]); "
            "return held['x'], held['y']",
            "S(root=a folder) beside 37 files root/part_{id}.npz",
        ),
    ],
)
def test_names_that_are_given_are_columns_and_files(
    project: Project, signature: str, length: str, getitem: str, said: str
) -> None:
    project.write("data.py", handed(signature, length, getitem))
    assert summary(project.built("data.S").recipe) == said


def test_rows_that_are_called_batches_are_none(project: Project) -> None:
    read = "return np.stack(self.batches[index * 8 : index * 8 + 8]), self.y[index * 8 : index * 8 + 8]"
    project.write("data.py", handed("batches, y", "-(-len(self.batches) // 8)", read))
    assert "=batches" not in summary(project.built("data.S").recipe)
