"""What users of a Sequence count on of the engine that drives it, and whether an engine was seen to keep it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """`words` say what is counted on, `instead` what a user can do where it is broken."""

    name: str
    words: str
    instead: str


@dataclass(frozen=True)
class Kept:
    """One promise on one engine, such as ``keras 3.15.1``, that was tried with a Sequence known to be sound.

    `what` says what happened where it was broken, `why_not` why it could not be tried.
    """

    promise: Promise
    engine: str
    what: str = ""
    why_not: str = ""
