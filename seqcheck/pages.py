"""Writes the page of every check: ``python -m seqcheck.pages docs/defects``."""

from __future__ import annotations

import sys
from pathlib import Path

from seqcheck.checks import catalogue
from seqcheck.reporting.pages import Pages, files_of


def pages() -> Pages:
    """The declarations and pages of the catalogue, in its order."""
    return {name: (item.check, item.page) for name, item in catalogue().items()}


def write(directory: Path) -> None:
    """Make `directory` hold the generated pages and no other Markdown file.

    Raises:
        OSError: the directory cannot be written to.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = files_of(pages())
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    for stale in directory.glob("*.md"):
        if stale.name not in files:
            stale.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m seqcheck.pages DIRECTORY")
    write(Path(sys.argv[1]))
