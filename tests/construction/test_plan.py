"""Signatures become recipes: what is given stays, what is missing is inferred, what nobody knows is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.construction.materials import World
from seqcheck.construction.options import combine
from seqcheck.construction.paste import summary
from seqcheck.construction.plan import candidates, sample_count, unfilled
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.target import TargetError
from tests.construction.conftest import Project

BODY = """
    def __len__(self): return 1
    def __getitem__(self, index): return [[0.0]]
"""


def recipes(project: Project, signature: str, call: str = "", **said: object) -> tuple[Recipe, ...]:
    project.write("data.py", f"class S:\n    def __init__(self, {signature}): ...\n{BODY}")
    description = project.describe(f"data.S{call}")
    arguments = said.pop("args", None)
    return candidates(description, combine(description, arguments, said))  # type: ignore[arg-type]


def first(project: Project, signature: str, call: str = "", **said: object) -> str:
    return summary(recipes(project, signature, call, **said)[0])


@pytest.mark.parametrize(
    ("signature", "call", "line"),
    [
        ("x, y, batch_size", "", "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8)"),
        ("x, y, batch_size=4", "", "S(x=probe (19, 4), y=probe labels 0-18)"),
        ("x, y, batch_size=256", "", "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8)"),
        ("x, y, batch_size, shuffle", "", "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8, shuffle=True)"),
        ("X_train, Y_train, batchSize", "", "S(X_train=probe (37, 4), Y_train=probe labels 0-36, batchSize=8)"),
        ("images, labels=None", "", "S(images=probe (37, 8, 8, 3), labels=probe labels 0-36)"),
        ("x, y, n_classes", "", "S(x=probe (37, 4), y=probe labels 0-36, n_classes=37)"),
        ("x, y, n_classes=10", "", "S(x=probe (37, 4), y=probe labels 0-36, n_classes=37)"),
        ("x, sample_weight", "", "S(x=probe (37, 4), sample_weight=weights 1 to 2 (37,))"),
        ("batch_size=8, shuffle=True", "", "S()"),
        ("x=None, y=None", "", "S()"),
        ("path='data', size=3", "(size=4)", "S(size=4)"),
        ("x, y, batch_size", "(batch_size=4)", "S(x=probe (19, 4), y=probe labels 0-18, batch_size=4)"),
        ("size, batch_size", "(3, 4)", "S(size=3, batch_size=4)"),
        ("size, *rest, batch_size", "(3, 4, 5)", "S(size=3, batch_size=8, 4, 5)"),
        ("size, /, batch_size", "(3)", "S(size=3, batch_size=8)"),
        ("*, x, batch_size", "", "S(x=probe (37, 4), batch_size=8)"),
        ("size, **kwargs", "(size=3, other=4)", "S(size=3, other=4)"),
    ],
)
def test_the_first_recipe(project: Project, signature: str, call: str, line: str) -> None:
    assert first(project, signature, call) == line


def test_the_configuration_and_the_contract_fill_arguments(project: Project) -> None:
    assert first(project, "x, size, batch_size", args={"size": 3}) == "S(x=probe (37, 4), size=3, batch_size=8)"
    assert first(project, "size, other=2", "(size=4)", args={"size": 3, "other": 1}) == "S(size=4, other=1)"
    assert first(project, "x, batch_size", batch_size=16) == "S(x=probe (69, 4), batch_size=16)"
    assert first(project, "size, shuffle", "(3)", shuffles=False) == "S(size=3, shuffle=False)"
    pinned = recipes(project, "x, batch_size", num_samples=22)[0]
    assert (pinned.num_samples, pinned.fixed_samples, pinned.sizes_vary) == (22, True, False)


def test_arrays_are_tried_after_own_defaults_and_sizes_that_divide_last(project: Project) -> None:
    found = recipes(project, "x=None, y=None, batch_size=32")
    assert summary(found[0]) == "S()"
    assert summary(found[1]) == "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8)"
    shapes = [item.taking("x").value.shape for item in found[1:4]]  # type: ignore[union-attr]
    assert shapes == [(4,), (8, 8, 3), ()]
    assert any("repeated" in summary(item) for item in found)
    assert any("one-hot" in summary(item) for item in found)
    last = [item for item in found if item.last_resort]
    assert {item.num_samples for item in last} == {32, 133}
    assert list(found[-len(last) :]) == last


def test_what_a_scenario_may_set(project: Project) -> None:
    assert recipes(project, "x, y, batch_size, shuffle")[0].varies == ("num_samples", "batch_size", "shuffle")
    assert recipes(project, "x, y, batch_size, shuffle", "(batch_size=4)")[0].varies == ("num_samples", "shuffle")
    own = recipes(project, "batch_size=8")[0]
    assert own.varies == ("batch_size",)
    assert not own.sizes_vary


def test_the_flag_that_leaves_out_the_rest_is_given_where_nobody_said_it(project: Project) -> None:
    (recipe, *_) = recipes(project, "batch_size=8, drop_last=False")
    assert (recipe.leaves_out and recipe.leaves_out.name) == "drop_last"
    assert summary(recipe.leaving_out(True)) == "S(drop_last=True)"
    assert recipes(project, "batch_size=8, drop_last=False", "(drop_last=True)")[0].leaves_out is None
    assert recipes(project, "batch_size=8, drop_last=None")[0].leaves_out is None
    assert recipes(project, "batch_size=8, drop_classes=False")[0].leaves_out is None


def test_labels_are_turned_where_the_number_of_their_classes_is_an_argument(project: Project, tmp_path: Path) -> None:
    found = recipes(project, "x, labels, n_classes, batch_size=8")[0]
    assert found.labels is not None
    turned = found.with_labels_turned().labels
    assert turned is not None
    one, other = (item.value.make(World(tmp_path, 5)) for item in (found.labels, turned))
    assert (one.tolist(), other.tolist()) == ([0, 1, 2, 3, 4], [4, 0, 1, 2, 3])
    assert recipes(project, "x, labels, batch_size=8")[0].labels is None
    assert recipes(project, "x, labels, n_classes, batch_size=8", "(n_classes=40)")[0].labels is None


@pytest.mark.parametrize(
    ("signature", "call", "lacking"),
    [
        ("oracle, zebra, batch_size", "", ("oracle", "zebra")),
        ("data: str, batch_size", "", ("data",)),
        ("x: 'list[Path]', y", "", ("x",)),
        ("oracle, size", "(size=4)", ("oracle",)),
        ("x, y, batch_size", "", ()),
        ("seed, oracle", "", ("oracle",)),
    ],
)
def test_a_required_argument_that_nothing_fills_is_named(
    project: Project, signature: str, call: str, lacking: tuple[str, ...]
) -> None:
    found = recipes(project, signature, call)
    description = project.describe(f"data.S{call}")
    assert unfilled(description, combine(description)) == lacking
    assert bool(found) == (not lacking)


@pytest.mark.parametrize(
    ("signature", "call", "says"),
    [
        ("x, batch_size", "(batchsize=4)", "S takes no argument 'batchsize'. Did you mean 'batch_size'?"),
        ("x", "(zzz=4)", "S takes no argument 'zzz'. It takes: x."),
        ("size", "(1, 2)", "2 arguments are given by their place, but S takes 1 (size)"),
        ("size", "(1, size=2)", "'size' is given twice"),
        ("size, /", "(size=2)", "takes no argument 'size'"),
    ],
)
def test_an_argument_that_does_not_fit_is_a_bad_target(project: Project, signature: str, call: str, says: str) -> None:
    with pytest.raises(TargetError) as caught:
        recipes(project, signature, call)
    assert says in str(caught.value)


def test_a_constructor_that_hands_its_arguments_on(project: Project) -> None:
    project.write(
        "data.py",
        f"""
