"""Lines to be pasted: commands and declarations."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from seqcheck.reporting.words import declaration, reproduce, title
from tests.reporting.samples import REPORT

OWN = replace(REPORT, node="", command="pytest tests/test_train.py::test_train")


def test_the_line_that_shows_it_again_survives_a_shell() -> None:
    called = replace(REPORT, node="src/my data.py::MySequence(x='a b')")
    assert shlex.split(reproduce(called, "lost-samples")) == [
        *("pytest", "--seqcheck", "mypkg.MySequence"),
        "src/my data.py::MySequence(x='a b')::lost-samples",
    ]
    assert reproduce(OWN, "lost-samples") == OWN.command


def test_a_declaration_is_toml_for_targets() -> None:
    quoted = replace(REPORT, target='mypkg.Data("x")')
    assert declaration(quoted, 'epoch = "random"') == (
        'in pyproject.toml:\n[tool.seqcheck.targets."mypkg.Data(\\"x\\")"]\nepoch = "random"'
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("drop_remainder = true", "drop_remainder=True"),
        ('epoch = "per-epoch"', 'epoch="per-epoch"'),
        ("num_samples = 40", "num_samples=40"),
        ("varying_axes = {x = [1]}", "varying_axes = {x = [1]}"),
    ],
)
def test_a_declaration_is_a_keyword_in_a_test(line: str, expected: str) -> None:
    assert declaration(OWN, line) == f"as a keyword argument of the call: {expected}"


def test_titles() -> None:
    assert title(REPORT) == "src/mypkg/data.py::MySequence"
    assert title(OWN) == "mypkg.MySequence (tests/test_train.py::test_train)"
