"""The installed Keras keeps and breaks what it was measured to keep and break; a sound Sequence is all it is given."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from seqcheck.engines import installed
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.promises import TRIALS, Trial, Tried, try_promise
from seqcheck.engines.run import Run
from seqcheck.model.measured import MEASURED, measured_as
from seqcheck.model.promise import PROMISES

pytestmark = [pytest.mark.keras, pytest.mark.slow, pytest.mark.engines]

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else installed.found()[0]
SILENCE = 15.0
"""Seconds; legacy Keras waits for five of its own at the end of an epoch."""
SAYS = {
    "threads": "never reached a training step",
    "processes": "never reached a training step",
    "equal-steps": "never reached a training step",
    "initial-epoch": "never reached a training step",
    "two-at-once": "never reached a training step",
    "evaluate-and-predict": "never reached a test step",
    "sample-weights": "had the weight None",
    "second-fit": "never reached a training step",
    "fewer-steps": "never reached a training step",
    "fewer-steps-reshuffled": "never reached a training step",
    "more-steps": "epochs of 18 steps made 12 and ",
    "fewer-validation-steps": "validation 0 was on",
    # A thread of legacy Keras looks every 0.1 s whether an epoch is over: what ends sooner, it does not end once more.
    "epoch-end": "on_epoch_end was called [456] times in 3 epochs",
    "both-weights": "fit ends with an error",
    "stopped": "threads of its pool were still there",
    "callback-error": "threads of its pool were still there",
    "none": "training went on as if nothing were",
}
"""What the trial of a promise says where it is broken, as a pattern."""


@pytest.fixture(scope="module")
def library() -> Iterator[Isolation]:
    with Isolation() as isolation:
        ready = isolation.nursery(
            "main", modules=[installed.package(GENERATION)], preload=["seqcheck.engines.promises"]
        )
        assert ready.result().failure is None
        yield isolation


@pytest.mark.parametrize("name", [promise.name for promise in PROMISES])
def test_each_promise_is_kept_or_broken_as_measured(library: Isolation, name: str) -> None:
    engine = installed.name(GENERATION)
    measured = MEASURED.get(measured_as(engine))
    if measured is None:
        pytest.skip(f"nobody has measured {engine}")
    outcome = library.run("main", try_promise, (GENERATION, name), silence=SILENCE, limit=90).result()
    assert not outcome.broken, outcome.broken[0]
    tried = [record for record in outcome.records if isinstance(record, Tried)]
    known = measured[name].outcome if name in measured else "kept"
    if known == "hangs":
        assert (tried, outcome.cause) == ([], "silent")
        return
    (one,) = tried
    if known == "kept":
        assert (one.what, one.lacking) == ("", "")
    elif known == "lacking":
        assert one.lacking
    else:
        assert re.search(SAYS[name], one.what)


def test_every_promise_has_a_trial() -> None:
    assert [promise.name for promise in PROMISES] == list(TRIALS)


def test_the_sequence_that_is_tried_is_sound() -> None:
    notes: list[object] = []
    run = Run(directory=None, record=notes.append)  # type: ignore[arg-type]  # nothing is written
    sequence = Trial(GENERATION, run).sequence()
    assert [sequence[index][0].ravel().tolist() for index in range(len(sequence))] == [[k, k] for k in range(12)]
