"""Tables, dicts, lists of records and labels in memory: which columns they have, and what these hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from seqcheck.construction.filings import grey, slot_of
from seqcheck.construction.materials import (
    Content,
    Files,
    Holding,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Plain,
    Repeated,
    Texts,
    Tokens,
)
from seqcheck.construction.materials.holdings import Members
from seqcheck.construction.names import (
    FRAME_NAME,
    IDS,
    LABELS,
    PATHS,
    TEXTS,
)
from seqcheck.construction.roles import role_of
from seqcheck.construction.signature import Parameter
from seqcheck.construction.sketch import Sketch
from seqcheck.construction.traces import Trace

FRAME: Final = frozenset(
    ("iloc", "loc", "iterrows", "itertuples", "columns", "groupby", "sample", "reset_index", "query", "drop", "head")
)
"""What only a DataFrame is asked for."""
SERIES: Final = frozenset(
    ("values", "to_list", "to_numpy", "apply", "isin", "value_counts", "nunique", "fillna", "iloc")
)
"""What only a column of one is asked for."""
_PICTURES: Final = re.compile(r"\b(image|images|img|imgs|picture|photo|frame)", re.I)


class Tables(Sketch):
    """Draws what constructors are given in memory."""

    def _holder(self, name: str) -> None:
        """A table, a dict or a list of records, with the columns that are used."""
        item, known = self.free[name], self.columns.get(name, {})
        if name in self.made and not known:
            return
        if not known and self._looked_up(name):
            return  # by what names the samples: a place in what is found there is one in a sample's label
        asked = self._asked(name)
        columns = self._columns(name, asked) | dict.fromkeys(known, "")
        # Tables are joined by the columns that they share.
        shared = {key: made for root, others in self.columns.items() if root != name for key, made in others.items()}
        known = {
            **{key: shared[key] for key in columns if key in shared and isinstance(shared[key], (Paths, Ids))},
            **known,
        }
        frame = (
            bool(FRAME & asked)
            or self._has_series(name)
            or bool(FRAME_NAME.fullmatch(name))
            or "DataFrame" in item.annotation
        )
        if not columns and not frame:
            self._mapping(item)
            return
        if not (item.required or item.default == "None"):
            return
        if not frame and not known and not any(key[0] in ".#" for key in columns):
            return
        first = {use.trace.steps[0] for use in self.clues.of(name) if use.trace.steps}
        first |= {part.steps[0] for opening in self.clues.openings for part in opening.path.parts
                  if isinstance(part, Trace) and part.root == name and part.steps}  # fmt: skip
        single = not frame and "[]" not in first
        members = self._members({key: known.get(key) for key in columns}, single)
        if frame and not any(self._is_input(material) for _, material in members):
            files = Files("data/{id}.png", Content(shape=self.shapes["picture"]))
            members = members or (("path", Paths(files)), ("label", Labels(holder="list")))
        form: Any = "frame"
        if not frame:
            places = all(key.startswith("#") for key in columns)
            form = "tuples" if places else "rows" if "[]" in first else "dict"
            members = self._with_input(members) if form in ("rows", "tuples") else members
        self.made[name] = Holding(form, members)
        self.certain = self.certain or bool(members)

    def _looked_up(self, name: str) -> bool:
        """Whether what names the samples in another parameter is looked up in this one, and no key of its own is."""
        others = [use.by for use in self.clues.of(name, "lookup") if use.by is not None and not use.trace.steps]
        steps = [use.trace.steps[0] for use in self.clues.of(name) if use.trace.steps]
        known = (by for by in others if by.root in self.free and by.root != name)
        return all(step == "[]" for step in steps) and any(
            IDS.fullmatch(by.root) or isinstance(self.made.get(by.root), (Ids, Paths)) for by in known
        )

    def _has_series(self, root: str) -> bool:
        """Whether a column is asked for what only that of a DataFrame has."""
        uses = self.clues.of(root, "method", "attribute")
        return any(use.detail in SERIES and len(use.trace.steps) == 1 and use.trace.steps[0][0] == "." for use in uses)

    def _mapping(self, item: Parameter) -> None:
        """A dict whose keys no literal names: of samples where they are looked up by its keys, else of arrays."""
        name = item.name
        views = {use.detail for use in self.clues.of(name, "method") if not use.trace.steps} & {
            "keys",
            "values",
            "items",
        }
        if not views or not item.required or item.role not in ("x", ""):
            return
        if any(use.by is not None and use.by.root == name for use in self.clues.of(name, "lookup")):
            self.made[name] = Inputs(self.shapes["array"], "by-id")
        else:
            self.made[name] = Holding("dict", (("x", Inputs(self.shapes["array"])), ("y", Labels())))

    def _columns(self, root: str, asked: set[str]) -> dict[str, str]:
        """The keys, columns and places that are used of a root, in the order of the alphabet."""
        methods = {use.detail for use in self.clues.of(root, "method")}
        found = set()
        traces = [use.trace for use in self.clues.uses if use.trace.root == root]
        traces += [use.by for use in self.clues.uses if use.by is not None and use.by.root == root]
        for trace in traces:
            for step in trace.steps:
                if step[0] in ".$#":
                    named = self.made.get(step[1:])
                    if step[0] == "$" and isinstance(named, Plain) and isinstance(named.value, list):
                        found |= {f".{name}" for name in named.value}
                    else:
                        found.add(f".{step[1:]}" if step[0] != "#" else step)
                    break
                if step[0] == "@" and step[1:] not in methods and FRAME & asked:
                    found.add(f".{step[1:]}")
                    break
        return dict.fromkeys(sorted(found), "")

    def _members(
        self, columns: Mapping[str, Material | None], arrays: bool = False
    ) -> tuple[tuple[str, Material], ...]:
        """The members of a table: known ones first, then what their names and uses say."""
        order = sorted(columns, key=lambda key: (columns[key] is None, key) if key[0] != "#" else (False, key))
        members = []
        for key in order:
            name = key[1:] if key else ""
            members.append((name, columns[key] or self._member(name, arrays)))
        return tuple(members)

    def _with_input(self, members: Members) -> Members:
        """Records of which one at least is an input: the first whose name is none of a label."""
        if any(self._is_input(material) for _, material in members):
            return members
        name = next(
            (name for name, _ in members if not LABELS.search(name) and role_of(name, "", factory=False) != "y"), ""
        )
        return tuple((key, Inputs(self.shapes["array"]) if key == name and key else item) for key, item in members)

    def _member(self, name: str, arrays: bool) -> Material:
        """What a column or key of that name holds, of which nothing is opened; `arrays` are had under keys alone."""
        for use in self.clues.uses:
            if {f".{name}", f"@{name}", f"#{name}"} & set(use.trace.steps):
                if use.kind == "compare":
                    return Repeated(use.detail)
                if use.kind == "method" and use.detail in ("split", "lower", "encode", "translate"):
                    return Texts()
        plain = re.sub(r"_(key|col|column|name|field|dataset)$", "", name)
        role = role_of(plain, "", factory=False)
        if PATHS.fullmatch(name) or PATHS.fullmatch(f"{name}s"):
            return Paths(Files(f"{name}/{{id}}.png", Content(shape=self.shapes["picture"])))
        if IDS.fullmatch(name) or name.endswith("_id"):
            return Ids()
        places = self._places(name)
        if places:
            return Inputs((max(places) + 1,), "list")
        if role == "x" or _PICTURES.search(plain) or (grey(plain) and role != "y"):
            return Inputs(self.shapes["array"])
        if arrays:
            return Labels() if role == "y" or LABELS.search(plain) else Inputs(self.shapes["array"])
        return Labels(holder="list")

    def _places(self, name: str) -> set[int]:
        """The places that are looked at in what a column or key of that name holds, as in the corners of a box."""
        steps = [use.trace.steps for use in self.clues.uses]
        pairs = (pair for trace in steps for pair in pairwise(trace))
        below = [after for one, after in pairs if one in (f".{name}", f"@{name}")]
        return {int(step[1:]) for step in below if re.fullmatch(r"#\d{1,2}", step)}

    def _is_input(self, material: Material) -> bool:
        return isinstance(material, (Paths, Ids, Inputs, Texts, Tokens))

    def _labels(self, name: str) -> None:
        """Labels by id or by path, where they are looked up by what names the samples; texts where texts are asked."""
        item = self.free[name]
        if name in self.made or not (item.required or item.default == "None"):
            return
        for use in self.clues.of(name, "lookup"):
            if use.by is None or use.trace.steps:
                continue
            root, keys = slot_of(use.by)
            by = self.columns.get(root, {}).get(keys[0]) if keys else self.made.get(root)
            if root == name or not (isinstance(by, (Paths, Ids)) or (root in self.free and not keys and by is None)):
                continue
            if by is None and not IDS.fullmatch(root):
                continue
            whole = isinstance(by, Paths) and by.form == "absolute"
            if item.role == "x":
                self.made[name] = Inputs(self.shapes["array"], "by-id")
            else:
                files = by.files if isinstance(by, Paths) else None
                self.made[name] = Labels(holder="by-path" if whole else "by-id", files=files)
            if by is None:
                self.made[root] = Ids()
            self.certain = True
            return
        wanted = item.role == "y" or (item.role == "" and item.required)
        if {"items", "keys", "get"} & self._asked(name) and wanted:
            files = next((files for files in self.files if isinstance(files, Files)), None)
            self.made[name] = Labels(holder="by-id" if files is None else "by-path", files=files)
        elif item.role == "x" and TEXTS.fullmatch(name):
            self.made[name] = Texts()
