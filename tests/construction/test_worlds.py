"""Classes as people write them are built with nothing said, from what their source says of the data they want."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from seqcheck.construction.build import build
from seqcheck.construction.explore import Explored, Unbuilt
from seqcheck.construction.paste import summary
from seqcheck.model.scenario import Scenario
from tests.construction.conftest import Project

HEAD = """
import glob
import json
import os
from pathlib import Path
import h5py as storage
import numpy as np
from PIL import Image
from pandas import read_csv
from scipy.io.wavfile import read as read_track
from scans import read_scan

KINDS = ("glass", "paper", "wood")

def one_hot(y, num_classes):
    return np.eye(num_classes)[np.asarray(y)]

class Base:
    def __len__(self): return self.count // self.batch_size
    def rows(self, index): return slice(index * self.batch_size, (index + 1) * self.batch_size)
"""

CLASSES = {
    "paths and labels": (
        """
        def __init__(self, image_paths, labels, batch_size=8, image_size=(128, 128)):
            self.image_paths, self.labels, self.batch_size = image_paths, labels, batch_size
            self.image_size, self.count = image_size, len(image_paths)
        def __getitem__(self, index):
            x = [np.asarray(Image.open(path).resize(self.image_size)) for path in self.image_paths[self.rows(index)]]
            return np.stack(x), np.array(self.labels[self.rows(index)])
        """,
        "S(image_paths=37 paths image_paths/{id}.png, labels=probe labels 0-36, image_size=(16, 16))",
    ),
    "lists of numbers, as annotated": (
        """
        def __init__(self, words: list[list[int]], marks: list[list[int]], batch_size=8):
            self.words, self.marks, self.batch_size, self.count = words, marks, batch_size, len(words)
        def __getitem__(self, index):
            filled = np.zeros((2, self.batch_size, 9))
            for row, place in enumerate(range(self.count)[self.rows(index)]):
                filled[0, row, : len(self.words[place])] = self.words[place]
                filled[1, row, : len(self.marks[place])] = self.marks[place]
            return filled[0], filled[1]
        """,
        "S(words=37 token lists, marks=37 token lists)",
    ),
    "a folder for each kind, with one for boxes in it": (
        """
        def __init__(self, root, batch_size=8):
            self.batch_size, self.found = batch_size, []
            for kind in sorted(os.listdir(root)):
                folder = os.path.join(root, kind)
                for name in sorted(os.listdir(folder)):
                    if name.endswith(".png"):
                        boxes = os.path.join(folder, "boxes", name.rsplit(".", 1)[0] + ".txt")
                        self.found.append((os.path.join(folder, name), boxes))
            self.count = len(self.found)
        def __getitem__(self, index):
            x, y = [], []
            for picture, boxes in self.found[self.rows(index)]:
                x.append(np.asarray(Image.open(picture)))
                with open(boxes) as lines:
                    kind, left, top, width, height = map(float, next(lines).split())
                y.append([kind, left, top, width, height])
            return np.stack(x), np.array(y)
        """,
        "S(root=a folder) beside 37 files root/{class}/{id}.png, 37 files root/{class}/boxes/{id}.txt",
    ),
    "arrays, of which all or a part is kept": (
        """
        def __init__(self, x, y, batch_size=8, part="all"):
            cut = len(x) // 2
            x, y = (x[:], y[:]) if part == "all" else (x[cut:], y[cut:])
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index): return self.x[self.rows(index)], self.y[self.rows(index)]
        """,
        "S(x=probe (37, 4), y=probe labels 0-36)",
    ),
    "arrays by id, at relative paths": (
        """
        def __init__(self, list_IDs, labels, batch_size=8, dim=(32, 32, 32), n_channels=1, n_classes=10):
            self.list_IDs, self.labels, self.batch_size = list_IDs, labels, batch_size
            self.dim, self.n_channels, self.n_classes, self.count = dim, n_channels, n_classes, len(list_IDs)
        def __getitem__(self, index):
            x = np.empty((self.batch_size, *self.dim, self.n_channels))
            y = []
            for row, ID in enumerate(self.list_IDs[self.rows(index)]):
                x[row,] = np.load('data/' + ID + '.npy')
                y.append(self.labels[ID])
            return x, one_hot(y, num_classes=self.n_classes)
        """,
        "S(list_IDs=37 ids, labels=probe labels 0-36, by id, dim=(8, 8, 8), n_classes=37) beside 37 files data/",
    ),
    "a folder per class": (
        """
        def __init__(self, directory, batch_size=8):
            self.batch_size, self.samples = batch_size, []
            for label, name in enumerate(sorted(os.listdir(directory))):
                for file in sorted(os.listdir(os.path.join(directory, name))):
                    self.samples.append((os.path.join(directory, name, file), label))
            self.count = len(self.samples)
        def __getitem__(self, index):
            rows = self.samples[self.rows(index)]
            return np.stack([np.asarray(Image.open(path)) for path, _ in rows]), np.array([label for _, label in rows])
        """,
        "S(directory=a folder) beside 37 files directory/{class}/{id}.png",
    ),
    "files that a pattern finds": (
        """
        def __init__(self, root, batch_size=8):
            self.files, self.batch_size = sorted(glob.glob(root + "/*.npy")), batch_size
            self.count = len(self.files)
        def __getitem__(self, index): return np.stack([np.load(file) for file in self.files[self.rows(index)]])
        """,
        "S(root=a folder) beside 37 files root/{id}.npy",
    ),
    "a helper and a keyed archive": (
        """
        def __init__(self, files, labels, batch_size=8):
            self.files, self.labels, self.batch_size, self.count = files, labels, batch_size, len(files)
        def read(self, path):
            with np.load(path) as archive: return archive["scan"]
        def __getitem__(self, index):
            names = self.files[self.rows(index)]
            return np.stack([self.read(name) for name in names]), np.array([self.labels[name] for name in names])
        """,
        "S(files=37 paths files/{id}.npz, labels=probe labels 0-36, by path)",
    ),
    "labels in a file of the folder": (
        """
        def __init__(self, root_dir, batch_size=8):
            with open(os.path.join(root_dir, "labels.json")) as file: self.labels = json.load(file)
            self.names, self.root_dir, self.batch_size = sorted(self.labels), root_dir, batch_size
            self.count = len(self.names)
        def __getitem__(self, index):
            names = self.names[self.rows(index)]
            return np.stack([np.load(f"{self.root_dir}/{n}.npy") for n in names]), [self.labels[n] for n in names]
        """,
        "S(root_dir=a folder) beside 37 files root_dir/{id}.npy, file root_dir/labels.json {probe labels 0-36, by id}",
    ),
    "records": (
        """
        def __init__(self, samples, batch_size=8):
            self.samples, self.batch_size, self.count = samples, batch_size, len(samples)
        def __getitem__(self, index):
            rows = self.samples[self.rows(index)]
            return np.stack([np.asarray(Image.open(r["image"])) for r in rows]), np.array([r["label"] for r in rows])
        """,
        "S(samples=dicts {image: 37 paths samples/{id}.png, label: probe labels 0-36})",
    ),
    "a transform that must be given": (
        """
        def __init__(self, x, y, batch_size, transform):
            self.x, self.y, self.batch_size, self.transform, self.count = x, y, batch_size, transform, len(x)
        def __getitem__(self, index):
            rows = self.rows(index)
            return np.stack([self.transform(image=x)["image"] for x in self.x[rows]]), self.y[rows]
        """,
        "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8, transform=identity)",
    ),
    "arrays whose names say nothing": (
        """
        def __init__(self, series, outcome_target, batch_size=8):
            self.series, self.outcome_target, self.batch_size = series, outcome_target, batch_size
            self.count = len(series)
        def __getitem__(self, index):
            low = index * self.batch_size
            return self.series[low : low + 8], self.outcome_target[low : low + 8]
        """,
        "S(series=probe (37, 4), outcome_target=probe labels 0-36)",
    ),
    "places in a file": (
        """
        def __init__(self, indices, batch_size=8, x_path="x.npy"):
            self.indices, self.x, self.batch_size = np.asarray(indices), np.load(x_path), batch_size
            self.count = len(self.indices)
        def __getitem__(self, index): return self.x[np.sort(self.indices[self.rows(index)])]
        """,
        "S(indices=places 0-36, x_path=file x_path.npy {probe (37, 8, 8, 3)})",
    ),
    "the names of folders": (
        """
        def __init__(self, root, words, batch_size=8):
            self.batch_size, self.items = batch_size, []
            for number, word in enumerate(words):
                for name in sorted(os.listdir(os.path.join(root, word))):
                    self.items.append((os.path.join(root, word, name), number))
            self.count = len(self.items)
        def __getitem__(self, index):
            rows = self.items[self.rows(index)]
            return np.stack([np.load(path) for path, _ in rows]), np.array([number for _, number in rows])
        """,
        "S(root=a folder, words=the names of 2 classes) beside 37 files root/{class}/{id}.npy",
    ),
    "records under a key of a file": (
        """
        def __init__(self, annotations, folder, batch_size=8):
            with open(annotations) as file: self.images = json.load(file)["images"]
            self.folder, self.batch_size, self.count = folder, batch_size, len(self.images)
        def __getitem__(self, index):
            rows = self.images[self.rows(index)]
            x = [np.asarray(Image.open(os.path.join(self.folder, row["file_name"]))) for row in rows]
            return np.stack(x), np.array([row["category"] for row in rows])
        """,
        "S(annotations=file annotations.json {images: dicts {file_name: 37 file names folder/{id}.png, category: probe",
    ),
    "a line of JSON for each sample": (
        """
        def __init__(self, manifest, batch_size=8):
            with open(manifest) as file: self.rows_read = [json.loads(line) for line in file]
            self.batch_size, self.count = batch_size, len(self.rows_read)
        def __getitem__(self, index):
            rows = self.rows_read[self.rows(index)]
            return np.stack([np.array(row["mel"]) for row in rows]), np.array([row["label"] for row in rows])
        """,
        "S(manifest=file manifest.jsonl {label: probe labels 0-36, mel: probe (37, 8, 8, 3)})",
    ),
    "file names below a literal folder": (
        """
        def __init__(self, df, batch_size=8):
            self.names, self.y, self.batch_size = df["image"].values, df["label"].values, batch_size
            self.count = len(df)
        def __getitem__(self, index):
            x = [np.asarray(Image.open("pictures/" + name)) for name in self.names[self.rows(index)]]
            return np.stack(x), self.y[self.rows(index)]
        """,
        "S(df=DataFrame {image: 37 file names pictures/{id}.png, label: probe labels 0-36})",
    ),
    "several arrays in a list": (
        """
        def __init__(self, inputs, y, batch_size=8):
            self.inputs, self.y, self.batch_size, self.count = inputs, y, batch_size, len(y)
        def __getitem__(self, index): return [a[self.rows(index)] for a in self.inputs], self.y[self.rows(index)]
        """,
        "S(inputs=2 x probe (37, 4), y=probe labels 0-36)",
    ),
    "a dict of arrays without literal keys": (
        """
        def __init__(self, data, batch_size=8):
            self.data, self.batch_size, self.count = data, batch_size, len(next(iter(data.values())))
        def __getitem__(self, index): return {key: value[self.rows(index)] for key, value in self.data.items()}
        """,
        "S(data=dict {x: probe (37, 8, 8, 3), y: probe labels 0-36})",
    ),
    "a dict of samples that is looked up by its own keys": (
        """
        def __init__(self, data, batch_size=8):
            self.data, self.names, self.batch_size, self.count = data, list(data.keys()), batch_size, len(data)
        def __getitem__(self, index): return np.stack([self.data[name] for name in self.names[self.rows(index)]])
        """,
        "S(data=probe 37 x (8, 8, 3), by id)",
    ),
    "pairs of which nothing is opened": (
        """
        def __init__(self, pairs, batch_size=8):
            self.pairs, self.batch_size, self.count = list(pairs), batch_size, len(pairs)
        def __getitem__(self, index):
            xs, ys = [], []
            for k in range(index * self.batch_size, (index + 1) * self.batch_size):
                x, y = self.pairs[k]
                xs.append(x), ys.append(y)
            return np.array(xs), np.array(ys)
        """,
        "S(pairs=tuples {0: probe (37, 8, 8, 3), 1: probe labels 0-36})",
    ),
    "arrays beside ids": (
        """
        def __init__(self, images, names, y, batch_size=8):
            self.images, self.names, self.y = np.asarray(images, float), np.asarray(names, str), np.asarray(y)
            self.batch_size, self.count = batch_size, len(images)
        def __getitem__(self, index):
            rows = self.rows(index)
            return self.images[rows], self.y[rows]
        """,
        "S(images=probe (37, 8, 8, 3), names=37 ids, y=probe labels 0-36)",
    ),
    "samples of several parts that another object would give": (
        """
        def __init__(self, dataset, batch_size=8):
            self.dataset, self.batch_size, self.count = dataset, batch_size, len(dataset)
        def __getitem__(self, index):
            rows = [self.dataset[k] for k in range(index * self.batch_size, (index + 1) * self.batch_size)]
            return tuple(np.stack(parts) for parts in zip(*rows))
        """,
        "S(dataset=tuples {0: probe 37 x (8, 8, 3), 1: probe labels 0-36})",
    ),
    "columns that a default names": (
        """
        def __init__(self, tracks, batch_size=8, inputs=["coords", "mask"]):
            self.tracks, self.inputs, self.batch_size = {name: tracks[name] for name in inputs}, inputs, batch_size
            self.count = len(tracks[inputs[0]])
        def __getitem__(self, index): return {name: self.tracks[name][self.rows(index)] for name in self.inputs}
        """,
        "S(tracks=dict {coords: probe (37, 8, 8, 3), mask: probe (37, 8, 8, 3)})",
    ),
    "a table known by its columns": (
        """
        def __init__(self, dataset, batch_size=8):
            self.x, self.y = np.asarray(dataset["area"].to_list(), float), dataset["price"].values
            self.batch_size, self.count = batch_size, len(self.y)
        def __getitem__(self, index): return self.x[self.rows(index), None], self.y[self.rows(index)]
        """,
        "S(dataset=DataFrame {area: probe labels 0-36, price: probe labels 0-36})",
    ),
    # Mended from exceptions, which say what the source does not.
    "a number of classes that is written down": (
        """
        def __init__(self, x, y, batch_size=8):
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index):
            size = 2 + 1
            return self.x[self.rows(index)], one_hot(self.y[self.rows(index)], size)
        """,
        "S(x=probe (37, 4), y=probe labels 0-2, repeated)",
    ),
    "labels that fall out of a one-hot encoding without a word": (
        """
        def __init__(self, x, y, batch_size=8):
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index):
            return self.x[self.rows(index)], (self.y[self.rows(index)][:, None] == np.arange(5)).astype("float32")
        """,
        "S(x=probe (37, 4), y=probe labels 0-4, repeated)",
    ),
    "pictures that are blended with weights of four axes": (
        """
        def __init__(self, x, y, batch_size=8):
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index):
            x = self.x[self.rows(index)]
            return np.ones((len(x), 1, 1, 1)) * x, self.y[self.rows(index)]
        """,
        "S(x=probe (37, 8, 8, 3), y=probe labels 0-36)",
    ),
    "labels by the names of files": (
        """
        def __init__(self, files, labels, batch_size=8):
            self.files, self.labels, self.batch_size, self.count = files, labels, batch_size, len(files)
        def __getitem__(self, index):
            files = self.files[self.rows(index)]
            return np.stack([np.load(f) for f in files]), np.array([self.labels[os.path.basename(f)] for f in files])
        """,
        "S(files=37 paths files/{id}.npy, labels=probe labels 0-36, by path)",
    ),
    "a buffer of a size that is written down": (
        """
        def __init__(self, paths, batch_size=8):
            self.paths, self.batch_size, self.count = paths, batch_size, len(paths)
        def __getitem__(self, index):
            x = np.empty((self.batch_size, 40, 24, 3))
            for row, path in enumerate(self.paths[self.rows(index)]): x[row] = np.asarray(Image.open(path))
            return x
        """,
        "S(paths=37 paths paths/{id}.png)",
    ),
    "ids that are numbers": (
        """
        def __init__(self, indices, folder, batch_size=8):
            self.indices, self.folder, self.batch_size, self.count = indices, folder, batch_size, len(indices)
        def __getitem__(self, index):
            return np.stack([np.load(self.folder + "/part_%03d.npy" % k) for k in self.indices[self.rows(index)]])
        """,
        "S(indices=37 ids, folder=a folder) beside",
    ),
    "arrays in a folder beside the current one": (
        """
        def __init__(self, ids, targets, batch_size=8):
            self.ids, self.targets, self.batch_size, self.count = ids, targets, batch_size, len(ids)
        def __getitem__(self, index):
            names = self.ids[self.rows(index)]
            x = [np.load("../scans/" + name + ".npy") for name in names]
            return np.stack(x), np.array([self.targets[name] for name in names])
        """,
        "S(ids=37 ids, targets=probe labels 0-36, by id) beside 37 files ../scans/{id}.npy",
    ),
    "lines that no dedenting survives": (
        """
        def __init__(self, ids, labels, batch_size=8):
            self.ids, self.labels, self.batch_size, self.count = ids, labels, batch_size, len(ids)
        def __getitem__(self, index):
            names = self.ids[self.rows(index)]
