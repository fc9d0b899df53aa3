"""Classes that are told through one object or dict: each name in it is planned as a parameter of its own.

``args.batch_size`` and ``config["data"]["path"]`` are looked at as parameters ``batch_size`` and ``path`` would be, and
what is planned for them is put together again at the end.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from seqcheck.construction.materials import ClassCount, Inputs, Labels, Material, Plain, Settings
from seqcheck.construction.roles import role_of
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Text, Trace

BATCH_SIZE: Final = 8
_NAME: Final = re.compile(
    r"(\w+_)?(cfg|config|configs|configuration|conf|args|arguments|opts?|options|params?|parameters|hparams?|hps?|"
    r"hyper_?params|settings|flags|param_?dict)(_\w+)?",
    re.I,
)
_ARRAYS = "shape ndim dtype size T values index columns iloc loc at flat str dt real imag attrs keys items"
_PATHS = "name stem parent suffix parts"
_OTHER: Final = frozenset(f"{_ARRAYS} {_PATHS}".split())
"""Attributes of arrays, tables and paths."""
DEEPEST: Final = 3


@dataclass(frozen=True)
class Told:
    """The parameters and clues with settings taken apart. `paths` has for each new parameter its owner and place."""

    free: tuple[Parameter, ...]
    clues: Clues
    paths: Mapping[str, tuple[str, str]]
    defaults: Mapping[str, Material] = field(default_factory=dict)
    """What the class itself takes for settings that are not there."""

    def together(self, materials: Mapping[str, Material]) -> dict[str, Material]:
        """The materials with those of settings put together; where nothing is known of one, its owner is left out."""
        kept = {name: made for name, made in materials.items() if name not in self.paths}
        for owner in dict.fromkeys(owner for owner, _ in self.paths.values()):
            members = [
                (path, materials.get(name) or _by_role(name) or self.defaults.get(name))
                for name, (whose, path) in self.paths.items()
                if whose == owner
            ]
            known = tuple((path, member) for path, member in members if member is not None)
            if len(known) == len(members):
                kept[owner] = Settings(known)
        return kept


def taken_apart(free: tuple[Parameter, ...], clues: Clues) -> Told:
    """The parameters with each name that is asked of settings in place of these."""
    paths: dict[str, tuple[str, str]] = {}
    made: list[Parameter] = []
    taken = {item.name for item in free}
    renamed: dict[tuple[str, tuple[str, ...]], str] = {}
    for item in free:
        places = _places(item, clues)
        if not places:
            made.append(item)
            continue
        for steps in places:
            last = steps[-1][1:]
            name = last if last not in taken else f"{item.name}_{'_'.join(step[1:] for step in steps)}"
            taken.add(name)
            renamed[item.name, steps] = name
            paths[name] = item.name, "".join(steps)
            made.append(_setting(name, Trace(item.name, steps), clues))
    defaults = {item.name: Plain(item.value) for item in made if item.name in paths and item.default is not None}
    return Told(tuple(made), _rerooted(clues, renamed) if renamed else clues, paths, defaults)


def _setting(name: str, trace: Trace, clues: Clues) -> Parameter:
    """A setting as a parameter, with the default that the class has for it: ``config.get("suffix", "_mask")``."""
    role = role_of(name, "", factory=False)
    given = sorted(use.detail for use in clues.of(trace.root, "default") if use.trace == trace)
    if len(given) != 1:
        return Parameter(name, role=role)
    return Parameter(name, default=given[0], value=ast.literal_eval(given[0]), plain=True, role=role)


def _places(item: Parameter, clues: Clues) -> list[tuple[str, ...]]:
    """The names that are asked of settings, each by its steps; none where the parameter is none."""
    if (
        not item.required
        or item.role
        or (item.annotation and re.search(r"str|Path|DataFrame|ndarray", item.annotation))
    ):
        return []
    uses = clues.of(item.name)
    own = {use.kind for use in uses if not use.trace.steps}
    methods = {use.detail for use in uses if use.kind == "method" and not use.trace.steps}
    asked = {use.detail for use in uses if use.kind == "attribute" and not use.trace.steps}
    if own & {"length", "item", "part", "lookup", "call", "number", "size"} or asked & _OTHER:
        return []
    steps = {use.trace.steps for use in uses} | {part.steps for part in _parts(clues) if part.root == item.name}
    steps |= {(*use.trace.steps, f"@{use.detail}") for use in uses if use.kind == "attribute"}
    found = {tuple(_leading(trace)) for trace in steps} - {()}
    # What is asked for more is no setting but holds some.
    whole = {place for place in found if not any(other != place and other[: len(place)] == place for other in found)}
    kinds = {step[0] for place in whole for step in place}
    named = bool(_NAME.fullmatch(item.name))
    if not whole or methods - ({"get", "keys"} if named else set()):
        return []
    if not named and (kinds != {"@"} or len(whole) < 2):
        return []
    if any({step[0] for step in level} == {"@", "."} for level in _levels(whole)):
        return []
    return sorted(whole)


def _leading(steps: tuple[str, ...]) -> Iterable[str]:
    for step in steps[:DEEPEST]:
        if step[0] not in "@." or (step[0] == "@" and step[1:] in _OTHER):
            return
        yield step


def _levels(places: Iterable[tuple[str, ...]]) -> Iterable[list[str]]:
    """The steps that lead on from each place."""
    below: dict[tuple[str, ...], list[str]] = {}
    for place in places:
        for depth, step in enumerate(place):
            below.setdefault(place[:depth], []).append(step)
    return below.values()


def _parts(clues: Clues) -> Iterable[Trace]:
    return (part for opening in clues.openings for part in opening.path.parts if isinstance(part, Trace))


def _rerooted(clues: Clues, renamed: Mapping[tuple[str, tuple[str, ...]], str]) -> Clues:
    def moved(trace: Trace) -> Trace:
        for (root, steps), name in renamed.items():
            if trace.root == root and trace.steps[: len(steps)] == steps:
                return Trace(name, trace.steps[len(steps) :])
        return trace

    def part(value: Any) -> Any:
        return moved(value) if isinstance(value, Trace) else value

    uses = frozenset(
        replace(use, trace=moved(use.trace), by=moved(use.by) if use.by is not None else None) for use in clues.uses
    )
    openings = tuple(replace(item, path=Text(tuple(map(part, item.path.parts)))) for item in clues.openings)
    return replace(clues, uses=uses, openings=openings, reads=clues.reads | frozenset(renamed.values()))


def _by_role(name: str) -> Material | None:
    """What fills a setting that is filled by its role where it is a parameter."""
    made: dict[str, Material] = {
        "batch_size": Plain(BATCH_SIZE),
        "shuffle": Plain(True),
        "num_classes": ClassCount(),
        "x": Inputs((8, 8, 3)),
        "y": Labels(),
    }
    return made.get(role_of(name, "", factory=False))
