"""What is known of an instance once it stands: its class, its sizes, its contract and its hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from seqcheck.construction.bases import Flavour, belongs_to_keras, flavour, is_legacy
from seqcheck.construction.options import Options
from seqcheck.construction.own_attributes import asked_of, attribute_size
from seqcheck.construction.own_workers import asked_for
from seqcheck.construction.places import places
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description, describe_type
from seqcheck.construction.roles import leaves_out_the_rest
from seqcheck.model.contract import Contract, FitUse, contract_from
from seqcheck.model.history import Frame
from seqcheck.model.own_fault import OwnFault


@dataclass(frozen=True)
class Explored:
    """A recipe that works, and what the instance that it made told.

    `length` is None where the Sequence has no usable one; `endless` where it says that it has no end. `seconds_read` is
    the median of the reads, None where none succeeded. `vary` names what scenarios may set. `contract` is the declared
    one with what the signature and the instance's own switches say filled in, marked as inferred. `trouble` is empty
    where batch 0 could be read; else it says in one line what the Sequence, not the recipe, fails at. `tried` has one
    line for each recipe that failed.
    """

    recipe: Recipe
    type_name: str
    module: str
    base: Flavour
    legacy: bool
    file: str
    line: int
    nested_class: bool
    seconds_build: float
    contract: Contract
    batch_size: int | None = None
    batch_size_source: str = ""
    vary: tuple[str, ...] = ()
    own_hooks: tuple[str, ...] = ()
    own_use: FitUse = field(default_factory=FitUse)
    """The workers that the instance itself asks for, which is how Keras 3 is told of them."""
    shuffle_parameter: str = ""
    shuffle_default: bool | None = None
    length: int | None = None
    endless: bool = False
    seconds_read: float | None = None
    rows: int | None = None
    """Of the first batch that could be read, in the leaf that has the most."""
    trouble: str = ""
    hung: bool = False
    """A child that explored it had to be killed."""
    writes: str = ""
    """A file that making or reading an instance writes, and that any other instance may write as well."""
    tried: tuple[str, ...] = ()
    own_fault: OwnFault | None = None
    """What the Sequence fails at by itself, though it could be built."""
    places: Mapping[str, Frame] = field(default_factory=dict)
    """Where its methods stand, as `construction.places` tells them."""


def known_of(recipe: Recipe, description: Description, options: Options, instance: Any, seconds: float) -> Explored:
    """What is known before anything is read; `seconds` is how long the constructor took."""
    kind = type(instance)
    about = describe_type(kind) if description.kind == "factory" or description.module != kind.__module__ else None
    contract = options.contract
    if about is not None:
        declared = {name: value for name, value in about.declared.items() if name not in ("args", "factory")}
        contract = _over(contract, contract_from(declared, f"{about.dotted}.__seqcheck__"))
    shuffle = recipe.taking("shuffle")
    default = next((item.value for item in description.parameters if item.role == "shuffle"), None)
    value = shuffle.value if shuffle is not None else None
    if isinstance(value, bool):
        contract = contract.infer(shuffles=value)
    if _leaves_out_the_rest(recipe, description):
        contract = contract.infer(drop_remainder=True)
    contract = asked_of(contract, instance)
    size, source = attribute_size(instance)
    return Explored(
        recipe=recipe,
        type_name=kind.__qualname__,
        module=kind.__module__,
        base=flavour(instance),
        legacy=is_legacy(instance),
        file=about.file if about else description.file,
        line=about.line if about else description.line,
        nested_class="<locals>" in kind.__qualname__ or kind.__module__ == "__main__",
        seconds_build=seconds,
        contract=contract,
        batch_size=size,
        batch_size_source=source,
        vary=recipe.varies if recipe.sizes_vary else (),
        own_hooks=own_hooks(kind),
        own_use=asked_for(instance, recipe),
        places=places(kind),
        shuffle_parameter=shuffle.name if shuffle is not None else "",
        shuffle_default=default if isinstance(default, bool) else None,
    )


def _leaves_out_the_rest(recipe: Recipe, description: Description) -> bool:
    """Whether the instance was asked, or asks by a default, to leave out what makes no whole batch."""
    asked = {item.name: item.value for item in description.parameters}
    asked |= {item.name: item.value for item in recipe.arguments if item.source != "default"}
    return any(value is True and leaves_out_the_rest(name) for name, value in asked.items())


def own_hooks(kind: type) -> tuple[str, ...]:
    """The hooks that the class or a base of the user's defines, not Keras's empty ones."""
    return tuple(
        name
        for name in ("on_epoch_begin", "on_epoch_end")
        if any(name in vars(base) for base in kind.__mro__ if not belongs_to_keras(base))
    )


def _over(first: Contract, second: Contract) -> Contract:
    """The options of `first`, and where it says nothing those of `second`."""
    nothing = Contract()
    said = {item.name: getattr(first, item.name) for item in fields(Contract)}
    kept = {name: value for name, value in said.items() if value != getattr(nothing, name)}
    return replace(second, **kept)
