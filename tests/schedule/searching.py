"""A search for races in this very process, as the child of a run makes it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from seqcheck.model.scenario import Truth
from seqcheck.runner.racing import subject_of
from seqcheck.schedule.explore import Limits, Searched, search
from seqcheck.schedule.subject import Subject


@contextlib.contextmanager
def subject(kind: Callable[[], Any]) -> Iterator[Subject]:
    """The subject of a class that is built without arguments."""
    first = kind()
    with subject_of(lambda: (kind(), Truth()), first, len(first), (False, False)) as made:
        assert not isinstance(made, str), made
        yield made[0]


def searched(kind: Callable[[], Any], *, seconds: float = 20.0, seed: int = 0, walks: int = 75) -> Searched:
    """What a search comes to; with more than enough time, so that a busy machine changes nothing."""
    with subject(kind) as made:
        return search(made, Limits(seconds=seconds, seed=seed, walks=walks, bounded=1))
