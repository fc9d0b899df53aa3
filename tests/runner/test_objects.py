"""What the Python API is given: found by name where it can be, else made here once and brought to other processes."""

from __future__ import annotations

import pickle
import random
import sys
from typing import Any

import numpy as np
import pytest

from seqcheck.engines import keras
from seqcheck.model.contract import ContractError
from seqcheck.runner import objects
from seqcheck.runner.objects import bring_here, by_name, name_of
from tests import specimens
from tests.specimens import Rows


def make_rows() -> Rows:
    return Rows()


class Callable(Rows):
    """A Sequence that can be called, as Keras layers can."""

    def __call__(self) -> str:
        return "called"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Rows, "tests.specimens:Rows"),
        (specimens.Internal.Rows, "tests.specimens:Internal.Rows"),
        (make_rows, "tests.runner.test_objects:make_rows"),
    ],
)
def test_classes_and_functions_of_modules_have_a_name(target: Any, name: str) -> None:
    assert name_of(target) == name


def test_nothing_else_has_one() -> None:
    class Local(Rows):
        pass

    impostor = type("Rows", (Rows,), {"__module__": "tests.specimens"})
    script = type("Rows", (Rows,), {"__module__": "__main__"})
    shell = type("Rows", (Rows,), {"__module__": "gone"})
    for target in (lambda: Rows(), Local, impostor, script, shell, Rows(), Rows().__getitem__, 3):
        assert name_of(target) == ""


def test_an_importable_class_s_instance_goes_by_pickle() -> None:
    here = bring_here(lambda: Rows(count=7))
    assert here.living.pickled is not None
    assert (here.module, here.trouble) == ("tests.specimens", "")
    assert len(pickle.loads(here.living.pickled).x) == 7


def test_what_no_pickle_takes_goes_by_fork() -> None:
    def make() -> Rows:
        class Local(Rows):
            pass

        return Local()

    for target in (make, make(), specimens.Heavy("lambda")):
        here = bring_here(target)
        assert here.living.pickled is None
        assert here.trouble == ""


def test_where_tensorflow_was_used_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "tensorflow_was_used", lambda: True)
    here = bring_here(specimens.Heavy("lambda"))
    assert "TensorFlow has been used in this process" in here.trouble
    assert bring_here(Rows()).trouble == ""


def test_tensorflow_that_was_never_imported_was_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tensorflow.python.eager.context", raising=False)
    assert not keras.tensorflow_was_used()


def test_an_instance_is_taken_as_it_is_even_where_it_can_be_called() -> None:
    instance = Callable()
    assert bring_here(instance).instance is instance


def test_the_random_state_of_this_process_is_kept() -> None:
    def make() -> Rows:
        np.random.seed(1)
        random.seed(1)
        return Rows()

    before = np.random.get_state()[1].copy(), random.getstate()
    bring_here(make)
    assert (np.random.get_state()[1] == before[0]).all()
    assert random.getstate() == before[1]


def test_what_a_factory_raises_is_the_caller_s_and_the_random_state_is_kept_all_the_same() -> None:
    def make() -> Rows:
        random.seed(1)
        raise KeyError("no data")

    before = random.getstate()
    with pytest.raises(KeyError, match="no data"):
        bring_here(make)
    assert random.getstate() == before


@pytest.mark.parametrize("target", [lambda: [1, 2, 3], lambda: None, {"x": 1}, np.zeros(3), list])
def test_what_is_no_sequence_is_refused(target: Any) -> None:
    with pytest.raises(TypeError, match="expected a Sequence, with __getitem__ and __len__"):
        bring_here(target)


def test_a_declared_function_goes_by_its_name_and_one_without_is_refused() -> None:
    assert by_name({"validation": make_rows, "seed": 3}, "here") == {
        "validation": "tests.runner.test_objects:make_rows",
        "seed": 3,
    }
    with pytest.raises(ContractError, match=r"here: sample_id = .*<lambda> cannot be found by another process"):
        by_name({"sample_id": lambda batch: batch}, "here")
