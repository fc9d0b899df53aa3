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
MEASURED: Final[Mapping[str, Mapping[str, Measured]]] = {
    "keras 3.15": {
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
    },
    "tf_keras 2.21": {
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
    },
}
"""By version without its last part, such as ``keras 3.15``, and by the name of the promise."""
_WITH_WORKERS: Final = ("threads", "fewer-validation-steps", "epoch-end", "second-fit", "none")
"""What concerns a Sequence as soon as it has two workers."""


def faults(
    engine: str, workers: int, *, processes: bool = False, steps: int | None = None, length: int | None = None
) -> tuple[str, ...]:
    """What is known of `engine`, such as ``keras 3.15.1``, that a Sequence which is used like this meets.

    One sentence each, with the way round; empty where nothing is known of that version. `steps` is `steps_per_epoch`.
    """
    known = MEASURED.get(engine.rpartition(".")[0], {})
    names: list[str] = []
    if workers > 1 or processes:
        names += _WITH_WORKERS
        names += ["processes", "dead-worker"] if processes else []
    if steps is not None and length is not None and steps < length:
        names += ["fewer-steps"] if workers > 1 else []
        names.append("fewer-steps-reshuffled")
    if steps is not None and length is not None and steps > length:
        names.append("more-steps")
    return tuple(
        _sentence(engine, promise.words, known[promise.name], promise.instead)
        for promise in PROMISES
        if promise.name in names and promise.name in known and known[promise.name].outcome != "lacking"
    )


def _sentence(engine: str, words: str, measured: Measured, instead: str) -> str:
    what = "it hangs" if measured.outcome == "hangs" else measured.words
    issue = f" ({measured.issue})" if measured.issue else ""
    return f"{engine} does not keep that {words}: {what}{issue}{f'; instead: {instead}' if instead else ''}"
