"""An HDF5 file that a class takes open: what says so, and what does not."""

from __future__ import annotations

import pytest

from seqcheck.construction.clues import Source, read
from seqcheck.construction.open_files import is_open_file
from seqcheck.construction.signature import Parameter

KEYED = "def __getitem__(self, i):\n    return self.data['images'][i], self.data['labels'][i]"
BY_ID = "def __getitem__(self, i):\n    return [self.data[k]['audio'] for k in self.ids]"
OPENED = "def __getitem__(self, i):\n    return h5py.File(self.data)['images'][i]"
ATTRIBUTES = "def __getitem__(self, i):\n    return self.data['x'][i] * self.data.attrs['scale']"
H5PY = {"h5py": "h5py"}


def said(
    name: str, body: str = KEYED, docs: str = "", annotation: str = "", modules: dict[str, str] | None = None
) -> bool:
    start = f"def __init__(self, {name}, ids):\n    self.data = {name}\n    self.ids = ids"
    source = Source({"__init__": start, "__getitem__": body}, {}, {}, {name: None, "ids": None}, modules or {}, docs)
    return is_open_file(Parameter(name, annotation=annotation), read(source))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("store", {"annotation": "h5py.File"}),
        ("source", {"annotation": "h5py._hl.group.Group", "body": "def __len__(self):\n    return 1"}),
        ("h5_file", {}),
        ("hdf5", {"body": BY_ID}),
        ("file", {"docs": "Batches out of an h5 file"}),
        ("source", {"docs": "Parameters\n----------\nsource: an open HDF5 file\n    with images\nids: list"}),
        ("source", {"docs": "Args:\n    source (Group): of the\n        HDF5 file"}),
        ("handle", {"modules": H5PY}),
        ("source", {"modules": H5PY, "body": ATTRIBUTES}),
    ],
)
def test_what_is_looked_into_and_called_an_hdf5_file_is_one(name: str, given: dict[str, object]) -> None:
    assert said(name, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("h5_file", {"body": OPENED, "modules": H5PY}),
        ("h5_file", {"body": "def __getitem__(self, i):\n    return load(self.data, i)"}),
        ("h5_file", {"annotation": "str"}),
        ("file", {}),
        ("source", {"docs": "Writes what it found to an h5 file"}),
        ("file", {"docs": "Parameters\n----------\nfile: path of the HDF5 file"}),
        ("file", {"docs": "Of an h5 file.\n\nfile: dict of arrays that were read before\nids: list"}),
        ("labels", {"modules": H5PY, "body": BY_ID}),
        ("df", {"body": ATTRIBUTES}),
    ],
)
def test_a_path_or_a_mapping_of_which_nothing_says_so_is_none(name: str, given: dict[str, object]) -> None:
    assert not said(name, **given)  # type: ignore[arg-type]
