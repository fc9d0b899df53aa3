"""What a source says of a parameter is found wherever it is said: in attributes, locals, methods and functions."""

from __future__ import annotations

import pytest

from seqcheck.construction.clues import Source, read
from seqcheck.construction.traces import Clues, Text, Trace

INIT = "def __init__(self, files, root, labels): self.files, self.root, self.labels = files, root, labels"
FILE = Trace("files", ("[]",))


def clues(getitem: str, init: str = INIT, **functions: str) -> Clues:
    methods = {"__init__": init, "__getitem__": f"def __getitem__(self, index):\n    {getitem}"}
    own = {name[5:]: text for name, text in functions.items() if name.startswith("self_")}
    beside = {name: text for name, text in functions.items() if not name.startswith("self_")}
    return read(Source({**methods, **own}, beside, {"SUFFIX": ".npy"}, {"files": None, "root": None, "labels": None}))


@pytest.mark.parametrize(
    ("getitem", "path"),
    [
        ("np.load(self.files[index])", (FILE,)),
        ("[np.load(f) for f in self.files[index : index + 8]]", (FILE,)),
        ("for i, f in enumerate(self.files): np.load(f)", (FILE,)),
        ("for f, y in zip(self.files, self.labels): np.load(f)", (FILE,)),
        ("np.load('data/' + self.files[index] + '.npy')", ("data/", FILE, ".npy")),
        ("np.load(f'data/{self.files[index]}.npy')", ("data/", FILE, ".npy")),
        ("np.load('data/{}.npy'.format(self.files[index]))", ("data/", FILE, ".npy")),
        ("np.load('data/%s.npy' % self.files[index])", ("data/", FILE, ".npy")),
        ("np.load(os.path.join(self.root, self.files[index] + SUFFIX))", (Trace("root"), "/", FILE, ".npy")),
        ("np.load(Path(self.root) / 'x' / self.files[index])", (Trace("root"), "/x/", FILE)),
        ("np.load(self.root + self.files[index])", (Trace("root"), FILE)),
        ("order = np.random.permutation(self.files); np.load(order[0])", (FILE,)),
        ("np.load(random.choice(self.files))", (FILE,)),
        (
            "np.load('y/' + self.files[index].rsplit('.', 1)[0] + '.npy')",
            ("y/", Trace("files", ("[]", "text", "[]")), ".npy"),
        ),
        (
            "p = os.path.join(self.root, 'x', self.files[index]); np.load('y/' + os.path.basename(p))",
            ("y/", Trace("files", ("[]", "name"))),
        ),
        (
            "p = self.root + '/x/a.png'; np.load(os.path.splitext(p)[0] + '.npy')",
            (Trace("root"), "/x/a.npy"),
        ),
        ("p = Path(self.root) / 'x' / 'a.png'; np.load('y/' + p.stem + '.npy')", ("y/a.npy",)),
    ],
)
def test_how_a_path_is_put_together(getitem: str, path: tuple[object, ...]) -> None:
    (opening,) = clues(getitem).openings
    assert opening.kind == "npy"
    assert opening.path == Text(path)  # type: ignore[arg-type]


def test_what_stands_beside_dots_is_no_key() -> None:
    taken = {(use.trace, use.kind) for use in clues("self.files[index][..., self.labels]").uses}
    assert not [kind for _, kind in taken if kind in ("key", "lookup", "column")]


@pytest.mark.parametrize("places", ["self.places", "self.places: dict[str, int]"])
def test_names_that_a_dict_numbers_are_where_others_are_looked_up(places: str) -> None:
    init = f"{INIT}; {places} = {{name: k for k, name in enumerate(list(files))}}"
    found = clues("[self.places[label] for label in self.labels]", init)
    listed = [(use.trace, use.by) for use in found.uses if use.kind == "listed"]
    assert listed == [(Trace("files"), Trace("labels", ("[]",)))]
    own = clues("[self.places[name] for name in self.files]", init)
    assert not [use for use in own.uses if use.kind == "listed"]


def test_arrays_that_stand_in_a_dict_are_taken_by_the_entry() -> None:
    init = (
        "def __init__(self, files, root, labels): "
        "self.x: Inputs = {'a': np.asarray(files), 'b': np.array(labels)}; self.root = {'folder': str(root)}"
    )
    found = clues("{name: part[index] for name, part in self.x.items()}", init)
    assert {use.trace for use in found.uses if use.kind == "item"} == {Trace("files"), Trace("labels")}


