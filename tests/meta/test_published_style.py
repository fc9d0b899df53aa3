"""Sequences as people publish them, in fixtures/published_style/: how many are built with nothing said, that no wrong
plan is accepted, and that each gets the verdicts it deserves.

`expected.toml` there was written from the code of the classes, before anything was run.
"""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.runner import Session
from tests.meta.published import (
    CASES,
    FOLDER,
    PLACE,
    Tried,
    assert_deserved,
    differences,
    maker_of,
    one_session,
    target_of,
    try_out,
)

ONCE = pytest.mark.skipif(
    os.environ.get("TF_USE_LEGACY_KERAS") == "1",
    reason="every class names its own Keras: they are run once, on Keras 3",
)


def driven(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test that builds or drives a class of the corpus."""
    return pytest.mark.corpus(pytest.mark.keras(ONCE(test)))


KEYS = {"target", "built", "args", "real", "violated", "one_of", "allowed", "advice", "open", "passes_on", "known"}
WORDS = ("violated", "one_of", "allowed", "advice", "open")
MADE = ("at_hand", "factories")
TO_COME = {
    "drifting-data", "ignored-parameter", "misnamed-hook", "mutated-arguments", "shared-buffer", "thread-race",
    "uninitialised-rows", "unsafe-fork", "unstable-mapping",
}  # fmt: skip
"""Names whose checks the catalogue may not have yet: what they must say is written down already."""


def cases(known: str, *built: str) -> list[Any]:
    """The cases that are built in one of these ways; those with a word on `known` are expected to fail."""
    return [
        pytest.param(
            case, id=case["target"], marks=[pytest.mark.xfail(reason=why)] if (why := why_not(case, known)) else []
        )
        for case in CASES
        if not built or case["built"] in built
    ]


def why_not(case: dict[str, Any], what: str) -> str:
    return str(case.get("known", {}).get(what, ""))


# The corpus itself ---------------------------------------------------------------------------------------------------


def test_every_class_has_one_entry_that_reads_well() -> None:
    classes = [
        f"{file.stem}.{node.name}"
        for file in sorted(FOLDER.glob("*.py"))
        if file.stem not in MADE
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    assert len(classes) >= 60
    assert sorted(classes) == sorted(case["target"] for case in CASES)
    assert not [(case["target"], set(case) - KEYS) for case in CASES if set(case) - KEYS]
    assert {case["built"] for case in CASES} == {"nothing", "declaration", "factory", "broken"}
    assert [case["target"] for case in CASES if "args" in case] == [
        case["target"] for case in CASES if case["built"] == "declaration"
    ]


def test_every_check_that_is_expected_is_in_the_catalogue_or_to_come() -> None:
    known = set(catalogue())
    named = {name for case in CASES for word in WORDS for name in case.get(word, ())}
    assert named <= known | TO_COME, named - known - TO_COME


def test_a_factory_is_one_line_and_real_data_there_is_for_all() -> None:
    functions: dict[str, ast.FunctionDef] = {}
    for file in (FOLDER / "factories.py", *sorted((FOLDER / "real").glob("[!_]*.py"))):
        place = file.relative_to(FOLDER).with_suffix("").as_posix().replace("/", ".")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions.update({f"{place}:{node.name}": node for node in tree.body if isinstance(node, ast.FunctionDef)})
    assert {real_of(case) for case in CASES} == set(functions)
    for name, node in functions.items():
        if name.startswith("factories:"):
            assert len(node.body) == 1, name
            assert isinstance(node.body[0], ast.Return), name


def real_of(case: dict[str, Any]) -> str:
    place = "factories" if case["built"] == "factory" else f"real.{case['target'].partition('.')[0]}"
    return f"{place}:{maker_of(case)}"


# How they are built --------------------------------------------------------------------------------------------------


class Plans:
    """Every class planned once: with nothing said, and with what its owner would say."""

    def __init__(self, session: Session) -> None:
        self.alone = functools.cache(lambda target: self._alone(session, of(target)))
        self.said = functools.cache(lambda target: self._said(session, of(target)))

    def _alone(self, session: Session, case: dict[str, Any]) -> Tried:
        return try_out(session, target_of(case, alone=True), f"{PLACE}.{real_of(case)}")

    def _said(self, session: Session, case: dict[str, Any]) -> Tried:
        if target_of(case) == target_of(case, alone=True):
            return self.alone(case["target"])
        return try_out(session, target_of(case), f"{PLACE}.{real_of(case)}")


def of(target: str) -> dict[str, Any]:
    return next(case for case in CASES if case["target"] == target)


@pytest.fixture(scope="module")
def plans() -> Iterator[Plans]:
    for session in one_session(timeout=20.0):
        yield Plans(session)


def wrong(case: dict[str, Any], tried: Tried) -> list[str]:
    """What is wrong with a plan that was accepted: nothing where there is none."""
    if not tried.built or tried.constructed.construction.own_fault is not None:
        return []
    if case["built"] == "broken":
        return ["the class fails on real data, and the plan says nothing of it"]
    found = differences(tried.plan, tried.real, passes_on=case.get("passes_on", False))
    return [*found, *(f"{path}: every row is combined with all others of the batch" for path in tried.crossed)]


def counts(case: dict[str, Any], tried: Tried) -> bool:
    """Whether the class was built, or its own fault found, and the plan is right."""
    found = tried.constructed.construction.own_fault is not None if case["built"] == "broken" else tried.built
    return found and not wrong(case, tried)


@driven
@pytest.mark.parametrize("case", cases("construction", "nothing", "declaration", "factory"))
def test_a_class_is_built_with_no_more_said_than_expected(case: dict[str, Any], plans: Plans) -> None:
    tried = plans.said(case["target"])
    assert tried.built, "\n".join((tried.constructed.construction.problem, *tried.constructed.construction.tried))


@driven
@pytest.mark.parametrize("case", cases("construction", "broken"))
def test_what_a_class_fails_at_by_itself_is_told_from_a_plan_that_fails(case: dict[str, Any], plans: Plans) -> None:
    construction = plans.alone(case["target"]).constructed.construction
    assert construction.own_fault is not None, (construction.summary, construction.problem, *construction.tried)


@driven
@pytest.mark.parametrize("case", cases("plan"))
def test_a_plan_made_of_nothing_is_no_wrong_one(case: dict[str, Any], plans: Plans) -> None:
    tried = plans.alone(case["target"])
    assert isinstance(tried.real, str) == (case["built"] == "broken"), tried.real
    assert not wrong(case, tried), tried.constructed.construction.summary


@driven
def test_three_of_four_classes_are_built_with_nothing_said_and_nearly_all_with_one_line(plans: Plans) -> None:
    alone = [case["target"] for case in CASES if counts(case, plans.alone(case["target"]))]
    said = [case["target"] for case in CASES if counts(case, plans.said(case["target"])) or case["target"] in alone]
    missing = sorted({case["target"] for case in CASES} - set(alone))
    assert len(alone) >= 0.75 * len(CASES), missing
    assert len(said) >= 0.95 * len(CASES), sorted(set(missing) - set(said))
    sound = [case["target"] for case in CASES if case["built"] != "broken"]
    assert len(set(alone) & set(sound)) >= 0.75 * len(sound), missing


# What they deserve ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forking() -> Iterator[Session]:
    """Workers are forked alone, for time: what a pickle loses or refuses is asked about apart from them."""
    yield from one_session(timeout=20.0, budget=60.0, start_methods=("fork",))


@pytest.fixture(scope="module")
def spawning() -> Iterator[Session]:
    """With interpreters of their own, in which sets have other orders."""
    yield from one_session(timeout=20.0, budget=60.0)


@driven
@pytest.mark.repeated
@pytest.mark.parametrize("case", cases("verdicts"))
def test_a_class_gets_what_it_deserves(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    mapped = "unstable-mapping" in case.get("violated", ())
    session: Session = request.getfixturevalue("spawning" if mapped else "forking")
    report = session.run(session.resolve([target_of(case)])[0])
    assert_deserved(case, report)
