"""One file for all samples: of which form it is, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction.filings import Filing
from seqcheck.construction.guesses import statistic
from seqcheck.construction.keyed import VIEWS
from seqcheck.construction.materials import (
    Dates,
    FileHolding,
    Files,
    Holding,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Plain,
    Texts,
)
from seqcheck.construction.materials.holdings import Members
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.names import FRAME, IDS, LABELS
from seqcheck.construction.open_files import is_open_file
from seqcheck.construction.roles import role_of
from seqcheck.construction.tables import Tables
from seqcheck.construction.traces import Trace

FRAME_ASKED: Final = set(FRAME)
WHOLE_ENDINGS: Final = {
    "npy": ".npy", "npz": ".npz", "csv": ".csv", "hdf5": ".h5", "groups": ".h5", "json": ".json", "jsonl": ".jsonl",
    "pickle": ".pkl", "mat": ".mat", "lines": ".txt", "object": ".npy", "raw": ".dat",
}  # fmt: skip
"""The ending of one file for all samples, by its form."""


_TYPE: Final = re.compile(r"u?int(8|16|32|64)|float(16|32|64)")
"""The types of numbers that are made up."""


class WholeFiles(Tables):
    """Draws files that hold many samples, whose path is an argument or stands in the source."""

    def _whole(self, filing: Filing) -> None:
        """One file for all samples: the path of it is an argument, or stands in the source."""
        root = f"file {filing.number}"
        known = self.columns.get(root, {})
        named = filing.folder if not filing.pattern else filing.pattern
        columns = {key: known.get(key) for key in (*known, *self._columns(root, FRAME_ASKED))}
        kind = filing.kind
        if kind == "file":
            kind = {".json": "json", ".csv": "csv", ".pkl": "pickle", ".npy": "npy"}.get(filing.ending, "lines")
        if kind == "npy" and columns and "item" in self._asked(root):
            kind = "object"
        if kind == "npy" and (columns or filing.ending == ".npz"):
            kind = "npz"
        if kind in ("picture", "video", "numbers", "wav"):
            return
        if kind == "hdf5" and self._grouped(root):
            kind, columns = "groups", {}
        stem = re.sub(r"\W", "", named.rpartition("/")[2].partition(".")[0]) or "data"
        members: Members
        if kind == "groups":
            members = self._group(root)
        elif columns and set(columns) != {""}:
            places = {key: material for key, material in columns.items() if key}
            rows = any(use.trace.steps[:1] == ("[]",) for use in self.clues.of(root))
            members = self._members(places, kind in ("hdf5", "npz", "mat"))
            members = self._with_rest(root, members) if kind == "csv" else members
            if kind in ("json", "pickle"):
                members = tuple(
                    (name, self._records(root, name, kind) or self._entries(root, name) or item)
                    for name, item in members
                )
            if kind == "jsonl" or (kind in ("json", "pickle") and rows):
                members = self._with_input(members)
            if kind in ("json", "pickle") and rows:
                form: Any = "by-id" if self._asked(root) & VIEWS else "rows"
                members = (("", Holding(form, tuple((name, _as_cell(item, kind)) for name, item in members))),)
        else:
            members = (("", self._single(root, stem, kind, known.get(""))),)
        if kind in ("csv", "hdf5", "npz", "mat") and members[0][0] == "":
            # A table of which no column is asked for holds numbers alone, unless it was seen to hold paths.
            numbers = kind == "csv" and isinstance(members[0][1], (Inputs, Labels))
            first = "value" if numbers else "path" if kind == "csv" else "data"
            single = Labels(holder="list") if numbers else members[0][1]
            members = ((first, single), ("label", Labels(holder="list")))
        ending = WHOLE_ENDINGS[kind]
        place = filing.pattern or f"{filing.folder}{ending}"
        if filing.pattern and filing.folder:
            place = self._place(filing.folder, filing.pattern, "")
        if filing.pattern and not filing.ending:
            place += ending
        cells = tuple((name, _as_cell(member, kind)) for name, member in members)
        splits = (use for use in self.clues.of(root, "split") if "cells" not in use.trace.steps)
        # What a cell of a table is parted by is not what parts the cells.
        split = sorted(use.detail for use in splits if not any(step[0] in ".@$" for step in use.trace.steps))
        if kind == "lines" and self._separator(root):
            cells = self._cells(root, cells)
        heads = [use.detail.split("\n") for use in self.clues.of(root, "headless") if not use.trace.steps]
        if heads and kind == "csv":
            cells = _in_order(cells, heads[0])
        holding = FileHolding(place, kind, cells, split[0] if split else ",", not heads)  # type: ignore[arg-type]  # a form
        self.certain = True
        self._parts_of_names(filing, place)
        if not filing.pattern:
            if filing.folder in self.free and not isinstance(self.made.get(filing.folder), (Paths, Holding)):
                self.made[filing.folder] = holding
            return
        self.files.append(holding)
        if filing.folder:
            self._folder(filing.folder, filing.slash)
        else:
            self.inside = True

    def _parts_of_names(self, filing: Filing, place: str) -> None:
        """Whoever gives a part of a file's name gives that of the file which is put there."""
        parts = next(item.path.parts for item in self.clues.openings if item.number == filing.number)
        for number, part in enumerate(parts):
            if not isinstance(part, Trace) or part.steps or part.root == filing.folder:
                continue
            item = self.free.get(part.root)
            if item is not None and item.required and part.root not in self.made:
                rest = place.rpartition("/")[2] if number == len(parts) - 1 and parts[number - 1] == "/" else part.root
                self.made[part.root] = Plain(rest)

    def _open_file(self, name: str) -> None:
        """An HDF5 file that is handed over open."""
        item = self.free[name]
        if name in self.made or not (item.required or item.default == "None") or not is_open_file(item, self.clues):
            return
        columns: dict[str, Material | None] = dict.fromkeys(self._columns(name, set()))
        first = {use.trace.steps[0][0] for use in self.clues.of(name) if use.trace.steps}
        grouped = not first & {".", "$"} and self._grouped(name)
        members = self._group(name) if grouped else self._members(columns, True)
        if not members:
            members = (("data", Inputs(self.shapes["array"])), ("label", Labels()))
        kind: Any = "groups" if grouped else "hdf5"
        cells = tuple((key, _as_cell(member, "hdf5")) for key, member in members)
        self.made[name] = FileHolding(f"{name}.h5", kind, cells, opened=True)
        self.certain = True

    def _grouped(self, root: str) -> bool:
        """Whether an HDF5 file has a group or a dataset for each sample, which its own keys or ids name."""
        return any(
            use.trace == Trace(root) and self._names_groups(use.by, root) for use in self.clues.of(root, "lookup")
        )

    def _names_groups(self, by: Trace | None, root: str) -> bool:
        if by is None or (by.root != root and not IDS.fullmatch(by.root)):
            return False
        if by.root in self.free:
            self.made.setdefault(by.root, Ids())
        return True

    def _group(self, root: str) -> Members:
        """What a sample's group holds: datasets, and labels among its attributes; nothing where it is a dataset."""
        names: dict[str, Material] = {}
        for steps in sorted(use.trace.steps for use in self.clues.of(root) if use.trace.steps[:1] == ("[]",)):
            if steps[1:2] == ("@attrs",) and len(steps) > 2:
                names[f"@{steps[2][1:]}"] = Labels(holder="list")
            elif len(steps) > 1 and steps[1][0] == ".":
                names[steps[1][1:]] = self._member(steps[1][1:], True)
        return tuple(names.items()) or (("", Inputs(self.shapes["array"])),)

    def _records(self, root: str, name: str, kind: str) -> Material | None:
        """The records that stand in a list under a key of a file; None where there is no such list."""
        key = f".{name}"
        below = [use.trace.steps[2:] for use in self.clues.uses
                 if use.trace.root == root and use.trace.steps[:2] == (key, "[]")]  # fmt: skip
        columns = {steps[0]: None for steps in below if steps and steps[0][0] == "."}
        known = self.inner.get((root, key), {})
        members = self._with_input(self._members({**dict.fromkeys(sorted(columns)), **known}))
        if LABELS.search(name):  # what is listed there is no samples but classes, which records name by their numbers
            members = tuple((key, Labels(holder="list") if isinstance(made, Ids) else made) for key, made in members)
        return Holding("rows", tuple((name, _as_cell(item, kind)) for name, item in members)) if members else None

    def _entries(self, root: str, name: str) -> Material | None:
        """The dict by id that stands under a key of a file; None where there is none."""
        asked = [use for use in self.clues.of(root, "method", "lookup") if use.trace.steps == (f".{name}",)]
        views = any(use.kind == "lookup" or use.detail in ("items", "keys", "values", "get") for use in asked)
        return Labels(holder="by-id") if views else None

    def _single(self, root: str, stem: str, kind: str, known: Material | None) -> Material:
        """The whole of a file that has no names in it."""
        if kind == "json":
            asked = self.clues.of(root, "lookup") or self._asked(root) & {"items", "keys", "values", "get"}
            return Labels(holder="by-id") if asked or not known else known
        if known is not None:
            return known
        if kind == "raw":
            types = [use.detail for use in self.clues.of(root, "dtype") if _TYPE.fullmatch(use.detail)]
            label = role_of(stem, "", factory=False) == "y" or LABELS.search(stem)
            return Inputs(() if label else self.shapes["array"], dtype=types[0] if types else "uint8")
        if kind == "lines" and re.search(r"vocab", stem, re.I):
            return Plain(WORDS)
        if kind == "lines":
            files = next((files for files in self.files if isinstance(files, Files)), None)
            return Paths(files) if files is not None else Texts()
        told = statistic(stem) if kind == "npy" else None
        if told is not None:
            return told
        label = role_of(stem, "", factory=False) == "y" or re.match(r"y|label|target", stem, re.I)
        if kind == "pickle" and (self._asked(root) & VIEWS or self._looked_up_by_keys(root)):
            return Labels(holder="by-id") if label else Inputs(self.shapes["array"], "by-id")
        return Labels() if label else Inputs(self.shapes["array"])

    def _looked_up_by_keys(self, root: str) -> bool:
        """Whether something is looked up in a file by the keys of another."""
        by = (use.by for use in self.clues.of(root, "lookup") if use.by is not None and not use.trace.steps)
        return any("keys" in trace.steps for trace in by)


def _as_cell(material: Material, kind: str) -> Material:
    """A member as it can stand in a file of that kind: an HDF5 file holds arrays, a CSV file single values."""
    if kind in ("json", "jsonl") and isinstance(material, Dates):
        return replace(material, texts=True)
    if kind in ("hdf5", "npz", "mat") and isinstance(material, Labels) and material.holder == "list":
        return replace(material, holder="array")
    if kind in ("json", "jsonl", "lines") and isinstance(material, Labels) and material.holder == "array":
        return replace(material, holder="list")
    return material


def _in_order(members: Members, names: list[str]) -> Members:
    """The columns of a table without a head, as their names stand where it is read; all of them where none are."""
    known = dict(members)
    if names == [""]:
        return members
    return tuple((name, known.get(name, Labels(holder="list"))) for name in names)