def test_values_are_followed_through_methods_and_functions() -> None:
    found = clues(
        "self.batch(self.files[index : index + 8])",
        self_batch="def batch(self, names): return [load(name) for name in names]",
        load="def load(name, folder='x'): return cv2.imread(name)",
    )
    assert [(item.kind, item.path.parts) for item in found.openings] == [("picture", (FILE,))]


@pytest.mark.parametrize("call", ["wav.read(f)", "wavfile.read(f)", "scipy.io.wavfile.read(f)", "read_wav(f)"])
def test_a_loader_is_known_by_whatever_name_it_was_imported(call: str) -> None:
    methods = {"__init__": INIT, "__getitem__": f"def __getitem__(self, index): [{call} for f in self.files]"}
    names = {"wav": "scipy.io.wavfile", "read_wav": "scipy.io.wavfile.read"}
    found = read(Source(methods, {}, {}, {"files": None, "root": None, "labels": None}, names))
    assert [(item.kind, item.path.parts) for item in found.openings] == [("wav", (FILE,))]


@pytest.mark.parametrize(
    ("decoded", "kind"),
    [("tf.audio.decode_wav(contents=held)", "wav"), ("tf.audio.decode_wav(held)", "wav"), ("decode(held)", "picture")],
)
def test_what_bytes_are_decoded_as_says_what_the_file_was(decoded: str, kind: str) -> None:
    found = clues(f"held = tf.io.read_file(self.files[index]); {decoded}")
    assert [(item.kind, item.path.parts) for item in found.openings] == [(kind, (FILE,))]


def test_what_a_method_returns_is_unpacked_place_by_place() -> None:
    found = read(
        Source(
            {
                "__init__": INIT,
                "__getitem__": "def __getitem__(self, index):\n    x, y = super().__getitem__(index)\n    len(y)",
                "super.__getitem__": "def __getitem__(self, index): return self.files[index:8], self.labels[index:8]",
            },
            parameters={"files": None, "root": None, "labels": None},
        )
    )
    assert {use.trace.root for use in found.uses if use.kind == "length"} == {"labels"}
    assert not any(step.startswith("#") for use in found.uses for step in use.trace.steps)


def test_a_method_that_returns_this_or_that_is_not_taken_apart() -> None:
    found = clues(
        "x, y = self.rows(index); len(y)",
        self_rows="def rows(self, index):\n    if self.root: return self.files\n    return self.files, self.labels",
    )
    assert {use.trace.steps for use in found.uses if use.kind == "length"} == {("#1",)}


def test_what_is_listed_is_what_is_opened() -> None:
    found = clues("[np.load(os.path.join(self.root, name)) for name in sorted(os.listdir(self.root))]")
    listing, opening = found.openings
    assert (listing.kind, listing.path.parts) == ("folder", (Trace("root"),))
    assert opening.path.parts == (Trace("root"), "/", Trace("file 0", ("[]",)))


def test_how_labels_are_had() -> None:
    found = clues("for name in self.files: to_categorical(self.labels[name], num_classes=7)")
    assert [use.by for use in found.of("labels", "lookup")] == [FILE]
    assert [use.trace.steps for use in found.of("labels", "classes")] == [("[]",)]
    assert found.classes == (7,)


def test_columns_and_keys() -> None:
    found = clues("for _, row in self.files.iterrows(): cv2.imread(row['path']); row.label")
    assert [item.path.parts for item in found.openings] == [(Trace("files", ("[]", ".path")),)]
    assert Trace("files", ("[]", "@label")) not in {use.trace for use in found.uses}
    assert "iterrows" in {use.detail for use in found.of("files", "method")}


def test_what_is_taken_in_parts_names_samples_and_no_column() -> None:
    found = clues("self.labels[self.files[index : index + 8]]")
    assert [use.by for use in found.of("labels", "lookup")] == [Trace("files")]
    assert not found.of("files", "column")
    assert clues("self.labels[self.root]").of("root", "column")


def test_a_band_of_a_picture_is_no_part_of_a_record() -> None:
    found = clues("len(self.files[index][:, :, 0]); len(self.files[index][0])")
    assert {use.trace.steps for use in found.of("files", "length")} == {("[]",), ("[]", "#0")}


