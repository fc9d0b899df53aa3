"""What an instance says of itself by its attributes: its batch size, its seed, and the switches it was made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeGuard

import numpy as np

from seqcheck.construction.roles import is_seed, leaves_out_the_rest, role_of
from seqcheck.model.contract import Contract

BATCH_SIZE_ATTRIBUTES: Final = ("batch_size", "batchSize", "batchsize", "bs", "batch")


def attribute_size(instance: Any) -> tuple[int | None, str]:
    """The nominal batch size that the instance itself holds, and where; None where it holds none."""
    for name in BATCH_SIZE_ATTRIBUTES:
        try:
            value = getattr(instance, name, None)
        except Exception:  # a property of the user's may raise anything
            continue
        if is_size(value):
            return int(value), f"attribute {name} of the instance"
    return None, ""


def asked_of(contract: Contract, instance: Any) -> Contract:
    """The contract with what the instance was asked for where nobody declared it, marked as inferred.

    What a factory hands to the constructor is out of sight; `self.shuffle = shuffle` keeps it.
    """
    shuffle = _held(instance, lambda name: role_of(name, "", factory=False) == "shuffle", (bool, np.bool_))
    if shuffle is not None:
        contract = contract.infer(shuffles=bool(shuffle))
    if _held(instance, leaves_out_the_rest, (bool, np.bool_)):
        contract = contract.infer(drop_remainder=True)
    seed = _held(instance, is_seed, (int, np.integer))
    return contract if seed is None or isinstance(seed, bool) else contract.infer(seed=int(seed))


def _held(instance: Any, is_meant: Callable[[str], bool], kinds: tuple[type, ...]) -> Any:
    """The value of the attributes of that meaning; None where there is none, or two that contradict each other."""
    try:
        held = dict(vars(instance))
    except Exception:  # slots: no dict; a property of that name may raise anything
        return None
    # A proxy answers isinstance with what it stands for, or raises: its own type is asked.
    found = {
        value
        for name, value in held.items()
        if isinstance(name, str) and is_meant(name) and issubclass(type(value), kinds)
    }
    return found.pop() if len(found) == 1 else None


def is_size(value: Any) -> TypeGuard[int]:
    """Whether a value may be a number of rows."""
    kind = type(value)  # a proxy may raise where isinstance asks it for its class
    return issubclass(kind, (int, np.integer)) and kind is not bool and 0 < int(value) < 2**31
