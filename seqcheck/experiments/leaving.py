"""Is what reads leave on the instance needed later, where reads are made by workers?

One epoch is read in this process and once more in a fork of it, as a worker's would be; then the hooks are called here,
and the next epoch is read here. Random streams are isolated all along, in hooks too, so that only what the reads left
behind can make the next epochs differ. Where they do, both are read once more.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

import xxhash

from seqcheck.experiments.answers import answer
from seqcheck.model.batch import describe
from seqcheck.model.driving import Driving

PURPOSES: Final = ("stayed", "left", "left-again", "stayed-again")
"""The passes of epoch 1: after reads in this process, after reads in a fork of it, and both once more, the other way
round: what goes on from pass to pass, as a counter in shared memory does, then agrees with neither."""


def ask(instance: Any, driving: Driving) -> None:
    """Record the isolated passes of `PURPOSES`, the last two only where the first two differ."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))
    contents: list[bytes] = []
    for purpose in PURPOSES:
        if len(contents) == 2 and contents[0] == contents[1]:
            return
        content = answer(driving, purpose, functools.partial(_epochs, instance, driving, purpose, indices))
        if content is None:
            return
        contents.append(content)


def _epochs(instance: Any, driving: Driving, purpose: str, indices: Sequence[int]) -> bytes | None:
    def first() -> None:
        read = driving.reader(instance, isolated=True)
        for place, index in enumerate(indices):
            read(0, index, f"before-{purpose}", place)

    if purpose.startswith("left"):
        if not driving.fork(f"before-{purpose}", first):
            return None
    else:
        first()
    for number, name in enumerate(("on_epoch_end", "on_epoch_begin") if driving.hook_first else ("on_epoch_end",)):
        with driving.isolated(instance, -1, number):
            if not driving.hook(instance, number, name):
                return None
    length = driving.length(instance, 1, purpose)
    content = xxhash.xxh3_128(repr(length).encode())
    read = driving.reader(instance, isolated=True)
    for place, index in enumerate(index for index in indices if length is not None and index < length):
        value, failure = read(1, index, purpose, place)
        content.update(failure.text.encode("utf-8", "replace") if failure is not None else describe(value).digest)
    return content.digest()
