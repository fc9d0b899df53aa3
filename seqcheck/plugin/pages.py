"""What the terminal shows of the checks' pages: one whole, all in a list, or the parts that a failure quotes."""

from __future__ import annotations

import difflib
import textwrap
from functools import cache
from typing import Final

from seqcheck.checks import catalogue
from seqcheck.model.contract import suggest
from seqcheck.model.page import Page
from seqcheck.reporting import terminal
from seqcheck.reporting.pages import as_text
from seqcheck.reporting.words import Explanation

MOST_LINES: Final = 14
"""Lines of the mending that a failure shows; the page has all of it."""


class UnknownCheck(ValueError):
    """There is no check of that name; the text says which may be meant."""


def listing() -> str:
    """Every check by clause."""
    checks = {name: registered.check for name, registered in catalogue().items()}
    return terminal.catalogue(checks, {name: explanation(name) for name in checks})


def page(check: str) -> str:
    """The whole page of one check, for a terminal.

    Raises:
        UnknownCheck: there is no such check.
    """
    if check not in catalogue():
        hint = suggest(check, list(catalogue()))
        raise UnknownCheck(f"--seqcheck-explain: there is no check {check!r}.{hint} --seqcheck-list shows all of them.")
    registered = catalogue()[check]
    return as_text(registered.check, registered.page)


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
