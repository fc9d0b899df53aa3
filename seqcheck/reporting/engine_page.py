"""The page of the engines: which promises each Keras keeps, as it was measured, in a table."""

from __future__ import annotations

from collections.abc import Mapping

from seqcheck.model.measured import Measured
from seqcheck.model.promise import PROMISES

HEAD = """# What the engines keep

Whatever a Sequence promises, the Keras that drives it may break. Each line was tried with a Sequence that is known to
be sound; `pytest --seqcheck-engine` tries them on the Keras that is installed. None of this is held against a Sequence:
where it applies to how one is used, the run says so as `engine`. Where the use that the owner declares (`fit`) is
trained on other data than the Sequence holds, the run fails on a line of its own, `::engine`.

`keras 3.15` computes on TensorFlow, `keras 2.15` is that of TensorFlow 2.15. With workers, Keras 3 on JAX trains on
what it fetched to build the model; a model that is compiled with a loss is built so. Keras 3 on PyTorch is not driven,
and was not measured.

This page is generated from what the tests hold the engines to; it is not edited by hand.
"""


def engine_page(measured: Mapping[str, Mapping[str, Measured]]) -> str:
    """The whole page, a column an engine."""
    engines = list(measured)
    lines = [HEAD, f"| promise | {' | '.join(engines)} |", f"|---|{'---|' * len(engines)}"]
    for promise in PROMISES:
        said = [_cell(measured[engine].get(promise.name)) for engine in engines]
        lines.append(f"| {promise.words} | {' | '.join(said)} |")
    lines += ["", "## The way round", ""]
    for promise in PROMISES:
        broken = [engine for engine in engines if promise.name in measured[engine]]
        broken = [engine for engine in broken if measured[engine][promise.name].outcome != "lacking"]
        if broken and promise.instead:
            lines.append(f"- {promise.words} ({', '.join(broken)}): {promise.instead}.")
    return "\n".join(lines) + "\n"


def _cell(measured: Measured | None) -> str:
    if measured is None:
        return "kept"
    issue = f" ({measured.issue})" if measured.issue else ""
    word = {"lacking": "not applicable", "hangs": "**hangs**", "broken": "**broken**"}[measured.outcome]
    return f"{word}{': ' if measured.words else ''}{measured.words}{issue}"
