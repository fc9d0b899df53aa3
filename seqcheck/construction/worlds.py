"""From clues to joint worlds: what each constructor argument is given, and which files lie where it looks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seqcheck.construction import guesses
from seqcheck.construction.filings import LISTINGS, Filing, content, filings
from seqcheck.construction.materials import (
    ClassNames,
    Content,
    Files,
    Folder,
    Holding,
    Ids,
    Labels,
    Material,
    Paths,
    Places,
    Plain,
    Texts,
    Tokens,
    changed,
)
from seqcheck.construction.materials.files import FRAME
from seqcheck.construction.names import (
    FOLDER,
    FRAME_NAME,
    IDS,
    INDICES,
    PATHS,
    TEXT,
    TEXTS,
    TOKENS,
)
from seqcheck.construction.renamed import copies, moved, replacements
from seqcheck.construction.signature import Parameter
from seqcheck.construction.told import taken_apart
from seqcheck.construction.traces import Clues
from seqcheck.construction.whole_files import WholeFiles


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


def drafts(parameters: tuple[Parameter, ...], clues: Clues, given: Mapping[str, Any]) -> list[Draft]:
    """The worlds worth trying, in order; `given` has the values of the parameters that somebody fills already."""
    open_ones = tuple(item for item in parameters if item.name not in given and item.kind not in ("*", "**"))
    told = taken_apart(open_ones, clues)
    free, clues = told.free, told.clues
    small = {item.name: Plain(size) for item in free if (size := guesses.shrunk(item)) is not None}
    found = []
    for sizes in (small, {}) if small else ({},):
        main = _Drawing(free, clues, dict(sizes), given).draw()
        for draft in (main, *_by_name(free, main, clues)):
            if draft not in found:
                found.append(draft)
    # What is asked whether it is there at all may be left out, where nothing comes of what was made for it.
    spared = [replace(draft, materials=_needed(draft.materials, free, clues)) for draft in found]
    found += [draft for place, draft in enumerate(spared) if draft not in (*found, *spared[:place])]
    if told.paths:
        found = [replace(draft, materials=told.together(draft.materials)) for draft in found]
        found = [draft for place, draft in enumerate(found) if draft not in found[:place]]
    return sorted(found, key=lambda draft: not draft.certain)


class _Drawing(WholeFiles):
    """One world in the making, from the files that the source opens to what stands in memory."""

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
            self._token_lists(name)
            self._ids(name)
        for name in self.free:
            self._open_file(name)
            self._holder(name)
        for filing in found:
            if filing.kind not in LISTINGS and not filing.slots and "{id}" not in filing.pattern:
                self._whole(filing)
        for name in self.free:
            self._labels(name)
        for root in (*self.free, *(f"file {filing.number}" for filing in found)):
            self._renamed(root)
        classes = self.clues.classes[0] if self.clues.classes else None
        return Draft(dict(self.made), tuple(self.files), self.inside, classes, self.certain)

    def _file_per_sample(self, filing: Filing, listings: Mapping[str, Filing]) -> set[str]:
        """Place the files of a filing, and give their names to whoever names them; the listings that do."""
        roots = {root for root, _ in filing.slots}
        used = roots & set(listings)
        pattern, folder = filing.pattern, filing.folder
        for root in sorted(used):
            listing = listings[root]
            classes = "{id}" in listing.pattern or "{class}" in listing.pattern
            if filing.folder not in ("", listing.folder) and filing.bare:
                # Not the files that are listed, but others, under names that are made of theirs.
                pattern += "" if filing.ending else listing.ending
            elif listing.kind == "glob" and "{id}" in listing.pattern:
                pattern, folder = listing.pattern, listing.folder or folder
            elif classes and "{class}" not in pattern:
                pattern = re.sub(r"^(.*)\{id\}", r"\1{class}/{id}", pattern)
            elif listing.folder and not folder:
                folder = listing.folder
            if listing.kind == "tree" and "{class}" not in pattern and self._asks_for_folders(listing):
                pattern = re.sub(r"^(.*)\{id\}", r"\1{class}/{id}", pattern)
            if not filing.pattern.replace("{id}", "").strip("./") or folder == listing.folder:
                self._folder(listing.folder, listing.slash)
        whole = len(filing.slots) == 1 and pattern.startswith("{id}") and not (folder or filing.bare or used)
        place = self._place(folder, pattern, filing.slots[0][0] if whole else "")
        files = Files(place, content(replace(filing, pattern=place), self.shapes, self.clues))
        if files not in self.files:
            self.files.append(files)
        self.certain = True
        clips = {root for name in used if FRAME.search(listings[name].pattern) for root, _ in listings[name].slots}
        for root in sorted(clips & set(self.free)):
            self.made[root] = Paths(files, form="folder")
        if folder:
            self._folder(folder, filing.slash)
        elif not whole and not clips and not (used and all(listings[root].folder for root in used)):
            self.inside = True
        for root, keys in filing.slots:
            form = "absolute" if whole else "stem" if filing.bare else "name"
            self._name(root, keys, files, form)
        return used

    def _asks_for_folders(self, listing: Filing) -> bool:
        """Whether the folders of a tree are asked for their names, as those of classes are."""
        return any(use.trace.steps[:1] in (("name",), ("text",)) for use in self.clues.of(listing.folder))

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

    def _renamed(self, root: str) -> None:
        """Put files where paths lead of which a part is replaced."""
        pairs = replacements(root, self.clues)
        held = self.made.get(root)
        if pairs and isinstance(held, Paths) and held.form == "absolute":
            before, after = held.files, moved(held.files, pairs)
            self.made = {
                name: changed(item, lambda part: after if part == before else part) for name, item in self.made.items()
            }
            self.files = [after if item == before else item for item in self.files]
        for files in [item for item in self.files if pairs and isinstance(item, Files)]:
            self.files += [made for made in copies(files, pairs) if made not in self.files]

    def _class_names(self, listing: Filing) -> None:
        """Whoever is asked for the names of folders that are listed names the classes."""
        for root, keys in listing.slots if listing.kind in LISTINGS else ():
            if root in self.free and keys in ((), ("keys",)) and root not in self.made:
                parted = sorted(use.detail for use in self.clues.of(root, "split") if not use.trace.steps)
                files = next(
                    (item for item in self.files if isinstance(item, Files) and "{class}" in item.pattern), None
                )
                if files is not None:
                    self.made[root] = ClassNames(files, bool(keys), parted[0] if parted else "")


def _needed(materials: Mapping[str, Material], free: Iterable[Parameter], clues: Clues) -> dict[str, Material]:
    """The materials without those that are None by default and whose truth is asked before they are used."""
    optional = {
        item.name
        for item in free
        if item.default == "None" and any(not use.trace.steps for use in clues.of(item.name, "truth"))
    }
    return {name: made for name, made in materials.items() if name not in optional}


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
