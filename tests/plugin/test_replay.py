"""--seqcheck-replay refuses what is no schedule, and prints what the driver made of one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seqcheck.plugin.options import OptionError
from seqcheck.plugin.replay import Said, replays

TEXT = "311.cold.0-1.plain.a.a14b"


class StandIn:
    """A driver that replays as it was told to."""

    def __init__(self, **replayed: Any) -> None:
        self.replayed = SimpleNamespace(**{"lines": (), "what": "", "broken": False, "problem": "", **replayed})
        self.closed = False
        self.asked: tuple[Any, ...] = ()

    def resolve(self, texts: Any) -> list[str]:
        return [f"resolved {text}" for text in texts]

    def replay(self, *asked: Any) -> Any:
        self.asked = asked
        return self.replayed

    def close(self) -> None:
        self.closed = True


def test_the_interleaving_is_printed_under_its_target() -> None:
    driver = StandIn(lines=("  A  data.py:3", "  => thread A, batch 0: torn"), what="batch 0: torn", broken=True)
    said = replays(["data.Mine"], TEXT, lambda: driver, "/dev/pts/3")
    assert said == Said(
        "data.Mine: batches 0 and 1 of a fresh instance, schedule 311.cold.0-1.plain.a.a14b\n"
        "  A  data.py:3\n"
        "  => thread A, batch 0: torn\n"
        "batch 0: torn\n",
        True,
    )
    target, replayable, terminal = driver.asked
    assert (target, str(replayable), terminal) == ("resolved data.Mine", TEXT, "/dev/pts/3")
    assert driver.closed


def test_nothing_is_started_for_what_is_no_schedule() -> None:
    with pytest.raises(OptionError, match="--seqcheck-replay: 'again' is no schedule"):
        replays(["data.Mine"], "again", lambda: pytest.fail("started"), "")


@pytest.mark.parametrize("targets", [[], ["data.Mine", "data.Other"]])
def test_it_belongs_to_one_target(targets: list[str]) -> None:
    with pytest.raises(OptionError, match="name the one target"):
        replays(targets, TEXT, lambda: pytest.fail("started"), "")


def test_what_cannot_be_replayed_is_refused_with_the_reason() -> None:
    driver = StandIn(problem="it reads batch 9, and the length is 8")
    with pytest.raises(OptionError, match="cannot be replayed: it reads batch 9"):
        replays(["data.Mine"], TEXT, lambda: driver, "")
    assert driver.closed
