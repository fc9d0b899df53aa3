"""From clues to joint worlds: what each constructor argument is given, and which files lie where it looks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from seqcheck.construction import guesses
from seqcheck.construction.filings import ENDINGS, LISTINGS, Filing, content, filings, grey, slot_of
from seqcheck.construction.materials import (
    ClassNames,
    Content,
    FileHolding,
    Files,
    Folder,
    Holding,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Places,
    Plain,
    Repeated,
    Texts,
    Tokens,
)
from seqcheck.construction.materials.contents import FORMATS
from seqcheck.construction.materials.holdings import Members
from seqcheck.construction.names import (
    CHARACTERS,
    FOLDER,
    FRAME_NAME,
    IDS,
    INDICES,
    LABELS,
    NAMED,
    PATHS,
    TEXT,
    TEXTS,
    TOKENS,
    VOCABULARY,
)
from seqcheck.construction.roles import role_of
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace

FRAME: Final = frozenset(
    ("iloc", "loc", "iterrows", "itertuples", "columns", "groupby", "sample", "reset_index", "query", "drop", "head")
)
"""What only a DataFrame is asked for."""
SERIES: Final = frozenset(
    ("values", "to_list", "to_numpy", "apply", "isin", "value_counts", "nunique", "fillna", "iloc")
)
"""What only a column of one is asked for."""
_PICTURES: Final = re.compile(r"\b(image|images|img|imgs|picture|photo|frame)", re.I)


@dataclass(frozen=True)
class Draft:
    """One joint world. `materials` are by parameter; parameters that it does not name are filled by their roles.

    `files` lie in the world beside what arguments bring; with `inside` its folder is the current one. `classes` is the
    number of classes that the source itself fixes.
    """

    materials: Mapping[str, Material] = field(default_factory=dict)
    files: tuple[Material, ...] = ()
    inside: bool = False
    classes: int | None = None
    certain: bool = False
    """Whether the source says how data are read, so that plain arrays in their place would be of no use."""


def drafts(parameters: tuple[Parameter, ...], clues: Clues, given: Iterable[str]) -> list[Draft]:
    """The worlds worth trying, in order; `given` names the parameters that somebody fills already."""
    free = tuple(item for item in parameters if item.name not in set(given) and item.kind not in ("*", "**"))
    small = {item.name: Plain(size) for item in free if (size := guesses.shrunk(item)) is not None}
    found = []
    for sizes in (small, {}) if small else ({},):
        main = _Drawing(free, clues, dict(sizes)).draw()
        for draft in (main, *_by_name(free, main, clues)):
            if draft not in found:
                found.append(draft)
    return sorted(found, key=lambda draft: not draft.certain)


class _Drawing:
    """One world in the making."""

    def __init__(self, free: tuple[Parameter, ...], clues: Clues, made: dict[str, Material]) -> None:
        self.free = {item.name: item for item in free}
        self.clues = clues
        self.made = made
        for item in free:
            if item.required and not item.role and item.name not in made:
                self._guess(item)
        self.shapes = guesses.shapes(free, made)
        self.defaults = {item.name: item.value if item.plain else None for item in free}
        self.defaults |= {name: material.value for name, material in made.items() if isinstance(material, Plain)}
        self.columns: dict[str, dict[str, Material]] = {}
        """By root: the columns, keys or places whose material is known from files."""
        self.inner: dict[tuple[str, str], dict[str, Material]] = {}
        """The same of the records that stand under a key of a root."""
        self.files: list[Material] = []
        self.inside = False
        self.certain = False

    def _guess(self, item: Parameter) -> None:
        named = any(pattern.fullmatch(item.name) for pattern in NAMED if pattern not in (VOCABULARY, CHARACTERS))
        if not named or guesses.names_a_column(item, self.clues):
            material = guesses.guess(item, self.clues)
            if material is None and self.clues.reads and item.name not in self.clues.reads:
                material = guesses.UNUSED
            if material is not None:
                self.made[item.name] = material

    def draw(self) -> Draft:
        """The world that the source describes."""
        found = filings(self.clues, self.defaults)
        listings = {f"file {item.number}": item for item in found if item.kind in LISTINGS}
        # What is listed in a folder that another listing names is not what lies in the outer one.
        opened = {root for listing in listings.values() for root, _ in listing.slots}
        for filing in found:
            if filing.kind not in LISTINGS and (filing.slots or "{id}" in filing.pattern):
                opened |= self._file_per_sample(filing, listings)
        for root, listing in listings.items():
            if root not in opened:
                self._listed(listing)
            self._class_names(listing)
        for name in self.free:
            self._holder(name)
        for filing in found:
            if filing.kind not in LISTINGS and not filing.slots and "{id}" not in filing.pattern:
                self._whole(filing)
        for name in self.free:
            self._labels(name)
        classes = self.clues.classes[0] if self.clues.classes else None
        return Draft(dict(self.made), tuple(self.files), self.inside, classes, self.certain)

    # Files of samples

    def _file_per_sample(self, filing: Filing, listings: Mapping[str, Filing]) -> set[str]:
        """Place the files of a filing, and give their names to whoever names them; the listings that do."""
        roots = {root for root, _ in filing.slots}
        used = roots & set(listings)
        pattern, folder = filing.pattern, filing.folder
        for root in sorted(used):
            listing = listings[root]
            classes = "{id}" in listing.pattern or "{class}" in listing.pattern
            if listing.kind == "glob" and "{id}" in listing.pattern:
                pattern, folder = listing.pattern, listing.folder or folder
            elif classes and "{class}" not in pattern:
                pattern = re.sub(r"^(.*)\{id\}", r"\1{class}/{id}", pattern)
            elif listing.folder and not folder:
                folder = listing.folder
            if not filing.pattern.replace("{id}", "").strip("./") or folder == listing.folder:
                self._folder(listing.folder, listing.slash)
        whole = len(filing.slots) == 1 and pattern.startswith("{id}") and not (folder or filing.bare or used)
        place = self._place(folder, pattern, filing.slots[0][0] if whole else "")
        files = Files(place, content(replace(filing, pattern=place), self.shapes, self.clues))
        if files not in self.files:
            self.files.append(files)
        self.certain = True
        if folder:
            self._folder(folder, filing.slash)
        elif not whole and not (used and all(listings[root].folder for root in used)):
            self.inside = True
        for root, keys in filing.slots:
            form = "absolute" if whole else "stem" if filing.bare else "name"
            self._name(root, keys, files, form)
        return used

    def _place(self, folder: str, pattern: str, named: str) -> str:
        """A pattern below the world: in the folder that stands for a parameter, or beside it."""
        if folder:
            return f"{self._folder_name(folder)}/{pattern}"
        return f"{named.replace(' ', '_') or 'data'}/{pattern}" if named else pattern

    def _folder_name(self, parameter: str) -> str:
        return parameter.strip("_") or "data"

    def _folder(self, parameter: str, slash: bool = False) -> None:
        if parameter in self.free:
            before = self.made.get(parameter)
            slash = slash or (isinstance(before, Folder) and before.slash)
            as_path = bool({"iterdir", "glob", "rglob", "joinpath", "exists"} & self._asked(parameter))
            self.made[parameter] = Folder(self._folder_name(parameter), (), slash, as_path)

    def _asked(self, parameter: str) -> set[str]:
        """The methods and attributes that a parameter's own value is asked for."""
        uses = self.clues.of(parameter, "method", "attribute")
        return {use.detail for use in uses if not use.trace.steps}

    def _name(self, root: str, keys: tuple[str, ...], files: Files, form: Any) -> None:
        """Let the value at a slot name the samples of `files`."""
        material: Material = Ids() if form == "stem" else Paths(files, form=form)
        if len(keys) > 1 and keys[0][0] == ".":
            self.inner.setdefault((root, keys[0]), {})[keys[1]] = material
        elif keys and keys[0] != "keys":
            self.columns.setdefault(root, {}).setdefault(keys[0], material)
        elif root in self.free and keys:
            self.made[root] = Labels(holder="by-path" if form == "absolute" else "by-id", files=files)
        elif root in self.free:
            self.made.setdefault(root, material)
        elif root.startswith("file "):
            self.columns.setdefault(root, {}).setdefault("", material)

    def _listed(self, listing: Filing) -> None:
        """A listing of which nothing is opened that we know: pictures, by class where folders are listed in folders."""
        if not listing.folder and not listing.pattern:
            return
        pattern = listing.pattern
        if "{id}" not in pattern or listing.kind != "glob":
            pattern = f"{pattern.replace('{id}', '{class}')}/{{id}}{self._ending()}".lstrip("/")
        place = self._place(listing.folder, pattern, "")
        if not any(isinstance(files, Files) and files.pattern.startswith(place[:-10]) for files in self.files):
            likely = replace(listing, pattern=place, kind="file")
            self.files.append(Files(place, content(likely, self.shapes, self.clues)))
        if listing.folder:
            self._folder(listing.folder, listing.slash)
        else:
            self.inside = True

    def _class_names(self, listing: Filing) -> None:
        """Whoever is asked for the names of folders that are listed names the classes."""
        for root, keys in listing.slots if listing.kind in LISTINGS else ():
            if root in self.free and keys in ((), ("keys",)) and root not in self.made:
                files = next(
                    (item for item in self.files if isinstance(item, Files) and "{class}" in item.pattern), None
                )
                if files is not None:
                    self.made[root] = ClassNames(files, numbered=bool(keys))

    def _ending(self) -> str:
        """The ending of files that are listed, from what the class reads anywhere, or asks names to end with."""
        asked = sorted(use.detail for use in self.clues.uses if use.kind == "endswith" and use.detail in FORMATS)
        kinds = [kind for kind in ("picture", "npy", "wav", "mat", "hdf5", "csv") if kind in self.clues.kinds]
        return asked[0] if asked else ENDINGS[kinds[0]] if kinds else ".png"

    # Data in memory

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

    # Whole files

    def _whole(self, filing: Filing) -> None:
        """One file for all samples: the path of it is an argument, or stands in the source."""
        root = f"file {filing.number}"
        known = self.columns.get(root, {})
        named = filing.folder if not filing.pattern else filing.pattern
        columns = {key: known.get(key) for key in (*known, *self._columns(root, FRAME_ASKED))}
        kind = filing.kind
        if kind == "file":
            kind = {".json": "json", ".csv": "csv", ".pkl": "pickle", ".npy": "npy"}.get(filing.ending, "lines")
        if kind == "npy" and (columns or filing.ending == ".npz"):
            kind = "npz"
        if kind in ("picture", "numbers", "wav"):
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
            if kind in ("json", "pickle"):
                members = tuple(
                    (name, self._records(root, name, kind) or self._entries(root, name) or item)
                    for name, item in members
                )
            if kind == "jsonl" or (kind in ("json", "pickle") and rows):
                members = self._with_input(members)
            if kind in ("json", "pickle") and rows:
                members = (("", Holding("rows", tuple((name, _as_cell(item, kind)) for name, item in members))),)
        else:
            members = (("", self._single(root, stem, kind, known.get(""))),)
        if kind in ("csv", "hdf5", "npz", "mat") and members[0][0] == "":
            members = (("path" if kind == "csv" else "data", members[0][1]), ("label", Labels(holder="list")))
        ending = WHOLE_ENDINGS[kind]
        place = filing.pattern or f"{filing.folder}{ending}"
        if filing.pattern and filing.folder:
            place = self._place(filing.folder, filing.pattern, "")
        if filing.pattern and not filing.ending:
            place += ending
        cells = tuple((name, _as_cell(member, kind)) for name, member in members)
        split = sorted(use.detail for use in self.clues.of(root, "split"))
        holding = FileHolding(place, kind, cells, split[0] if split else ",")  # type: ignore[arg-type]  # a form
        self.certain = True
        if not filing.pattern:
            if filing.folder in self.free and not isinstance(self.made.get(filing.folder), (Paths, Holding)):
                self.made[filing.folder] = holding
            return
        self.files.append(holding)
        if filing.folder:
            self._folder(filing.folder, filing.slash)
        else:
            self.inside = True

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
        if kind == "lines":
            files = next((files for files in self.files if isinstance(files, Files)), None)
            return Paths(files) if files is not None else Texts()
        label = role_of(stem, "", factory=False) == "y" or re.match(r"y|label|target", stem, re.I)
        return Labels() if label else Inputs(self.shapes["array"])

    # Labels

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
        if {"items", "keys", "get"} & self._asked(name) and item.role in ("y", ""):
            files = next((files for files in self.files if isinstance(files, Files)), None)
            self.made[name] = Labels(holder="by-id" if files is None else "by-path", files=files)
        elif item.role == "x" and TEXTS.fullmatch(name):
            self.made[name] = Texts()


