"""The pages of the checks: what a failure quotes of them, and their files.

``python -m seqcheck.pages docs/defects`` writes the files, and the pages of the contract and of the engines beside
their folder.
"""

from __future__ import annotations

import difflib
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Final

from seqcheck.checks import catalogue
from seqcheck.model.measured import MEASURED
from seqcheck.model.page import Page
from seqcheck.reporting.contract_page import contract_page
from seqcheck.reporting.engine_page import engine_page
from seqcheck.reporting.pages import Pages, files_of
from seqcheck.reporting.words import Explanation

CONTRACT: Final = "contract.md"
ENGINES: Final = "engines.md"
MOST_LINES: Final = 14
"""Lines of the mending that a failure shows; the page has all of it."""


def pages() -> Pages:
    """The declarations and pages of the catalogue, in its order."""
    return {name: (item.check, item.page) for name, item in catalogue().items()}


@cache
def explanation(check: str) -> Explanation:
    """What stands beside the evidence of one check; raises KeyError where there is no such check."""
    page = catalogue()[check].page
    return Explanation(page.summary, page.why.partition("\n\n")[0], mending(page))


def mending(page: Page) -> tuple[str, ...]:
    """The lines in which the mended example differs from the faulty one, marked ``-`` and ``+``."""
    lines = difflib.unified_diff(page.example.splitlines(), page.instead.splitlines(), lineterm="", n=1)
    kept = ["..." if line.startswith("@@") else line for line in lines if not line.startswith(("---", "+++"))]
    marks = [line if line == "..." else line[:1] for line in kept]
    code = textwrap.dedent("\n".join("" if line == "..." else line[1:] for line in kept)).split("\n")
    shown = [mark if mark == "..." else f"{mark} {text}".rstrip() for mark, text in zip(marks, code, strict=True)]
    shown = shown[1:] if shown and shown[0] == "..." else shown
    while shown and not shown[0]:
        del shown[0]
    while shown and not shown[-1]:
        shown.pop()
    if len(shown) > MOST_LINES:
        return (*shown[: MOST_LINES - 1], f"... ({len(shown) - MOST_LINES + 1} more lines on the page)")
    return tuple(shown)


def write(directory: Path) -> None:
    """Make `directory` hold the generated pages and no other Markdown file; those of contract and engines stand above.

    Raises:
        OSError: the directory cannot be written to.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = files_of(pages())
    checks = {name: check for name, (check, _) in pages().items()}
    (directory.parent / CONTRACT).write_text(contract_page(checks), encoding="utf-8")
    (directory.parent / ENGINES).write_text(engine_page(MEASURED), encoding="utf-8")
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    for stale in directory.glob("*.md"):
        if stale.name not in files:
            stale.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m seqcheck.pages DIRECTORY")
    write(Path(sys.argv[1]))
