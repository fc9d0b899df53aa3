"""The workers that an instance asks for: those of Keras 3, unless they were made up."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from seqcheck.construction import own_workers
from seqcheck.construction.own_workers import asked_for
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.model.contract import FitUse


class Asking:
    """What an instance says when Keras asks it."""

    def __init__(self, workers: Any = 1, use_multiprocessing: Any = False) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing


@pytest.fixture(autouse=True)
def keras_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_workers, "flavour", lambda _: "keras")


@pytest.mark.parametrize(
    ("said", "use"),
    [
        ((1, False), FitUse()),
        ((4, False), FitUse(4, use_multiprocessing=False)),
        ((1, True), FitUse(1, use_multiprocessing=True)),
        ((["a", "b"], False), FitUse()),
        ((True, None), FitUse()),
    ],
)
def test_more_than_one_worker_or_a_process_is_asked_for(said: tuple[Any, Any], use: FitUse) -> None:
    assert asked_for(Asking(*said)) == use


def test_legacy_keras_reads_no_such_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_workers, "flavour", lambda _: "tf_keras")
    assert asked_for(Asking(4)) == FitUse()


def test_a_number_that_was_made_up_is_nobodys_wish() -> None:
    recipe = Recipe("class", "pkg:Rows", (Argument("num_workers", "probe", 4),))
    assert asked_for(Asking(4), recipe) == FitUse()
    assert asked_for(Asking(4), Recipe("class", "pkg:Rows", (Argument("num_workers", "default", 4),))) != FitUse()


def test_a_property_that_raises_or_warns_asks_for_nothing() -> None:
    class Raises:
        use_multiprocessing = False

        @property
        def workers(self) -> int:
            warnings.warn("the base was never initialised", stacklevel=1)
            raise AttributeError("_workers")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asked_for(Raises()) == FitUse()
