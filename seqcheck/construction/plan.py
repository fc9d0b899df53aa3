"""From a signature to the recipes worth trying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction import probe, worlds
from seqcheck.construction.materials import (
    BatchCount,
    ClassCount,
    Inputs,
    Labels,
    Material,
    Plain,
    Settings,
    Weights,
    leaves,
    relabelled,
)
from seqcheck.construction.options import Options
from seqcheck.construction.probe import CLASSES, SHAPES
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.roles import leaves_out_the_rest, role_of
from seqcheck.construction.said_shapes import said_shape
from seqcheck.construction.signature import Parameter
from seqcheck.construction.target import TargetError
from seqcheck.construction.traces import Clues
from seqcheck.construction.worlds import Draft
from seqcheck.model.contract import suggest

BATCH_SIZE: Final = 8
_KEPT: Final = range(2, 17)
"""Default batch sizes that are kept: others would make a probe without a tail, or one that is needlessly large."""
_ARRAYS: Final = ("x", "y", "sample_weight")
_SIZES: Final = ("num_samples", "batch_size", "shuffle", "seed", "augment", "tmp_path")
_Said = Mapping[str, Argument]


def candidates(description: Description, options: Options) -> tuple[Recipe, ...]:
    """The recipes worth trying, in order; none where a required argument has no source (`unfilled` names it).

    Raises:
        TargetError: a literal or configured argument that the signature does not take.
    """
    if description.kind == "instance":
        return (Recipe("instance", description.maker),)
    said, extra = _said(description, options)
    found: list[Recipe] = []
    for parameters in _signatures(description.parameters):
        base = Recipe(description.kind, description.maker, extra=extra)
        if not any(item.required and item.name not in said and _is_data(item) for item in parameters):
            found.append(_filled(base, options, parameters, said, Draft()))
        for draft in _drafts(description, parameters, said):
            if not _lacking(parameters, said, draft):
                found += _recipes(base, options, parameters, said, draft, description.clues)
    distinct = [recipe for place, recipe in enumerate(found) if recipe not in found[:place]]
    return tuple(sorted(distinct, key=lambda recipe: recipe.last_resort))


def unfilled(description: Description, options: Options) -> tuple[str, ...]:
    """The required parameters that nothing fills; empty where there is a recipe.

    Raises:
        TargetError: as for `candidates`.
    """
    said, _ = _said(description, options)
    lacking = [
        _lacking(parameters, said, draft)
        for parameters in _signatures(description.parameters)
        for draft in _drafts(description, parameters, said)
    ]
    return min(lacking, key=len) if all(lacking) else ()


def sample_count(batch_size: int, *, tail: bool = True) -> int:
    """How many samples a probe has: four full batches and, where there can be one, a tail of up to five samples.

    With the tail every Sequence has a last batch that is special; very large batches are two and not four.
    """
    whole = batch_size * (4 if batch_size <= 512 else 2)
    return whole + (max(1, min(5, batch_size - 1)) if tail else 0)


def _said(description: Description, options: Options) -> tuple[_Said, tuple[Any, ...]]:
    """What somebody gave, by parameter, and positional literals beyond the named parameters."""
    spec = description.spec
    named = [item for item in description.parameters if item.kind not in ("*", "**")]
    places = [item for item in named if item.kind in ("positional", "either") and not item.forwarded]
    kinds = {item.kind for item in description.parameters}
    what = description.name
    if len(spec.args) > len(places) and "*" not in kinds:
        takes = ", ".join(item.name for item in places) or "none"
        given = f"{len(spec.args)} arguments are given by their place"
        raise TargetError(f"{spec.text!r}: {given}, but {what} takes {len(places)} ({takes})")
    said = {
        name: Argument(name, "__seqcheck__" if source == "__seqcheck__" else "config", value)
        for name, (value, source) in options.arguments.items()
    }
    positional = {item.name: value for item, value in zip(places, spec.args, strict=False)}
    said.update({name: Argument(name, "literal", value) for name, value in positional.items()})
    for name, value in spec.kwargs:
        if name in positional:
            raise TargetError(f"{spec.text!r}: {name!r} is given twice, by its place and by its name")
        said[name] = Argument(name, "literal", value)
    known = {item.name for item in named if item.kind != "positional"} | set(positional)
    for name, argument in said.items():
        if name not in known and "**" not in kinds:
            source = f"{spec.text!r}" if argument.source == "literal" else f"args of {description.dotted}"
            close = suggest(name, [item.name for item in named])
            raise TargetError(f"{source}: {what} takes no argument {name!r}.{close or _takes(named)}")
    extra = spec.args[len(places) :]
    return said, extra


def _takes(named: list[Parameter]) -> str:
    return f" It takes: {', '.join(item.name for item in named)}." if named else " It takes none."


def _signatures(parameters: tuple[Parameter, ...]) -> Iterator[tuple[Parameter, ...]]:
    """The parameters to fill: a class's own, then also those that its ``**kwargs`` hand on."""
    own = tuple(item for item in parameters if not item.forwarded and item.kind not in ("*", "**"))
    handed_on = tuple(item for item in parameters if item.forwarded)
    if own or not handed_on:
        yield own
    if handed_on:
        yield own + handed_on


