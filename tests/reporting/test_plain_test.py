"""What a plain test looks like, and which findings cannot be written as one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.scenario import SCRIPT, Scenario, Step
from seqcheck.reporting.plain_assertions import ASSERTIONS
from seqcheck.reporting.plain_test import Maker, NoPlainTest, Subject, plain_test

MAKE = "import numpy as np\nfrom shop.data import Rows\n\n\ndef make(num_samples=11):\n    return Rows(\n    )"
SHOP = Maker(MAKE, path="/home/you/src", samples=11, batch_size=4, base="keras")


def subject(check: str, engine: str = "loop", **about: Any) -> Subject:
    return Subject(f"{check}-0123", check, "it is \\ so", {}, Scenario(engine, **about))


@pytest.mark.parametrize("check", ASSERTIONS)
def test_each_is_python_that_builds_and_asserts(check: str) -> None:
    text = plain_test(subject(check, "fork"), SHOP, Path("/home/you/tests"), control=True)
    assert check in catalogue()
    names = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert {"make", "build", f"test_{check.replace('-', '_')}", "test_control"} <= names
    assert "seqcheck" not in text.replace("of seqcheck as a plain test, which needs no seqcheck", "")


def test_it_finds_the_users_module_from_where_it_lies() -> None:
    text = plain_test(subject("empty-epoch"), SHOP, Path("/home/you/tests/more"))
    assert "sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../src'))" in text
    assert text.index("sys.path.insert") < text.index("from shop.data import Rows")
    assert "sys.path" not in plain_test(subject("empty-epoch"), Maker(MAKE), Path("/home/you/tests"))


def test_a_script_is_written_step_by_step() -> None:
    steps = (Step("read", 3), Step("epoch-end"), Step("copy"), Step("len"), Step("past", 1), Step("write", 0))
    text = plain_test(subject("ignored-index", SCRIPT, script=steps), SHOP, Path("/home/you/tests"))
    ast.parse(text)
    body = text.partition("def test_ignored_index")[2]
    order = ["expected[3]", 'call(sequence, "on_epoch_end")', "copy.copy(sequence)", "assert len(sequence)", "+ 1]"]
    places = [body.rindex(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("found", "maker", "says"),
    [
        (subject("thread-race", "schedule"), SHOP, "it takes an interleaving of threads"),
        (subject("worker-divergence", "threads"), SHOP, "it takes an interleaving of threads"),
        (subject("unstable-mapping", "mapping"), SHOP, "unstable-mapping compares runs that only seqcheck makes"),
        (subject("lost-samples"), Maker(MAKE), "nobody says how many samples the data has"),
        (subject("partial-batch"), Maker(MAKE), "nobody says how many rows a batch should have"),
        (subject("untrainable"), Maker(MAKE), "its class has no Keras base that could be fitted"),
        (subject("stale-shuffle", "hooks"), SHOP, "it was seen with no start method of processes"),
    ],
)
def test_what_cannot_be_written_says_why_in_one_sentence(found: Subject, maker: Maker, says: str) -> None:
    with pytest.raises(NoPlainTest, match=says):
        plain_test(found, maker, Path("/home/you/tests"))
