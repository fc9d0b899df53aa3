"""Mutants are driven in the uses in which they differ from the class, and the class in all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from killmatrix import mechanical
from killmatrix.mechanical import CLASSES, FURTHER, LEGACY, OTHER_FORMS, PACKAGE

EVERY = {item.name: item for item in mechanical.mechanical()}


@pytest.mark.parametrize("name", FURTHER)
def test_a_use_of_its_own_is_that_of_a_mutant_or_of_the_class(name: str) -> None:
    uses = [target.partition(".")[2] for target in EVERY[name].targets]
    own = [use for use in FURTHER[name] if any(target.endswith(use) for target in uses)]
    assert own == list(FURTHER[name])
    assert set(own) <= set(FURTHER[name.partition(" ")[0]])


def test_a_mutant_is_driven_in_its_own_uses_first() -> None:
    assert EVERY["ArraySequence e4bb73"].targets[0].endswith(OTHER_FORMS)
    assert EVERY["ArraySequence 76935f"].targets[0].endswith(".ArraySequence(batch_size=4, shuffle=True, seed=1)")


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mechanical")
    mechanical.lay_out(folder)
    return folder / PACKAGE


def test_every_target_is_laid_out(laid_out: Path) -> None:
    wanted: dict[str, set[str]] = {}
    for item in EVERY.values():
        for target in item.targets:
            if target.startswith(PACKAGE):
                module, name = target.partition("(")[0].replace(":", ".").split(".")[1:]
                wanted.setdefault(module, set()).add(name)
    for module, names in wanted.items():
        tree = ast.parse((laid_out / f"{module}.py").read_text(encoding="utf-8"))
        assert names <= {getattr(node, "name", "") for node in tree.body}, module


@pytest.mark.parametrize("module", CLASSES)
def test_the_module_for_legacy_keras_differs_in_its_base_alone(laid_out: Path, module: str) -> None:
    ours, legacy = ((laid_out / f"{module}{kind}.py").read_text(encoding="utf-8").splitlines() for kind in ("", LEGACY))
    other = set(legacy) - set(ours)
    assert other >= {"from seqcheck.reference.base import Array", "from tf_keras.utils import Sequence"}
    assert all("tf_keras" in line or "import Array" in line or LEGACY in line for line in other)
