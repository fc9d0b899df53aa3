"""What the owner declares about a Sequence, and how it is used in training."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from seqcheck.model.scenario import START_METHODS


class ContractError(ValueError):
    """A declaration that does not fit; the text says what was given, what is expected and what to type instead."""


@dataclass(frozen=True)
class FitUse:
    """How the Sequence is used in training; None where it is not declared. `keras` is one of `GENERATIONS`."""

    workers: int | None = None
    use_multiprocessing: bool | None = None
    start_method: str | None = None
    max_queue_size: int | None = None
    steps_per_epoch: int | None = None
    keras: str | None = None


@dataclass(frozen=True)
class Contract:
    """The owner's declarations; None where nothing is declared.

    `epoch` is ``once``, ``per-epoch`` or ``random``. `drop_remainder` is a bool, ``per-group`` or a count of samples.
    `augments` is a bool or the paths of the leaves that are drawn at random. `batch_size` is a number or ``variable``.
    `varying_axes` maps leaf paths to the axes (0 is the rows) whose length may differ between batches. `padding` is the
    value that stands for no data. `sample_id` is a callable from a batch to one id a row, or ``module:name`` of one.
    `validation` is a callable without arguments that makes the Sequence for validation, or ``module:name`` of one.
    `inferred` names the options that were read off the signature instead of being declared.
    """

    epoch: str | None = None
    drop_remainder: bool | str | int | None = None
    shuffles: bool | None = None
    augments: bool | tuple[str, ...] | None = None
    batch_size: int | str | None = None
    varying_axes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    padding: float | None = None
    length: str | None = None
    num_samples: int | None = None
    sample_id: Callable[[Any], Any] | str | None = None
    validation: Callable[[], Any] | str | None = None
    seed: int | None = None
    infinite: bool | None = None
    fit: FitUse = field(default_factory=FitUse)
    required: tuple[str, ...] = ()
    inferred: frozenset[str] = frozenset()

    def declared(self, option: str) -> bool:
        """Whether the owner said it, as against nobody or the signature."""
        return getattr(self, option) is not None and option not in self.inferred

    def augmented(self, path: str) -> bool:
        """Whether the leaf at `path` is declared to be drawn at random."""
        return self.augments is True or (isinstance(self.augments, tuple) and path in self.augments)

    def infer(self, **options: Any) -> Contract:
        """Fill in options that nobody declared, marked as inferred."""
        new = {name: value for name, value in options.items() if getattr(self, name) is None}
        return replace(self, **new, inferred=self.inferred | frozenset(new))


GENERATIONS: Final = ("keras", "tf_keras")
"""Keras 3, and the Keras before it, by the package that has it now."""
OPTIONS: Final = tuple(item.name for item in fields(Contract) if item.name != "inferred")
_CHOICES: Final = {"epoch": ("once", "per-epoch", "random"), "length": ("constant", "per-epoch")}
_BOOLEANS: Final = ("shuffles", "infinite")


def suggest(name: str, known: tuple[str, ...] | list[str]) -> str:
    """`` Did you mean 'x'?`` with a leading space, or an empty string."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


def contract_from(options: Mapping[str, Any], where: str) -> Contract:
    """Read declarations, as TOML or keyword arguments give them.

    Raises:
        ContractError: an unknown option or a value that does not fit; `where` says where it was declared.
    """
    read: dict[str, Any] = {}
    for name, value in options.items():
        if name not in OPTIONS:
            known = ", ".join(OPTIONS)
            raise ContractError(f"{where}: unknown contract option {name!r}.{suggest(name, OPTIONS)} Known: {known}.")
        read[name] = _value(name, value, where)
    return Contract(**read)


