"""What one run says of one target: the verdicts and all that a reader needs beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from seqcheck.model.history import Frame
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.verdict import Verdict

CLASS: Final = "class"
ENGINE: Final = "engine"
"""The name, beside those of checks, of what becomes of the declared use on the installed engine."""


@dataclass(frozen=True)
class Construction:
    """How the instances were built, or why none could be.

    `summary` is one line (``MySequence(x=probe (37, 4), y=probe labels, batch_size=4)``). On failure `problem` says
    why in a few lines, `tried` has one line a plan, and `paste` the TOML and factory to paste.
    """

    ok: bool
    summary: str
    problem: str = ""
    tried: tuple[str, ...] = ()
    paste: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    own_fault: OwnFault | None = None
    """What the class fails at by itself, whether or not it could be built; None where nothing shows it."""


@dataclass(frozen=True)
class TargetReport:
    """Everything about one target.

    `node` is the front of its pytest node ids (``src/mypkg/data.py::MySequence``). `contract` is what was declared or
    inferred, as plain values. `engine` has what the engines did of themselves, one sentence each, never blamed on the
    target. `phases` maps a phase of the run to its wall seconds. `cut` says what was left out for time, one sentence
    each. `internal` has tracebacks of seqcheck's own failures.
    """

    target: str
    node: str
    construction: Construction
    verdicts: tuple[Verdict, ...] = ()
    base: str = ""
    """The package of the Keras class that it is derived from, ``keras`` or ``tf_keras``; empty where from none."""
    contract: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    engine: tuple[str, ...] = ()
    broken_use: tuple[str, ...] = ()
    """What the installed engine breaks of the use that is declared, one sentence each; the run fails for it."""
    unknown_use: str = ""
    """Why not all is known of what the installed engine makes of that use; empty where it is."""
    phases: Mapping[str, float] = field(default_factory=dict)
    cut: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    seconds: float = 0.0
    places: Mapping[str, Frame] = field(default_factory=dict)
    """By method, the first line of the function that the Sequence is driven through; and that of its `CLASS`."""
    hurried: bool = False
    """Time cut something short, so that another run may see what this one did not."""
    search: str = ""
    """What was drawn beside the runs of every target, and by which seed."""
    command: str = ""
    """The command line that repeats this run, without a selection: ``pytest --seqcheck mypkg.MySequence``."""

    def verdict(self, check: str) -> Verdict | None:
        """The verdict of one check."""
        return next((verdict for verdict in self.verdicts if verdict.check == check), None)
