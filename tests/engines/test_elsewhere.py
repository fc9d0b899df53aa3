"""Parts of a run that another interpreter does."""

from __future__ import annotations

import os
import time
from typing import Any

from seqcheck.engines import elsewhere
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote
from tests.runs import SHORT, Bench


def part(what: str, run: Run) -> None:
    """In the other interpreter."""
    run.record(EngineNote("here", f"{hash('text')}"))
    if what == "ends":
        os._exit(5)
    if what == "hangs":
        time.sleep(600)


def ask(what: str, run: Run) -> None:
    """In the run: have others do a part, and say what became of it."""
    for role in elsewhere.interpreters(run):
        run.record(EngineNote("became", elsewhere.call(run, role, part, (what,))))


def told(bench: Bench, what: str, **limits: Any) -> list[tuple[str, str]]:
    roles = {"main": "main", "spawn-0": "spawn-0", "spawn-1": "spawn-1"}
    outcome = bench.isolation.run(
        "main", ask, (what,), **{"silence": 30.0, "limit": 120.0, **limits}, pools=roles
    ).result()
    assert outcome.broken == ()
    return [(note.kind, note.text) for note in outcome.records if isinstance(note, EngineNote)]


def test_each_part_is_done_in_an_interpreter_of_its_own(bench: Bench) -> None:
    found = told(bench, "works")
    assert found.count(("became", "")) == 2
    assert len({text for kind, text in found if kind == "here"}) == 2


def test_a_part_that_dies_or_hangs_is_told(bench: Bench) -> None:
    assert told(bench, "ends").count(("became", "exit 5")) == 2
    assert told(bench, "hangs", silence=2 * SHORT).count(("became", "hung")) == 2


def test_without_other_interpreters_there_is_nobody_to_ask(bench: Bench) -> None:
    outcome = bench.isolation.run("main", ask, ("works",), silence=30.0, limit=120.0, pools={"main": "main"}).result()
    assert not [note for note in outcome.records if isinstance(note, EngineNote)]
