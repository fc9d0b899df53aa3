"""From what a run left behind to its history: who died of what, and what was under way when all was silent."""

from __future__ import annotations

from dataclasses import replace

from seqcheck.engines.isolate import Outcome
from seqcheck.model.history import BETWEEN, Death, Event, History, ReadBegun, Timeout, assemble
from seqcheck.model.scenario import Scenario


def history_of(scenario: Scenario, outcome: Outcome, silence: float) -> History:
    """The history of a run; `silence` is the time limit, in seconds, that a silent run exceeded."""
    events: list[Event] = list(outcome.records)
    if outcome.broken:
        note = outcome.broken[0].strip().splitlines()[-1]
        return assemble(scenario, events, ending="seqcheck-failed", note=f"seqcheck failed: {note}")
    if outcome.cause == "no nursery":
        return assemble(scenario, events, ending="not-run", note="the process that imports the target is gone")
    if outcome.cause == "cut":
        return assemble(scenario, events, ending="not-run", note="the time budget ran out")
    history = assemble(scenario, events)
    # Whoever leaves in the middle may well say that all went well.
    cause = outcome.cause or ("exit 0" if history.ending == "died" else "")
    if not cause:
        return history
    during, read = under_way(history)
    index, epoch = (None, None) if read is None else (read.index, read.epoch)
    if cause == "silent":
        timeout = Timeout(silence, during, outcome.stacks, index, epoch, outcome.waited)
        return replace(history, ending="timed-out", timeouts=(*history.timeouts, timeout))
    death = Death(-1, cause, during, index, epoch)
    return replace(history, ending="died", deaths=(*history.deaths, death))


def under_way(history: History) -> tuple[str, ReadBegun | None]:
    """What a run was doing when it stopped, in words, and the read if it was one."""
    if history.unfinished:
        # Of several reads under way, the oldest is the one that the others waited for.
        # A reference is read by a fork that is killed where it hangs, and is over by then.
        pending = [begun for begun in history.unfinished if begun.purpose != "reference"] or list(history.unfinished)
        read = min(pending, key=lambda begun: begun.start)
        who = "" if read.worker < 0 else f" in worker {read.worker}"
        return f"reading batch {read.index} in epoch {read.epoch}{who}", read
    begun = [hook for hook in history.hooks if hook.begun]
    if begun:
        return f"calling {begun[-1].name}", None
    if history.built is None:
        return "building the instance", None
    if not history.reads and not history.lengths:
        return "asking for the length", None
    return BETWEEN, None
