"""A pytest plugin that watches which declarations change what a check says, in every case that the tests judge.

Loaded by `-p tests.meta.observing` over `tests/checks`, with `SEQCHECK_OBSERVED` naming the file to write: one line
``check option level`` for each change that was seen. A case is judged without the option and with each of its levels;
what counts as a change is another outcome, or findings of another number or severity.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import seqcheck.checks
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Judgement
from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.history import Delivery, Read

LEVELS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "epoch": {"per-epoch": ("per-epoch",), "random": ("random",)},
    "drop_remainder": {"": (True, "per-group", 1, 2, 3, 5)},
    "shuffles": {"true": (True,), "false": (False,)},
    "augments": {"on": (True, ("x",), ("y",)), "false": (False,)},
    "batch_size": {"number": (2, 3, 4, 5, 8), "variable": ("variable",)},
    "varying_axes": {"": ({"x": (1,)}, {"y": (1,)})},
    "padding": {"": (0.0, float("nan"))},
    "length": {"per-epoch": ("per-epoch",), "constant": ("constant",)},
    "num_samples": {"": (1, 5, 9, 10, 12, 40, 50, 64)},
    "sample_id": {"": ("data:ids",)},
    "validation": {"": ("data:make_validation",)},
    "seed": {"": (7,)},
    "infinite": {"": (True,)},
    "fit": {
        "workers": ({"workers": 1},),
        "use_multiprocessing": ({"use_multiprocessing": True}, {"use_multiprocessing": False}),
        "start_method": tuple({"start_method": name} for name in ("fork", "spawn", "forkserver")),
        "max_queue_size": ({"max_queue_size": 1}, {"max_queue_size": 100}),
        "steps_per_epoch": ({"steps_per_epoch": 2},),
        "keras": ({"keras": "tf_keras"},),
    },
    "required": {"": (("lost-samples",),)},
}
"""Each option's levels, and values that stand for them: enough that one of them matters where any does."""

EMPTY: Mapping[str, Any] = {"varying_axes": {}, "required": ()}
"""What stands for nothing declared where it is not None."""
_seen: set[tuple[str, str, str]] = set()


class Watched(Contract):
    """A contract that notes what is asked of it."""

    asked: set[str] = set()  # noqa: RUF012  # of one judgement at a time

    def __getattribute__(self, name: str) -> Any:
        if name in LEVELS:
            Watched.asked.add(name)
        return super().__getattribute__(name)


def pytest_configure() -> None:
    """Put the watch around every check, before any test has taken it by name."""
    for module in pkgutil.iter_modules(seqcheck.checks.__path__):
        check = importlib.import_module(f"seqcheck.checks.{module.name}")
        check.judge = watched(check.CHECK.name, check.judge)  # type: ignore[attr-defined]


def pytest_unconfigure() -> None:
    """Write what was seen."""
    text = "".join(" ".join(line).rstrip() + "\n" for line in sorted(_seen))
    Path(os.environ["SEQCHECK_OBSERVED"]).write_text(text, encoding="utf-8")


def watched(name: str, judge: Callable[[Case], Judgement]) -> Callable[[Case], Judgement]:
    """The check itself, judging each case once more for every level of every option that it asks for."""

    def observe(case: Case) -> Judgement:
        said = judge(case)
        Watched.asked = set()
        judge(replace(case, contract=Watched(**vars(case.contract))))
        for option in sorted(Watched.asked | {"sample_id"}):
            without = _gist(judge(_declared(case, option, None)))
            for level, values in LEVELS[option].items():
                if (name, option, level) not in _seen and any(
                    _gist(judge(_declared(case, option, value))) != without for value in values
                ):
                    _seen.add((name, option, level))
        return said

    return observe


def _gist(judgement: Judgement) -> Any:
    return judgement.outcome, [finding.severity for finding in judgement.findings]


def _declared(case: Case, option: str, value: Any) -> Case:
    if option == "sample_id":
        return replace(case, histories=tuple(_identified(run, value is not None) for run in case.histories))
    contract = case.contract
    changed: Any
    if option == "fit":
        changed = FitUse(**(value or {}))
    else:
        changed = EMPTY.get(option) if value is None else value
    return replace(case, contract=replace(contract, **{option: changed}, inferred=contract.inferred - {option}))


def _identified(run: Any, known: bool) -> Any:
    """The run as recorded with the owner's ids, here what stands in the target or the only leaf; or without any."""
    reads = tuple(_with_ids(read, known) for read in run.reads)
    return replace(run, reads=reads, deliveries=tuple(_with_ids(one, known) for one in run.deliveries))


def _with_ids(record: Read | Delivery, known: bool) -> Any:
    batch: Batch | None = record.batch
    if batch is None:
        return record
    leaves: Iterator[Any] = (leaf for leaf in batch.leaves if leaf.rows and (leaf.path == "y" or len(batch.leaves) < 2))
    leaf = next(leaves, None)
    ids = (batch.identities or (leaf.rows if leaf is not None else None)) if known else None
    return replace(record, batch=replace(batch, identities=ids))
