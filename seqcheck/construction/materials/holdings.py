"""Several materials under names of their own, in memory or in one file: tables, dicts, HDF5, NPZ, CSV, JSON."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from seqcheck.construction.materials.annotations import BoxLists, RunLengths
from seqcheck.construction.materials.arrays import Labels
from seqcheck.construction.materials.batches import Batches
from seqcheck.construction.materials.files import ClassNames, Paths
from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.settings import Settings
from seqcheck.construction.materials.world import ID_EXPRESSIONS, World
from seqcheck.construction.probe import Labels as LabelKind

Members = tuple[tuple[str, Material], ...]
_CALLED: Final = {
    "frame": "DataFrame",
    "rows": "dicts",
    "by-id": "dicts by id",
    "tuples-by-id": "tuples by id",
    "lists-by-id": "lists of tuples by id",
    "table": "array of objects",
    "listed": "lists of one dict",
}
"""What holdings are called in a summary, where that is not their form."""


@dataclass(frozen=True)
class Holding:
    """Materials by name.

    They make a pandas DataFrame (``frame``), a ``dict``, a list with one dict a sample (``rows``), a list with one
    tuple a sample (``tuples``) or an array of objects with one row a sample (``table``), whose names are of no matter,
    a list with a list of one dict a sample (``listed``), a list with one text a sample (``lines``), in which
    they stand in their order, parted by `separator`, another Sequence that hands on batches of them (``batches``),
    two of those in a list (``feeds``), or a dict by id with one dict (``by-id``), one tuple (``tuples-by-id``) or a
    list of one tuple a sample (``lists-by-id``).
    """

    form: Literal[
        "frame", "dict", "rows", "listed", "tuples", "table", "lines", "batches", "feeds",
        "by-id", "tuples-by-id", "lists-by-id",
    ]  # fmt: skip
    members: Members
    separator: str = " "

    def make(self, world: World) -> Any:
        """The table or dict, with one row or entry a sample."""
        made = {name: member.make(world) for name, member in self.members}
        if self.form == "frame":
            return _frame(made)
        if self.form == "batches":
            return Batches(*made.values())
        if self.form == "feeds":  # of other samples, since whoever has both may hand on one after the other
            return [Batches(*made.values()), Batches(*(-1 - value for value in made.values()))]
        if self.form == "table":
            return np.array(list(zip(*made.values(), strict=True)), dtype=object)
        if self.form in ("tuples", "tuples-by-id", "lists-by-id"):
            rows = list(zip(*made.values(), strict=True))
            listed = [[row] for row in rows] if self.form == "lists-by-id" else rows
            return listed if self.form == "tuples" else dict(zip(world.ids, listed, strict=True))
        if self.form == "lines":
            return [self.separator.join(row) for row in zip(*map(_texts, made.values()), strict=True)]
        if self.form in ("rows", "listed", "by-id"):
            records = [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]
            if self.form == "listed":
                return [[record] for record in records]
            return records if self.form == "rows" else dict(zip(world.ids, records, strict=True))
        return made

    def words(self, count: int) -> str:
        """``DataFrame {path: 37 paths data/{id}.png, label: probe labels 0-36}``"""
        return f"{_CALLED.get(self.form, self.form)} {_listed(self.members, count)}"

    def code(self) -> Code:
        """The same table."""
        codes = [member.code() for _, member in self.members]
        body = ", ".join(f"{name!r}: {code.expression}" for (name, _), code in zip(self.members, codes, strict=True))
        made = Code(f"{{{body}}}").then(str, *codes)
        if self.form == "frame":
            return made.then(lambda text: f"pd.DataFrame({text})", Code("", imports=("import pandas as pd",)))
        if self.form in ("batches", "feeds"):
            each = " for _ in range(2)]" if self.form == "feeds" else ""
            return made.then(
                lambda text: f"{'[' * bool(each)}Batches(*{text}.values()){each}",
                Code("", imports=("from seqcheck.construction.materials.batches import Batches",)),
            )
        if self.form == "table":
            return made.then(
                lambda text: f"pd.DataFrame({text}).to_numpy(dtype=object)", Code("", imports=("import pandas as pd",))
            )
        if self.form in ("tuples", "tuples-by-id", "lists-by-id"):
            pairs = made.then(lambda text: f"list(zip(*{text}.values()))")
            if self.form == "lists-by-id":
                pairs = pairs.then(lambda text: f"[[row] for row in {text}]")
            if self.form == "tuples":
                return pairs
            return pairs.then(lambda text: f"dict(zip(ids, {text}))", Code("", (f"ids = {ID_EXPRESSIONS['text']}",)))
        if self.form == "lines":
            return made.then(lambda text: f"[{self.separator!r}.join(map(str, row)) for row in zip(*{text}.values())]")
        if self.form in ("rows", "listed", "by-id"):
            listed = made.then(
                lambda text: f"[dict(zip(rows, row)) for rows in [{text}] for row in zip(*rows.values())]"
            )
            if self.form == "rows":
                return listed
            if self.form == "listed":
                return listed.then(lambda text: f"[[row] for row in {text}]")
            return listed.then(lambda text: f"dict(zip(ids, {text}))", Code("", (f"ids = {ID_EXPRESSIONS['text']}",)))
        return made


Form = Literal["csv", "hdf5", "groups", "npz", "npy", "json", "jsonl", "pickle", "mat", "lines", "object", "raw"]


@dataclass(frozen=True)
class FileHolding:
    """Materials by name in one file, whose path is the argument. A single member named "" is the whole file.

    `separator` and `header` are those of a CSV file; ``lines`` is a text file with one line a sample, ``jsonl`` one
    with one JSON object a line. ``groups`` is an HDF5 file with one group a sample, named as the sample is, and members
    ``@name`` in its attributes; where the only member has no name, it is one dataset a sample. ``object`` is a
    dict that NumPy saved, ``raw`` the bytes of an array and nothing else.

    The argument is the path, as text or (`as_path`) a `Path`; where `opened` is set, the HDF5 file itself, open to be
    read.
    """

    pattern: str
    form: Form
    members: Members
    separator: str = ","
    header: bool = True
    as_path: bool = False
    opened: bool = False

    def make(self, world: World) -> Any:
        """Write the file; its absolute path, or the file opened anew."""
        if self not in world.made:
            path = world.path(self.pattern)
            made = {name: member.make(world) for name, member in self.members}
            if self.form == "groups":
                _write_groups(path, world.names, made)
            else:
                _WRITERS[self.form](self, path, made)
            world.made[self] = path
        path = world.made[self]
        if self.opened:
            import h5py

            return h5py.File(path, "r")
        return path if self.as_path else str(path)

    def words(self, count: int) -> str:
        """``file data.h5 {x: probe (37, 4)}``"""
        return f"{'open ' * self.opened}file {self.pattern} {_listed(self.members, count)}"

    def code(self) -> Code:
        """The path of the file, after it was written, or the open file."""
        codes = [member.code() for _, member in self.members]
        body = ", ".join(f"{name!r}: {code.expression}" for (name, _), code in zip(self.members, codes, strict=True))
        whole = codes[0].expression if len(codes) == 1 and not self.members[0][0] else f"{{{body}}}"
        path = f'tmp_path / "{self.pattern}"'
        keep = "" if self.header else ", header=False"
        write, imports = {
            "csv": (f"pd.DataFrame({whole}).to_csv(path, index=False, sep={self.separator!r}{keep})", "pandas as pd"),
            "lines": (
                f"pd.DataFrame({whole}).to_csv(path, index=False, sep={self.separator!r}, header=False)",
                "pandas as pd",
            ),
            "hdf5": (_hdf5_code(self.members, codes), "h5py"),
            "groups": (_groups_code(self.members, codes), "h5py"),
            "jsonl": (
                f"path.write_text(pd.DataFrame({whole}).to_json(orient='records', lines=True))",
                "pandas as pd",
            ),
            "npz": (f"np.savez(path, **{whole})", "numpy as np"),
            "npy": (f"np.save(path, {whole})", "numpy as np"),
            "raw": (f"{whole}.tofile(path)", "numpy as np"),
            "object": (f"np.save(path, {whole}, allow_pickle=True)", "numpy as np"),
            "json": (f"path.write_text(json.dumps({whole}, default=list))", "json"),
            "pickle": (f"path.write_bytes(pickle.dumps({whole}))", "pickle"),
            "mat": (f"savemat(path, {whole})", "scipy.io"),
        }[self.form]
        statement = "from scipy.io import savemat" if self.form == "mat" else f"import {imports}"
        block = "\n".join((f"path = {path}", "path.parent.mkdir(parents=True, exist_ok=True)", write))
        named = (Code("", (f"ids = {ID_EXPRESSIONS['text']}",)),) if self.form == "groups" else ()
        made = Code("").then(str, *named, *codes)
        given = f'h5py.File({path}, "r")' if self.opened else path if self.as_path else f"str({path})"
        return Code(given, (*made.setup, block), (*made.imports, statement))


def leaves(material: Material) -> Iterator[Material]:
    """The materials that a material is made of, however deep; itself where it holds no others."""
    if isinstance(material, (Holding, FileHolding, Settings)):
        for _, member in material.members:
            yield from leaves(member)
    else:
        yield material


def changed(material: Material, change: Callable[[Material], Material]) -> Material:
    """The material with `change` made to all that it is made of, and then to itself."""
    made: Any = material
    if isinstance(made, (Holding, FileHolding, Settings)):
        made = replace(made, members=tuple((name, changed(member, change)) for name, member in made.members))
    elif isinstance(made, (ClassNames, Paths, Labels)):
        inner: Any = made.files  # of labels, None where they are not by path
        made = made if inner is None else _with_files(made, changed(inner, change))
    elif isinstance(made, (BoxLists, RunLengths)) and made.keys is not None:
        made = replace(made, keys=changed(made.keys, change))
    return change(made)


def _with_files(material: Any, files: Material) -> Material:
    made: Material = replace(material, files=files)
    return made


def relabelled(material: Material, kind: LabelKind, classes: int) -> Material:
    """The material with all labels in it of that kind; labels in a table stay numbers."""
    if isinstance(material, Settings):
        told = tuple((path, relabelled(member, kind, classes)) for path, member in material.members)
        return replace(material, members=told)
    if isinstance(material, (Holding, FileHolding)):
        plain: LabelKind = "classes" if kind == "classes" else "plain"
        members = tuple((name, relabelled(member, plain, classes)) for name, member in material.members)
        return replace(material, members=members)
    return replace(material, kind=kind, classes=classes) if isinstance(material, Labels) else material


def _listed(members: Members, count: int) -> str:
    said = [f"{name}: {member.words(count)}" if name else member.words(count) for name, member in members]
    return f"{{{', '.join(said)}}}"


def _frame(made: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.DataFrame({name: list(value) if np.ndim(value) > 1 else value for name, value in made.items()})


def _write_csv(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:
    named = [name for name in made if name]
    head = [holding.separator.join(named)] if holding.header and holding.form == "csv" and named else []
    rows = zip(*(_texts(column) for column in made.values()), strict=True)
    path.write_text("\n".join([*head, *(holding.separator.join(row) for row in rows)]) + "\n")


def _texts(column: Any) -> list[str]:
    """A column's cells; a row of several numbers is one cell of them, parted by spaces."""
    return [str(cell) if np.ndim(cell) == 0 else " ".join(map(str, np.ravel(cell))) for cell in column]


