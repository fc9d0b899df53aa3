"""Files in TOML that a project keeps under version control and a run is held against: the baseline and the lock.

Each has one table a target, named by the front of its node ids, and is written so that a review shows what changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from seqcheck.model.contract import suggest
from seqcheck.reporting.plain import one_line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]  # only there where it is needed

SCHEMA: Final = 1


class LedgerError(ValueError):
    """A file that cannot be used; the text says which, what is wrong with it and what to do."""


def tables(path: Path) -> dict[str, Any]:
    """What stands in a file beside its ``schema``; empty where there is no file.

    Raises:
        LedgerError: it is no TOML, or of another schema.
    """
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LedgerError(f"{path} cannot be read: {error}") from None
    if content.pop("schema", None) != SCHEMA:
        raise LedgerError(f"{path}: expected schema = {SCHEMA}: it was written for another purpose or version")
    return content


def known_name(name: str, known: Collection[str], where: str, update: str) -> None:
    """Refuse a check that the catalogue has not.

    Raises:
        LedgerError: `name` is not in `known`; `update` is the option that would take it away.
    """
    if name not in known:
        raise LedgerError(f"{where}: there is no check {name!r}.{suggest(name, list(known))} {update} takes it away.")


def gone(path: Path, listed: Collection[str], configured: Collection[str], update: str) -> None:
    """Refuse targets that the file lists though a run of all targets has them no more.

    Raises:
        LedgerError: there is one; `update` is the option that would take it away.
    """
    for node in listed:
        if node not in configured:
            hint = suggest(node, list(configured))
            raise LedgerError(f"{path} lists {node!r}, which is no target any more.{hint} {update} takes it away.")


def text(value: str) -> str:
    """A string of TOML on one line, with whatever a terminal or an editor could act upon escaped."""
    return json.dumps(one_line(value), ensure_ascii=False)


def document(heading: str, head: Mapping[str, str], content: Mapping[str, Mapping[str, str]]) -> str:
    """The whole file: `head` and `content` map names to values that are TOML already; an empty table is left out."""
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [f"schema = {SCHEMA}", *(f"{key} = {value}" for key, value in head.items())]
    for node in sorted(content):
        if content[node]:
            lines += [f"[{text(node)}]", *(f"{key} = {value}" for key, value in content[node].items())]
    return "\n".join(lines) + "\n"
