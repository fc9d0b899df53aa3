"""Threads that take turns share a processor, and only as long as they do."""

from __future__ import annotations

import contextlib
import os

import pytest

from seqcheck.schedule.one_core import on_one_core


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system has no affinity to set")
def test_one_processor_inside_and_all_of_them_afterwards() -> None:
    before = os.sched_getaffinity(0)
    with contextlib.suppress(KeyError), on_one_core():
        assert len(os.sched_getaffinity(0)) == 1
        raise KeyError
    assert os.sched_getaffinity(0) == before


def test_where_it_cannot_be_set_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)
    with on_one_core():
        pass