#           an earlier line
            return np.stack([np.asarray(Image.open(n)) for n in names]), np.array([self.labels[n][0] for n in names])
        """,
        "S(ids=37 paths ids/{id}.png, labels=probe labels 0-36, by path, each in a list)",
    ),
    "a module under another name": (
        """
        def __init__(self, path, batch_size=8):
            self.path, self.batch_size = path, batch_size
            with storage.File(path, "r") as file: self.count = len(file["scans"])
        def __getitem__(self, index):
            with storage.File(self.path, "r") as file: return file["scans"][self.rows(index)]
        """,
        "S(path=file path.h5 {scans: probe (37, 8, 8, 3)})",
    ),
    "sounds, read under another name": (
        """
        def __init__(self, tracks, batch_size=8):
            self.tracks, self.batch_size, self.count = tracks, batch_size, len(tracks)
        def __getitem__(self, index):
            return np.stack([read_track(path)[1][:100] for path in self.tracks[self.rows(index)]])
        """,
        "S(tracks=37 paths tracks/{id}.wav) beside 37 files tracks/{id}.wav",
    ),
    "a dataset that a parameter names": (
        """
        def __init__(self, path, hdf5_name, batch_size=8):
            with storage.File(path, "r") as file: self.x = file[hdf5_name][:]
            self.batch_size, self.count = batch_size, len(self.x)
        def __getitem__(self, index): return self.x[self.rows(index)]
        """,
        "S(path=file path.h5 {hdf5_name: probe (37, 8, 8, 3)}, hdf5_name='hdf5_name')",
    ),
    "the folders of classes, numbered": (
        """
        def __init__(self, root, numbers, batch_size=8):
            self.files, self.labels = self.found(root, numbers)
            self.batch_size, self.count = batch_size, len(self.files)
        def found(self, root, numbers):
            files, labels = [], []
            for name, number in numbers.items():
                inner = os.path.join(root, name)
                for file in sorted(os.listdir(inner)):
                    files.append(os.path.join(inner, file))
                    labels.append(number)
            return files, labels
        def __getitem__(self, index):
            x = [np.asarray(Image.open(file)) for file in self.files[self.rows(index)]]
            return np.stack(x), np.array(self.labels[self.rows(index)])
        """,
        "S(root=a folder, numbers=the names of 2 classes, numbered) beside 37 files root/{class}/{id}.png",
    ),
    "the folders of classes that the module names": (
        """
        def __init__(self, root, first, last_end, batch_size=8):
            self.files = []
            for name in KINDS: self.files += self.inner(root + "/" + name)[first:last_end]
            self.batch_size, self.count = batch_size, len(self.files)
        def inner(self, folder): return [folder + "/" + name for name in sorted(os.listdir(folder))]
        def __getitem__(self, index):
            return np.stack([np.asarray(Image.open(file)) for file in self.files[self.rows(index)]])
        """,
        "S(root=a folder, first=0, last_end=37)",
    ),
    "a number of samples under another name": (
        """
        def __init__(self, x, extent, batch_size=8):
            self.x, self.extent, self.batch_size, self.count = x, extent, batch_size, extent
            self.whole = extent // batch_size
        def __getitem__(self, index): return self.x[self.rows(index)]
        """,
        "S(x=probe (37, 4), extent=37)",
    ),
    "lists of records that refer to each other": (
        """
        def __init__(self, folder, index_file, batch_size=8):
            with open(index_file) as file: told = json.load(file)
            self.pictures, self.marks = told["pictures"], told["marks"]
            self.folder, self.batch_size, self.count = folder, batch_size, len(self.pictures)
        def boxes(self, wanted):
            return [[m["box"][0], m["box"][1], m["box"][3]] for m in self.marks if m["picture_id"] == wanted]
        def __getitem__(self, index):
            ids = [item["id"] for item in self.pictures[self.rows(index)]]
            x = [np.asarray(Image.open(f"{self.folder}/{name}.png")) for name in ids]
            return np.stack(x), np.array([self.boxes(name)[0] for name in ids])
        """,
        "S(folder=a folder, index_file=file index_file.json {marks: dicts {box: probe 37 x (4,), picture_id: 37 ids}, "
        "pictures: dicts {id: 37 ids}}) beside 37 files folder/{id}.png",
    ),
    "rows of a sparse matrix": (
        """
        def __init__(self, x, labels, batch_size=8):
            self.x, self.labels, self.batch_size, self.count = x, labels, batch_size, x.shape[0]
        def __getitem__(self, index): return self.x[self.rows(index)].toarray(), self.labels[self.rows(index)]
        """,
        "S(x=sparse probe (37, 4), labels=probe labels 0-36)",
    ),
    "labels in lists of their own": (
        """
        def __init__(self, x, labels, batch_size=8):
            self.x, self.labels, self.batch_size, self.count = x, labels, batch_size, len(x)
        def __getitem__(self, index):
            return self.x[self.rows(index)], np.array([int(label[0]) for label in self.labels[self.rows(index)]])
        """,
        "S(x=probe (37, 4), labels=probe",
    ),
    "a table that is read whole, and a dict that nobody has to give": (
        """
        def __init__(self, csv_file, swaps=None, batch_size=8):
            self.rows_of_all, self.swaps, self.batch_size = read_csv(csv_file).values, swaps, batch_size
            self.count = len(self.rows_of_all)
        def swapped(self, x):
            for one, other in self.swaps.items(): x[:, one] = x[:, other]
            return x
        def __getitem__(self, index):
            x = np.array(self.rows_of_all[self.rows(index)])
            return self.swapped(x) if self.swaps else x
        """,
        "S(csv_file=file csv_file.csv {value: probe labels 0-36, label: probe labels 0-36})",
    ),
    "samples of a size of their own": (
        """
        def __init__(self, paths, dim=(32, 32, 32), n_channels=1, batch_size=8):
            self.paths, self.dim, self.n_channels, self.batch_size = paths, dim, n_channels, batch_size
            self.count = len(paths)
        def __getitem__(self, index):
            x = np.empty((self.batch_size, *self.dim, self.n_channels))
            for row, path in enumerate(self.paths[self.rows(index)]):
                x[row] = np.asarray(Image.open(path).convert("RGB").resize((24, 20)))
            return x
        """,
        "S(paths=37 paths paths/{id}.png, dim=(20, 24), n_channels=3)",
    ),
    "a reader of another module": (
        """
        def __init__(self, listed, answers, batch_size=8):
            self.listed, self.answers, self.batch_size, self.count = listed, answers, batch_size, len(listed)
        def __getitem__(self, index):
            return np.stack([read_scan(item) for item in self.listed[self.rows(index)]]), self.answers[self.rows(index)]
        """,
        "S(listed=37 paths listed/{id}.npy",
    ),
    "a file that only the exception names": (
        """
        def __init__(self, batch_size=8):
            self.x, self.batch_size = np.load(os.sep.join(["data", "x_train.npy"])), batch_size
            self.count = len(self.x)
        def __getitem__(self, index): return self.x[self.rows(index)]
        """,
        "S() beside file data/x_train.npy {probe (37, 8, 8, 3)}",
    ),
    "columns that turn out to be paths": (
        """
        def __init__(self, df, batch_size=8):
            self.df, self.batch_size, self.count = df, batch_size, len(df)
            self.kept = {name: np.load(name) for column in ("first", "second") for name in self.every(column)}
        def every(self, column): return frozenset(list(self.df[column].values) + [])
        def __getitem__(self, index):
            part = self.df.iloc[self.rows(index)]
            x = [self.kept[name] for name in part["first"]], [self.kept[name] for name in part["second"]]
            return np.array(x).swapaxes(0, 1), part["label"].values
        """,
        "S(df=DataFrame {first: 37 paths first/{id}.npy, label: probe labels 0-36, second: 37 paths second/{id}.npy})",
    ),
    "sequences that have to be of one length": (
        """
        def __init__(self, sequences, labels, batch_size=8):
            self.x, self.y, self.batch_size, self.count = np.array(sequences), labels, batch_size, len(labels)
        def __getitem__(self, index): return self.x[self.rows(index)], self.y[self.rows(index)]
        """,
        "S(sequences=37 token lists, labels=probe labels 0-36)",
    ),
    "pictures that are standardised one by one": (
        """
        def __init__(self, paths, batch_size=8):
            self.paths, self.batch_size, self.count = paths, batch_size, len(paths)
        def __getitem__(self, index):
            with np.errstate(invalid="ignore"):
                x = [np.asarray(Image.open(path), float) for path in self.paths[self.rows(index)]]
                return np.stack([(a - a.mean()) / a.std() for a in x])
        """,
        "S(paths=37 paths paths/{id}.png)",
    ),
}


def write(project: Project, body: str) -> None:
    project.write("scans.py", "import numpy as np\ndef read_scan(path): return np.load(path)")
    project.write("data.py", f"{HEAD}\nclass S(Base):\n{body}".replace("\n        ", "\n    "))


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_built_with_nothing_said(project: Project, name: str, tmp_path: Path) -> None:
    body, line = CLASSES[name]
    write(project, body)
    before = os.getcwd()
    found = project.built("data.S")
    assert found.trouble == ""
    assert summary(found.recipe).startswith(line)
    assert found.length == 4
    assert os.getcwd() == before
    assert not list(tmp_path.glob("world-*")), "made-up files are left behind"


def test_samples_are_told_apart_in_whatever_size_is_asked_for(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, CLASSES["arrays by id, at relative paths"][0])
    recipe = project.built("data.S").recipe
    assert recipe.inside
    monkeypatch.chdir(tmp_path)  # what is built inside its data stays there
    instance, truth = build(recipe, Scenario("loop", num_samples=16, batch_size=4), tmp_path)
    assert (truth.num_samples, truth.probe, len(instance)) == (16, True, 4)
    x, y = instance[2]
    assert x.reshape(4, -1).max(axis=1).tolist() == [8.5, 9.5, 10.5, 11.5]
    assert y.argmax(axis=1).tolist() == [8, 9, 10, 11]
    assert Path.cwd().is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("signature", "getitem"),
    [
        # names go through unread
        ("paths, batch_size=8", "return np.array(self.paths[:8])"),
        # what is missing is passed over in silence
        ("ids, batch_size=8", "return self.quietly(self.ids[:8])"),
        # nothing lies where the source looks for it
        ("ids, batch_size=8", "return np.stack([np.load('/nowhere/' + k + '.npy') for k in self.ids[:8]])"),
        ("ids, batch_size=8", "return np.stack([np.load('../../../../' + k + '.npy') for k in self.ids[:8]])"),
    ],
)
def test_a_wrong_plan_is_not_taken(project: Project, signature: str, getitem: str) -> None:
    write(
        project,
        f"""
        def __init__(self, {signature}):
            self.__dict__.update({{k: v for k, v in locals().items() if k != "self"}})
            self.count = 37
        def quietly(self, ids):
            x = np.zeros((8, 4, 4))
            for row, name in enumerate(ids):
                try: x[row] = np.load("/nowhere/" + name + ".npy")
                except OSError: pass
            return x
        def __getitem__(self, index): {getitem}
        """,
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


@pytest.mark.parametrize(
    "body",
    [
        # the pictures of one folder are opened as arrays, and batches without samples are memory as it came
        """
        def __init__(self, folder, batch_size=8):
            self.names = sorted(glob.glob(os.path.join(folder, "scans", "*")))
            self.folder, self.batch_size, self.count = folder, batch_size, len(self.names)
            self.order = np.arange(len(self))
        def __getitem__(self, index):
            x = np.empty((self.batch_size, 3))
            for row, place in enumerate(self.order[self.rows(index)]):
                x[row] = getattr(np, "load")(self.names[place], mmap_mode="r").shape[:3]
                x[row] = self.names[place].never
            return x
        """,
        # somebody is to call another method before it is used
        """
        def __init__(self, batch_size=8): self.batch_size = batch_size
        def add(self, names): self.names = list(names)
        def __len__(self): return len(self.names) // self.batch_size
        def __getitem__(self, index): return np.array(self.names[self.rows(index)])
        """,
    ],
)
def test_what_a_class_misses_is_not_its_own_fault(project: Project, body: str) -> None:
    write(project, body)
    found = project.explore("data.S")
    assert isinstance(found, Unbuilt)
    assert found.own_fault is None


def test_a_folder_in_which_nothing_is_found_is_not_an_empty_sequence(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, folder, batch_size=8):
            self.files, self.batch_size = [f for f in os.listdir(folder) if ".xyz" in f], batch_size
            self.count = len(self.files)
        def __getitem__(self, index): return np.zeros(3)
        """,
    )
    assert isinstance(project.explore("data.S"), Unbuilt)


