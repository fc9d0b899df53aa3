"""With which workers `fit` is tried: as declared, or as the instance asks for, and at leisure with two of each kind."""

from __future__ import annotations

import pytest

from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.scenario import AS_DECLARED, BY_WORKERS, FITS, POOLS
from seqcheck.runner.uses import uses_of

NOTHING, ASKED = FitUse(), FitUse(workers=3, use_multiprocessing=True)


@pytest.mark.parametrize("use", [FitUse(workers=2), FitUse(use_multiprocessing=True), FitUse(workers=4, keras="keras")])
def test_a_declared_use_is_tried_and_no_other(use: FitUse) -> None:
    for at_leisure in (False, True):
        assert uses_of("keras", POOLS, Contract(fit=use), ASKED, at_leisure=at_leisure) == {AS_DECLARED: use}


@pytest.mark.parametrize("use", [FitUse(workers=1), FitUse(steps_per_epoch=9), FitUse(workers=4, keras="tf_keras")])
def test_one_worker_or_another_keras_is_nothing_to_try(use: FitUse) -> None:
    assert uses_of("keras", POOLS, Contract(fit=use), ASKED, at_leisure=True) == {}


def test_a_class_that_no_keras_drives_is_tried_with_none() -> None:
    assert uses_of(None, POOLS, Contract(fit=FitUse(workers=4)), ASKED) == {}
    assert uses_of(None, POOLS, Contract(), ASKED, at_leisure=True) == {}


def test_what_the_instance_asks_for_is_tried_where_nothing_is_declared() -> None:
    assert uses_of("keras", POOLS, Contract(), ASKED) == {AS_DECLARED: ASKED}
    assert uses_of("keras", POOLS, Contract(), NOTHING) == {}


def test_at_leisure_two_workers_of_each_kind_are_tried() -> None:
    found = uses_of("keras", POOLS, Contract(), ASKED, at_leisure=True)
    assert tuple(found) == FITS
    assert found["fit-by-threads"] == FitUse(workers=2, use_multiprocessing=False)
    assert found["fit-by-spawn"] == FitUse(workers=2, use_multiprocessing=True, start_method="spawn")
    assert tuple(uses_of("tf_keras", ("fork",), Contract(), NOTHING, at_leisure=True)) == BY_WORKERS[:2]
