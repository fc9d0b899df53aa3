"""The mutants of the reference Sequences: which there are, under which names, and which of them are excused."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from killmatrix.operators import Change, changes
from killmatrix.specimens import ROOT, Specimen
from seqcheck.checks import catalogue

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]  # only there where it is needed

REFERENCE: Final = ROOT / "seqcheck/reference"
CLASSES: Final[Mapping[str, str]] = {"arrays": "ArraySequence", "images": "ImageSequence", "npy": "NpySequence"}
"""The Sequence of each module of the reference."""
USES: Final[Mapping[str, tuple[str, ...]]] = {
    "arrays": (".ArraySequence(batch_size=4, shuffle=True, seed=1)", ".ArraySequence(batch_size=4, shuffle=False)"),
    "images": (":sample(shuffle=True, seed=1)", ":sample(shuffle=False)"),
    "npy": (":sample(shuffle=True, seed=1)", ":sample(shuffle=False)"),
}
"""How each is driven: shuffled, and in order."""
PACKAGE: Final = "mutated"
SURVIVORS: Final = ROOT / "killmatrix/survivors.toml"


def mechanical() -> list[Specimen]:
    """Every mutant, and first the class as it is, of which nothing may be VIOLATED, as advice neither.

    The name of a mutant holds a hash of the change and not its place, so that other edits do not rename it.
    """
    found = []
    for module, name in CLASSES.items():
        targets = tuple(f"seqcheck.reference.{module}{use}" for use in USES[module])
        source = (REFERENCE / f"{module}.py").read_text(encoding="utf-8")
        found.append(
            Specimen(name, targets, tuple(catalogue()), "sound", "", "the reference Sequence as it is", source)
        )
        for change in _changes(module):
            title = f"{name} {_digest(change)}"
            targets = tuple(f"{PACKAGE}.{_module(module, change)}{use}" for use in USES[module])
            what = f"{change.operator}: `{change.before}` → `{change.after or 'nothing'}`"
            found.append(Specimen(title, targets, (), "mechanical", "", what, change.source))
    return found


def _changes(module: str) -> list[Change]:
    return changes((REFERENCE / f"{module}.py").read_text(encoding="utf-8"), CLASSES[module])


def _digest(change: Change) -> str:
    return hashlib.sha256(f"{change.before}\0{change.after}".encode()).hexdigest()[:6]


def _module(module: str, change: Change) -> str:
    return f"{module}_{_digest(change)}"


def lay_out(folder: Path) -> None:
    """Write the mutated modules to a package below `folder`, with the data that they read beside them."""
    package = folder / PACKAGE
    package.mkdir(parents=True, exist_ok=True)
    shutil.copytree(REFERENCE / "data", package / "data", dirs_exist_ok=True)
    for module in CLASSES:
        for change in _changes(module):
            own = f"{PACKAGE}.{_module(module, change)}"
            source = change.source.replace(f"seqcheck.reference.{module}:", f"{own}:")
            (package / f"{_module(module, change)}.py").write_text(source, encoding="utf-8")


def excused(path: Path = SURVIVORS) -> dict[str, str]:
    """The mutants that may survive, by name, and why: ``equivalent: ...`` or ``unseen: ...``.

    Raises:
        ValueError: an entry says neither.
    """
    if not path.is_file():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for kind in ("equivalent", "unseen"):
        found |= {name: f"{kind}: {why}" for name, why in data.get(kind, {}).items()}
    unknown = set(data) - {"equivalent", "unseen"}
    if unknown:
        raise ValueError(f"{path}: {sorted(unknown)}, expected equivalent or unseen")
    return found
