"""A module of the catalogue is registered as it lies there, or refused with what it lacks."""

from __future__ import annotations

from types import ModuleType

import pytest

from seqcheck.checks import ORDER, CatalogueError, catalogue, register
from seqcheck.checks import phantom_batch as sound
from seqcheck.model.check import CLAUSES, Check
from seqcheck.model.page import PageError


def module(**parts):
    made = ModuleType("seqcheck.checks.phantom_batch", sound.__doc__)
    vars(made).update({"CHECK": sound.CHECK, "judge": sound.judge, **parts})
    return made


def test_a_sound_module_is_registered_with_its_page():
    registered = register(module())
    assert registered.check is sound.CHECK
    assert registered.judge is sound.judge
    assert registered.page.summary.startswith("A batch that the length promises")


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"CHECK": None}, "has no CHECK"),
        ({"judge": None}, "has no judge"),
        ({"CHECK": Check("lost-samples", "epoch", ("loop",))}, "declares the name 'lost-samples'"),
        ({"CHECK": Check("phantom-batch", "lengths", ("loop",))}, "names the clause 'lengths'; known are construction"),
    ],
)
def test_a_module_that_is_no_check_is_refused_with_what_it_lacks(parts, complaint):
    with pytest.raises(CatalogueError, match=complaint):
        register(module(**parts))


def test_a_module_without_a_page_is_refused():
    with pytest.raises(PageError, match="phantom_batch has no docstring"):
        register(module(__doc__=None))


def test_the_order_is_that_of_the_clauses():
    assert tuple(ORDER) == CLAUSES
    names = [name for of_clause in ORDER.values() for name in of_clause]
    assert len(names) == len(set(names))
    assert list(catalogue()) == [name for name in names if name in catalogue()]
