"""What the terminal shows of the checks' pages: one whole, or all in a list."""

from __future__ import annotations

from seqcheck.checks import catalogue
from seqcheck.model.contract import suggest
from seqcheck.pages import explanation
from seqcheck.reporting import terminal
from seqcheck.reporting.pages import as_text


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
