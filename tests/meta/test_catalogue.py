"""The catalogue as a whole: names, declarations, pages, examples and causes fit together."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import seqcheck.checks
from seqcheck.checks import ORDER, catalogue
from seqcheck.model.check import Case, Facts, Judgement, Outcome
from seqcheck.model.contract import Contract
from seqcheck.model.declarations import DECLARATIONS
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, KERAS_ENGINES, PLANNING, SCRIPT, TAKING, TALLYING
from seqcheck.pages import pages
from seqcheck.reporting.pages import GUARANTEES, files_of
from seqcheck.runner.conduct import needed_by

ROOT = Path(__file__).parents[2]
NAMES = list(catalogue())
PLAIN_PARAMETERS = {"self", "x", "y", "batch_size", "shuffle"}

every_check = pytest.mark.parametrize("name", NAMES)


def test_every_module_is_registered_under_a_name_of_the_design():
    modules = {module.name.replace("_", "-") for module in pkgutil.iter_modules(seqcheck.checks.__path__)}
    assert modules == set(NAMES)
    assert modules <= {name for names in ORDER.values() for name in names}


@every_check
def test_a_check_is_declared_with_words_that_exist(name):
    check = catalogue()[name].check
    assert check.name in ORDER[check.clause]
    assert check.needs
    assert set(check.needs) <= {*DRIVERS, *KERAS_ENGINES, *EXPERIMENTS, SCRIPT, TAKING, TALLYING, PLANNING}
    assert set(check.options) <= {named for one in DECLARATIONS for named in (one.option, one.key)}
    assert check.guarantee in GUARANTEES
    known = {other for names in ORDER.values() for other in names}
    assert set(check.explained_by) <= known - {name}


def test_no_two_checks_explain_each_other():
    """In a circle every finding would be explained away, and a fault would be red nowhere."""
    TopologicalSorter({name: catalogue()[name].check.explained_by.keys() for name in NAMES}).prepare()


@every_check
def test_a_check_that_is_shown_nothing_says_nothing(name):
    judgement = catalogue()[name].judge(Case(Facts("data.MySequence"), Contract(), ()))
    assert isinstance(judgement, Judgement)
    assert judgement.outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
    assert judgement.reason


@every_check
@pytest.mark.parametrize("section", ["example", "instead"])
def test_an_example_is_one_complete_module_with_one_sequence(name, section):
    source = getattr(catalogue()[name].page, section)
    tree = ast.parse(source, f"{name} ({section})")
    sequences = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _is_sequence(node)]
    assert len(sequences) == 1
    assert any(isinstance(node, ast.Import) and node.names[0].name == "keras" for node in tree.body)
    constructors = [node for node in sequences[0].body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    for constructor in constructors:
        required = constructor.args.args[: len(constructor.args.args) - len(constructor.args.defaults)]
        assert {argument.arg for argument in required} <= PLAIN_PARAMETERS


def _is_sequence(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "keras.utils.PyDataset" for base in node.bases)


@every_check
def test_the_mended_example_is_another_one(name):
    page = catalogue()[name].page
    assert ast.dump(ast.parse(page.example)) != ast.dump(ast.parse(page.instead))


@every_check
def test_a_check_has_a_test_of_its_own(name):
    assert (ROOT / "tests" / "checks" / f"test_{name.replace('-', '_')}.py").is_file()


def test_the_pages_in_docs_are_those_of_the_docstrings():
    directory = ROOT / "docs" / "defects"
    expected = files_of(pages())
    present = {path.name: path.read_text(encoding="utf-8") for path in directory.glob("*.md")}
    stale = sorted(name for name in expected.keys() | present.keys() if expected.get(name) != present.get(name))
    assert not stale, f"run `python -m seqcheck.pages docs/defects`: {', '.join(stale)}"


@every_check
def test_a_check_that_is_asked_alone_has_the_runs_that_it_looks_at(name):
    """Or a pasted id would say something else than the run that it was pasted from."""
    module = importlib.import_module(f"seqcheck.checks.{name.replace('-', '_')}")
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    asked = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "runs"]
    named = {item.value for call in asked for item in call.args if isinstance(item, ast.Constant)}
    assert named <= needed_by([name], {other: catalogue()[other].check for other in NAMES}, Contract())
