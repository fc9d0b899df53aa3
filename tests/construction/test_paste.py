"""What is printed to be pasted is TOML that is read back, and Python that compiles."""

from __future__ import annotations

import sys

import pytest

from seqcheck.construction import paste
from seqcheck.construction.options import combine
from seqcheck.construction.plan import candidates, unfilled
from tests.construction.conftest import Project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BODY = "    def __len__(self): return 1\n    def __getitem__(self, index): return [[0.0]]\n"


def test_a_class_that_cannot_be_built_gets_a_table_and_a_factory(project: Project) -> None:
    project.write("mypkg/__init__.py", "")
    project.write("mypkg/data.py", f"class S:\n    def __init__(self, oracle, zebra, batch_size=8): ...\n{BODY}")
    about = project.describe("mypkg.data.S")
    text = paste.mend(about, unfilled(about, combine(about)))
    assert (
        text
        == """\
# pyproject.toml: what oracle and zebra should be, where plain values will do
[tool.seqcheck.targets."mypkg.data.S"]
args = { oracle = ..., zebra = ... }

# or, where they will not, a factory
[tool.seqcheck.targets."mypkg.data.S"]
factory = "mypkg.seqcheck_data:make"

# mypkg/seqcheck_data.py
from mypkg.data import S


def make(tmp_path):
    return S(
        oracle=...,
        zebra=...,
    )"""
    )
    compile(text.partition("seqcheck_data.py\n")[2], "factory", "exec")


def test_a_recipe_of_plain_values_is_pinned_by_arguments(project: Project) -> None:
    project.write("data.py", f"class S:\n    def __init__(self, dim, name, batch_size): ...\n{BODY}")
    about = project.describe("data.S(dim=(8, 8), name='a \"b\"')")
    recipe = candidates(about, combine(about))[0]
    text = paste.pin(about, recipe)
    assert tomllib.loads(text)["tool"]["seqcheck"]["targets"]["data.S"] == {
        "args": {"dim": [8, 8], "name": 'a "b"', "batch_size": 8}
    }
    project.write("data.py", f"class S:\n{BODY}")
    about = project.describe("data.S")
    assert paste.pin(about, candidates(about, combine(about))[0]) == ""


@pytest.mark.parametrize("number", [0, 1, 2, 3, 6])
def test_a_recipe_with_arrays_is_pinned_by_a_factory_that_works(project: Project, number: int) -> None:
    project.write(
        "data.py",
        f"class S:\n    def __init__(self, x, y, batch_size, sample_weight): self.__dict__.update(vars())\n{BODY}",
    )
    about = project.describe("data.S")
    text = paste.pin(about, candidates(about, combine(about))[number])
    toml, _, python = text.partition("\n\n")
    configured = tomllib.loads(toml)["tool"]["seqcheck"]["targets"]["data.S"]
    project.write("seqcheck_data.py", python)
    about = project.describe("data.S", configured["factory"])
    recipe = candidates(about, combine(about))[0]
    assert (recipe.kind, recipe.varies) == ("factory", ("num_samples",))
    found = project.built("data.S", configured["factory"])
    assert (found.type_name, found.trouble) == ("S", "")


@pytest.mark.parametrize("value", [True, 3, -2.5, float("inf"), "a\nb", [1, "x"], (1, (2, 3)), {"a b": {"c": 1}}])
def test_plain_values_as_toml(value: object) -> None:
    def lists(item: object) -> object:
        return [lists(inner) for inner in item] if isinstance(item, (list, tuple)) else item

    assert tomllib.loads(f"x = {paste.quoted(value)}")["x"] == lists(value)


def test_what_toml_cannot_say_is_left_open() -> None:
    assert paste.quoted([None, {1}]) == "[..., ...]"


def test_the_factory_of_a_package_below_src_is_written_beside_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(project.root / "src"))
    project.write("src/mypkg/__init__.py", "")
    project.write("src/mypkg/data.py", f"class S:\n    def __init__(self, paths): ...\n{BODY}")
    about = project.describe("mypkg.data.S")
    assert "\n# src/mypkg/seqcheck_data.py\n" in paste.mend(about, ("paths",))


def test_a_factory_that_takes_nothing_has_nothing_to_be_pasted(project: Project) -> None:
    project.write("data.py", "def make():\n    return 3\n")
    assert paste.mend(project.describe("data:make"), ()) == ""
