"""Do two runs of the program see the same samples and classes at the same places?

Instances are built under equal random streams: here, with directories listed the other way round, and in interpreters
with hash seeds of their own. Where another interpreter reads something else, the module is imported anew in each, with
the generators seeded before: what it drew while it was imported then is the same, and what still differs is not chance.
"""

from __future__ import annotations

import functools
import importlib
import sys

from seqcheck.experiments.listing import Lister
from seqcheck.model.driving import Workshop
from seqcheck.model.history import Read
from seqcheck.model.libraries import is_library, loaded_modules
from seqcheck.model.observation import Conditions

SEED = 0
TEXT = "a text whose hash depends on the seed of the interpreter"


def ask(driving: Workshop) -> None:
    """Record isolated passes over epoch 0, and the `Conditions` of each.

    ``here`` and ``here-again`` are made alike and list directories in sorted order, ``listing`` in the opposite one.
    ``hash-0``, ``hash-1``, ... are made in other interpreters. Where one of these reads otherwise, ``anew`` and
    ``anew-again`` are made here and ``anew-0``, ... there, after the module was imported anew.
    """
    if not driving.module:
        return
    for purpose in ("here", "here-again", "listing"):
        if not driving.fork(purpose, functools.partial(read, purpose, False, driving)):
            return
    others = range(driving.interpreters)
    for number in others:
        driving.elsewhere(number, functools.partial(read, f"hash-{number}", False))
    seen = _contents(driving)
    if seen.get("here") != seen.get("here-again"):
        return
    differing = [number for number in others if seen.get(f"hash-{number}", seen.get("here")) != seen.get("here")]
    if differing:
        for purpose in ("anew", "anew-again"):
            driving.fork(purpose, functools.partial(read, purpose, True, driving))
    for number in differing:
        driving.elsewhere(number, functools.partial(read, f"anew-{number}", True))


def read(purpose: str, anew: bool, driving: Workshop) -> None:
    """Make an instance and read epoch 0; with `anew` after the module was imported once more."""
    lister = Lister(backwards=purpose == "listing")
    driving.reseed(None, SEED)
    if anew:
        import_anew(driving.module)
        driving.reseed(None, SEED)
    lister.install()
    instance = driving.make()
    if instance is None:
        return
    driving.reseed(instance, SEED)
    length = driving.length(instance, 0, purpose)
    if length is not None and not (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        reader = driving.reader(instance, isolated=True)
        for place, index in enumerate(driving.indices(length)):
            reader(0, index, purpose, place)
    driving.record(Conditions(purpose, hash(TEXT), lister.count, purpose == "listing"))


def import_anew(module: str) -> None:
    """Forget the user's modules and import the named one again."""
    top = module.partition(".")[0]
    for name, _, file in list(loaded_modules()):
        own = file and not is_library(file)
        if name != "__main__" and (name == top or name.startswith(f"{top}.") or own):
            del sys.modules[name]
    importlib.import_module(module)


def _contents(driving: Workshop) -> dict[str, dict[int, bytes | None]]:
    """What each pass has read so far: a fingerprint by index, None where the read failed."""
    found: dict[str, dict[int, bytes | None]] = {}
    for event in driving.recorded():
        if isinstance(event, Read):
            found.setdefault(event.purpose, {})[event.index] = None if event.batch is None else event.batch.digest
    return found
