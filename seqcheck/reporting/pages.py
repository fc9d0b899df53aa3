"""The page of a check as Markdown and as terminal text, and the index of all pages."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from seqcheck.model.check import CLAUSES, Check, Severity
from seqcheck.model.declarations import meant_by
from seqcheck.model.page import Page

Pages = Mapping[str, tuple[Check, Page]]
"""The declaration and page of each check, by name, in the order of the catalogue."""

GENERATED = "<!-- Made from the check's docstring by `python -m seqcheck.pages docs/defects`: do not edit. -->"
GUARANTEES = {
    "proof": "a finding is certain",
    "chance": "a finding would come about by chance less than once in 1,000,000,000 runs",
}
WIDTH = 100


def as_markdown(check: Check, page: Page) -> str:
    """One page, with a newline at its end."""
    parts = [
        GENERATED,
        f"# {check.name}",
        page.summary,
        _facts(check, mark="`"),
        f"## What it detects\n\n{page.detects}",
        f"## Why it matters\n\n{page.why}",
        f"## Limits\n\n{page.limits}",
        f"## Example\n\n```python\n{page.example}```",
        f"## Use instead\n\n```python\n{page.instead}```",
    ]
    return "\n\n".join(parts) + "\n"


def as_text(check: Check, page: Page) -> str:
    """One page for a terminal of `WIDTH` columns or more, with a newline at its end."""
    parts = [check.name, _wrapped(page.summary), _wrapped(_facts(check))]
    for heading, text in (
        ("What it detects", page.detects),
        ("Why it matters", page.why),
        ("Limits", page.limits),
    ):
        parts.append(f"{heading}:\n{textwrap.indent(_wrapped(text), '    ')}")
    for heading, source in (("Example", page.example), ("Use instead", page.instead)):
        parts.append(f"{heading}:\n{textwrap.indent(source.rstrip(), '    ')}")
    return "\n\n".join(parts) + "\n"


def index_of(pages: Pages) -> str:
    """The index by clause, with a newline at its end."""
    parts = [GENERATED, "# Defects", "What seqcheck looks for, one page a defect, by clause."]
    for clause in CLAUSES:
        of_clause = [(check, page) for check, page in pages.values() if check.clause == clause]
        if of_clause:
            lines = [f"- [{check.name}]({check.name}.md){_advice(check)}: {page.summary}" for check, page in of_clause]
            parts.append(f"## {clause.capitalize()}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def files_of(pages: Pages) -> dict[str, str]:
    """Every generated file by its name: one a check, and the index."""
    files = {f"{name}.md": as_markdown(check, page) for name, (check, page) in pages.items()}
    return {"README.md": index_of(pages), **files}


def _advice(check: Check) -> str:
    return " (advice)" if check.severity is Severity.ADVICE else ""


def _facts(check: Check, mark: str = "") -> str:
    """Clause, severity, guarantee and options, as sentences."""
    facts = [
        f"Clause: {check.clause}.",
        f"Severity: {check.severity.value}.",
        f"Guarantee: {GUARANTEES[check.guarantee]}.",
    ]
    if check.options:
        said = [f"{mark}{declaration.written}{mark}" for declaration in meant_by(check.options)]
        facts.append(f"Declarations that change it: {', '.join(said)}.")
    return " ".join(facts)


def _wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(part, WIDTH - 4) for part in text.split("\n\n"))