FRAME_ASKED: Final = set(FRAME)
WHOLE_ENDINGS: Final = {
    "npy": ".npy", "npz": ".npz", "csv": ".csv", "hdf5": ".h5", "groups": ".h5", "json": ".json", "jsonl": ".jsonl",
    "pickle": ".pkl", "mat": ".mat", "lines": ".txt",
}  # fmt: skip
"""The ending of one file for all samples, by its form."""


def _as_cell(material: Material, kind: str) -> Material:
    """A member as it can stand in a file of that kind: an HDF5 file holds arrays, a CSV file single values."""
    if kind in ("hdf5", "npz", "mat") and isinstance(material, Labels) and material.holder == "list":
        return replace(material, holder="array")
    if kind in ("json", "jsonl", "lines") and isinstance(material, Labels) and material.holder == "array":
        return replace(material, holder="list")
    return material


def _by_name(free: tuple[Parameter, ...], main: Draft, clues: Clues) -> list[Draft]:
    """Worlds that names alone suggest, for required parameters of whose use the source says nothing."""
    png = Files("data/{id}.png")
    npy = Files("data/{id}.npy", Content("npy", (8, 8, 3)))
    found = []
    open_ones = [item for item in free if item.required and item.name not in main.materials]
    beside = any(item.role == "x" for item in open_ones)
    for files, arrays in ((png, True), (png, False), (npy, False), (Files("data/{class}/{id}.png"), False)):
        if arrays and not beside:
            continue  # at first inputs stay arrays, and only what stands beside them is made by its name
        made: dict[str, Material] = {}
        extra: list[Material] = []
        for item in open_ones:
            if arrays and item.role == "x":
                continue
            material = _named(item, files, _one_path(item, clues))
            if material is not None:
                made[item.name] = material
                extra += [files] if isinstance(material, (Folder, Ids)) else []
        if made and (files is not npy or any(isinstance(item, (Paths, Ids)) for item in made.values())):
            merged = tuple(dict.fromkeys((*main.files, *extra)))
            found.append(replace(main, materials={**main.materials, **made}, files=merged, certain=main.certain))
    return found


def _one_path(item: Parameter, clues: Clues) -> bool:
    """Whether a name says that it is one path, and nothing that is done with the value that there are several."""
    several = {"item", "part", "length", "lookup"} & {use.kind for use in clues.of(item.name)}
    return re.search(r"(path|_dir|folder)$", item.name, re.I) is not None and not several


def _named(item: Parameter, files: Files, one_path: bool) -> Material | None:
    plain = item.name
    if FRAME_NAME.fullmatch(plain) or "DataFrame" in item.annotation:
        return Holding("frame", (("path", Paths(files)), ("label", Labels(holder="list"))))
    if item.role in ("batch_size", "shuffle", "num_classes", "y", "sample_weight"):
        return None
    if PATHS.fullmatch(plain) and not one_path:
        return Paths(files)
    if FOLDER.fullmatch(plain):
        return Folder("data")
    if TOKENS.fullmatch(plain):
        return Tokens()
    if TEXTS.fullmatch(plain):
        return Texts()
    if TEXT.fullmatch(plain):
        return Texts("one")
    if IDS.fullmatch(plain):
        return Ids()
    if INDICES.fullmatch(plain):
        return Places()
    if item.role == "x":
        return Paths(files)
    return None
