"""What an instance holds of what it was asked for: sizes, switches and seeds, by the names that roles have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seqcheck.construction.own_attributes import asked_of, attribute_size
from seqcheck.model.contract import Contract


def held(**attributes: Any) -> Contract:
    return asked_of(Contract(), SimpleNamespace(**attributes))


def test_switches_and_seeds_are_inferred() -> None:
    found = held(shuffle=True, drop_last=True, seed=17)
    assert (found.shuffles, found.drop_remainder, found.seed) == (True, True, 17)
    assert found.inferred == {"shuffles", "drop_remainder", "seed"}
    assert held(_shuffle=np.bool_(False), random_state=np.int64(3)) == Contract().infer(shuffles=False, seed=3)


@pytest.mark.parametrize(
    "attributes",
    [
        {"shuffle": "yes", "seed": "5", "drop_last": 1},
        {"shuffle": None, "seed": None},
        {"shuffle": lambda: None, "seed": True},
        {"shuffle": True, "do_shuffle": False, "seed": 1, "random_seed": 2},
        {"drop_last": False},
    ],
    ids=["texts", "nothing", "others", "contradictions", "off"],
)
def test_what_says_nothing_is_not_inferred(attributes: dict[str, Any]) -> None:
    assert held(**attributes) == Contract()


def test_what_was_declared_stands() -> None:
    declared = Contract(shuffles=False, seed=1)
    assert asked_of(declared, SimpleNamespace(shuffle=True, seed=2)) == declared


class Slotted:
    """Has no dict to look into, and one property that raises."""

    __slots__ = ("size",)

    @property
    def batch_size(self) -> int:
        raise RuntimeError("not yet")

    bs = 16


class Unbound:
    """A proxy of nothing."""

    @property
    def __class__(self) -> type:
        raise RuntimeError("not bound")

    @__class__.setter
    def __class__(self, kind: type) -> None:
        raise RuntimeError("not bound")


def test_properties_may_raise_and_slots_have_no_dict() -> None:
    assert attribute_size(Slotted()) == (16, "attribute bs of the instance")
    assert asked_of(Contract(), Slotted()) == Contract()
    assert held(shuffle=Unbound(), seed=Unbound()) == Contract()
    assert attribute_size(SimpleNamespace(batch_size=Unbound(), bs=True)) == (None, "")