@pytest.mark.parametrize(
    ("named", "layout"), [("os.path.basename(folder)", "root/{class}/{id}.png"), ("'one'", "root/{id}.png")]
)
def test_folders_of_a_tree_that_are_asked_for_their_names_are_classes(
    project: Project, named: str, layout: str
) -> None:
    write(
        project,
        f"""
        def __init__(self, root, batch_size=8):
            self.files = []
            for folder, _, names in os.walk(root):
                for name in names:
                    if name.endswith(".png"): self.files.append((os.path.join(folder, name), {named}))
            self.batch_size, self.count = batch_size, len(self.files)
            self.kinds = sorted({{kind for _, kind in self.files}})
        def __getitem__(self, index):
            part = self.files[self.rows(index)]
            x = np.stack([np.asarray(Image.open(path)) for path, _ in part])
            return x, np.array([self.kinds.index(kind) for _, kind in part])
        """,
    )
    assert summary(project.built("data.S").recipe).endswith(f"beside 37 files {layout}")


def test_what_somebody_gave_is_not_made_up_for(project: Project, tmp_path: Path) -> None:
    """A folder that the user names and that is not there stays missing."""
    write(
        project,
        """
        def __init__(self, list_IDs, folder="data", batch_size=8):
            self.list_IDs, self.folder, self.batch_size, self.count = list_IDs, folder, batch_size, len(list_IDs)
        def __getitem__(self, index):
            return np.stack([np.load(f"{self.folder}/{ID}.npy") for ID in self.list_IDs[self.rows(index)]])
        """,
    )
    assert isinstance(project.explore("data.S(folder='mine')"), Unbuilt)
    assert not (tmp_path / "mine").exists()
    assert isinstance(project.explore("data.S"), Explored)


