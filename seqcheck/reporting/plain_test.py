"""A finding as a plain pytest test that needs no seqcheck: its text, or why there can be none."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seqcheck.model.scenario import SCRIPT, START_METHODS, Scenario, Step
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.plain_assertions import ASSERTIONS, STEPS, Assertion

WAITS: Final = 60
"""Seconds that a test waits for a worker."""
FEWEST_EPOCHS: Final = {"repeating-shuffle": 4}
BEFORE: Final = {"unsafe-fork": (0, 1)}
"""Batches that the parent reads before it forks."""
OF_ORDERS: Final = ("ignored-index", "unrepeatable-read")
"""Checks for which it matters in which order a search had the batches read."""


class NoPlainTest(ValueError):
    """A finding that no plain test can show; the text says why, in one sentence."""


@dataclass(frozen=True)
class Maker:
    """How the instances of a finding are made.

    `code` is a function ``make``, with its imports before it, that takes `folder` first where `needs_folder`; `path` is
    the folder below which its modules are found, empty where they are installed. `samples` and `batch_size` are
    those of what it makes, None where nobody knows. `base` is the package of the Keras class, or empty.
    """

    code: str
    needs_folder: bool = False
    path: str = ""
    samples: int | None = None
    batch_size: int | None = None
    base: str = ""


@dataclass(frozen=True)
class Subject:
    """The finding: its id, check, sentence, evidence, and the run that it was seen in."""

    id: str
    check: str
    summary: str
    evidence: Mapping[str, Any]
    scenario: Scenario


def plain_test(subject: Subject, maker: Maker, folder: Path, *, control: bool = False) -> str:
    """The text of a test file that lies in `folder`.

    With `control` there is a second test, which passes where the first fails for nothing but its finding.

    Raises:
        NoPlainTest: a test cannot show this finding.
    """
    assertion = _assertion(subject)
    known = _known(subject, maker)
    missing = [name for name in assertion.needs if known.get(name) is None]
    if missing:
        raise NoPlainTest(f"{subject.id} cannot be written as a plain test: {UNKNOWN[missing[0]]}")
    statements, function = _parted(maker.code)
    imports = {*statements, *assertion.imports, "import pytest", "from pathlib import Path"}
    if "keras" in assertion.needs:
        imports.add("import keras" if maker.base == "keras" else "import tf_keras as keras")
    own = [line for line in imports if _is_users(line, function, statements)]
    standing = sorted(imports - set(own), key=lambda line: (line.startswith("from"), line))
    parts = [f'"""{_docstring(subject)}"""', "\n".join([*standing, *(["import os, sys"] if maker.path else [])])]
    if maker.path:
        relative = os.path.relpath(maker.path, folder)
        parts.append(f"sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), {relative!r}))")
    if own:
        parts.append("\n".join(sorted(own)))
    constants = [f"FIRST_HOOK = {maker.base != 'tf_keras'}"] if _uses(assertion, "FIRST_HOOK") else []
    constants += [f"SECONDS = {WAITS}"] if _uses(assertion, "SECONDS") else []
    parts += ["\n".join(constants)] if constants else []
    parts += [function, _fixture(maker), *(text.strip("\n") for text in assertion.beside)]
    name = subject.check.replace("-", "_")
    parts.append(f"def test_{name}(build):\n{assertion.body.strip(chr(10)).format(**known)}")
    if control:
        parts.append(f"def test_control(build):\n{_control(assertion, known)}")
    return "\n\n\n".join(parts) + "\n"


UNKNOWN: Final = {
    "samples": "nobody says how many samples the data has",
    "batch_size": "nobody says how many rows a batch should have",
    "method": "it was seen with no start method of processes",
    "keras": "its class has no Keras base that could be fitted",
    "steps": "it was seen in no steps",
}


def _assertion(subject: Subject) -> Assertion:
    scenario = subject.scenario
    if subject.check == "thread-race" or scenario.engine in ("threads", "schedule"):
        raise NoPlainTest(
            f"{subject.id} cannot be written as a plain test: it takes an interleaving of threads, which "
            "--seqcheck-replay makes again"
        )
    if subject.check not in ASSERTIONS:
        raise NoPlainTest(
            f"{subject.id} cannot be written as a plain test: {subject.check} compares runs that only seqcheck makes"
        )
    drawn = scenario.engine == SCRIPT or (bool(scenario.order) and subject.check in OF_ORDERS)
    return STEPS if drawn else ASSERTIONS[subject.check]


def _known(subject: Subject, maker: Maker) -> dict[str, Any]:
    scenario, evidence = subject.scenario, subject.evidence
    method = scenario.engine if scenario.engine in START_METHODS else None
    if subject.check == "cloned-randomness":
        method = "fork" if evidence.get("start methods") == "fork" else "spawn"
    elif subject.check == "unsafe-fork":
        method = "fork"
    steps = _steps(scenario)
    return {
        "epochs": max(scenario.epochs, 1, FEWEST_EPOCHS.get(subject.check, 1)),
        "samples": maker.samples,
        "batch_size": maker.batch_size,
        "workers": max(2, scenario.workers),
        "method": method,
        "leaf": evidence.get("leaf") if isinstance(evidence.get("leaf"), str) else None,
        "before": BEFORE.get(subject.check, ()),
        "keras": maker.base or None,
        "steps": steps or None,
    }


def _steps(scenario: Scenario) -> str:
    steps = scenario.script or tuple(Step("read", index) for index in scenario.order)
    return "\n".join(f"    {line}" for step in steps for line in _step(step))


def _step(step: Step) -> list[str]:
    index = step.index
    reading = [
        f"if {index} < len(expected):",
        f'    assert same(read(sequence, {index}), expected[{index}]), "batch {index} is another"',
    ]
    return {
        "read": reading,
        "len": ["assert len(sequence) == len(expected)"],
        "past": ["try:", f"    sequence[len(sequence) + {index}]", "except Exception:", "    pass"],
        "epoch-end": ['call(sequence, "on_epoch_end")', 'call(plain, "on_epoch_end")', "expected = in_order(plain)"],
        "pickle": ["sequence = pickle.loads(pickle.dumps(sequence))"],
        "copy": ["sequence = copy.copy(sequence)"],
        "write": [
            f"if {index} < len(expected):",
            f"    for array in (part for part in read(sequence, {index}) if isinstance(part, np.ndarray)):",
            "        if array.flags.writeable:",
            "            array[...] = 0",
        ],
    }[step.action]


def _control(assertion: Assertion, known: Mapping[str, Any]) -> str:
    """Building alone; after a script, also the same reads in order and with nothing between them."""
    if assertion is not STEPS:
        return "    build()"
    plain = "    for index in range(len(expected)):\n        assert same(read(sequence, index), expected[index])"
    return assertion.body.strip("\n").format(**{**known, "steps": plain})


def _parted(code: str) -> tuple[list[str], str]:
    """The import statements before a factory, and the rest."""
    lines = code.splitlines()
    statements = [line for line in lines if re.match(r"(import|from) ", line)]
    rest = "\n".join(line for line in lines if line not in statements)
    return statements, rest.strip("\n")


def _is_users(line: str, function: str, statements: list[str]) -> bool:
    """Whether an import names what the factory calls: it stands after the line that makes it findable."""
    found = re.match(r"from (\S+) import (\w+)$", line)
    return found is not None and line in statements and found[1] != "pathlib" and f"return {found[2]}" in function


def _uses(assertion: Assertion, name: str) -> bool:
    return any(name in text for text in (assertion.body, *assertion.beside))


def _fixture(maker: Maker) -> str:
    called = 'make(tmp_path_factory.mktemp("data"))' if maker.needs_folder else "make()"
    taken = "tmp_path_factory, monkeypatch" if maker.needs_folder else ""
    kept = "    monkeypatch.chdir(Path.cwd())  # the factory may move, and this puts it back\n"
    return f"@pytest.fixture\ndef build({taken}):\n{kept if maker.needs_folder else ''}    return lambda: {called}"


def _docstring(subject: Subject) -> str:
    said = one_line(subject.summary).replace("\\", "/").replace('"""', "'''")
    return (
        f"{subject.check}: {said}\n\nThe finding {subject.id} of seqcheck as a plain test, which needs no seqcheck: it "
        "fails while that is so.\n"
    )
