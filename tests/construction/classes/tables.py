"""Classes that are handed tables and records, or the file that holds them."""

CLASSES = {
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
    "places in a file": (
        """
        def __init__(self, indices, batch_size=8, x_path="x.npy"):
            self.indices, self.x, self.batch_size = np.asarray(indices), np.load(x_path), batch_size
            self.count = len(self.indices)
        def __getitem__(self, index): return self.x[np.sort(self.indices[self.rows(index)])]
        """,
        "S(indices=places 0-36, x_path=file x_path.npy {probe (37, 8, 8, 3)})",
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
}