def test_what_is_made_of_each_element_is_known_where_it_is_only_another_kind_of_number() -> None:
    found = clues("len(list(map(float, self.files))); [one.shape for one in map(self.load, self.labels)]")
    assert found.of("files", "length")
    assert not found.of("labels", "attribute")


def test_what_a_table_is_made_of_is_followed_into_it() -> None:
    found = clues("rows = pd.DataFrame(self.files); len(rows.iloc[index][1])")
    assert found.of("files", "framed")
    assert [use.trace.steps for use in found.of("files", "length")] == [("[]", "#1")]


@pytest.mark.parametrize("source", ["def f(:", "", "x = 1", "def __init__(self, files): " + "(" * 500 + ")" * 500])
def test_a_source_that_cannot_be_read_says_nothing(source: str) -> None:
    assert read(Source({"__init__": source}, {}, {}, {"files": None})) == Clues()


@pytest.mark.parametrize(
    "statement",
    [
        "a, (b, *c) = self.files",
        "for a.b in self.files: pass",
        "for (a, b), c in zip(self.files, self.labels): pass",
        "for a, b in self.files.items(): pass",
        "for x in enumerate(self.files): pass",
        "x = lambda f: np.load(f)",
        "x = {k: v for k, v in self.files.items()}",
        "x = [*self.files, *self.labels]",
        "(yield self.files)",
        "del self.files[0]",
        "self.files[0], self.files[1] = self.files[1], self.files[0]",
        "x = self.files[..., None, -1]",
        "np.load(*self.files, **self.labels)",
        "open()",
        "os.path.join()",
        "'%d' % ()",
        "match self.files:\n        case [a, *b]: np.load(a)",
        "try: np.load(self.files)\n    except* OSError: pass\n    finally: pass",
    ],
)
def test_no_statement_is_too_odd_to_be_read(statement: str) -> None:
    clues(statement)


def test_the_cells_of_a_line_are_told_from_the_parts_of_a_name() -> None:
    found = clues("path, label = self.files[index].split(); np.load(path); kind = label.split('_')[0]")
    assert found.openings[0].path.parts == (Trace("files", ("[]", "cells", "#0")),)
    splits = {(use.trace.steps, use.detail) for use in found.of("files", "split")}
    assert splits == {(("[]",), " "), (("[]", "cells", "#1"), "_")}


@pytest.mark.parametrize(
    "init",
    [
        "self.pairs = []\n    for f, y in zip(files, labels):\n        self.pairs.append((root + f, y))",
        "self.pairs = [(root + f, y) for f, y in zip(files, labels)]",
        "self.pairs = list(zip([root + f for f in files], labels))",
    ],
)
def test_tuples_that_are_listed_keep_their_places(init: str) -> None:
    found = clues(
        "for f, y in self.pairs[index : index + 8]: np.load(f); len(y)",
        f"def __init__(self, files, root, labels):\n    {init}",
    )
    assert [opening.path for opening in found.openings] == [Text((Trace("root"), FILE))]
    assert {use.trace for use in found.uses if use.kind == "length"} == {Trace("labels", ("[]",))}


def test_a_column_of_an_array_is_told_from_a_place_in_a_tuple() -> None:
    found = clues("part = self.files[index : index + 8]; return part[:, 0], part[:, 2]")
    assert {use.detail for use in found.of("files", "axis")} == {"0", "2"}
    assert not clues("a = self.files[index][0]").of("files", "axis")


@pytest.mark.parametrize(
    ("getitem", "ends"),
    [
        ("for f in self.files:\n        if not f.endswith('.csv'): np.load(f)", set()),
        ("for f in self.files:\n        if f.endswith('.csv'): continue\n        np.load(f)", set()),
        ("[np.load(f) for f in self.files if not f.endswith('.csv')]", set()),
        ("for f in self.files:\n        if not f.endswith('.npy'): continue\n        np.load(f)", {".npy"}),
        ("for f in self.files:\n        if f.endswith('.npy'): return np.load(f)", {".npy"}),
        ("for f in self.files:\n        if not f.endswith('.npy'): raise ValueError(f)", {".npy"}),
        ("[np.load(f) for f in self.files if f.endswith('.npy')]", {".npy"}),
    ],
)
def test_what_is_passed_over_is_not_what_files_are_called(getitem: str, ends: set[str]) -> None:
    assert {use.detail for use in clues(getitem).uses if use.kind == "endswith"} == ends
