"""Whether an instance survives pickle as a pool sends it, and which attribute is to blame where it does not."""

from __future__ import annotations

import functools
import multiprocessing
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines import births
from seqcheck.experiments import pickling
from seqcheck.experiments.pickling import HEAVY, importable_by_name, what_stands_there
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from tests import specimens
from tests.runs import Bench


def attempt(history: History) -> PickleAttempt:
    (found,) = history.observed(PickleAttempt)
    return found


def test_a_sound_copy_reads_what_the_original_reads(bench: Bench) -> None:
    history = bench.history("Rows", "pickling")
    done = attempt(history)
    assert (done.stage, done.importable, done.where) == ("done", True, "tests.specimens.Rows")
    assert done.size > 100
    assert history.whole_passes("original") == history.whole_passes("copy")
    assert len(history.whole_passes("copy")[0]) == 6


def test_a_copy_that_draws_its_own_order_reads_something_else(bench: Bench) -> None:
    history = bench.history("Reborn", "pickling", {"how": "shuffles"})
    assert attempt(history).stage == "done"
    assert history.whole_passes("original") != history.whole_passes("copy")


@pytest.mark.parametrize(
    ("what", "stands"),
    [
        ("lambda", "lambda at specimens.py:"),
        ("lock", "_thread.lock"),
        ("generator", "generator <genexpr> at specimens.py:"),
        ("file", "open file '/dev/null'"),
        ("module", "module sys"),
    ],
)
def test_the_path_to_what_cannot_be_pickled_is_told(bench: Bench, what: str, stands: str) -> None:
    failed = attempt(bench.history("Heavy", "pickling", {"what": what}))
    assert failed.stage == "dump"
    assert failed.culprit == "self.pipe.steps[1][1]"
    assert failed.what.startswith(stands)
    assert failed.error


def test_what_a_pool_can_send_counts_as_picklable(bench: Bench) -> None:
    history = bench.history("Synchronised", "pickling")
    assert attempt(history).stage == "done", attempt(history).error
    assert history.whole_passes("original") == history.whole_passes("copy")


def test_a_copy_that_cannot_be_revived_says_why(bench: Bench) -> None:
    failed = attempt(bench.history("Reborn", "pickling", {"how": "raises"}))
    assert (failed.stage, failed.error) == ("load", "ValueError: cannot be revived")


def test_a_copy_that_dies_of_it_leaves_the_original(bench: Bench) -> None:
    history = bench.history("Reborn", "pickling", {"how": "ends"})
    assert list(history.passes()) == []
    assert len(history.passes("original")[0]) == 6
    assert any("copy" in note.text and "exit 5" in note.text for note in history.notes)


def test_a_local_class_is_found_by_no_other_process(bench: Bench) -> None:
    failed = attempt(bench.history("local", "pickling"))
    assert (failed.stage, failed.importable) == ("dump", False)
    assert failed.where == "tests.specimens.local.<locals>.Hidden"


def test_names_are_followed_through_classes() -> None:
    assert importable_by_name(specimens.Internal.Rows)
    assert not importable_by_name(type(specimens.local()))
    impostor = type("Rows", (), {"__module__": "tests.specimens"})
    assert not importable_by_name(impostor)


def blame(instance: Any) -> tuple[str, str]:
    return pickling.blame(instance, births.pickle_instance)


class Stateful:
    """Leaves out of its pickle what cannot be sent."""

    def __init__(self, **kept: Any) -> None:
        self.__dict__.update(kept)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "lock"}


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, inner: Any) -> None:
        self.inner = inner


class BadState:
    def __getstate__(self) -> dict[str, Any]:
        raise OSError("no state")


class Owner:
    """Anything with attributes."""

    def __init__(self, **kept: Any) -> None:
        self.__dict__.update(kept)

    def method(self) -> None:
        pass


def test_blame_follows_what_pickle_would_send() -> None:
    no = lambda: None  # noqa: E731  # a lambda is what it is about
    assert blame(Owner(table={"a": 1, "b": [0, no]}))[0] == "self.table['b'][1]"
    assert blame(Owner(slotted=Slotted(no)))[0] == "self.slotted.inner"
    assert blame(Owner(bound=Owner(x=no).method))[0] == "self.bound.__self__.x"
    assert blame(Stateful(lock=threading.Lock(), call=no))[0] == "self.call"
    assert blame(Owner(part=functools.partial(print, 1), bad=BadState())) == (
        "self.bad",
        "tests.experiments.test_pickling.BadState",
    )
    assert blame(Owner(array=np.arange(3), text="fine")) == ("", "")


def test_blame_passes_over_what_a_pool_can_send() -> None:
    lock = multiprocessing.get_context("spawn").Lock()
    assert blame(Owner(lock=lock, call=lambda: None))[0] == "self.call"


def test_a_cycle_comes_to_an_end() -> None:
    owner = Owner(call=lambda: None)
    owner.me = owner  # type: ignore[attr-defined]
    path, what = blame(owner)
    assert path.startswith("self.")
    assert what


def test_what_stands_there_is_named_as_a_reader_would(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("w") as stream:
        assert what_stands_there(stream) == f"open file {str(tmp_path / 'log.txt')!r}"
    assert what_stands_there(threading.Lock()) == "_thread.lock"
    assert what_stands_there({}) == "dict"

    def inner() -> None:
        pass

    assert what_stands_there(inner).startswith(
        "function test_what_stands_there_is_named_as_a_reader_would.<locals>.inner"
    )


def test_the_attributes_of_a_heavy_pickle_are_weighed(bench: Bench) -> None:
    (attempt,) = bench.history("Unwritten", "pickling", {"skipped": (b"q" * 2 * HEAVY,)}).observed(PickleAttempt)
    assert attempt.size > 2 * HEAVY
    ((path, what, weight),) = attempt.heaviest
    assert (path, what) == ("self.skipped", "tuple")
    assert 2 * HEAVY < weight <= attempt.size
    (light,) = bench.history("Rows", "pickling").observed(PickleAttempt)
    assert light.heaviest == ()
