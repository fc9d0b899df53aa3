"""What ``--seqcheck-plan`` prints: how each target is built, as text to paste; nothing is driven."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from seqcheck.model.report import Construction
from seqcheck.plugin.runs import Driver
from seqcheck.reporting.plain import one_line, plain
from seqcheck.reporting.terminal import not_built


def plans(texts: Sequence[str], start: Callable[[], Driver]) -> tuple[str, bool]:
    """The plans of these targets in the order in which they were named, and whether all of them can be built.

    Raises:
        ValueError: a target does not exist.
    """
    with contextlib.closing(start()) as driver:
        found = [(target.text, driver.plan(target)) for target in driver.resolve(texts)]
    return "\n".join(plan_text(text, built) for text, built in found), all(built.ok for _, built in found)


def plan_text(text: str, built: Construction) -> str:
    """One target: the plan as a comment, then TOML, then the factory that it names; or why there is none."""
    if not built.ok:
        return f"# {one_line(text)}: not built\n\n{not_built(built)}\n"
    head = [f"# {one_line(text)}: {one_line(built.summary)}"]
    if built.problem:
        head.append(f"# it fails by itself: {one_line(built.problem)}")
    pin = str(built.details.get("pin") or "")
    if not pin:
        head.append("# nothing to pin: it is built as it stands, by what it or its configuration says")
    return "\n".join([*head, *([plain(pin)] if pin else [])]) + "\n"
