"""The page of the contract: every option at every level, and the checks that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seqcheck.model.check import CLAUSES, Check
from seqcheck.model.declarations import DECLARATIONS, Declaration, meant_by

GENERATED: Final = "<!-- Made from the checks by `python -m seqcheck.pages docs/defects`: do not edit. -->"
INTRODUCTION: Final = """\
What a Sequence promises by design is declared on the class (`__seqcheck__`), in `pyproject.toml`
(`[tool.seqcheck.targets."mypkg.MySequence"]`) or as keyword arguments in a test, never guessed. Each declaration
changes the checks beside it and no other. A change is another outcome - what was violated is meant, what was open is
settled, what was promised by nobody is judged - or another severity: what is wrong in a use that training does not
make of the Sequence becomes advice, in every check, and says what it keeps training from moving to. The default of
`epoch` is `"once"`: each sample comes once an epoch. Beside that, `num_samples`, `batch_size`, `shuffles` and `seed`
are handed to a constructor or factory that takes them."""
ELSEWHERE: Final = {"required": "the gate alone", "fit": "no check; the item `::engine` ([profile](profile.md))"}
"""What is changed by options that no check looks at."""


def contract_page(checks: Mapping[str, Check]) -> str:
    """The page, with a newline at its end; `checks` by name, in the order of the catalogue."""
    parts = [GENERATED, "# The contract", INTRODUCTION, "| declaration | says | changes |\n| --- | --- | --- |"]
    rows = [_row(declaration, checks) for declaration in DECLARATIONS]
    unchanged = [name for clause in CLAUSES for name in _untouched(clause, checks)]
    parts[-1] += "\n" + "\n".join(rows)
    parts.append(f"No declaration changes {', '.join(_link(name) for name in unchanged)}.")
    return "\n\n".join(parts) + "\n"


def _row(declaration: Declaration, checks: Mapping[str, Check]) -> str:
    changed = [name for name, check in checks.items() if declaration in set(meant_by(check.options))]
    said = ", ".join(map(_link, changed)) or ELSEWHERE.get(declaration.option, "no check; it stands in the report")
    return f"| `{declaration.written}` | {declaration.says} | {said} |"


def _untouched(clause: str, checks: Mapping[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if check.clause == clause and not check.options]


def _link(name: str) -> str:
    return f"[{name}](defects/{name}.md)"
