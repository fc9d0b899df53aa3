"""What users of a Sequence count on of the engine that drives it, and whether an engine was seen to keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Promise:
    """`words` say what is counted on, `instead` what a user can do where it is broken."""

    name: str
    words: str
    instead: str = ""


@dataclass(frozen=True)
class Kept:
    """One promise on one engine, such as ``keras 3.15.1``, that was tried with a Sequence known to be sound.

    `what` says what happened where it was broken, `why_not` why it could not be tried, `lacking` what the engine does
    not have, so that there is no such promise.
    """

    promise: Promise
    engine: str
    what: str = ""
    why_not: str = ""
    lacking: str = ""


_STEPS: Final = "leave steps_per_epoch out"
_VALIDATION: Final = "one worker for validation data, or a Sequence of just those batches"
_TWICE: Final = "an on_epoch_end that may be called twice, or workers=1"
_STOP: Final = "stop at the end of an epoch, or workers=1"
PROMISES: Final = (
    Promise("one-worker", "each batch is trained on once an epoch with one worker"),
    Promise("hooks", "on_epoch_end is called once after each epoch with one worker"),
    Promise("threads", "each batch is trained on once an epoch with two threads", "workers=1"),
    Promise("processes", "each batch is trained on once an epoch with two processes", "workers=1, or another backend"),
    Promise("equal-steps", "steps_per_epoch equal to the length changes nothing, with two threads", _STEPS),
    Promise(
        "fewer-steps",
        "steps_per_epoch below the length leaves no batch out, with two threads",
        f"{_STEPS}; on Keras 3 one worker will do",
    ),
    Promise(
        "fewer-steps-reshuffled",
        "steps_per_epoch below the length leaves no sample out where on_epoch_end reshuffles, with one worker",
        f"{_STEPS}, or reshuffle only when a whole pass was read",
    ),
    Promise("more-steps", "steps_per_epoch above the length makes all steps of all epochs", _STEPS),
    Promise("initial-epoch", "initial_epoch leaves the epochs before it out, with two threads"),
    Promise(
        "two-at-once",
        "training and validation (validation_freq) with two threads each read every batch once",
        "one worker for validation data",
    ),
    Promise(
        "fewer-validation-steps",
        "validation_steps below the length validates on the same batches each time, with two threads",
        _VALIDATION,
    ),
    Promise("evaluate-and-predict", "evaluate and predict take each batch once and in order, with two threads"),
    Promise("sample-weights", "sample weights reach the step with their samples, with two threads"),
    Promise("class-weights", "class_weight gives each sample the weight of its class"),
    Promise("both-weights", "class_weight beside sample weights multiplies them", "weights from the Sequence alone"),
    Promise("on-batch", "train_on_batch, test_on_batch and predict_on_batch take the batch as it is"),
    Promise("arguments", "workers and max_queue_size passed to fit, evaluate and predict are heeded"),
    Promise("generators", "fit_generator, evaluate_generator and predict_generator take each batch once and in order"),
    Promise("epoch-end", "on_epoch_end is called once an epoch and nothing is read in vain, with two threads", _TWICE),
    Promise(
        "stopped",
        "a training stopped in the middle of an epoch leaves nothing running, with two threads",
        _STOP,
    ),
    Promise("callback-error", "an exception in a callback leaves fit and nothing running, with two threads", _STOP),
    Promise(
        "second-fit",
        "another fit on an instance whose training was stopped trains on each batch once, with two threads",
        "another instance for another training, or workers=1",
    ),
    Promise("none", "a batch that is None is an error, with two threads", "raise in __getitem__, return no None"),
    Promise("dead-worker", "a worker process that ends is an error", "a time limit around the whole training"),
)
