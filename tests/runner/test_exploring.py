"""A recipe is tried in children: what hangs or dies of one is told, and the next one is tried."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from seqcheck.construction.options import Options, combine
from seqcheck.construction.resolve import describe
from seqcheck.construction.target import parse
from seqcheck.engines.isolate import Isolation
from seqcheck.runner.exploring import Constructed, construct
from tests.runs import PATIENT, SHORT
from tests.specimens import Rows


class NeedsOracle(Rows):
    def __init__(self, oracle: Any) -> None:
        raise ValueError(f"no such oracle: {oracle}")


class DiesOfIt(Rows):
    def __init__(self) -> None:
        os._exit(4)


class HangsInConstruction(Rows):
    def __init__(self) -> None:
        time.sleep(3600)


class HangsInLength(Rows):
    def __len__(self) -> int:
        time.sleep(3600)
        return 3


class DiesOfItsFirstRead(Rows):
    def __getitem__(self, index: int) -> Any:
        os._exit(4)


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation() as opened:
        assert opened.nursery("main", modules=["tests.runner.test_exploring"]).result().failure is None
        yield opened


def constructed(isolation: Isolation, name: str, timeout: float = PATIENT, **contract: Any) -> Constructed:
    description = describe(parse(f"tests.runner.test_exploring.{name}"), "")
    said: Options = combine(description, {}, contract)
    return construct(isolation, "main", description, said, timeout, time.monotonic() + 60)


def test_what_works_stands_with_its_plan(isolation: Isolation) -> None:
    made = constructed(isolation, "Rows", drop_remainder=True)
    assert made.construction.ok
    assert made.explored is not None
    assert (made.explored.length, made.explored.type_name) == (6, "Rows")
    assert made.contract.drop_remainder is True
    assert made.construction.details["maker"] == "tests.runner.test_exploring:Rows"


def test_what_nothing_says_how_to_fill_is_asked_for(isolation: Isolation) -> None:
    made = constructed(isolation, "NeedsOracle")
    assert not made.construction.ok
    assert made.explored is None
    assert "oracle" in made.construction.problem
    assert made.construction.paste


@pytest.mark.parametrize(("name", "cause"), [("DiesOfIt", "exit 4"), ("HangsInConstruction", "hung")])
def test_a_constructor_that_takes_its_process_along_is_told(isolation: Isolation, name: str, cause: str) -> None:
    made = constructed(isolation, name, SHORT)
    assert not made.construction.ok
    assert cause in " ".join((made.construction.problem, *made.construction.tried))


@pytest.mark.parametrize(("name", "hung"), [("HangsInLength", True), ("DiesOfItsFirstRead", False)])
def test_what_stood_before_it_hung_or_died_is_driven_all_the_same(isolation: Isolation, name: str, hung: bool) -> None:
    made = constructed(isolation, name, SHORT)
    assert made.construction.ok
    assert made.explored is not None
    assert made.explored.hung is hung
    assert made.explored.trouble
