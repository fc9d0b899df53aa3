"""A schedule, the setting that it belongs to, and both as a short text that survives a shell.

``311.cold.0-1.plain.a.a14b.b7a`` reads: on Python 3.11, on a fresh instance, batches 0 and 1 are read at the same time
by threads a and b, with generators as they are; a begins, gives way to b before its 14th step, and b gives way to a
before its 7th. In ``0+2-1+3`` thread a reads batches 0 and 2, one after the other, and b batches 1 and 3.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Final

MOST_THREADS: Final = 8
_LETTERS: Final = "abcdefgh"
_SWITCH: Final = re.compile(r"([a-h])(\d{1,9})([a-h])")
_FORCED: Final = re.compile(r"then([a-h]*)")


class NoSchedule(ValueError):
    """A text that is no schedule; its words say why."""


@dataclass(frozen=True)
class Setting:
    """What is read at the same time, and what was read before on the same instance.

    `before` are the indices that one thread read before, in order; with `epoch` a whole epoch and its end came before
    them instead. `indices` has one batch index a thread; `then` the one that each thread reads next, or nothing.
    """

    indices: tuple[int, ...]
    before: tuple[int, ...] = ()
    epoch: bool = False
    then: tuple[int, ...] = ()

    @property
    def reads(self) -> tuple[tuple[int, ...], ...]:
        """The batch indices of each thread, in the order in which it reads them."""
        return tuple(zip(self.indices, self.then, strict=True)) if self.then else tuple(zip(self.indices, strict=True))

    def read_by(self, thread: int) -> str:
        """``batch 0``, or ``batches 0 and 2`` where a thread reads two."""
        return f"batches {_listed(self.reads[thread])}" if self.then else f"batch {self.indices[thread]}"

    def describe(self) -> str:
        """``batches 0 and 3 of a fresh instance``"""
        which = f"batches {_listed(self.indices)}"
        if self.then:
            which += f", then {_listed(self.then)},"
        if self.epoch:
            return f"{which} after a whole epoch"
        if self.before:
            return f"{which} after batches {' and '.join(map(str, self.before))} were read"
        return f"{which} of a fresh instance"


@dataclass(frozen=True)
class Schedule:
    """Who runs when. Steps are counted thread by thread, so that one switch less moves no other.

    `switches` are (thread, its step, the thread that goes on instead), in the order in which they come. `forced` are
    the threads that went on where one ended or waited for a lock; with two threads there is no choice, and it is empty.
    """

    first: int
    switches: tuple[tuple[int, int, int], ...] = ()
    forced: tuple[int, ...] = ()


@dataclass(frozen=True)
class Replayable:
    """A schedule with all that is needed to run it again."""

    setting: Setting
    schedule: Schedule
    isolated: bool = False
    """Every draw comes from a stream of its batch index, so that shared generators play no part."""
    python: tuple[int, int] = field(default_factory=lambda: sys.version_info[:2])

    def __str__(self) -> str:
        setting, schedule = self.setting, self.schedule
        before = "epoch" if setting.epoch else "-".join(["after", *map(str, setting.before)])
        parts = [
            f"{self.python[0]}{self.python[1]}",
            before if setting.before or setting.epoch else "cold",
            "-".join("+".join(map(str, reads)) for reads in setting.reads),
            "isolated" if self.isolated else "plain",
            _LETTERS[schedule.first],
            *(f"{_LETTERS[thread]}{step}{_LETTERS[to]}" for thread, step, to in schedule.switches),
        ]
        if schedule.forced:
            parts.append("then" + "".join(_LETTERS[thread] for thread in schedule.forced))
        return ".".join(parts)


def parse(text: str) -> Replayable:
    """Read a text that `Replayable` wrote.

    Raises:
        NoSchedule: it is none; the message names the part that does not fit.
    """
    parts = text.strip().split(".")
    if len(parts) < 5:
        raise NoSchedule(f"{text!r} is no schedule: expected one as a finding prints it, 311.cold.0-1.plain.a.a14b")
    python, before, indices, draws, first, *rest = parts
    if not re.fullmatch(r"3\d{1,2}", python):
        raise NoSchedule(f"{text!r} is no schedule: {python!r} names no version of Python")
    if draws not in ("plain", "isolated"):
        raise NoSchedule(f"{text!r} is no schedule: {draws!r} is neither 'plain' nor 'isolated'")
    setting = _setting(text, before, indices)
    threads = len(setting.indices)
    if len(first) != 1 or first not in _LETTERS[:threads]:
        raise NoSchedule(f"{text!r} is no schedule: {first!r} is none of the threads {_LETTERS[:threads]}")
    forced: tuple[int, ...] = ()
    if rest and (match := _FORCED.fullmatch(rest[-1])):
        rest.pop()
        forced = tuple(_LETTERS.index(letter) for letter in match[1])
    switches = []
    for part in rest:
        switch = _SWITCH.fullmatch(part)
        if switch is None:
            raise NoSchedule(f"{text!r} is no schedule: {part!r} is no switch such as 'a14b'")
        switches.append((_LETTERS.index(switch[1]), int(switch[2]), _LETTERS.index(switch[3])))
    named = {thread for switch_ in switches for thread in (switch_[0], switch_[2])} | set(forced)
    if any(thread >= threads for thread in named):
        raise NoSchedule(f"{text!r} is no schedule: it switches to a thread that reads no batch")
    schedule = Schedule(_LETTERS.index(first), tuple(switches), forced)
    return Replayable(setting, schedule, draws == "isolated", (int(python[0]), int(python[1:])))


def _setting(text: str, before: str, indices: str) -> Setting:
    try:
        together = [tuple(int(index) for index in reads.split("+")) for reads in indices.split("-")]
        word, *earlier = before.split("-")
        read = tuple(int(index) for index in earlier)
    except ValueError:
        raise NoSchedule(f"{text!r} is no schedule: {before!r} and {indices!r} must name batches by number") from None
    if word not in ("cold", "after", "epoch") or (word == "after") != bool(read):
        raise NoSchedule(f"{text!r} is no schedule: {before!r} is none of 'cold', 'epoch' and 'after-2-3'")
    if not 2 <= len(together) <= MOST_THREADS:
        raise NoSchedule(f"{text!r} is no schedule: {indices!r} must name 2 to {MOST_THREADS} batches, one a thread")
    if len({len(reads) for reads in together}) > 1 or len(together[0]) > 2:
        raise NoSchedule(f"{text!r} is no schedule: {indices!r} must name one batch a thread, or two of each")
    first, *then = zip(*together, strict=True)
    return Setting(first, read, word == "epoch", *then)


def _listed(indices: tuple[int, ...]) -> str:
    names = [str(index) for index in indices]
    return f"{', '.join(names[:-1])} and {names[-1]}"
