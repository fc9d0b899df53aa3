"""What was seen of each specimen, and by which state of seqcheck; written by the command alone."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from killmatrix.driving import Driven
from killmatrix.specimens import ROOT, Specimen

LEDGER: Final = ROOT / "killmatrix/ledger.json"
LEDGERS: Final[Mapping[str, Path]] = {"keras": LEDGER, "tf_keras": ROOT / "killmatrix/ledger_tf_keras.json"}
"""By the generation of Keras that the specimens were driven on."""
FORMAT: Final = 1


@dataclass(frozen=True)
class Entry:
    """One specimen that was driven.

    `source` is the specimen's digest at that time, `state` that of seqcheck, `versions` those of what ran it. `whole`
    says that every check was asked, and not only those that the specimen names.
    """

    source: str
    state: str
    versions: str
    whole: bool
    driven: Driven = field(default_factory=Driven)

    def is_of(self, specimen: Specimen) -> bool:
        """Whether the specimen is still what was driven."""
        return self.source == specimen.digest


@cache
def state_of_seqcheck() -> str:
    """The first 16 hexadecimal digits of a SHA-256 of every module of seqcheck, by name and content."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "seqcheck").rglob("*.py")):
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def versions(generation: str = "keras") -> str:
    """What specimens run on here, in words."""
    names = (generation, "tensorflow", "numpy")
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {metadata.version(name)}" for name in names)])


def read(path: Path = LEDGER) -> dict[str, Entry]:
    """The entries by the name of their specimen; none where there is no file.

    Raises:
        ValueError: the file is of another format.
    """
    if not path.is_file():
        return {}
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"{path}: format {data.get('format')!r}, expected {FORMAT}")
    return {name: _entry(entry) for name, entry in data["specimens"].items()}


def _entry(data: Mapping[str, Any]) -> Entry:
    driven = Driven(tuple(data["errors"]), tuple(data["advice"]), data["outcomes"], data["seconds"])
    return Entry(data["source"], data["state"], data["versions"], data["whole"], driven)


def write(entries: Mapping[str, Entry], path: Path = LEDGER) -> None:
    """Write the entries, one a line, in the order of their names."""
    lines = []
    for name, entry in sorted(entries.items()):
        about = {"source": entry.source, "state": entry.state, "versions": entry.versions, "whole": entry.whole}
        data = {**about, **asdict(entry.driven)}
        lines.append(f"{json.dumps(name)}: {json.dumps(data)}")
    path.write_text(f'{{"format": {FORMAT}, "specimens": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


def waiting(specimens: Iterable[Specimen], entries: Mapping[str, Entry], *, whole: bool = False) -> list[Specimen]:
    """The specimens that were never driven as they are now; with `whole`, those never driven with every check."""
    seen = {name: entry for name, entry in entries.items() if entry.whole or not whole}
    return [item for item in specimens if item.name not in seen or not seen[item.name].is_of(item)]