def _write_hdf5(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:  # noqa: ARG001
    import h5py

    with h5py.File(path, "w") as file:
        for name, value in made.items():
            if name.startswith("@"):
                file.attrs[name[1:]] = value
            else:
                file[name or "data"] = value


def _write_groups(path: Path, names: Sequence[str], made: dict[str, Any]) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        for number, name in enumerate(names):
            for key, value in made.items():
                if key.startswith("@"):
                    file.require_group(name).attrs[key[1:]] = value[number]
                else:
                    file[f"{name}/{key}" if key else name] = value[number]


def _hdf5_code(members: Members, codes: Sequence[Code]) -> str:
    pairs = [(name, code.expression) for (name, _), code in zip(members, codes, strict=True)]
    data = ", ".join(f"{name or 'data'!r}: {code}" for name, code in pairs if not name.startswith("@"))
    told = ", ".join(f"{name[1:]!r}: {code}" for name, code in pairs if name.startswith("@"))
    write = f"file.update({{{data}}})"
    return f"with h5py.File(path, 'w') as file: {write}{f'; file.attrs.update({{{told}}})' * bool(told)}"


def _groups_code(members: Members, codes: Sequence[Code]) -> str:
    lines = ["with h5py.File(path, 'w') as file:", "    for k, name in enumerate(ids):"]
    for (key, _), code in zip(members, codes, strict=True):
        place = f"file.require_group(name).attrs[{key[1:]!r}]" if key.startswith("@") else "file[name]"
        if key and not key.startswith("@"):
            place = f'file[f"{{name}}/{key}"]'
        lines.append(f"        {place} = {code.expression}[k]")
    return "\n".join(lines)


def _write_lines_of_json(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:  # noqa: ARG001
    rows = (dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True))
    path.write_text("".join(json.dumps(row, default=lambda value: value.tolist()) + "\n" for row in rows))


def _write_npz(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:  # noqa: ARG001
    with path.open("wb") as stream:
        np.savez(stream, **{name or "arr_0": value for name, value in made.items()})


def _write_npy(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:
    with path.open("wb") as stream:
        np.save(stream, _whole(holding, made))


def _write_raw(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:
    path.write_bytes(np.ascontiguousarray(_whole(holding, made)).tobytes())


def _write_json(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:
    path.write_text(json.dumps(_whole(holding, made), default=lambda value: value.tolist()))


def _write_pickle(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:
    path.write_bytes(pickle.dumps(_whole(holding, made)))


def _write_mat(holding: FileHolding, path: Path, made: dict[str, Any]) -> None:  # noqa: ARG001
    from scipy.io import savemat

    savemat(str(path), {name or "data": value for name, value in made.items()}, appendmat=False)


def _whole(holding: FileHolding, made: dict[str, Any]) -> Any:
    return made[""] if [name for name, _ in holding.members] == [""] else made


_WRITERS: Final[dict[Form, Callable[[FileHolding, Path, dict[str, Any]], None]]] = {
    "csv": _write_csv,
    "lines": _write_csv,
    "hdf5": _write_hdf5,
    "npz": _write_npz,
    "npy": _write_npy,
    "object": _write_npy,
    "raw": _write_raw,
    "json": _write_json,
    "jsonl": _write_lines_of_json,
    "pickle": _write_pickle,
    "mat": _write_mat,
}
