"""What the tests of the published classes share: how each is built, and what it gives on real data."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.build import build
from seqcheck.construction.recipe import Recipe
from seqcheck.engines.run import Run
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import Scenario
from seqcheck.runner import Session, Settings
from seqcheck.runner.exploring import Constructed, construct

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PLACE = "fixtures.published_style"
FOLDER = ROOT / "fixtures" / "published_style"
CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))["case"]
NEEDED = ("PIL", "cv2", "h5py", "pandas", "scipy", "skimage", "sklearn", "tf_keras")
BROKEN = {"broken-defaults"}
"""What is said of a class that fails at every batch: one cause, one red."""
WARM = ("keras", "cv2", "h5py", "pandas", "scipy.signal", "scipy.io.wavfile", "skimage.io", "skimage.transform")


@dataclass(frozen=True)
class Leaf:
    """An array of a batch: its dtype's kind and its shape."""

    kind: str
    shape: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of its axes."""
        return len(self.shape)

    @property
    def rows(self) -> int:
        """The number of its rows; 0 for a single value."""
        return self.shape[0] if self.shape else 0


@dataclass(frozen=True)
class Seen:
    """What a child saw: a structure of leaves, or the text of the exception that came.

    `crossed` has the leaves of which some inner axis is as long as the batch, whatever its size: rows that were
    combined with all others, as happens to arrays with too few axes.
    """

    batch: Any
    crossed: tuple[str, ...] = ()


def target_of(case: Mapping[str, Any], *, alone: bool = False) -> str:
    """What follows ``--seqcheck``: by default with all that the owner says, with `alone` the class and no more."""
    dotted = f"{PLACE}.{case['target']}"
    if alone or case["built"] in ("nothing", "broken"):
        return dotted
    if case["built"] == "factory":
        return f"{PLACE}.factories:{maker_of(case)}"
    return f"{dotted}({', '.join(f'{name}={value!r}' for name, value in case['args'].items())})"


def maker_of(case: Mapping[str, Any]) -> str:
    """The function in `factories` or `real` that makes the class on real data: its name in snake case."""
    name = case["target"].partition(".")[2]
    return case.get("real") or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def one_session(**settings: Any) -> Iterator[Session]:
    """A session at the root of the project whose targets share one import of all that they need."""
    for name in NEEDED:
        pytest.importorskip(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        made = Session(Settings(**settings), ROOT, warm=WARM)
        yield made
        made.close()


@dataclass(frozen=True)
class Tried:
    """A target that was planned and not driven, and the first batch: of the plan, and on real data where asked for."""

    constructed: Constructed
    plan: Any = None
    real: Any = None
    crossed: tuple[str, ...] = ()

    @property
    def built(self) -> bool:
        """Whether there is an instance to drive, faulty or not."""
        return self.constructed.explored is not None


def try_out(session: Session, text: str, maker: str = "") -> Tried:
    """Plan a target; with `maker`, also make an instance by that function, on real data."""
    resolved = session.resolve([text])[0]
    nursery = session.imports.begin(resolved.spec, resolved.search_path)
    try:
        deadline = time.monotonic() + session.settings.budget
        timeout = session.settings.timeout
        found = construct(session.isolation, nursery, resolved.description, resolved.options, timeout, deadline)
        recipe = found.explored.recipe if found.explored else None
        plan = seen_in(session, nursery, made_by_plan, recipe) if recipe else Seen(None)
        real = seen_in(session, nursery, made_really, maker) if maker else Seen(None)
        return Tried(found, plan.batch, real.batch, plan.crossed)
    finally:
        session.imports.end(resolved.spec, nursery)


def seen_in(session: Session, nursery: str, function: Any, subject: object) -> Seen:
    """What a child says."""
    limit = session.settings.timeout
    outcome = session.isolation.run(nursery, function, (subject,), silence=limit, limit=2 * limit).result()
    assert not outcome.broken, outcome.broken[0]
    return next((record for record in outcome.records if isinstance(record, Seen)), Seen(outcome.cause))


def made_by_plan(recipe: Recipe, run: Run) -> None:
    """In a child: the structure of batch 0 of the instance that the plan makes, in two batch sizes."""
    usual, other = (
        first_batch(lambda: build(recipe, Scenario("loop", batch_size=size), run.directory)[0])  # noqa: B023
        for size in (None, 3)
    )
    run.record(Seen(usual, crossed(usual, other)))  # type: ignore[arg-type]


def made_really(maker: str, run: Run) -> None:
    """In a child: the structure of batch 0 on real data, of ``module:function``."""
    module, name = maker.split(":")
    function = getattr(importlib.import_module(module), name)
    folder = Path(tempfile.mkdtemp(dir=run.directory))
    given = {"tmp_path": folder} if "tmp_path" in inspect.signature(function).parameters else {}
    run.record(Seen(first_batch(lambda: function(**given))))  # type: ignore[arg-type]


def first_batch(make: Any) -> Any:
    try:
        return structure(make()[0])
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def structure(batch: Any) -> Any:
    """A batch with a `Leaf` in place of each array; tuples and lists are told apart, and None is a leaf."""
    if isinstance(batch, Mapping):
        return {name: structure(value) for name, value in batch.items()}
    if isinstance(batch, (tuple, list)) and not (batch and np.isscalar(batch[0])):
        return (type(batch).__name__, *(structure(value) for value in batch))
    array = np.asarray(batch)
    return Leaf(array.dtype.kind, array.shape)


def leaves(structured: Any, path: str = "") -> dict[str, Leaf]:
    """The leaves by their paths: ``0``, ``0.image``, ``1``."""
    if isinstance(structured, Leaf):
        return {path: structured}
    items = structured.items() if isinstance(structured, dict) else enumerate(structured[1:])
    found: dict[str, Leaf] = {}
    for name, value in items:
        found.update(leaves(value, f"{path}.{name}" if path else f"{name}"))
    return found


def differences(plan: Any, real: Any, *, passes_on: bool = False) -> list[str]:
    """How the first batch of a plan differs from that on real data, apart from sizes; empty where they are alike.

    Numbers of any kind are alike, unless the real inputs are whole: then those of the plan are whole as well. A class
    that `passes_on` whatever it is given is right with numbers of any kind and any number of axes.
    """
    if isinstance(plan, str) or isinstance(real, str):
        return [] if plan == real else [f"plan: {plan}", f"real: {real}"]
    if form(plan) != form(real):
        return [f"the plan gives {form(plan)}, real data {form(real)}"]
    made, wanted = leaves(plan), leaves(real)
    found = []
    for path, leaf in wanted.items():
        other = made[path]
        if other.rank != leaf.rank and not passes_on:
            found.append(f"{path}: {other.rank} axes, not {leaf.rank}")
        is_input = path == "" or path.split(".")[0] == "0"
        whole = is_input and leaf.kind == "i" and not passes_on
        kinds = "iub" if whole else "iufb" if leaf.kind in "iufb" else leaf.kind
        if other.kind not in kinds:
            found.append(f"{path}: dtype kind {other.kind!r}, not {leaf.kind!r}")
    if len({leaf.rows for leaf in wanted.values()}) == 1 and len({leaf.rows for leaf in made.values()}) > 1:
        found.append(f"rows that differ: {[leaf.rows for leaf in made.values()]}")
    return found


def crossed(usual: Any, other: Any) -> tuple[str, ...]:
    """The leaves of which an inner axis is as long as the batch in both of two batches of different sizes."""
    if isinstance(usual, str) or isinstance(other, str) or form(usual) != form(other):
        return ()
    pairs = {path: (leaf, leaves(other)[path]) for path, leaf in leaves(usual).items()}
    pairs = {path: (one, two) for path, (one, two) in pairs.items() if one.rank == two.rank}
    return tuple(
        path
        for path, (one, two) in pairs.items()
        if one.rows != two.rows and (one.rows, two.rows) in zip(one.shape[1:], two.shape[1:], strict=True)
    )


def form(structured: Any) -> Any:
    """The structure alone: tuples, lists, dicts and their names."""
    if isinstance(structured, Leaf):
        return "leaf"
    if isinstance(structured, dict):
        return {name: form(value) for name, value in structured.items()}
    return (structured[0], *(form(value) for value in structured[1:]))


def assert_deserved(case: Mapping[str, Any], report: TargetReport) -> None:
    """That a report says what the entry of its class asks for, and is red of nothing else."""
    assert not report.internal, report.internal[0]
    assert not [verdict.check for verdict in report.verdicts if "seqcheck failed" in verdict.reason]
    assert report.construction.ok or case["built"] == "broken", report.construction.problem
    violated = {verdict.check: verdict for verdict in report.verdicts if verdict.outcome is Outcome.VIOLATED}
    red = {name: verdict.reason for name, verdict in violated.items() if verdict.severity is Severity.ERROR}
    here = set(catalogue())
    deserved = ({"broken-defaults"} if case["built"] == "broken" else set(case.get("violated", ()))) & here
    assert deserved <= set(red), {name: report.verdict(name) for name in deserved - set(red)}
    advised = set(case.get("advice", ())) & here
    assert advised <= set(violated) - set(red), {name: report.verdict(name) for name in advised - set(violated)}
    assert not case.get("one_of") or set(violated) & set(case["one_of"]), case["one_of"]
    tolerated = {name for word in ("violated", "one_of", "allowed") for name in case.get(word, ())}
    tolerated |= BROKEN if case["built"] == "broken" else set()
    assert set(red) <= tolerated, {name: red[name] for name in set(red) - tolerated}
    settled = {
        name: verdict
        for name in case.get("open", ())
        if (verdict := report.verdict(name)) is not None and verdict.outcome in (Outcome.HOLDS, Outcome.VIOLATED)
    }
    assert not settled, settled
