"""The names under which published code reads files and takes data apart."""

from __future__ import annotations

from typing import Final

_BY_KIND: Final[dict[str, str]] = {
    "picture": "imread load_img read_image imread_collection read_file Image.open PIL.Image.open",
    "video": "VideoCapture VideoReader get_reader vread",
    "npy": "np.load numpy.load",
    "raw": "np.memmap numpy.memmap",
    "numbers": "np.loadtxt np.genfromtxt numpy.loadtxt numpy.genfromtxt",
    "hdf5": "h5py.File tables.open_file read_hdf",
    "csv": "read_csv read_table",
    "pickle": "read_pickle joblib.load pickle.load",
    "wav": "wavfile.read sf.read soundfile.read librosa.load wave.open",
    "mat": "loadmat",
    "json": "json.load",
    "folder": "os.listdir listdir os.scandir",
    "tree": "os.walk",
    "glob": "glob iglob glob.glob",
    "file": "open io.open",
}
LOADERS: Final[dict[str, str]] = {name: kind for kind, names in _BY_KIND.items() for name in names.split()}
"""The format that a call reads, by its whole dotted name or by the last part of it."""


def format_of(name: str) -> str:
    """The format that the function of a dotted name reads, in whatever package it lies; empty where it is no loader."""
    module, _, last = name.rpartition(".")
    places = (name, f"{module.rpartition('.')[2]}.{last}", f"{module.partition('.')[0]}.{last}", last)
    return next((LOADERS[place] for place in places if place in LOADERS), "")


METHODS: Final = {"iterdir": "folder", "glob": "glob", "rglob": "glob", "open": "file", "read_bytes": "file",
                  "read_text": "file"}  # fmt: skip
"""What the methods of a `pathlib.Path` read."""
REFINE: Final = {"json.load": "json", "pickle.load": "pickle", "np.load": "npy", "csv.reader": "csv",
                 "np.loadtxt": "numbers", "csv.DictReader": "csv", "Image.open": "picture",
                 "joblib.load": "pickle"}  # fmt: skip
"""What a file turns out to be once it is open."""
DECODED: Final = {"decode_wav": "wav"}
"""What bytes turn out to be that were read as a whole, as pictures mostly are."""
_SAME: Final = """
array asarray list tuple sorted str Path set copy deepcopy abspath expanduser normpath realpath fspath tolist values
to_numpy to_list to_dict reset_index sample astype decode numpy strip rstrip iloc loc at iat iterrows itertuples
reversed permutation convert_to_tensor read_text as_posix squeeze ravel flatten resolve T unique dropna sort_values
reindex ascontiguousarray concatenate hstack vstack stack expand_dims fillna head tail int float item root choice
choices
"""
SAME: Final = frozenset(_SAME.split())
"""Functions, methods and attributes that give back what they are given, as far as its origin goes."""
CATEGORICAL: Final = ("to_categorical", "one_hot", "eye")
"""What makes labels one-hot; the number of classes is their second argument, of `eye` the first."""
ENDINGS: Final[dict[str, str]] = {
    "picture": ".png", "npy": ".npy", "wav": ".wav", "mat": ".mat", "hdf5": ".h5", "csv": ".csv", "pickle": ".pkl",
    "json": ".json", "video": ".avi", "numbers": ".txt", "file": ".txt",
}  # fmt: skip
"""The ending of a file by its format, where no literal says it."""
