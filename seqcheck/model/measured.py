"""Which promises of `PROMISES` each engine was measured to break; all others it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from seqcheck.model.promise import PROMISES


@dataclass(frozen=True)
class Measured:
    """How one promise fares: it is broken, its trial hangs, or the engine lacks what it speaks of.

    `words` says what happens, as a trial does; `issue` is the number of a public report where there is one.
    """

    outcome: Literal["broken", "hangs", "lacking"]
    words: str = ""
    issue: str = ""


_NEVER: Final = Measured("broken", "some batches never reach a training step, others do too often")
_LEFT: Final = Measured("broken", "threads of its pool are still there")
_BOTH: Final = Measured("broken", "fit ends with an error")
_DEAD: Final = Measured("hangs", issue="keras-team/keras#11461")
_BEFORE_3: Final[Mapping[str, Measured]] = {
    "fewer-steps": Measured("broken", "every epoch begins with batch 0, and the last batches never come"),
    "fewer-steps-reshuffled": _NEVER,
    "more-steps": Measured("broken", "all training ends where the Sequence does"),
    "both-weights": _BOTH,
    "epoch-end": Measured(
        "broken", "it is called twice, and a further pass is fetched in vain", "tensorflow/tensorflow#45962"
    ),
    "stopped": _LEFT,
    "callback-error": _LEFT,
    "none": Measured("broken", "training goes on with batches of the next pass"),
    "dead-worker": _DEAD,
}
_KERAS_3: Final[Mapping[str, Measured]] = {
    "fewer-steps": _NEVER,
    "fewer-steps-reshuffled": _NEVER,
    "more-steps": Measured("broken", "each epoch ends where the Sequence does"),
    "fewer-validation-steps": Measured("broken", "each validation is on other batches"),
    "both-weights": _BOTH,
    "arguments": Measured("lacking", "fit takes none of them: the Sequence does"),
    "generators": Measured("lacking", "there are no such methods"),
    "stopped": _LEFT,
    "callback-error": _LEFT,
    "none": Measured("hangs"),
    "dead-worker": _DEAD,
}
MEASURED: Final[Mapping[str, Mapping[str, Measured]]] = {
    "keras 3.15": _KERAS_3,
    "keras 3.15 on jax": {
        **_KERAS_3,
        "threads": _NEVER,
        "processes": _NEVER,
        "equal-steps": _NEVER,
        "initial-epoch": _NEVER,
        "two-at-once": _NEVER,
        "evaluate-and-predict": Measured("broken", "some batches never reach a test step, others do too often"),
        "sample-weights": Measured("broken", "some batches never reach a training step, nor do their weights"),
        "second-fit": _NEVER,
        "none": Measured("broken", "training goes on with other batches"),
    },
    "tf_keras 2.21": _BEFORE_3,
    "keras 2.15": _BEFORE_3,
}
"""By version without its last part, such as ``keras 3.15``, and by the name of the promise."""
_ON_USE: Final = ("threads", "processes", "equal-steps", "fewer-steps", "fewer-steps-reshuffled", "more-steps")
"""What training meets by the use alone, whatever the Sequence does, and by which it trains on other data."""
_WITH_WORKERS: Final = (
    "two-at-once",
    "fewer-validation-steps",
    "evaluate-and-predict",
    "epoch-end",
    "second-fit",
    "none",
)
"""What concerns a Sequence as soon as it has two workers."""


@dataclass(frozen=True)
class Fault:
    """What an engine does to a Sequence that is used in one way, as a sentence with the way round.

    `promise` is the name of what it breaks. `on_use` says that training meets it by the use alone, and trains on other
    data than the Sequence holds; with ``fewer-steps-reshuffled``, where `on_epoch_end` reshuffles.
    """

    promise: str
    text: str

    @property
    def on_use(self) -> bool:
        """Whether it meets whoever uses it so, and changes what is trained on."""
        return self.promise in _ON_USE


def faults(
    engine: str, workers: int, *, processes: bool = False, steps: int | None = None, length: int | None = None
) -> tuple[Fault, ...]:
    """What is known of `engine`, such as ``keras 3.15.1``, that a Sequence which is used like this meets.

    Empty where nothing is known of that version. `steps` is `steps_per_epoch`.
    """
    known = MEASURED.get(measured_as(engine), {})
    names: list[str] = []
    if workers > 1 or processes:
        names += _WITH_WORKERS
        names += ["processes", "dead-worker"] if processes else ["threads"]
        names += ["equal-steps"] if steps is not None and steps == length else []
    if steps is not None and length is not None and steps < length:
        names.append("fewer-steps" if workers > 1 or processes else "fewer-steps-reshuffled")
    if steps is not None and length is not None and steps > length:
        names.append("more-steps")
    return tuple(
        Fault(promise.name, _sentence(engine, promise.words, known[promise.name], promise.instead))
        for promise in PROMISES
        if promise.name in names and promise.name in known and known[promise.name].outcome != "lacking"
    )


def measured_as(engine: str) -> str:
    """``keras 3.15 on jax`` for ``keras 3.15.1 on jax``: the key of `MEASURED`."""
    package, version, *beside = engine.split(" ")
    return " ".join([package, ".".join(version.split(".")[:2]), *beside])


def _sentence(engine: str, words: str, measured: Measured, instead: str) -> str:
    what = "it hangs" if measured.outcome == "hangs" else measured.words
    issue = f" ({measured.issue})" if measured.issue else ""
    return f"{engine} does not keep that {words}: {what}{issue}{f'; instead: {instead}' if instead else ''}"
