"""Which parameters take an HDF5 file that is open already: annotations, names, docstrings and uses say it."""

from __future__ import annotations

import re
from typing import Final

from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace

_TYPE: Final = re.compile(r"\bh5py\b|\bh5\.(File|Group)|\bHDF5?(File|Group|Store)\b", re.I)
_SAID: Final = re.compile(r"\b(h5|hdf5?|h5py)\b|\.(h5|hdf5?)\b", re.I)
_NAME: Final = re.compile(
    r"(\w+_)?(h5|hdf5?|h5py)(_?(py|files?|fh?|fp|handle|db|data|dataset|ds|store|group|grp))?", re.I
)
_HANDLE: Final = re.compile(
    r"(\w+_)?(file|f|fp|fh|fd|handle|store|db|database|group|grp)(_(handle|obj|object|in))?", re.I
)
_PATH: Final = re.compile(r"\b(path|name|filename|file name|location|folder|director(y|ies)|str(ing)?)\b", re.I)
OPEN_ONLY: Final = frozenset(("attrs", "visititems", "visit", "require_group", "get_id", "swmr_mode"))
"""What is asked of an open file and of no dict; tables have `attrs` as well."""


def is_open_file(item: Parameter, clues: Clues) -> bool:
    """Whether a parameter's own value is looked into as an open HDF5 file is, and something says that it is one.

    A path that the class opens itself is none. Of a mapping of which nothing says what it is, a dict is as likely.
    """
    if _TYPE.search(item.annotation):
        return True
    if item.annotation and not re.search(r"\bAny\b|\bobject\b|Mapping", item.annotation):
        return False
    openings = (part for opening in clues.openings for part in opening.path.parts)
    if any(isinstance(part, Trace) and part.root == item.name for part in openings):
        return False
    uses = clues.of(item.name)
    keyed = any(use.trace.steps and use.trace.steps[0][0] in ".$" for use in uses)
    if not keyed and not any(use.kind == "lookup" and not use.trace.steps for use in uses):
        return False
    if _NAME.fullmatch(item.name):
        return True
    handle = bool(_HANDLE.fullmatch(item.name))
    said = said_of(item.name, clues.docs)
    if said:
        return bool(_SAID.search(said)) and not _PATH.search(said)
    if handle and keyed and _SAID.search(clues.docs):
        return True
    # Whoever brings the library in and opens nothing with it is given what is open.
    asked = {use.detail for use in uses if use.kind in ("attribute", "method")}
    if "h5py" in clues.modules and "hdf5" not in clues.kinds:
        return keyed and (handle or bool(OPEN_ONLY & asked))
    return handle and bool(OPEN_ONLY - {"attrs"} & asked)


def said_of(name: str, docs: str) -> str:
    """What a docstring says of one parameter: the rest of its line and the lines that are indented below it."""
    entry = rf"^([ \t]*)(?:[:@]?param\w*\s+)?(?:[-*]\s*)?`*{re.escape(name)}`*\s*(?:[:(\-–]|$)(.*)$"
    found = re.search(entry, docs, re.M)
    if not found:
        return ""
    lines = [found[2]]
    for line in docs[found.end() :].splitlines()[1:]:
        if not line.strip() or len(line) - len(line.lstrip()) <= len(found[1]):
            break
        lines.append(line)
    return " ".join(lines).strip()