def _drafts(description: Description, parameters: tuple[Parameter, ...], said: _Said) -> list[Draft]:
    """The worlds to try; a factory brings its own data."""
    given = {name: argument.value for name, argument in said.items()}
    return worlds.drafts(parameters, description.clues, given) if description.kind == "class" else [Draft()]


def _is_data(item: Parameter) -> bool:
    """Whether only made-up data, or nothing at all, would fill it."""
    return item.role in ("", *_ARRAYS)


def _lacking(parameters: tuple[Parameter, ...], said: _Said, draft: Draft) -> tuple[str, ...]:
    required = (item for item in parameters if item.required and item.name not in said)
    return tuple(item.name for item in required if not item.role and item.name not in draft.materials)


def _recipes(
    base: Recipe, options: Options, parameters: tuple[Parameter, ...], said: _Said, draft: Draft, clues: Clues
) -> Iterator[Recipe]:
    """The recipes of one world, whose arrays may have several shapes and whose labels may be of several kinds."""
    free = [item for item in parameters if item.role in _ARRAYS and item.name not in (*said, *draft.materials)]
    needed = [item for item in free if item.required]
    empty = [item for item in free if item.default == "None" and item.role != "sample_weight"]
    if draft.certain:
        empty = [item for item in empty if item.role == "y"]
    filled = tuple(item.name for item in (*needed, *empty))
    bare = not any(isinstance(material, Plain) is False for material in draft.materials.values()) and not draft.files
    if bare and not any(item.role == "x" for item in (*needed, *empty)):
        if needed or any(item.required and item.name in draft.materials for item in parameters):
            yield _probed(_filled(base, options, parameters, said, draft, filled), options, SHAPES[0], "plain", 0)
        return
    size = _batch_size(options, parameters, said)
    with_probe = _filled(base, options, parameters, said, draft, filled, size)
    kinds = _kinds([*needed, *empty], draft)
    arrays = any(item.role == "x" for item in (*needed, *empty))
    shapes = _shapes(parameters, clues) if arrays else SHAPES[:1]
    classes = draft.classes or _classes(parameters, said)
    for kind in kinds:
        for shape in shapes:
            yield _probed(with_probe, options, shape, kind, classes)
    # A constructor may refuse a size: one that divides, and its own default, are tried then, and only then.
    for shape in shapes:
        yield replace(_probed(with_probe, options, shape, kinds[0], classes, tail=False), last_resort=True)
    own = next((item for item in parameters if item.role == "batch_size" and item.name not in said), None)
    if own is not None and not own.required:
        as_is = _filled(base, options, parameters, said, draft, filled)
        yield replace(_probed(as_is, options, shapes[0], kinds[0], classes), last_resort=True)


def _kinds(made: list[Parameter], draft: Draft) -> tuple[probe.Labels, ...]:
    """The kinds of labels to try, in order; numbers of classes come first where the source says how many."""
    members = [leaf for material in (*draft.materials.values(), *draft.files) for leaf in leaves(material)]
    if any(item.role == "y" for item in made):
        return ("classes", "plain", "one-hot") if draft.classes else ("plain", "classes", "one-hot")
    if any(isinstance(leaf, Labels) for leaf in members):
        return ("classes", "plain") if draft.classes else ("plain", "classes")
    return ("plain",)


def _filled(
    base: Recipe,
    options: Options,
    parameters: tuple[Parameter, ...],
    said: _Said,
    draft: Draft,
    probed: tuple[str, ...] = (),
    batch_size: int | None = None,
) -> Recipe:
    """The recipe with every argument but the arrays `probed`, which `_probed` makes; `batch_size` is over a default."""
    arguments: list[Argument] = []
    by_place = len(base.extra) > 0  # then every parameter before the extra ones was given by its place, too
    for item in parameters:
        positional = item.kind == "positional" or (by_place and item.kind == "either" and not item.forwarded)
        if item.name in said:
            arguments.append(replace(said[item.name], role=item.role, positional=positional))
        elif item.name in draft.materials:
            arguments.append(Argument(item.name, "probe", draft.materials[item.name], item.role, positional))
        elif item.name in probed:
            arguments.append(Argument(item.name, "probe", None, item.role, positional))
        else:
            arguments.append(replace(_inferred(base, options, item, batch_size), positional=positional))
    named = {item.name for item in parameters}
    arguments.extend(argument for name, argument in said.items() if name not in named)
    sizes = {item.role: item.value for item in arguments if item.role in ("num_samples", "batch_size")}
    for path, member in (pair for item in arguments if isinstance(item.value, Settings) for pair in item.value.members):
        if isinstance(member, Plain) and role_of(re.split("[@.]", path)[-1], "", factory=False) == "batch_size":
            sizes.setdefault("batch_size", member.value)
    numbers = {role: value for role, value in sizes.items() if isinstance(value, int) and not isinstance(value, bool)}
    recipe = replace(base, arguments=tuple(arguments), batch_size=numbers.get("batch_size"))
    recipe = replace(recipe, files=draft.files, inside=draft.inside)
    return replace(recipe, num_samples=numbers.get("num_samples"))