def _value(name: str, value: Any, where: str) -> Any:
    def refuse(expected: str) -> ContractError:
        return ContractError(f"{where}: {name} = {value!r} does not fit: expected {expected}.")

    if name in _CHOICES:
        if value not in _CHOICES[name]:
            hint = suggest(value, list(_CHOICES[name])) if isinstance(value, str) else ""
            raise ContractError(str(refuse(" or ".join(repr(choice) for choice in _CHOICES[name]))) + hint)
    elif name in _BOOLEANS:
        if not isinstance(value, bool):
            raise refuse("true or false")
    elif name == "drop_remainder":
        if not (isinstance(value, bool) or value == "per-group" or (isinstance(value, int) and value >= 0)):
            raise refuse("true, false, 'per-group' or a count of samples")
    elif name == "augments":
        if isinstance(value, str):
            return (value,)
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if not isinstance(value, bool):
            raise refuse("true, false or a list of leaf names such as ['x']")
    elif name == "batch_size":
        if value != "variable" and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise refuse("a positive number or 'variable'")
    elif name == "num_samples":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise refuse("a number of samples, 0 or more")
    elif name == "seed":
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse("a whole number")
    elif name == "padding":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise refuse("a number")
    elif name == "varying_axes":
        if not isinstance(value, Mapping):
            raise refuse("a table from leaf name to axes, such as {x = [1]}")
        return {str(leaf): _axes(axes, refuse) for leaf, axes in value.items()}
    elif name == "sample_id":
        if not (callable(value) or (isinstance(value, str) and ":" in value)):
            raise refuse("a callable from batch to ids, or 'module:function' naming one")
    elif name == "validation":
        if not (callable(value) or (isinstance(value, str) and ":" in value)):
            raise refuse("a function that makes the Sequence for validation, or 'module:function' naming one")
    elif name == "fit":
        return _fit(value, where, refuse)
    elif name == "required":
        if not (isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)):
            raise refuse("a list of check names")
        return tuple(value)
    return value


def _axes(axes: Any, refuse: Callable[[str], ContractError]) -> tuple[int, ...]:
    chosen = (axes,) if isinstance(axes, int) else axes
    if not isinstance(chosen, (list, tuple)) or not all(isinstance(axis, int) for axis in chosen):
        raise refuse("a table from leaf name to axes, such as {x = [1]}")
    return tuple(chosen)


def _fit(value: Any, where: str, refuse: Callable[[str], ContractError]) -> FitUse:
    known = [item.name for item in fields(FitUse)]
    if isinstance(value, FitUse):
        return value
    if not isinstance(value, Mapping):
        raise refuse("a table such as {workers = 4, use_multiprocessing = true}")
    for key in value:
        if key not in known:
            raise ContractError(f"{where}: unknown key {key!r} in fit.{suggest(key, known)} Known: {', '.join(known)}.")
        _fit_value(key, value[key], where)
    return FitUse(**value)


_FIT_CHOICES: Final = {"start_method": START_METHODS, "keras": GENERATIONS}
_FIT_LEAST: Final = {"workers": 0, "max_queue_size": 1, "steps_per_epoch": 1}


def _fit_value(key: str, value: Any, where: str) -> None:
    if key in _FIT_CHOICES:
        known = _FIT_CHOICES[key]
        fits = value in known
        expected = " or ".join(map(repr, known))
        hint = suggest(value, known) if isinstance(value, str) else ""
    elif key in _FIT_LEAST:
        least = _FIT_LEAST[key]
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        expected, hint = f"a whole number, {least} or more", ""
    else:
        fits, expected, hint = isinstance(value, bool), "true or false", ""
    if not fits:
        raise ContractError(f"{where}: fit.{key} = {value!r} does not fit: expected {expected}.{hint}")


def layered(*levels: Mapping[str, Any]) -> dict[str, Any]:
    """Declarations of several levels as one, the last over the first; `fit` is put together key by key."""
    joined: dict[str, Any] = {}
    for level in levels:
        below, above = joined.get("fit"), level.get("fit")
        joined |= level
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            joined["fit"] = {**below, **above}
    return joined


def contract_as_data(contract: Contract) -> dict[str, Any]:
    """What was declared or inferred, as plain values for a report; options that nobody set are left out."""
    chosen: dict[str, Any] = {}
    for name in OPTIONS:
        value = getattr(contract, name)
        if name == "fit":
            value = {
                item.name: getattr(value, item.name) for item in fields(value) if getattr(value, item.name) is not None
            }
        elif callable(value):
            value = f"{value.__module__}:{value.__qualname__}"
        if value is None or value in ({}, ()):
            continue
        chosen[name] = list(value) if isinstance(value, tuple) else value
    if contract.inferred:
        chosen["inferred"] = sorted(contract.inferred)
    return chosen
