"""What one read returned, as data that outlives the batch: structure, leaves and fingerprints of rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xxhash

from seqcheck.model.kinds import text_of

Array = npt.NDArray[Any]

TOP_NAMES: Final = ("x", "y", "sample_weight")
_STEP: Final = re.compile(r"\[(?:(\d+)|([^]]+))]")
"""A place or a name in the path of a leaf: ``x[0]``, ``x['image']``."""
"""How Keras reads the places of a batch that is a tuple of one to three."""
LOOKED_AT: Final = 16
"""Places of a row that are looked at before all of them are."""
SHORT_FLOATS: Final = ("bfloat16", "float8")
"""How the dtypes are called that NumPy has from elsewhere, and for whose kind it says "void"."""
_MANTISSA: Final = {"f": 23, "d": 52}
"""The bits behind the point, by the letter of a type of floats."""
MOST_ROWS: Final = 1 << 20
"""Leaves with more rows than this are fingerprinted as a whole only."""
MOST_AXES: Final = 64
"""Those that an array of NumPy has at the most: what is nested deeper is no array, as a list that holds itself."""


@dataclass(frozen=True)
class Leaf:
    """One array of a batch.

    `path` is how a user would write it: ``x``, ``y``, ``x['image']``, ``x[0]``. `kind` is ``array``, ``tensor``,
    ``list`` (Python numbers in lists), ``scalar``, ``none``, ``text``, ``object`` (object dtype, ragged lists) or
    ``foreign`` (no array can be made of it); `type_name` is its Python type. `digest` and every entry of `rows` are
    xxh3-128 of the bytes, dtype and shape. `values` has one number a row: the value itself where a row is one number,
    its mean where it is several; None where rows are no numbers. `hot` has, where every row is one-hot, the place of
    its one.
    """

    path: str
    kind: str
    type_name: str
    dtype: str
    shape: tuple[int, ...]
    digest: bytes
    rows: tuple[bytes, ...] = ()
    values: tuple[float, ...] | None = None
    hot: tuple[int, ...] | None = None
    finite: bool = True
    inside: tuple[str, ...] = ()
    """The containers around it, outermost first: ``tuple``, ``list`` or ``dict``."""
    flat: bool = False
    """Each row holds one number everywhere, or one number in each channel (of the last of several axes)."""
    entries: tuple[str, ...] = ()
    """The Python types found in an object array, sorted; a fair sample of them where it is large."""

    @property
    def row_count(self) -> int | None:
        """The length of the first axis; None for a leaf without one."""
        return self.shape[0] if self.shape else None

    @property
    def inner_shape(self) -> tuple[int, ...]:
        """The shape of one row."""
        return self.shape[1:]


@dataclass(frozen=True)
class Batch:
    """One batch, described.

    `structure` writes the nesting with container types, such as ``(array, {'a': array})``.
    `outer` is the type name of the batch itself. `identities` has what the owner's `sample_id` answered, one a row, or
    None. `touched` has the samples whose made-up files were opened while it was read, or (see `Truth.noted`) whose
    entries were taken, in that order, as often as they were; None where nobody looked.
    """

    structure: str
    outer: str
    leaves: tuple[Leaf, ...]
    identities: tuple[Any, ...] | None = None
    touched: tuple[int, ...] | None = field(default=None, compare=False)

    @property
    def first_input(self) -> str | None:
        """The path of the leaf that comes first among the inputs as TensorFlow flattens them; None where none does.

        The leaves stand in the order of the user's dict; TensorFlow takes a dict by its sorted names.
        """
        paths = [leaf.path for leaf in self.leaves if leaf.kind != "none" and not leaf.path.startswith(TOP_NAMES[1:])]
        return min(
            paths, key=lambda path: [(int(place or 0), name) for place, name in _STEP.findall(path)], default=None
        )

    @property
    def digest(self) -> bytes:
        """A fingerprint of structure and content."""
        joined = b"".join(leaf.path.encode() + leaf.digest for leaf in self.leaves)
        return xxhash.xxh3_128_digest(self.structure.encode() + joined)

    @property
    def row_counts(self) -> dict[str, int | None]:
        """Rows by leaf path; leaves that are None (a weight left out) do not count."""
        return {leaf.path: leaf.row_count for leaf in self.leaves if leaf.kind != "none"}

    @property
    def rows(self) -> int | None:
        """The number of rows where every leaf agrees on it, else None."""
        counts = set(self.row_counts.values())
        return counts.pop() if len(counts) == 1 else None

    @property
    def empty(self) -> bool:
        """Whether nothing is in it: no leaf has a row, or none of their rows has an entry, as where time is cut off."""
        counts = self.row_counts
        return bool(counts) and (
            set(counts.values()) == {0} or all(0 in leaf.shape for leaf in self.leaves if leaf.path in counts)
        )

    def leaf(self, path: str) -> Leaf | None:
        """The leaf at `path`, or None."""
        return next((leaf for leaf in self.leaves if leaf.path == path), None)

    def samples(self, paths: frozenset[str] | None = None) -> tuple[bytes, ...] | None:
        """One fingerprint a row over the leaves at `paths` (all when None).

        None where the leaves disagree on the number of rows, or none of them has rows.
        """
        chosen = [leaf for leaf in self.leaves if leaf.kind != "none" and (paths is None or leaf.path in paths)]
        if not chosen or len({len(leaf.rows) for leaf in chosen}) != 1 or len({leaf.row_count for leaf in chosen}) != 1:
            return None
        if chosen[0].row_count != len(chosen[0].rows):
            return None
        if len(chosen) == 1:
            return chosen[0].rows
        return tuple(
            xxhash.xxh3_128_digest(b"".join(parts)) for parts in zip(*(leaf.rows for leaf in chosen), strict=True)
        )


def describe(value: object, identities: tuple[Any, ...] | None = None, padding: float | None = None) -> Batch:
    """Describe what a read returned, whatever it is; never raises for a strange value, and never writes into it."""
    leaves: list[Leaf] = []
    structure = _walk(value, "", leaves, (), padding)
    return Batch(structure, type(value).__name__, tuple(leaves), identities)


def most_rows(value: object) -> int:
    """The rows of the leaf that has the most, of what a read returned, whatever it is; 0 where no leaf has any."""
    return max((rows or 0 for rows in describe(value).row_counts.values()), default=0)


def _walk(value: object, path: str, leaves: list[Leaf], inside: tuple[str, ...], padding: float | None) -> str:
    held = len(leaves)
    try:
        return _walk_into(value, path, leaves, inside, padding)
    except Exception as error:
        if type(value) in (dict, list, tuple) or isinstance(error, MemoryError):
            raise  # then it is our own fault
    # A container of the user's own that does not let itself be read is none.
    del leaves[held:]
    leaf = replace(_foreign(value, path or "x"), inside=inside)
    leaves.append(leaf)
    return leaf.type_name


def _walk_into(value: object, path: str, leaves: list[Leaf], inside: tuple[str, ...], padding: float | None) -> str:
    if len(inside) < 8:
        if isinstance(value, Mapping):
            around = (*inside, "dict")
            named_by = ((text_of(key), child) for key, child in value.items())
            inner = (f"{key}: " + _walk(child, f"{path}[{key}]", leaves, around, padding) for key, child in named_by)
            return "{" + ", ".join(inner) + "}"
        if isinstance(value, tuple) or (isinstance(value, list) and not _is_numbers(value)):
            names = TOP_NAMES if not inside and 1 <= len(value) <= 3 else ()
            named = itertools.zip_longest(value, names[: len(value)], range(len(value)))
            around = (*inside, "tuple" if isinstance(value, tuple) else "list")
            inner = (_walk(child, name or f"{path}[{place}]", leaves, around, padding) for child, name, place in named)
            opening, closing = ("(", ")") if isinstance(value, tuple) else ("[", "]")
            return opening + ", ".join(inner) + closing
    leaf = replace(_leaf(value, path or "x", padding), inside=inside)
    leaves.append(leaf)
    return leaf.kind if leaf.kind != "foreign" else leaf.type_name


def _is_numbers(value: list[Any]) -> bool:
    """Whether a list is one leaf written as Python numbers, not a container of leaves."""

    def numbers(item: object, axes: int) -> bool:
        if isinstance(item, list):
            return axes < MOST_AXES and all(numbers(inner, axes + 1) for inner in item)
        return isinstance(item, (int, float, complex, str, bytes, np.generic))

    return bool(value) and numbers(value, 0)


def _leaf(value: object, path: str, padding: float | None) -> Leaf:
    type_name = type(value).__name__
    if value is None:
        return Leaf(path, "none", type_name, "none", (), b"none")
    kind = "array"
    if isinstance(value, np.ndarray):
        # As Keras takes it: an array of a class of its own, such as a matrix of SciPy's, has other ways with its axes.
        array: Array = value if np.ma.isMaskedArray(value) else np.asarray(value)
    else:
        made = _as_array(value)
        if made is None:
            return _foreign(value, path)
        array = made
        kind = "list" if isinstance(value, list) else "tensor"
        if isinstance(value, (int, float, complex, np.generic)):
            kind = "scalar"
        elif isinstance(value, (str, bytes)):
            kind = "text"
    if array.dtype == object:
        kind = "object"
    array = _flushed(array)
    rows: tuple[bytes, ...] = ()
    if array.ndim and len(array) <= MOST_ROWS:
        padded = padding is not None and array.ndim > 1 and array.dtype.kind in "biuf"
        rows = tuple(_unpadded_rows(array, padding) if padded else _rows(array))
    values, hot, finite = _numbers(array)
    entries = _entries(array) if array.dtype == object else ()
    dtype = str(array.dtype)
    flat = values is not None and _flat(array)
    digest = _digest(array)
    return Leaf(
        path, kind, type_name, dtype, array.shape, digest, rows, values, hot, finite, flat=flat, entries=entries
    )


def _flushed(array: Array) -> Array:
    """The numbers with those that are too small to be normal at 0, as TensorFlow's threads have them.

    These let the processor flush what arithmetic leaves of a Gauss curve, say, far from its middle. Bits are looked at,
    since in such a thread comparisons take these numbers for 0 as well.
    """
    plain = array.dtype.char in _MANTISSA and array.dtype.isnative and array.size and not np.ma.isMaskedArray(array)
    if not plain:
        return array
    bits = array.reshape(-1).view(f"u{array.itemsize}")
    least = (1 << (_MANTISSA[array.dtype.char] + 1)) - 1
    unsigned = bits << 1
    unsigned -= 1  # 0 wraps around and is none of them
    if unsigned.min() >= least:
        return array
    flushed = np.where(unsigned < least, bits & (1 << (8 * array.itemsize - 1)), bits)
    return flushed.view(array.dtype).reshape(array.shape)


def _foreign(value: object, path: str) -> Leaf:
    """What no array can be made of."""
    kind = type(value)
    text = f"{kind.__module__}.{kind.__qualname__}"
    return Leaf(path, "foreign", kind.__name__, "foreign", (), xxhash.xxh3_128_digest(text.encode()))


def _flat(array: Array) -> bool:
    """Whether each row is constant, each channel of the last axis by itself where a row has several axes."""
    rows = array.reshape(len(array), -1, array.shape[-1] if array.ndim > 2 else 1)
    first = rows[:, :1]
    if rows.shape[1] > LOOKED_AT:
        # What was not made for it shows here already, without a second pass over all of it.
        some = rows[:, :: max(1, rows.shape[1] // LOOKED_AT)]
        if not (some == first).all():
            return False
    return bool((rows == first).all())


def _entries(array: Array) -> tuple[str, ...]:
    some = itertools.islice(array.flat, 0, None, max(1, array.size // 1000))
    return tuple(sorted({type(entry).__name__ for entry in some}))


def _as_array(value: object) -> Array | None:
    try:
        if isinstance(value, (int, float, complex, str, bytes, list, np.generic)) or hasattr(value, "__array__"):
            return np.asarray(value)
    except Exception:  # whatever a foreign object's __array__ raises, no array can be made of it
        try:
            return np.array(value, dtype=object)
        except Exception:
            return None
    return None


def _plain_bytes(array: Array) -> bytes | memoryview:
    if array.dtype == object or array.dtype.hasobject:
        return _text(array.tolist())
    contiguous = np.ascontiguousarray(array)
    return contiguous.reshape(-1).view(np.uint8).data if contiguous.nbytes else b""


def _digest(array: Array) -> bytes:
    head = f"{array.dtype.str}{array.shape}".encode()
    return xxhash.xxh3_128_digest(head + xxhash.xxh3_128_digest(_plain_bytes(array)))


def _rows(array: Array) -> Iterator[bytes]:
    head = f"{array.dtype.str}{array.shape[1:]}".encode()
    if array.dtype == object or array.dtype.hasobject:
        for row in array:
            yield xxhash.xxh3_128_digest(head + _text(row))
        return
    if not array.nbytes:
        yield from (xxhash.xxh3_128_digest(head) for _ in range(len(array)))
        return
    flat = np.ascontiguousarray(array).reshape(len(array), -1).view(np.uint8)
    for row in flat:
        # The head is hashed with the row, so that 1.0 as float32 and as float64 are two values.
        yield xxhash.xxh3_128_digest(head + row.tobytes()) if row.nbytes < 4096 else _long_row(head, row)


def _unpadded_rows(array: Array, padding: Any) -> Iterator[bytes]:
    """Fingerprints of rows without the padding at their end along axis 1, so that a sample is one in every company."""
    head = f"{array.dtype.str}{array.shape[2:]}".encode()
    for row in array:
        kept = np.flatnonzero((row != padding).any(axis=tuple(range(1, row.ndim))))
        end = int(kept[-1]) + 1 if len(kept) else 0
        yield xxhash.xxh3_128_digest(head + np.ascontiguousarray(row[:end]).tobytes())


def _text(value: object) -> bytes:
    try:
        return repr(value).encode("utf-8", "backslashreplace")
    except Exception:  # a foreign object's own __repr__
        return type(value).__qualname__.encode()


def _long_row(head: bytes, row: Array) -> bytes:
    hasher = xxhash.xxh3_128(head)
    hasher.update(row.data)
    return hasher.digest()


def _numbers(array: Array) -> tuple[tuple[float, ...] | None, tuple[int, ...] | None, bool]:
    """One number a row, the place of each row's one, and whether everything is finite."""
    if array.dtype.kind == "V" and str(array.dtype).startswith(SHORT_FLOATS):
        array = array.astype(np.float32)
    if array.dtype.kind not in "biufc":
        return None, None, True
    finite = bool(np.isfinite(array).all()) if array.dtype.kind in "fc" else True
    if not array.ndim or not len(array) or len(array) > MOST_ROWS or array.dtype.kind == "c":
        return None, None, finite
    flat = array.reshape(len(array), -1)
    if flat.shape[1] == 0:
        return None, None, finite
    with np.errstate(all="ignore"):
        wide = flat.mean(axis=1, dtype=np.float64) if flat.shape[1] > 1 else flat[:, 0].astype(np.float64)
    hot = None
    if array.ndim == 2 and flat.shape[1] > 1 and finite:
        ones = (flat == 1).sum(axis=1)
        if (ones == 1).all() and ((flat == 0).sum(axis=1) == flat.shape[1] - 1).all():
            hot = tuple(int(place) for place in flat.argmax(axis=1))
    return tuple(float(number) for number in wide), hot, finite
