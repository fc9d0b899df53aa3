"""Classes that are handed arrays, lists and dicts of what they give."""

CLASSES = {
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
    "a dataset that a parameter names": (
        """
        def __init__(self, path, hdf5_name, batch_size=8):
            with storage.File(path, "r") as file: self.x = file[hdf5_name][:]
            self.batch_size, self.count = batch_size, len(self.x)
        def __getitem__(self, index): return self.x[self.rows(index)]
        """,
        "S(path=file path.h5 {hdf5_name: probe (37, 8, 8, 3)}, hdf5_name='hdf5_name')",
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
    "sequences that have to be of one length": (
        """
        def __init__(self, sequences, labels, batch_size=8):
            self.x, self.y, self.batch_size, self.count = np.array(sequences), labels, batch_size, len(labels)
        def __getitem__(self, index): return self.x[self.rows(index)], self.y[self.rows(index)]
        """,
        "S(sequences=37 token lists, labels=probe labels 0-36)",
    ),
}
