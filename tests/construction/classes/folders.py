"""Classes that are handed a folder and find their files there."""

CLASSES = {
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
}
