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
MADE_UP: Final = ".MadeUp"
"""The class once more, with nothing said of its data."""
OTHER_FORMS: Final = ":of_other_forms"
"""The class with its arguments in other forms that its annotations admit: lists for arrays, an iterator for ids."""
LEGACY: Final = "_legacy"
"""The module once more, on tf_keras, which calls no hook before the first epoch."""
USES: Final[Mapping[str, tuple[str, ...]]] = {
    "arrays": (".ArraySequence(batch_size=4, shuffle=True, seed=1)", ".ArraySequence(batch_size=4, shuffle=False)"),
    "images": (":sample(shuffle=True, seed=1)", ":sample(shuffle=False)", MADE_UP),
    "npy": (":sample(shuffle=True, seed=1)", ":sample(shuffle=False)", MADE_UP),
}
"""How each is driven: shuffled, in order, and over made-up data, where it is known which label belongs to what."""
ON_LEGACY: Final[Mapping[str, str]] = {module: LEGACY + uses[0] for module, uses in USES.items()}
FURTHER: Final[Mapping[str, tuple[str, ...]]] = {
    "ArraySequence": (OTHER_FORMS, ON_LEGACY["arrays"]),
    "ArraySequence e4bb73": (OTHER_FORMS,),
    "ArraySequence a8ea41": (OTHER_FORMS,),
    "ArraySequence 1651d9": (ON_LEGACY["arrays"],),
    "ImageSequence": (ON_LEGACY["images"],),
    "ImageSequence 1651d9": (ON_LEGACY["images"],),
    "NpySequence": (OTHER_FORMS, ON_LEGACY["npy"]),
    "NpySequence f8abd2": (OTHER_FORMS,),
    "NpySequence 1651d9": (ON_LEGACY["npy"],),
}
"""Uses in which alone some mutants differ from the class: they are driven in these first, and the class in all."""
CALLS: Final[Mapping[str, str]] = {
    "arrays": """
    return ArraySequence([[k, k / 7] for k in range(22)], list(range(22)), batch_size=4, seed=1)
""",
    "npy": """
    from seqcheck.reference.npy import sample
    given = sample()
    labels = dict(zip(given.list_IDs, given.labels.tolist()))
    return NpySequence(iter(given.list_IDs), labels, 4, (8, 8, 4), 1, 3, directory=given.directory, seed=1)
""",
}
"""What `OTHER_FORMS` does, by module."""
PACKAGE: Final = "mutated"
SURVIVORS: Final = ROOT / "killmatrix/survivors.toml"


def mechanical() -> list[Specimen]:
    """Every mutant, and first the class as it is, of which nothing may be VIOLATED, as advice neither.

    The name of a mutant holds a hash of the change and not its place, so that other edits do not rename it.
    """
    found = []
    for module, name in CLASSES.items():
        targets = tuple(f"{PACKAGE if use == MADE_UP else 'seqcheck.reference'}.{module}{use}" for use in USES[module])
        targets += tuple(f"{PACKAGE}.{module}{use}" for use in FURTHER[name])
        what = "the reference Sequence as it is"
        found.append(Specimen(name, targets, tuple(catalogue()), "sound", "", what, _source(module)))
        for change in _changes(module):
            title = f"{name} {_digest(change)}"
            uses = (*FURTHER.get(title, ()), *USES[module])
            targets = tuple(f"{PACKAGE}.{_module(module, change)}{use}" for use in uses)
            what = f"{change.operator}: `{change.before}` → `{change.after or 'nothing'}`"
            found.append(Specimen(title, targets, (), "mechanical", "", what, change.source))
    return found


def _changes(module: str) -> list[Change]:
    return changes(_source(module), CLASSES[module])


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
        sources = {_module(module, change): change.source for change in _changes(module)}
        for name, source in {module: _source(module), **sources}.items():
            for kind, text in (("", source), (LEGACY, _on_legacy_keras(source))):
                own = text.replace(f"seqcheck.reference.{module}:", f"{PACKAGE}.{name}{kind}:")
                (package / f"{name}{kind}.py").write_text(own + _besides(module), encoding="utf-8")


def _source(module: str) -> str:
    return (REFERENCE / f"{module}.py").read_text(encoding="utf-8")


def _on_legacy_keras(source: str) -> str:
    return source.replace("base import Array, Sequence\n", "base import Array\nfrom tf_keras.utils import Sequence\n")


def _besides(module: str) -> str:
    text = f"\n\nclass {MADE_UP[1:]}({CLASSES[module]}):\n    __seqcheck__ = {{}}\n"
    return f"{text}\n\ndef {OTHER_FORMS[1:]}():{CALLS[module]}" if module in CALLS else text


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
