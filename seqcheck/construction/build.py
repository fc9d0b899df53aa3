"""From a recipe to an instance, and what is known of its data. It calls the user's code, so it runs in a child."""

from __future__ import annotations

import copy
import inspect
import itertools
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqcheck.construction.bases import is_sequence, missing
from seqcheck.construction.materials import (
    BatchCount,
    Choices,
    ClassCount,
    Folder,
    Ids,
    Inputs,
    Labels,
    Material,
    Plain,
    Statistic,
    Texts,
    Tokens,
    Weights,
    World,
    leaves,
)
from seqcheck.construction.materials.files import Files, framed
from seqcheck.construction.materials.world import ABOVE
from seqcheck.construction.own_attributes import attribute_size, is_size
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.resolve import load
from seqcheck.construction.roles import is_seed
from seqcheck.construction.target import TargetError
from seqcheck.construction.textures import suited
from seqcheck.model.scenario import Scenario, Truth

"""The attributes of an instance that may hold its nominal batch size."""
_WORLDS: Final = itertools.count()


def build(
    recipe: Recipe,
    scenario: Scenario,
    folder: Path,
    *,
    augment: bool | None = None,
    look: Callable[[Mapping[str, Any]], None] | None = None,
    noting: Callable[[Any], Any] | None = None,
) -> tuple[Any, Truth]:
    """Build one instance in the sizes of the scenario; where it sets none, in those of the recipe.

    `folder` is where a factory's ``tmp_path`` and the files of made-up data are made, afresh for each call; whoever
    gives it removes it. A recipe that is to be built inside its data leaves their folder as the current one, where it
    stays for as long as the instance is used.
    `augment` goes to a factory that takes one: by default on in ``twins`` runs, which are about random draws, and off
    in all others, which are about samples. `look` is called with the arguments by name right before a class is called
    with them; those of a factory are its own. `noting` takes the first made-up list or array that holds one entry a
    sample, and gives what is passed in its place (None: nothing else is); the truth names the argument then.

    Raises:
        TargetError: what came back is no Sequence; whatever the constructor or factory raises.
    """
    made = load(recipe.maker)
    if recipe.kind == "instance":
        return made, _truth(recipe, World(folder, recipe.num_samples or 0), None, made)
    recipe = suited(recipe, scenario)
    sizes = scenario.sizes()
    # Of several classes and sizes that fit, the scenario names what may vary, and nobody's own word is overridden.
    batch_size = sizes.get("batch_size", recipe.batch_size) if "batch_size" in recipe.varies else recipe.batch_size
    count = sizes.get("num_samples", recipe.num_samples) if recipe.sizes_vary else recipe.num_samples
    chosen = {
        "num_samples": count,
        "batch_size": batch_size,
        "shuffle": sizes.get("shuffle"),
        "seed": scenario.seed,
        "augment": scenario.engine == "twins" if augment is None else augment,
    }
    world = _world(recipe, count, batch_size, folder)
    by_place: list[Any] = []
    by_name: dict[str, Any] = {}
    seed: int | None = None
    noted = ""
    for argument in recipe.arguments:
        given, value = _value(argument, sizes, chosen, recipe, world)
        if noting is not None and not noted and _has_one_a_sample(argument, value, world.count):
            instead = noting(value)
            noted, value = (argument.name, instead) if instead is not None else ("", value)
        if given and is_seed(argument.name) and isinstance(value, int) and not isinstance(value, bool):
            seed = value
        if argument.positional:
            by_place.append(value if given else _default_of(made, argument.name))
        elif given:
            by_name[argument.name] = value
    extra = [_fresh(value) for value in recipe.extra]
    if look is not None and recipe.kind == "class":
        places = [argument.name for argument in recipe.arguments if argument.positional]
        rest = {f"argument {place}": value for place, value in enumerate(extra, len(places))}
        look({**dict(zip(places, by_place, strict=True)), **rest, **by_name})
    instance = made(*by_place, *extra, **by_name)
    if not is_sequence(type(instance)):
        raise TargetError(_no_sequence(recipe, instance))
    truth = replace(_truth(recipe, world, batch_size, instance), seed=seed)
    return instance, truth if noting is None else replace(truth, files={}, noted=noted)


def _world(recipe: Recipe, count: int | None, batch_size: Any, folder: Path) -> World:
    """The surroundings of made-up data, with every file that no argument brings; a factory brings its own."""
    said = recipe.taking("num_classes")
    fixed = said.value if said is not None and said.pinned and is_size(said.value) else None
    if not recipe.guesses:
        return World(folder, count or 0)
    # Made once a file is put there: there may be hundreds of instances, most of which bring none.
    root = own = folder.resolve() / f"world-{os.getpid()}-{next(_WORLDS)}"
    if recipe.inside:  # relative paths may lead up from there
        own = root.joinpath(*["up"] * (ABOVE - 1), "world-here")
        own.mkdir(parents=True)
    size = batch_size if is_size(batch_size) else None
    world = World(own, count or 0, recipe.naming, fixed, size, recipe.prefixes, root)
    for material in recipe.files:
        material.make(world)
    if recipe.inside:
        os.chdir(own)
    return world


