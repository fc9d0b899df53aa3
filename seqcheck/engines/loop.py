"""A plain loop over the Sequence in one process: the engine that every other is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Run
from seqcheck.model.history import Event
from seqcheck.model.scenario import Scenario

Protocol = tuple[bool, bool]
"""Whether `on_epoch_end` is called before the first epoch, and whether `on_epoch_begin` is called at all."""
KERAS_3: Protocol = (True, True)
LEGACY: Protocol = (False, False)


def drive(
    build: Build,
    scenario: Scenario,
    protocol: Protocol,
    look_at: Callable[[Any], Iterable[Event]] | None,
    run: Run,
) -> None:
    """Drive `scenario.epochs` epochs, then read at the length and one past it in the state of the last epoch.

    `look_at` may observe the instance before the first read.
    """
    try:
        instance = construct(build, run)
    except NotBuilt:
        return
    ask_length(instance, run, -1, "start")
    hook_first, hook_begin = protocol
    if hook_first and not call_hook(instance, run, -1, "on_epoch_end"):
        return
    if look_at is not None:
        for event in look_at(instance):
            run.record(event)
    reader = Reader(instance, run)
    for epoch in range(scenario.epochs):
        length = ask_length(instance, run, epoch, "epoch")
        if length is None or (hook_begin and not call_hook(instance, run, epoch, "on_epoch_begin")):
            return
        for place, index in enumerate(scenario.reads(length)):
            reader.read(epoch, index, place=place)
        length = ask_length(instance, run, epoch, "end")
        if epoch == scenario.epochs - 1 and length is not None:
            for place, index in enumerate((length, length + 1)):
                reader.read(epoch, index, "overrun", place)
        if not call_hook(instance, run, epoch, "on_epoch_end"):
            return
