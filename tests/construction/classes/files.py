"""Classes that are handed the names of files."""

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
}