def test_a_default_that_cannot_be_used_is_the_class_s_own_fault(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, x, batch_size=8, preprocess=None):
            self.x, self.batch_size, self.preprocess, self.count = x, batch_size, preprocess, len(x)
        def __getitem__(self, index): return np.stack([self.preprocess(x) for x in self.x[self.rows(index)]])
        """,
    )
    found = project.built("data.S")
    assert found.own_fault is not None
    assert (found.own_fault.kind, found.own_fault.names, found.trouble) == ("default", ("preprocess",), "")


def test_made_up_numbers_are_not_held_against_the_class(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, num_parts, batch_size=8):
            assert num_parts == 5, "five parts"
            self.count, self.batch_size = num_parts * 8, batch_size
        def __getitem__(self, index): return np.zeros((8, 2))
        """,
    )
    found = project.explore("data.S")
    assert isinstance(found, Unbuilt)
    assert found.tried[0].startswith("S(num_parts=4): AssertionError: five parts")
    found = project.built("data.S(num_parts=5)")
    assert (found.vary, found.recipe.brings_data) == ((), False)


def test_a_removed_name_ends_the_search_at_once(project: Project) -> None:
    write(
        project,
        """
        def __init__(self, x, y, batch_size=8):
            self.x, self.y, self.batch_size, self.count = x, y, batch_size, len(x)
        def __getitem__(self, index): return self.x[self.rows(index)].astype(np.float)
        """,
    )
    found = project.built("data.S")
    assert found.own_fault is not None
    assert (found.own_fault.kind, found.own_fault.names) == ("removed-name", ("numpy.float",))
    assert len(found.tried) == 1


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
