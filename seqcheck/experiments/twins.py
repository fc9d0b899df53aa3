"""Do workers that begin in one state draw the same random numbers?

Two forks of one state read the same batches with their own draws, a third does so after every generator was reseeded.
Where the first two agree and the third does not, the workers of a pool repeat each other's draws. Where they differ,
Python's own generator, which is seeded anew in every fork, may hide that all others are copies: three more forks begin
with that one in one state. Where anything is drawn at all, three copies of one pickle do the same, as workers under
spawn and forkserver get them: each in a process whose other generators stand where no other's do, so that what two of
them share has travelled in the pickle.
"""

from __future__ import annotations

import functools
import pickle
import random
from typing import Any, Final

import xxhash

from seqcheck.experiments.answers import answer
from seqcheck.model.batch import describe
from seqcheck.model.driving import Driving
from seqcheck.model.history import History
from seqcheck.model.observation import Twins

MOST_READS = 64
"""Enough reads, where there are as many, for a coin flip in each to show beyond chance."""
FEWEST_READS = 16
"""A shorter Sequence is read over and over: its draws go on from read to read."""
RESEEDED = 987_654_321
PURPOSES: Final = ("first", "second", "reseeded")
SENT: Final = "sent-"
"""What stands before the name of a pass that an unpickled copy made."""
LEVELLED: Final = "levelled-"
"""What stands before the name of a pass of a fork that begins with Python's own generator in the same state."""


def ask(instance: Any, driving: Driving) -> None:
    """Record ``first``, ``second`` and ``reseeded`` of epoch 0, ``levelled-first``, ``sent-first``, ...: see `pair`."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = _enough(list(driving.indices(length)))
    contents = _forks(instance, driving, "", indices)
    if len(set(contents)) < 2:
        return  # nothing is drawn, or a fork did not come to its end
    if contents[0] != contents[1]:
        _forks(instance, driving, LEVELLED, indices)
    try:
        data = driving.pickled(instance)
    except BaseException:  # what stands in its way is another question
        return
    for number, purpose in enumerate(PURPOSES, 1):
        sent = functools.partial(_sent, instance, data, driving, purpose, indices, number)
        if not driving.worker(f"{SENT}{purpose}", number, sent):
            return


def _enough(indices: list[int]) -> list[int]:
    return (indices * -(-FEWEST_READS // len(indices)))[:MOST_READS] if indices else []


def _forks(instance: Any, driving: Driving, before: str, indices: list[int]) -> list[bytes]:
    """What each of the three read; nothing where one did not come to its end."""
    contents = []
    for number, purpose in enumerate(PURPOSES, 1):
        step = functools.partial(_forked, instance, driving, before, purpose, indices)
        content = answer(driving, f"{before}{purpose}", step, functools.partial(driving.worker, number=number))
        if content is None:
            return []
        contents.append(content)
    return contents


def _forked(instance: Any, driving: Driving, before: str, purpose: str, indices: list[int]) -> bytes:
    # Python reseeds its own generator in a forked child, as it does in a pool's worker; NumPy keeps its state.
    if purpose == "reseeded":
        driving.reseed(instance, RESEEDED)
    if before == LEVELLED:
        random.seed(RESEEDED)
    return _read(instance, driving, f"{before}{purpose}", indices)


def _sent(instance: Any, data: bytes, driving: Driving, purpose: str, indices: list[int], number: int) -> None:
    try:
        copy = pickle.loads(data)
    except BaseException:
        return
    driving.reseed_around(instance, copy, number)
    if purpose == "reseeded":
        driving.reseed(copy, RESEEDED)
    _read(copy, driving, f"{SENT}{purpose}", indices)


def _read(instance: Any, driving: Driving, purpose: str, indices: list[int]) -> bytes:
    read = driving.reader(instance, isolated=False)
    content = xxhash.xxh3_128()
    for place, index in enumerate(indices):
        value, failure = read(0, index, purpose, place)
        content.update(failure.text.encode("utf-8", "replace") if failure is not None else describe(value).digest)
    return content.digest()


def pair(history: History) -> tuple[Twins, ...]:
    """What three passes say of each leaf, row by row; nothing of three of which one did not come to its end."""
    return (*_pair(history, "", "fork"), *_pair(history, LEVELLED, "levelled"), *_pair(history, SENT, "spawn"))


def _pair(history: History, before: str, way: str) -> tuple[Twins, ...]:
    passes = [history.passes(f"{before}{purpose}").get(0, ()) for purpose in PURPOSES]
    if len({len(reads) for reads in passes}) != 1:
        return ()
    rows: dict[str, tuple[list[bytes], list[bytes], list[bytes]]] = {}
    for trio in zip(*passes, strict=True):
        batches = [read.batch for read in trio if read.batch is not None]
        if len(batches) != 3 or len({batch.structure for batch in batches}) != 1:
            return ()
        for leaf, second, third in zip(*(batch.leaves for batch in batches), strict=True):
            if not len(leaf.rows) == len(second.rows) == len(third.rows):
                return ()
            kept = rows.setdefault(leaf.path, ([], [], []))
            for place, source in enumerate((leaf, second, third)):
                kept[place].extend(source.rows)
    return tuple(Twins(path, tuple(one), tuple(two), tuple(three), way) for path, (one, two, three) in rows.items())
