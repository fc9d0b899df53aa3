"""The promises of an engine for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from seqcheck.model.promise import Kept

INDENT = " " * 12


def table(engine: str, tried: Iterable[Kept]) -> str:
    """One line a promise, below the engine; what is broken with what happened and the way round."""
    lines = [engine]
    for one in tried:
        if one.why_not:
            lines += [f"  not tried {one.promise.words}", f"{INDENT}{one.why_not}"]
        elif one.lacking:
            lines += [f"  lacking   {one.promise.words}", f"{INDENT}{one.lacking}"]
        elif one.what:
            lines += [f"  broken    {one.promise.words}", f"{INDENT}{one.what}"]
            lines += [f"{INDENT}instead: {one.promise.instead}"] if one.promise.instead else []
        else:
            lines.append(f"  kept      {one.promise.words}")
    return "\n".join(lines) + "\n"
