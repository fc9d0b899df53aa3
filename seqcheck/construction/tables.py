"""Tables, dicts, lists of records and labels in memory: which columns they have, and what these hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from seqcheck.construction.filings import grey, slot_of
from seqcheck.construction.guesses import SIDE, statistic
from seqcheck.construction.kept import kept_values
from seqcheck.construction.keyed import VECTOR, VIEWS, Keyed
from seqcheck.construction.materials import (
    Content,
    Dates,
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
from seqcheck.construction.materials.annotations import CORNERS
from seqcheck.construction.materials.catalogues import catalogue_for
from seqcheck.construction.materials.holdings import Members
from seqcheck.construction.names import (
    BATCHES,
    BOX,
    FEEDS,
    FRAME,
    FRAME_NAME,
    IDS,
    LABELS,
    PATHS,
    SERIES,
    TEXTS,
)
from seqcheck.construction.part_of_box import part_of_box
from seqcheck.construction.roles import Role, role_of
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import CELLS, Trace

TEXT_METHODS: Final = ("split", "lower", "encode", "translate")
COUNTED: Final = frozenset(("n", "samples", "batch_size", "__len__"))
TAKEN: Final = frozenset(("next", "__next__", "__getitem__"))
ITERATED: Final = COUNTED | TAKEN | {"reset", "on_epoch_end"}
"""What another Sequence or a generator is asked for: how much there is, its batches, and to begin anew."""
MOST_CELLS: Final = 12
REST: Final = 4
"""The numbers that stand in the other columns of a table: two points, or the sides of a box."""
_PICTURES: Final = re.compile(r"\b(image|images|img|imgs|picture|photo|frame)", re.I)


class Tables(Keyed):
    """Draws what constructors are given in memory."""

    def _holder(self, name: str) -> None:
        """A table, a dict or a list of records, with the columns that are used."""
        item, known = self.free[name], self.columns.get(name, {})
        if not known and self._hands_on(item):
            self.made[name] = Holding("batches", (("x", Inputs(self.shapes["array"])), ("y", Labels())))
            self.certain = True
            return
        if not known and self._several_hand_on(item):
            self.made[name] = Holding("feeds", (("x", Inputs(self.shapes["array"])), ("y", Labels())))
            self.certain = True
            return
        if name in self.made and not known:
            return
        uses = [use for use in self.clues.of(name) if not use.trace.steps]
        if item.required and not known and not {"item", "part", "call", "number"} & {use.kind for use in uses}:
            methods = {use.detail for use in uses if use.kind == "method"}
            attributes = {use.detail for use in uses if use.kind == "attribute"} - methods
            pairs = [use.detail.partition(":")[::2] for use in uses if use.kind == "given"]
            given = {method: int(places) for method, places in pairs}
            pairs = [use.detail.partition(":")[::2] for use in uses if use.kind == "parted"]
            counted = attributes or "length" in {use.kind for use in uses} or 0 in given.values()
            parted = {method: tuple(names.split(",")) for method, names in pairs}
            made = catalogue_for(attributes, methods, given if counted else {}, parted)
            if made is not None:
                self.made[name] = made
                self.certain = True
                return
        if not known and self._looked_up(name):
            return  # by what names the samples: a place in what is found there is one in a sample's label
        if not known and self._whole_array(item):
            return
        asked = self._asked(name)
        columns = self._columns(name, asked) | dict.fromkeys(known, "")
        # Tables are joined by the columns that they share.
        shared = {key: made for root, others in self.columns.items() if root != name for key, made in others.items()}
        known = {
            **{key: shared[key] for key in columns if key in shared and isinstance(shared[key], (Paths, Ids))},
            **known,
        }
        known = {**self._lists_of_records(name, columns), **known}
        frame = (
            bool(FRAME & asked)
            or self._has_series(name)
            or bool(self.clues.of(name, "kept"))
            or bool(FRAME_NAME.fullmatch(name))
            or "DataFrame" in item.annotation
        )
        numbered = all(key[0] == "#" for key in columns)
        frame = frame and not (columns and numbered and self.clues.of(name, "framed"))
        arrays = numbered and self._holds_arrays(name)
        if (not columns or (arrays and asked & VIEWS)) and not frame:
            self._mapping(item)
            return
        if not (item.required or item.default == "None"):
            return
        if not frame and not known and not any(key[0] in ".#" for key in columns):
            return
        first = {use.trace.steps[0] for use in self.clues.of(name) if use.trace.steps}
        separator = self._separator(name)
        first |= {part.steps[0] for opening in self.clues.openings for part in opening.path.parts
                  if isinstance(part, Trace) and part.root == name and part.steps}  # fmt: skip
        single = not frame and "[]" not in first
        members = self._with_rest(name, self._members({key: known.get(key) for key in columns}, single))
        if frame and not any(self._is_input(material) for _, material in members):
            files = Files("data/{id}.png", Content(shape=self.shapes["picture"]))
            members = members or (("path", Paths(files)), ("label", Labels(holder="list")))
        form: Any = "frame"
        if separator and not frame:
            self.made[name] = Holding("lines", self._cells(name, members), separator)
            self.certain = True
            return
        if not frame:
            places = all(key.startswith("#") for key in columns)
            form = "tuples" if places else "rows" if "[]" in first else "dict"
            by_ids = any(isinstance(self.made.get(root), Ids) for root in self._looking(name))
            form = "by-id" if form == "rows" and (asked & VIEWS or by_ids) else form
            members = self._with_input(members) if form != "dict" else members
        self.made[name] = Holding(form, members)
        self.certain = self.certain or bool(members)

    def _lists_of_records(self, root: str, columns: Iterable[str]) -> dict[str, Material]:
        """By column, what is a list of dicts in each record, as the objects in a picture are."""
        found: dict[str, Material] = {}
        for column in columns:
            before = ("[]", column, "[]")
            steps = {use.trace.steps[3] for use in self.clues.of(root, "key") if use.trace.steps[:3] == before
                     and len(use.trace.steps) == 4}  # fmt: skip
            names = sorted(step[1:] for step in steps if step[0] == ".")
            if names:
                members = tuple((name, part_of_box(name) or self._member(name, False)) for name in names)
                found[column] = Holding("listed", members)
        return found

    def _hands_on(self, item: Parameter) -> bool:
        """Whether a parameter is another Sequence or a generator: it is called one, and asked for its batches whole."""
        uses = self.clues.of(item.name)
        own = {use.kind for use in uses if not use.trace.steps}
        asked = self._asked(item.name)
        if not item.required or not BATCHES.fullmatch(item.name) or own & {"call", "part", "number", "size"}:
            return False
        counted = "length" in own or bool(asked & COUNTED)
        counted = counted or any(use.trace.steps[:1] == ("[]",) and use.trace.steps[1:] for use in uses)
        taken = bool({"item", "lookup"} & own) or bool(asked & TAKEN)
        return counted and taken and asked <= ITERATED

    def _several_hand_on(self, item: Parameter) -> bool:
        """Whether a parameter is a list of Sequences: of each of them the length is asked, a batch, and its hook."""
        inner = [use for use in self.clues.of(item.name) if use.trace.steps == ("[]",)]
        asked = {use.detail for use in inner if use.kind == "method"}
        counted = any(use.kind == "length" for use in inner) and not any(use.kind == "part" for use in inner)
        named = BATCHES.fullmatch(item.name.removesuffix("s")) or "on_epoch_end" in asked
        return bool(item.required and FEEDS.fullmatch(item.name) and counted and named and asked <= ITERATED)

    def _whole_array(self, item: Parameter) -> bool:
        """An array that shows by its columns, or by the lengths of what is in its elements, how many axes it has."""
        name, uses = item.name, self.clues.of(item.name)
        if item.role not in ("x", "") or not (item.required or item.default == "None"):
            return False
        columns = {int(use.detail) for use in uses if use.kind == "axis" and use.trace.steps in ((), ("[]",))
                   and re.fullmatch(r"\d{1,2}", use.detail)}  # fmt: skip
        if columns and not any(step[0] in ".$@" for use in uses for step in use.trace.steps):
            looked = any(use.by is not None and use.by.root == name for use in self.clues.uses)
            shape = (max(3, max(columns) + 1),)
            self.made[name] = Inputs(shape, dtype="int64") if looked else Inputs(shape)
            return True
        placed = {use.trace.steps for use in uses if use.trace.steps[:1] == ("[]",) and len(use.trace.steps) > 1}
        rows = any(use.kind == "length" and use.trace.steps == ("[]", "#0") for use in uses)
        if rows and placed == {("[]", "#0")}:
            self.made[name] = Inputs((8, 4))
            return True
        return False

    def _separator(self, root: str) -> str:
        """What parts the cells of the lines that a root holds; empty where its elements are no such lines."""
        splits = [use for use in self.clues.of(root, "split") if use.detail in CELLS]
        lines = sorted(use.detail for use in splits if use.trace.steps in ((), ("[]",)))
        placed = any(step[0] == "#" for use in self.clues.of(root) for step in use.trace.steps)
        placed = placed or any(key[:1] == "#" for key in self.columns.get(root, {}))
        return lines[0] if lines and placed else ""

    def _cells(self, root: str, members: Members) -> Members:
        """The cells of a line in order: labels where nothing is known of a place, boxes where these are parted."""
        known = {int(name): member for name, member in members if name.lstrip("-").isdigit()}
        placed = self._places_of_cells(root)
        known = {place: member for place, member in known.items() if place in placed}
        boxes = self._has_boxes(root)
        rest: Material = Labels(holder="boxes" if boxes else "list")
        last = max((*placed, 1))
        if not all(0 <= place <= MOST_CELLS for place in known):
            return members
        return tuple(
            (str(place), rest if place == last and place and (boxes or place not in known) else known.get(place, rest))
            for place in range(last + 1)
        )

    def _has_boxes(self, root: str) -> bool:
        """Whether the cells of a line are parted in their turn, by commas."""
        return any("cells" in use.trace.steps and use.detail == "," for use in self.clues.of(root, "split"))

    def _places_of_cells(self, root: str) -> set[int]:
        """The places of the cells that are looked at in a line, not in what these are parted into."""
        found = {int(key[1:]) for key in self.columns.get(root, {}) if key[:1] == "#"}
        traces = [use.trace for use in self.clues.of(root)]
        traces += [part for opening in self.clues.openings for part in opening.path.parts
                   if isinstance(part, Trace) and part.root == root]  # fmt: skip
        read = [trace.steps[1] for trace in traces if trace.steps[:1] == ("[]",) and len(trace.steps) == 2]
        found |= {int(step[1:]) for step in read if re.fullmatch(r"#\d{1,2}", step)}  # of what a reader has parted
        for steps in (trace.steps for trace in traces if "cells" in trace.steps):
            after = steps[steps.index("cells") + 1 :]
            after = after[1:] if after[:1] == ("[]",) and not self._has_boxes(root) else after  # of all lines parted
            found |= {int(step[1:]) for step in after[:1] if step[0] == "#"}
        return found

    def _has_series(self, root: str) -> bool:
        """Whether a column is asked for what only that of a DataFrame has."""
        uses = self.clues.of(root, "method", "attribute")
        return any(use.detail in SERIES and len(use.trace.steps) == 1 and use.trace.steps[0][0] in ".$" for use in uses)

    def _is_list_of(self, root: str, kind: str) -> bool:
        """Whether a value, or a part of it, is used so as a whole."""
        return any(set(use.trace.steps) <= {"[]"} for use in self.clues.of(root, kind))

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

    def _with_rest(self, root: str, members: Members) -> Members:
        """A table whose columns behind the first ones are taken together: those, and some numbers behind them.

        So are all columns but that of the label, where only that one is named and the table is asked what it has.
        """
        values = tuple((f"value_{number}", Labels(holder="list")) for number in range(REST))
        places = [int(use.detail) for use in self.clues.of(root, "rest") if not use.trace.steps]
        if places and members and len(members) <= min(places):
            before = tuple((f"column_{place}", Labels(holder="list")) for place in range(len(members), min(places)))
            return (*members, *before, *values)
        asked = {use.detail for use in self.clues.of(root, "attribute", "method") if use.trace.steps in ((), ("[]",))}
        named = members and all(
            isinstance(member, Labels) and (LABELS.search(name) or role_of(name, "", factory=False) == "y")
            for name, member in members
        )
        return (*members, *values) if named and asked & {"columns", "drop"} else members

    def _with_input(self, members: Members) -> Members:
        """Records of which one at least is an input: the first whose name is none of a label."""
        if any(self._is_input(material) for _, material in members):
            return members
        name = next(
            (
                name
                for name, member in members
                if not (LABELS.search(name) or role_of(name, "", factory=False) == "y" or isinstance(member, Holding))
            ),
            "",
        )
        return tuple((key, Inputs(self.shapes["array"]) if key == name and key else item) for key, item in members)

    def _member(self, name: str, arrays: bool) -> Material:
        """What a column or key of that name holds, of which nothing is opened; `arrays` are had under keys alone."""
        kept = kept_values(name, self.clues, self._value_of)
        if kept is not None:
            return kept
        ends = ((f".{name}",), (f"@{name}",), (f".{name}", "[]"), (f"@{name}", "[]"))
        if self._is_listed({*ends, *((*end, "[]") for end in ends), *(("[]", *end) for end in ends)}):
            return Labels(holder="names")
        keys = self._looked_up_in(
            use for use in self.clues.uses if use.trace.steps[-1:] in ends or use.trace.steps[-2:] in ends
        )
        if keys is not None:
            return keys
        if self._names_samples(name):
            return Ids()
        for use in self.clues.uses:
            if {f".{name}", f"@{name}", f"#{name}"} & set(use.trace.steps):
                if use.kind == "dates" or (use.kind == "attribute" and use.detail == "dt"):
                    return Dates()
                if use.kind == "padded":
                    return Tokens()
                if use.kind == "compare":
                    return Repeated(use.detail)
                if use.kind == "texts" or (use.kind == "method" and use.detail in TEXT_METHODS):
                    return Texts()
        if not arrays and self._divides(name) and not LABELS.search(name):
            return Repeated(SIDE)
        plain = re.sub(r"_(key|col|column|name|field|dataset)$", "", name)
        role = role_of(plain, "", factory=False) or self._role_of_default(name)
        if PATHS.fullmatch(name) or PATHS.fullmatch(f"{name}s"):
            return Paths(Files(f"{name}/{{id}}.png", Content(shape=self.shapes["picture"])))
        if (IDS.fullmatch(name) or name.endswith("_id")) and not re.match(r"(categor|class|label|target)", name, re.I):
            return Ids()
        places = self._places(name)
        if places:
            return Inputs((max(places) + 1,), "list")
        if BOX.fullmatch(name):
            return Repeated(CORNERS)
        if re.match(r"(n|num|nb)_", plain) and _PICTURES.search(plain):
            return Repeated(SIDE)  # how many of them there are
        if role == "x" or _PICTURES.search(plain) or self._is_mask(plain, role, arrays):
            return Inputs(self.shapes["array"])
        if not arrays and any(use.kind == "stacked" and use.trace.steps[-1:] in ((f".{name}",), (f"@{name}",))
                              for use in self.clues.uses):  # fmt: skip
            return Inputs((VECTOR,), "list")
        told = statistic(name) if arrays else None
        if told is not None:
            return told
        if arrays:
            return Labels() if role == "y" or LABELS.search(plain) else Inputs(self.shapes["array"])
        return Labels(holder="list")

    def _is_mask(self, name: str, role: Role, arrays: bool) -> bool:
        """Whether what is called so has a picture of one channel for each sample; in a table it may be a label."""
        return grey(name) and role != "y" and (arrays or not LABELS.search(name))

    def _role_of_default(self, name: str) -> Role:
        """The role of a column that is the default of a parameter: ``y`` of what ``y_key="jets"`` names."""
        roots = {use.trace.root for use in self.clues.uses if use.kind == "column" and use.detail == name}
        plain = {re.sub(r"_(key|col|column|name|field|dataset)$", "", root) for root in roots}
        roles = {role_of(root, "", factory=False) for root in plain}
        return roles.pop() if len(roles) == 1 else ""

    def _places(self, name: str) -> set[int]:
        """The places that are looked at in what a column or key of that name holds, as in the corners of a box."""
        steps = [use.trace.steps for use in self.clues.uses]
        pairs = (pair for trace in steps for pair in pairwise(trace))
        below = [after for one, after in pairs if one in (f".{name}", f"@{name}")]
        return {int(step[1:]) for step in below if re.fullmatch(r"#\d{1,2}", step)}

    def _divides(self, name: str) -> bool:
        """Whether something is divided by what a column or key of that name holds, as by the width of a picture."""
        ends = {f".{name}", f"@{name}", f"#{name}"}
        return any(use.kind == "divisor" and use.trace.steps[-1:] and use.trace.steps[-1] in ends
                   for use in self.clues.uses)  # fmt: skip

    def _is_input(self, material: Material) -> bool:
        return isinstance(material, (Paths, Ids, Inputs, Texts, Tokens))

    def _value_of(self, name: str) -> Any:
        """What a parameter is going to hold, where that is a plain value; None where nobody knows."""
        return self.given.get(name, self.defaults.get(name))

    def _labels(self, name: str) -> None:
        """Labels by id or by path, where they are looked up by what names the samples; texts where texts are asked."""
        item = self.free[name]
        if name in self.made or not (item.required or item.default == "None"):
            return
        names = any(use.by is not None and use.by.root != name for use in self.clues.of(name, "listed"))
        names = names or self._is_listed({(), ("[]",)}, name)
        if names and item.required and not re.search(r"(^|_)ids?$", name, re.I):
            self.made[name] = Labels(holder="names")
            return
        looked = self._looked_up_in(use for use in self.clues.of(name) if use.trace.steps in ((), ("[]",)))
        if looked is not None and item.role in ("y", ""):
            self.made[name] = looked
            return
        for use in self.clues.of(name, "lookup"):
            if use.by is None or use.trace.steps:
                continue
            root, keys = slot_of(use.by)
            if keys == ("keys",) and root in self.free and root != name:  # what another dict has by the same keys
                by_id = item.role == "y" or LABELS.search(name)
                self.made[name] = Labels(holder="by-id") if by_id else Inputs(self.shapes["array"], "by-id")
                return
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
        elif (item.role == "x" and TEXTS.fullmatch(name)) or (item.required and self._is_list_of(name, "texts")):
            self.made[name] = Texts()
        elif item.required and self._is_list_of(name, "padded"):
            self.made[name] = Tokens()
