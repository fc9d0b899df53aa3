"""What does an instance do to the world around it while it is made and used for one epoch?

It is made twice, in forks of one state. Both times each stage begins with NumPy's and Python's generators in another
state; where they stand in one and the same afterwards, the stage seeded them. The first time the arguments are held
against what they were, and the class is looked at. What was found is done once more, to find the line.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from seqcheck.experiments import anatomy, arguments, seeding
from seqcheck.experiments.arguments import Change, Content
from seqcheck.model.driving import Workshop
from seqcheck.model.observation import Making, Mutation, Reseeding, Spot

CONSTRUCTION: Final = "construction"
READING: Final = "reading"
OTHER_SECOND: Final = 1.1
"""Seconds to wait before the third time: a seed that is taken from the clock is another one then."""
Place = tuple[str, int | None]
"""A stage, and the index where it is a read."""
After = Callable[[Place], None]


@dataclass
class Told:
    """What one fork tells the experiment.

    `states` has the fingerprints of the generators after each place. `changed` has, for each argument that changed, its
    type, the first stage after which it differed, and how. `seeded` has the lines that seeded a generator.
    """

    who: str = ""
    stages: list[str] = field(default_factory=list)
    reads: int = 0
    states: dict[Place, dict[str, bytes]] = field(default_factory=dict)
    handed: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    changed: dict[str, tuple[str, str, Change]] = field(default_factory=dict)
    seeded: dict[tuple[str, str], Spot] = field(default_factory=dict)
    line: Spot | None = None


def ask(driving: Workshop) -> None:
    """Record a `Making`, every `Mutation` and `Reseeding`, and what `anatomy` sees; its reads have purpose ``made``."""
    first = _forked(driving, "the first instance", lambda: _use(driving, 1, look_at=True))
    if first is None or not first.stages:
        return
    for name, (type_name, stage, change) in first.changed.items():
        traced = _forked(driving, f"an instance that is followed to {name}", functools.partial(_follow, driving, name))
        spot = traced.line if traced is not None else None
        driving.record(Mutation(name, type_name, stage, change.kind, change.words, spot))
    compared = _compare(driving, first)
    driving.record(Making(tuple(first.stages), first.reads, tuple(first.handed), tuple(first.unseen), compared))


def _compare(driving: Workshop, first: Told) -> bool:
    """Record every `Reseeding`; False where an instance to compare with did not come to its end."""
    second = _forked(driving, "the second instance", lambda: _use(driving, 2))
    if second is None:
        return False
    same = _same(first, second)
    if not same:
        return True
    time.sleep(OTHER_SECOND)
    third = _forked(driving, "the third instance", lambda: _use(driving, 3, watch=True))
    if third is None:
        return False
    for place, generators in _same(first, third).items():
        for generator in sorted(generators & same.get(place, set())):
            stage, index = place
            driving.record(Reseeding(generator, stage, index, third.seeded.get((generator, stage))))
    return True


def _same(one: Told, other: Told) -> dict[Place, set[str]]:
    """The generators that stood alike after a place, wherever they had stood before."""
    return {
        place: alike
        for place, states in one.states.items()
        if (alike := {name for name, state in states.items() if other.states.get(place, {}).get(name) == state})
    }


def _forked(driving: Workshop, purpose: str, step: Callable[[], Told]) -> Told | None:
    """What `step` tells, done in a fork; None where that did not come to its end."""

    def tell() -> None:
        driving.record(replace(step(), who=purpose))  # type: ignore[arg-type]  # not of a history: read below

    if not driving.fork(purpose, tell):
        return None
    found: list[Any] = [item for item in driving.recorded() if isinstance(item, Told) and item.who == purpose]
    return found[0] if found else None


class _Handed:
    """The containers among the arguments, and what they held."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.before: dict[str, Content] = {}
        self.unseen: list[str] = []

    def look(self, given: Mapping[str, Any]) -> None:
        for name, value in given.items():
            if not arguments.is_container(value):
                continue
            content = arguments.content_of(value)
            if content is None:
                self.unseen.append(name)
            else:
                self.values[name], self.before[name] = value, content

    def changes(self) -> dict[str, Change]:
        found = {}
        for name, before in self.before.items():
            after = arguments.content_of(self.values[name])
            if after is None:
                found[name] = Change("length", f"it had {len(before.entries)} entries and has too many to be looked at")
            elif (change := arguments.compare(before, after)) is not None:
                found[name] = change
        return found


def _use(driving: Workshop, number: int, *, look_at: bool = False, watch: bool = False) -> Told:
    """Make an instance and use it for one epoch; in the first fork all batches are read, later the first and last."""
    told, handed = Told(), _Handed()
    running = [CONSTRUCTION]
    own_constructor = []

    def hear(generator: str, spot: Spot) -> None:
        told.seeded.setdefault((generator, running[0]), spot)

    def look(given: Mapping[str, Any]) -> None:
        if look_at:
            handed.look(given)
        own_constructor.append(True)
        if watch:
            seeding.watch_seeds(hear)
        seeding.put(number)

    def before(place: Place) -> None:
        running[0] = place[0]
        seeding.put(number + 10 * len(told.states))

    def after(place: Place) -> None:
        told.states[place] = seeding.states()
        stage = place[0]
        if stage not in told.stages:
            told.stages.append(stage)

    def settle(stage: str) -> None:
        for name, change in handed.changes().items():
            told.changed.setdefault(name, (type(handed.values[name]).__name__, stage, change))

    instance = driving.make(look)
    if instance is None:
        return told
    if own_constructor:
        after((CONSTRUCTION, None))
        settle(CONSTRUCTION)
    elif watch:
        seeding.watch_seeds(hear)
    told.handed, told.unseen = list(handed.before), handed.unseen
    if look_at:
        for seen in anatomy.look_at(instance):
            driving.record(seen)
    _epoch(driving, instance, told, (before, after), settle, whole=look_at)
    return told


def _epoch(
    driving: Workshop,
    instance: Any,
    told: Told,
    around: tuple[After, After],
    settle: Callable[[str], None],
    *,
    whole: bool,
) -> None:
    before, after = around

    def hook(name: str) -> bool:
        place = (f"{name}()", None)
        before(place)
        done = driving.hook(instance, 0, name)
        if done and callable(getattr(instance, name, None)):
            after(place)
        settle(place[0])
        return done

    before(("len()", None))
    length = driving.length(instance, -1, "start")
    after(("len()", None))
    settle("len()")
    if length is None or (driving.hook_first and not (hook("on_epoch_end") and hook("on_epoch_begin"))):
        return
    read = driving.reader(instance, isolated=False)
    indices = list(driving.indices(length))
    kept = {*indices[:2], *indices[-1:]}
    for place, index in enumerate(indices if whole else [one for one in indices if one in kept]):
        before((READING, index))
        _, failure = read(0, index, "made", place)
        if failure is None:
            told.reads += 1
            if index in kept:
                after((READING, index))
    settle(READING)
    hook("on_epoch_end")


def _follow(driving: Workshop, name: str) -> Told:
    """Use an instance as the first time, with the lines traced until one of them changes the argument `name`."""
    told, line = Told(), arguments.LineOf()

    def look(given: Mapping[str, Any]) -> None:
        line.follow(given[name])
        seeding.put(1)

    with line:
        instance = driving.make(look)
        if instance is not None and line.spot is None:
            _epoch(driving, instance, told, (_nothing, _nothing), lambda _: None, whole=True)
    told.line = line.spot
    return told


def _nothing(_: Place) -> None:
    """In place of what is done around a stage: the generators are of no interest."""