def _value(
    argument: Argument,
    sizes: dict[str, int | bool],
    chosen: dict[str, Any],
    recipe: Recipe,
    world: World,
) -> tuple[bool, Any]:
    """Whether the argument is passed at all, and its value."""
    if argument.pinned:
        return True, _fresh(argument.value)
    if argument.source == "probe":
        return True, argument.value.make(world)
    if argument.role == "tmp_path" and argument.source == "scenario":
        return True, Path(tempfile.mkdtemp(prefix="tmp-", dir=world.folder))
    if argument.role in sizes and argument.role in recipe.varies:
        return True, chosen[argument.role]
    if argument.source == "scenario":
        value = chosen[argument.role] if argument.role in ("seed", "augment") else argument.value
        return True, value
    return False, None


def _has_one_a_sample(argument: Argument, value: Any, count: int) -> bool:
    """Whether the value holds one entry for each sample, and is no list of labels or weights."""
    if argument.source != "probe" or not (isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim)):
        return False
    return len(value) == count and not any(isinstance(leaf, (Labels, Weights)) for leaf in leaves(argument.value))


def _fresh(value: Any) -> Any:
    """A given value as its owner wrote it, for each instance anew: an instance may change what it is handed."""
    return copy.deepcopy(value) if isinstance(value, (list, dict, set, tuple)) else value


def _default_of(made: Callable[..., Any], name: str) -> Any:
    return inspect.signature(made).parameters[name].default


def _truth(recipe: Recipe, world: World, batch_size: Any, instance: Any) -> Truth:
    source = "factory" if recipe.kind == "factory" else "constructor"
    count = world.count or None
    if recipe.brings_data and recipe.fixed_samples:
        claim = "contract"
    else:
        claim = "probe" if recipe.brings_data else source
    size, size_source = batch_size, source
    if not is_size(size):
        size, size_source = attribute_size(instance)
    if recipe.several:
        # Windows and pairs: how many of them an epoch has is not for the probe to say.
        return Truth(batch_size=size, batch_size_source=size_source if size else "", made_up=recipe.guesses)
    return Truth(
        num_samples=count,
        num_samples_source=claim if count is not None else "",
        batch_size=size,
        batch_size_source=size_source if size else "",
        probe=_names_samples(recipe, world),
        encoded=recipe.guesses,
        classes=_class_count(recipe, world),
        made_up=recipe.guesses,
        files=_sample_files(world),
        pictured=not recipe.guesses or any(map(_is_picture, _made_up(recipe))),
    )


def _sample_files(world: World) -> dict[str, int]:
    """The sample of each file that was written for one."""
    families = [paths for material, paths in world.made.items() if isinstance(material, Files)]
    return {
        str(frame): number for paths in families for number, path in enumerate(paths) for frame in framed(Path(path))
    }


def _made_up(recipe: Recipe) -> list[Material]:
    return [leaf for material in (*(item.value for item in recipe.probes), *recipe.files) for leaf in leaves(material)]


def _is_picture(material: Material) -> bool:
    """Whether something may be made as a picture, in memory or in files."""
    if isinstance(material, Inputs):
        return material.dtype == "uint8"
    if isinstance(material, Files):
        return material.content.format in ("picture", "video") or material.content.dtype == "uint8"
    return not isinstance(material, _NUMBERS_AND_NAMES)


_NUMBERS_AND_NAMES: Final = (
    BatchCount, ClassCount, Folder, Ids, Labels, Plain, Statistic, Texts, Tokens, Weights,
)  # fmt: skip


def _names_samples(recipe: Recipe, world: World) -> bool:
    """Whether there are samples, and every label among the made-up data names its own."""
    made = _made_up(recipe)
    labels = [leaf for leaf in made if isinstance(leaf, Labels)]
    if any(isinstance(leaf, Choices) for leaf in made):
        return False  # what a class makes of them are labels as well, the same for many samples
    if not labels and any(isinstance(leaf, Texts) for leaf in made):
        return False  # then its targets may be words
    return any(not isinstance(leaf, Weights) for leaf in made) and all(leaf.names_samples(world) for leaf in labels)


def _class_count(recipe: Recipe, world: World) -> int | None:
    """Of how many classes all labels among the made-up data are; None where they name samples, or differ in that."""
    labels = [leaf for leaf in _made_up(recipe) if isinstance(leaf, Labels)]
    counts = {None if leaf.names_samples(world) else leaf.classes_in(world) for leaf in labels}
    return counts.pop() if recipe.guesses and len(counts) == 1 else None


def _no_sequence(recipe: Recipe, instance: Any) -> str:
    name = recipe.maker.rpartition(":")[2]
    kind = type(instance)
    text = f"{name}() returned {'None' if instance is None else f'an object of type {kind.__qualname__}'}"
    if isinstance(instance, (tuple, list)):
        return f"{text} of {len(instance)} items, not one Sequence: name a factory that returns one of them"
    lacking = missing(kind)
    return f"{text}, which has no {' and no '.join(lacking)}" if lacking else f"{text}, which is no Sequence"