class Base:
    def __init__(self, x, y, batch_size=8, shuffle=True, **kwargs): ...
{BODY}
class All(Base):
    def __init__(self, *args, **kwargs): super().__init__(*args, **kwargs)
class Some(Base):
    def __init__(self, data, **kwargs): super().__init__(data, data, **kwargs)
""",
    )
    for name, line in (("All", "All(x=probe (37, 4), y=probe labels 0-36)"), ("Some", "Some(data=probe (37, 4))")):
        description = project.describe(f"data.{name}")
        assert summary(candidates(description, combine(description))[0]) == line
    assert "batch_size" in {item.name for item in project.describe("data.Some").parameters}


def test_a_factory_is_asked_for_sizes_and_not_given_arrays(project: Project) -> None:
    project.write("data.py", "def make(num_samples, batch_size, shuffle, augment, seed, tmp_path, depth=3): ...\n")
    description = project.describe("data:make")
    found = candidates(description, combine(description))
    assert [summary(item) for item in found] == [
        "make(num_samples=37, batch_size=8, shuffle=True, augment=False, seed=0, tmp_path=a fresh folder)"
    ]
    assert found[0].sizes_vary
    project.write("other.py", "def make(x): ...\n")
    assert unfilled(project.describe("other:make"), combine(description)) == ("x",)


@pytest.mark.parametrize("batch_size", range(1, 70))
def test_a_probe_has_a_tail_wherever_there_can_be_one(batch_size: int) -> None:
    count = sample_count(batch_size)
    assert count > 3 * batch_size
    assert batch_size == 1 or count % batch_size
    assert sample_count(batch_size, tail=False) % batch_size == 0
