"""The page of a check: what its docstring says, section by section."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import Final

HEADINGS: Final = ("What it detects", "Why it matters", "Limits", "Example", "Use instead")
"""The sections of a check's docstring, in their order."""


class PageError(ValueError):
    """A docstring that does not have the shape of a page; the text says what is wrong in it."""


@dataclass(frozen=True)
class Page:
    """What a check says of itself.

    `summary` is one sentence. `detects`, `why` and `limits` are paragraphs, with an empty line between them.
    `example` and `instead` are complete modules of Python source, ending in a newline.
    """

    summary: str
    detects: str
    why: str
    limits: str
    example: str
    instead: str


def parse_page(docstring: str | None, where: str) -> Page:
    """Read a check's docstring.

    Raises:
        PageError: there is none, or a section is missing, empty, unknown, twice there or out of order; `where` says
            whose it is.
    """
    if not docstring or not docstring.strip():
        raise PageError(f"{where} has no docstring; a check's docstring is its page")
    head, *rest = re.split(r"^(\S[^\n]*):[ \t]*$\n?", inspect.cleandoc(docstring), flags=re.MULTILINE)
    headings, bodies = rest[::2], rest[1::2]
    if tuple(headings) != HEADINGS:
        raise PageError(f"{where}: the sections are {_named(headings)}; expected {_named(HEADINGS)}, in this order")
    for heading, body in zip(headings, bodies, strict=True):
        if not body.strip():
            raise PageError(f"{where}: the section {heading!r} is empty")
        stray = next((line for line in body.splitlines() if line and not line.startswith("    ")), None)
        if stray is not None:
            raise PageError(f"{where}: {stray!r} in {heading!r} is not indented by four spaces")
    summary = _joined(head)
    if not summary.endswith(".") or "\n" in summary:
        raise PageError(f"{where}: begin with one sentence that states the defect and ends with a full stop")
    detects, why, limits = (_joined(body) for body in bodies[:3])
    example, instead = (inspect.cleandoc("\n" + body) + "\n" for body in bodies[3:])
    return Page(summary, detects, why, limits, example, instead)


def _named(headings: list[str] | tuple[str, ...]) -> str:
    return ", ".join(repr(heading) for heading in headings) or "none"


def _joined(text: str) -> str:
    """Paragraphs without the line breaks inside them."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
