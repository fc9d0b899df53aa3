"""Files whose paths are those of others with a part replaced, as the masks of pictures are: ``images/7.jpg`` and
``masks/7_mask.png``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from seqcheck.construction.filings import grey
from seqcheck.construction.materials import Content, Files
from seqcheck.construction.materials.contents import FORMATS
from seqcheck.construction.materials.world import stays_near
from seqcheck.construction.traces import Clues, Trace

Pairs = tuple[tuple[str, str], ...]
_PLAIN = re.compile(r"[\w./-]+")


def replacements(root: str, clues: Clues) -> Pairs:
    """What is replaced by what in the paths that a root holds, of which some are opened afterwards."""
    parts = (part for opening in clues.openings for part in opening.path.parts if isinstance(part, Trace))
    if not any(part.root == root and "text" in part.steps for part in parts):
        return ()
    found = {tuple(use.detail.split("\n")) for use in clues.of(root, "replace")}
    pairs = ((pair[0], pair[1]) for pair in found if len(pair) == 2 and all(map(_PLAIN.fullmatch, pair)))
    return tuple(sorted(pairs))


def moved(files: Files, pairs: Pairs) -> Files:
    """The files in such a place that their paths have in them what is replaced."""
    folder, _, name = files.pattern.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    content = files.content
    for old, _ in pairs:
        if old in f"{folder}/{stem}{dot}{ending}":
            continue
        if FORMATS.get(old.lower()) == content.format:
            ending = old[1:]
        elif "." not in old:
            folder = old.strip("/")
    return replace(files, pattern=f"{folder}/{stem}{dot}{ending}".lstrip("/"))


def copies(files: Files, pairs: Pairs) -> Iterable[Files]:
    """The files whose paths are made of those of others; none where a part is not there, or nothing would change."""
    made = files.pattern
    for old, new in pairs:
        if old not in made:
            return
        made = made.replace(old, new)
    found = re.search(r"\.[A-Za-z0-9]{1,5}$", made)
    form = FORMATS.get(found[0].lower() if found else "", files.content.format)
    if made == files.pattern or "{id}" not in made or not stays_near(made):
        return
    shape = files.content.shape
    if form == "picture" and grey(made.rpartition("/")[0] + made):
        shape = shape[:2]
    yield replace(files, pattern=made, content=Content(form, shape))