def _inferred(base: Recipe, options: Options, item: Parameter, batch_size: int | None) -> Argument:
    contract, role = options.contract, item.role
    factory = base.kind == "factory"
    if role == "batch_size":
        if isinstance(contract.batch_size, int) and (item.required or batch_size is not None):
            return Argument(item.name, "contract", contract.batch_size, role)
        if item.required or (batch_size is not None and batch_size != item.value):
            return Argument(item.name, "scenario", batch_size or BATCH_SIZE, role)
    if role == "shuffle" and item.required:
        if contract.shuffles is not None:
            return Argument(item.name, "contract", contract.shuffles, role)
        return Argument(item.name, "scenario", True, role)
    if role == "num_samples" and (item.required or contract.num_samples is not None):
        if contract.num_samples is not None:
            return Argument(item.name, "contract", contract.num_samples, role)
        return Argument(item.name, "scenario", sample_count(BATCH_SIZE), role)
    if role == "seed" and factory:
        if contract.seed is not None:
            return Argument(item.name, "contract", contract.seed, role)
        return Argument(item.name, "scenario", 0, role)
    if role == "augment" and factory:
        return Argument(item.name, "scenario", False, role)
    if role == "tmp_path" and factory:
        return Argument(item.name, "scenario", None, role)
    if role == "num_classes" and item.required:
        return Argument(item.name, "probe", ClassCount(CLASSES), role)
    value = item.value if role in _SIZES or leaves_out_the_rest(item.name) else None
    return Argument(item.name, "default", value, role)


def _probed(
    recipe: Recipe, options: Options, shape: tuple[int, ...], kind: probe.Labels, classes: int, *, tail: bool = True
) -> Recipe:
    """The recipe with its arrays: inputs of `shape` and labels of `kind`, with as many classes as these need."""
    size = recipe.batch_size if recipe.batch_size and recipe.batch_size > 0 else BATCH_SIZE
    fixed = options.contract.num_samples
    count = fixed if fixed is not None else sample_count(size, tail=tail)
    made: dict[str, Material] = {
        "num_classes": ClassCount(CLASSES if kind == "classes" else None),
        "y": Labels(kind, classes),
        "x": Inputs(shape),
        "sample_weight": Weights(),
    }
    arguments = []
    for item in recipe.arguments:
        wider = item.role == "num_classes" and item.source == "default" and kind != "classes"
        open_ = item.value is None or (isinstance(item.value, ClassCount) and item.role == "num_classes")
        if wider or (item.source == "probe" and open_):
            arguments.append(replace(item, source="probe", value=made[item.role]))
        elif item.source == "probe" and isinstance(item.value, BatchCount):
            arguments.append(replace(item, value=BatchCount(size)))
        elif item.source == "probe":
            arguments.append(replace(item, value=relabelled(item.value, kind, classes)))
        else:
            arguments.append(item)
    files = tuple(relabelled(material, kind, classes) for material in recipe.files)
    recipe = replace(recipe, files=files)
    return replace(recipe, arguments=tuple(arguments), num_samples=count, fixed_samples=fixed is not None)


def _batch_size(options: Options, parameters: tuple[Parameter, ...], said: _Said) -> int:
    if isinstance(options.contract.batch_size, int):
        return options.contract.batch_size
    own = next((item for item in parameters if item.role == "batch_size"), None)
    if own is not None and own.name not in said and isinstance(own.value, int) and own.value in _KEPT:
        return own.value
    return BATCH_SIZE


def _classes(parameters: tuple[Parameter, ...], said: _Said) -> int:
    """The number of classes that labels may have where they stand for classes."""
    for item in parameters:
        if item.role == "num_classes":
            value = said[item.name].value if item.name in said else item.value
            if isinstance(value, int) and value > 0:
                return value
    return CLASSES


def _shapes(parameters: tuple[Parameter, ...], clues: Clues) -> tuple[tuple[int, ...], ...]:
    """The inner shapes of inputs to try; what a docstring says comes first, pictures where the name says so."""
    inputs = [item.name for item in parameters if item.role == "x"]
    said = [shape for name in inputs if (shape := said_shape(name, clues.docs)) is not None][:1]
    pictures = any("im" in name.lower() for name in inputs)
    usual = (SHAPES[1], SHAPES[0], *SHAPES[2:]) if pictures else SHAPES
    return tuple(dict.fromkeys((*said, *usual)))
