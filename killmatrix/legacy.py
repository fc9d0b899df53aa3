"""The specimens on tf_keras: the same Sequences, with the base class and under the names of legacy Keras.

A Sequence of `fixtures/` or of a page names its Keras, so that another one takes another text. It is laid out below a
folder of its own, in which its targets are looked for first.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from killmatrix import specimens
from killmatrix.specimens import ROOT, Specimen
from killmatrix.translation import translated

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]  # only there where it is needed

DIFFERENCES: Final = ROOT / "killmatrix/on_tf_keras.toml"
FIXTURES: Final = ("data", "faulty", "mutants", "sound", "tutorial")


def on_tf_keras(every: Sequence[Specimen]) -> list[Specimen]:
    """Specimens that were written by hand, by the same names, with the text that they have on tf_keras."""
    return [replace(item, source=translated(item.source)) for item in every]


def lay_out(folder: Path) -> None:
    """Write the translated fixtures, and the modules of the pages, below `folder`."""
    for part in FIXTURES:
        shutil.copytree(ROOT / "fixtures" / part, folder / "fixtures" / part, dirs_exist_ok=True)
    specimens.lay_out(folder)
    for file in [*(folder / "fixtures").rglob("*.py"), *(folder / specimens.PAGES).glob("*.py")]:
        file.write_text(translated(file.read_text(encoding="utf-8")), encoding="utf-8")


def no_fault(path: Path = DIFFERENCES) -> Mapping[str, str]:
    """Why what is a fault on Keras 3 is none on tf_keras, by the name of the specimen.

    Raises:
        ValueError: a table of another name, or a line that gives no text.
    """
    data: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(data) != {"no_fault"}:
        raise ValueError(f"{path}: {sorted(data)}, expected no_fault alone")
    found: Mapping[str, str] = data["no_fault"]
    if not all(isinstance(text, str) and text for text in found.values()):
        raise ValueError(f'{path}: expected lines of the form "name" = "text"')
    return found
