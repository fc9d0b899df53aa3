"""A recipe: how one instance is built, each argument with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from seqcheck.construction.materials import (
    Anchors,
    BatchCount,
    ClassCount,
    Identity,
    Labels,
    Material,
    Plain,
    Statistic,
    Tokenizer,
    changed,
    leaves,
)
from seqcheck.construction.materials.world import Naming
from seqcheck.construction.roles import Role, leaves_out_the_rest

Source = Literal["literal", "config", "__seqcheck__", "contract", "default", "probe", "scenario"]


@dataclass(frozen=True)
class Argument:
    """One argument of a plan.

    `source` says who gave it: the call (``literal``), pyproject.toml (``config``), ``__seqcheck__``, the ``contract``,
    the parameter's own ``default`` (then it is left out of the call), the ``probe`` (`value` is the `Material`
    that is made for it), or the ``scenario``. What a scenario may set has a `role`.
    """

    name: str
    source: Source
    value: Any = None
    role: Role = ""
    positional: bool = False

    @property
    def pinned(self) -> bool:
        """Whether somebody said it, so that no scenario changes it."""
        return self.source in ("literal", "config", "__seqcheck__", "contract")


@dataclass(frozen=True)
class Recipe:
    """One way to build instances. `maker` is ``module:name`` of what is called.

    `num_samples` and `batch_size` are the sizes used where a scenario sets none; None where the target fixes them.
    `extra` are positional literals beyond the named parameters. `several` is set once a batch has shown that one of its
    rows is made of several samples of the probe, so that its labels name no sample. `last_resort` marks sizes that are
    tried only when the constructor refuses all others.

    `files` lie in the folder of the made-up data beside what arguments need; where the class names files by relative
    paths, `inside` makes that folder the current one. `naming` is how the samples are named in ids and file names;
    with `prefixes` names are parted among these, which stand before the digits.
    """

    kind: Literal["class", "factory", "instance"]
    maker: str
    arguments: tuple[Argument, ...] = ()
    extra: tuple[Any, ...] = ()
    num_samples: int | None = None
    batch_size: int | None = None
    fixed_samples: bool = False
    several: bool = False
    last_resort: bool = False
    files: tuple[Material, ...] = ()
    inside: bool = False
    naming: Naming = "text"
    prefixes: tuple[str, ...] = ()

    def taking(self, role: Role) -> Argument | None:
        """The argument with that role."""
        return next((argument for argument in self.arguments if argument.role == role), None)

    @property
    def probes(self) -> tuple[Argument, ...]:
        """The arguments that hold samples of the probe, or find them."""
        made = (item for item in self.arguments if item.source == "probe")
        return tuple(item for item in made if item.value is None or not all(map(_holds_none, leaves(item.value))))

    @property
    def materials(self) -> tuple[Material, ...]:
        """All materials, those of arguments first."""
        return (*(item.value for item in self.arguments if item.source == "probe" and item.value), *self.files)

    def changed(self, change: Callable[[Material], Material]) -> Recipe:
        """The recipe with `change` made to every material, however deep."""
        arguments = tuple(
            replace(item, value=changed(item.value, change)) if item.source == "probe" and item.value else item
            for item in self.arguments
        )
        return replace(self, arguments=arguments, files=tuple(changed(item, change) for item in self.files))

    def all_materials(self) -> list[Material]:
        """Every material, also those inside others."""
        found: list[Material] = []

        def note(item: Material) -> Material:
            found.append(item)
            return item

        self.changed(note)
        return found

    def with_material(self, argument: Argument, material: Material) -> Recipe:
        """The recipe with another material for one argument; one that is pinned stays."""
        if argument.pinned:
            return self
        arguments = tuple(
            replace(item, source="probe", value=material) if item.name == argument.name else item
            for item in self.arguments
        )
        return replace(self, arguments=arguments)

    @property
    def brings_data(self) -> bool:
        """Whether the samples are made up, in as many as a scenario asks for."""
        return bool(self.probes or self.files)

    @property
    def guesses(self) -> bool:
        """Whether data or arguments were made up, so that a failure may be the plan's and not the Sequence's."""
        made = (item for item in self.arguments if item.source == "probe")
        return bool(self.files) or any(not isinstance(item.value, ClassCount) for item in made)

    @property
    def varies(self) -> tuple[str, ...]:
        """What a scenario may set: of ``num_samples``, ``batch_size`` and ``shuffle`` those that nobody pinned."""
        free = {item.role for item in self.arguments if not item.pinned}
        if self.brings_data and not self.fixed_samples:
            free.add("num_samples")
        return tuple(role for role in ("num_samples", "batch_size", "shuffle") if role in free)

    @property
    def leaves_out(self) -> Argument | None:
        """The argument that says whether the rest is left out that makes no whole batch, where its default does."""
        for item in self.arguments:
            if item.source == "default" and isinstance(item.value, bool) and leaves_out_the_rest(item.name):
                return item
        return None

    def leaving_out(self, wanted: bool) -> Recipe:
        """The recipe with that argument given as wanted."""
        free = self.leaves_out
        given = tuple(replace(it, source="scenario", value=wanted) if it is free else it for it in self.arguments)
        return replace(self, arguments=given)

    @property
    def labels(self) -> Argument | None:
        """The argument that holds the numbers of made-up classes and nothing else, where another says how many."""
        told = [item for item in self.probes if any(isinstance(leaf, Labels) for leaf in leaves(item.value))]
        elsewhere = any(isinstance(leaf, Labels) for material in self.files for leaf in leaves(material))
        said = self.taking("num_classes")
        if len(told) != 1 or elsewhere or said is None or said.source != "probe":
            return None
        plain = (isinstance(leaf, Labels) and leaf.holder not in ("names", "boxes") for leaf in leaves(told[0].value))
        return told[0] if all(plain) else None

    def with_labels_turned(self) -> Recipe:
        """The recipe in whose data each sample has the label of the one before it."""
        return self.changed(lambda item: replace(item, turned=True) if isinstance(item, Labels) else item)

    @property
    def sizes_vary(self) -> bool:
        """Whether the number of samples may be chosen, by the probe or through the factory."""
        return "num_samples" in self.varies


def _holds_none(material: Material) -> bool:
    """Whether a material holds no samples."""
    return isinstance(material, (Anchors, BatchCount, ClassCount, Identity, Plain, Statistic, Tokenizer))
