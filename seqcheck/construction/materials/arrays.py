"""Arrays in memory: inputs whose rows encode their sample, labels that name it, and numbers of classes to match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from seqcheck.construction import probe
from seqcheck.construction.materials.annotations import CORNERS
from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.world import ID_EXPRESSIONS, World

NUMPY: Final = "import numpy as np"
BOX: Final = ",".join(map(str, CORNERS))
"""The corners of a box that lies in every made-up picture."""
Holder = Literal["array", "column", "list", "by-id", "by-path", "names", "boxes"]


@dataclass(frozen=True)
class Inputs:
    """Rows of shape `shape`, float32 unless `dtype` says otherwise, whose row k holds k + 0.5 (integers: k) everywhere.

    As a ``list`` it is a list of such rows, of plain numbers where `shape` is (); ``by-id`` it is a dict of them;
    ``several`` is a list of two such arrays, ``sparse`` a sparse matrix of SciPy's, of rows of one axis; as ``texts``
    it is a list of texts that have the numbers of a row, with the `separator` between them. In `textured` rows of
    floats that number grows by less than 0.4 from the first place to the last.
    """

    shape: tuple[int, ...] = (4,)
    holder: Literal["array", "list", "by-id", "several", "sparse", "texts"] = "array"
    dtype: str = "float32"
    textured: bool = False
    separator: str = " "

    def make(self, world: World) -> Any:
        """An array of shape (samples, *shape), or a list of its rows."""
        rows = probe.inputs(world.count, self.shape).astype(self.dtype)
        if self.textured and rows.dtype.kind == "f":
            rows += probe.ramp(self.shape)
        if self.holder == "by-id":
            return dict(zip(world.ids, rows, strict=True))
        if self.holder == "several":
            return [rows, rows.copy()]
        if self.holder == "sparse":
            from scipy.sparse import csr_matrix

            return csr_matrix(rows.reshape(world.count, -1))
        if self.holder == "texts":
            return [self.separator.join(f"{number:g}" for number in row.ravel().tolist()) for row in rows]
        return (rows.tolist() if not self.shape else list(rows)) if self.holder == "list" else rows

    def words(self, count: int) -> str:
        """``probe (37, 4)``; a list as ``probe 37 x (4,)``"""
        if self.holder == "several":
            return f"2 x probe {(count, *self.shape)}"
        said = f"probe {(count, *self.shape)}" if self.holder == "array" else f"probe {count} x {self.shape}"
        if self.holder == "sparse":
            return f"sparse probe {(count, *self.shape)}"
        if self.holder == "texts":
            return f"{said}, as texts"
        return f"{said}, by id" if self.holder == "by-id" else said

    def code(self) -> Code:
        """Random numbers in the same shape."""
        inner = "".join(f", {size}" for size in self.shape)
        made = f"np.random.default_rng(0).random((num_samples{inner or ','})).astype(np.{self.dtype})"
        if self.holder == "by-id":
            return Code(f"dict(zip(ids, {made}))", (f"ids = {ID_EXPRESSIONS['text']}",), (NUMPY,))
        if self.holder == "several":
            made = f"[{made} for _ in range(2)]"
        if self.holder == "sparse":
            return Code(f"csr_matrix({made})", imports=(NUMPY, "from scipy.sparse import csr_matrix"))
        if self.holder == "texts":
            return Code(f"[{self.separator!r}.join(map(str, row.ravel())) for row in {made}]", imports=(NUMPY,))
        if self.holder == "list":
            made = f"list({made})" if self.shape else f"{made}.tolist()"
        return Code(made, imports=(NUMPY,))


@dataclass(frozen=True)
class Labels:
    """The labels of a probe: see `probe.labels` for `kind`.

    `holder` says in what they come: an ``array``, a ``column`` of shape (samples, 1), a ``list``, a dict ``by-id`` or
    ``by-path`` of `files`, a list of the ``names`` of classes, or ``boxes``: a list of texts with the corners of a box
    and the label behind them. Where the world allows fewer classes than there are
    samples, labels that name their samples become classes.
    """

    kind: probe.Labels = "plain"
    classes: int = probe.CLASSES
    holder: Holder = "array"
    files: Material | None = None
    wrapped: bool = False
    """Whether each label of a list or a dict stands in a list of its own."""
    turned: bool = False
    """Whether each sample has the label of the one before it."""

    def kind_in(self, world: World) -> probe.Labels:
        """The kind that is made there."""
        fixed = world.most_classes
        if self.kind == "plain" and fixed is not None and fixed < world.count:
            return "classes"
        return self.kind

    def names_samples(self, world: World) -> bool:
        """Whether each label tells its sample."""
        return self.kind_in(world) in ("plain", "one-hot")

    def classes_in(self, world: World) -> int:
        """Of how many classes they are there, where they are classes."""
        return min(self.classes, world.most_classes or self.classes)

    def make(self, world: World) -> Any:
        """The labels in their holder."""
        made = probe.labels(world.count, self.kind_in(world), self.classes_in(world))
        if self.turned:
            made = np.roll(made, 1, axis=0)
        if self.holder == "array":
            return made
        if self.holder == "column":
            return made.reshape(world.count, -1)
        plain = made.tolist() if made.ndim == 1 else list(made)
        if self.wrapped:
            plain = [[label] for label in plain]
        if self.holder == "names":
            return [f"class_{label:04d}" for label in plain]
        if self.holder == "boxes":
            return [f"{BOX},{label}" for label in plain]
        if self.holder == "by-id":
            return dict(zip(world.ids, plain, strict=True))
        if self.holder == "by-path" and self.files is not None:
            return dict(zip(self.files.make(world), plain, strict=True))
        return plain

    def words(self, count: int) -> str:
        """``probe labels 0-36``, ``probe labels 0-9, repeated, by id``"""
        said = {"array": "", "list": "", "column": ", one column"}.get(
            self.holder, f", {self.holder.replace('-', ' ')}"
        )
        said += ", each in a list" if self.wrapped else ""
        if self.kind == "one-hot":
            return f"probe one-hot labels ({count}, {count}){said}"
        if self.kind == "one-hot classes":
            return f"probe one-hot labels ({count}, {self.classes}){said}"
        last = count - 1 if self.kind == "plain" else min(self.classes, count) - 1
        return f"probe labels 0-{last}{'' if self.kind == 'plain' else ', repeated'}{said}"

    def code(self) -> Code:
        """The same labels."""
        made = {
            "plain": "np.arange(num_samples)",
            "classes": f"np.arange(num_samples) % {self.classes}",
            "one-hot": "np.eye(num_samples, dtype=np.float32)",
            "one-hot classes": f"np.eye({self.classes}, dtype=np.float32)[np.arange(num_samples) % {self.classes}]",
        }[self.kind]
        code = Code(made, imports=(NUMPY,))
        row = "[:, None]" if self.wrapped else ""
        if self.holder == "column":
            return code.then(lambda text: f"({text}).reshape(num_samples, -1)")
        if self.holder == "list":
            return code.then(lambda text: f"({text}){row}.tolist()" if "one-hot" not in self.kind else f"list({text})")
        if self.holder == "names":
            return code.then(lambda text: f'[f"class_{{label:04d}}" for label in {text}]')
        if self.holder == "boxes":
            return code.then(lambda text: f'[f"{BOX},{{label}}" for label in {text}]')
        if self.holder == "by-id":
            keys = Code("ids", (f"ids = {ID_EXPRESSIONS['text']}",))
            return code.then(lambda text: f"dict(zip(ids, ({text}){row}.tolist()))", keys)
        if self.holder == "by-path" and self.files is not None:
            paths = self.files.code()
            return code.then(lambda text: f"dict(zip({paths.expression}, ({text}){row}.tolist()))", paths)
        return code


@dataclass(frozen=True)
class Weights:
    """Sample weights: one a sample, which rise evenly from 1 to 2, so that each belongs to one sample alone."""

    def make(self, world: World) -> Any:
        """An array of shape (samples,), float32."""
        return np.linspace(1, 2, world.count, dtype=np.float32)

    def words(self, count: int) -> str:
        """``weights 1 to 2 (37,)``"""
        return f"weights 1 to 2 ({count},)"

    def code(self) -> Code:
        """The same."""
        return Code("np.linspace(1, 2, num_samples, dtype=np.float32)", imports=(NUMPY,))


@dataclass(frozen=True)
class BatchCount:
    """How many batches all samples make: of the size that the scenario sets, or of `batch_size` samples."""

    batch_size: int = 1

    def make(self, world: World) -> Any:
        """The number, the short last batch counted."""
        return -(-world.count // (world.batch_size or self.batch_size))

    def words(self, count: int) -> str:
        """The number."""
        return repr(-(-count // self.batch_size))

    def code(self) -> Code:
        """The number, for the factory's own number of samples."""
        return Code(f"-(-num_samples // {self.batch_size})")


@dataclass(frozen=True)
class Statistic:
    """The `value` that a statistic over the data has which leaves them as they are: a mean of 0, a deviation of 1."""

    value: int = 0

    def make(self, world: World) -> Any:  # noqa: ARG002
        """An array of shape (1,), float32, which goes with samples of any shape."""
        return np.full(1, self.value, dtype=np.float32)

    def words(self, count: int) -> str:  # noqa: ARG002
        """``[0.0]``"""
        return f"[{self.value}.0]"

    def code(self) -> Code:
        """The same array."""
        return Code(f"np.full(1, {self.value}, dtype=np.float32)", imports=(NUMPY,))


@dataclass(frozen=True)
class ClassCount:
    """The number of classes: `number`, or (None) as many as there are samples, for labels that name their sample."""

    number: int | None = None

    def make(self, world: World) -> Any:
        """The number."""
        return world.count if self.number is None else self.number

    def words(self, count: int) -> str:
        """The number."""
        return repr(count if self.number is None else self.number)

    def code(self) -> Code:
        """The number, or the factory's own number of samples."""
        return Code("num_samples" if self.number is None else repr(self.number))
