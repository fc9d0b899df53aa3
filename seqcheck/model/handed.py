"""Whether a batch that is handed to a model by hand reaches its step as it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from seqcheck.model.arrival import changed_leaves
from seqcheck.model.check import Finding, Severity
from seqcheck.model.history import Failure, History
from seqcheck.model.observation import ByHand
from seqcheck.model.words import listing

EXACT: Final = 2.0**24
"""Whole numbers below this are the same in every precision that an engine computes in."""


def findings(run: History, of_the_data: Callable[[Failure], bool]) -> list[Finding]:
    """What a model that is handed a batch refuses, or takes otherwise; advice, since `fit` takes the same batch.

    `of_the_data` says of an error whether it speaks of the batch, and not of the model.
    """
    found = []
    for note in run.notes:
        if note.kind == "by-hand" and note.failure is not None and of_the_data(note.failure):
            said = next(iter(note.failure.message.splitlines()), "")[:300]
            evidence: dict[str, object] = {"error": note.failure.type_name, "message": note.failure.message[:600]}
            summary = f"{note.text} refuses a batch that fit takes: {said or note.failure.type_name}"
            found.append(Finding(summary, evidence, run.scenario, severity=Severity.ADVICE))
    for seen in run.observed(ByHand):
        for leaf, arrived in changed_leaves(seen.given, seen.reached):
            if any(abs(value) >= EXACT for value in leaf.values or ()):
                continue
            summary = f"{leaf.path} of batch {seen.index} reaches the step of {seen.method} with other values"
            evidence = {
                "given": list(leaf.values or ())[:10],
                "arrived": list(arrived.values or ())[:10],
                "dtypes": f"{leaf.dtype} became {arrived.dtype}",
            }
            found.append(Finding(summary, evidence, run.scenario, severity=Severity.ADVICE))
    return found


def said(run: History) -> str:
    """``, and batch 0 those of train_on_batch and test_on_batch``: what was looked at; empty where nothing was."""
    seen = run.observed(ByHand)
    return f", and batch {seen[0].index} those of {listing(one.method for one in seen)}" if seen else ""
