"""The promises of an engine, each tried on the installed Keras with a Sequence of our own that is known to be sound.

Some ways of breaking a promise hang for ever: each trial is a process of its own, which is ended from outside when it
falls silent.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seqcheck.engines import installed
from seqcheck.engines.run import Run
from seqcheck.engines.trial import BATCHES, QUEUE, Lacking, Trial
from seqcheck.model.words import listing

EPOCHS: Final = 3
FEWER: Final = 4
"""For `steps_per_epoch` and `validation_steps` below the length."""
MORE: Final = 18
MIDDLE: Final = 4
"""The step after which a training is stopped in the middle of an epoch."""
CALM: Final = 1.0
"""Seconds after training in which nothing may be read and every thread has time to end."""


@dataclass(frozen=True)
class Tried:
    """How one trial ended: `what` is empty where the promise was kept. `engine` is ``keras 3.15.1``.

    `lacking` says what the engine does not have, so that nothing was tried.
    """

    engine: str
    what: str = ""
    lacking: str = ""


def try_promise(generation: str, name: str, run: Run) -> None:
    """In a child: try one of `PROMISES` and record how it ended."""
    engine = installed.name(generation)
    try:
        tried = Tried(engine, TRIALS[name](Trial(generation, run)))
    except Lacking as error:
        tried = Tried(engine, lacking=str(error))
    run.record(tried)  # type: ignore[arg-type]  # read by the runner


def _uneven(counts: Mapping[int, int], times: int, step: str = "training") -> str:
    never = [number for number in range(BATCHES) if not counts.get(number)]
    often = [number for number in range(BATCHES) if counts.get(number, 0) > times]
    said = [f"{_batches(never)} never reached a {step} step"] * bool(never)
    return " and ".join(said + [f"{_batches(often)} did more than {_times(times)}"] * bool(often))


def _batches(numbers: Sequence[int]) -> str:
    return f"{'batch' if len(numbers) == 1 else 'batches'} {listing(numbers)}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _once_each(trial: Trial, first: int = 0, epochs: int = EPOCHS) -> str:
    for epoch in range(first, first + epochs):
        said = _uneven(Counter(trial.trained.get(epoch, ())), 1)
        if said:
            return f"in epoch {epoch} {said}"
    return ""


def _one_worker(trial: Trial) -> str:
    trial.fit(trial.sequence(), epochs=EPOCHS)
    return _once_each(trial)


def _threads(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=EPOCHS)
    return _once_each(trial)


def _processes(trial: Trial) -> str:
    multiprocessing.set_start_method("fork", force=True)
    trial.fit(trial.sequence(2, processes=True), epochs=EPOCHS)
    return _once_each(trial)


def _fewer_steps(trial: Trial) -> str:
    """So many epochs of fewer steps as make two whole passes."""
    epochs = 2 * BATCHES // FEWER
    trial.fit(trial.sequence(2), epochs=epochs, steps_per_epoch=FEWER)
    said = _uneven(Counter(number for numbers in trial.trained.values() for number in numbers), 2)
    return f"in {epochs} epochs of {FEWER} steps {said}" if said else ""


def _more_steps(trial: Trial) -> str:
    trial.fit(trial.sequence(), epochs=2, steps_per_epoch=MORE)
    made = [len(trial.trained.get(epoch, ())) for epoch in range(2)]
    return "" if made == [MORE, MORE] else f"epochs of {MORE} steps made {made[0]} and {made[1]}"


def _fewer_validation_steps(trial: Trial) -> str:
    sequence = trial.sequence(2)
    trial.fit(sequence, epochs=EPOCHS, steps_per_epoch=1, validation_data=sequence, validation_steps=FEWER)
    seen = [sorted(trial.tested.get(number, ())) for number in range(EPOCHS)]
    differing = next((number for number, batches in enumerate(seen) if batches != seen[0]), 0)
    if differing:
        return f"validation 0 was on {_batches(seen[0])}, validation {differing} on {_batches(seen[differing])}"
    return "" if len(set(seen[0])) == FEWER else f"validation was on {_batches(seen[0])}"


def _epoch_end(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=EPOCHS)
    most = EPOCHS * BATCHES + 2 * QUEUE + 2  # peeks, and what a queue holds when training is over
    said = [f"on_epoch_end was called {trial.ended} times in {EPOCHS} epochs"] * (trial.ended > EPOCHS)
    said += [f"{trial.fetched} batches were read for {EPOCHS * BATCHES} steps"] * (trial.fetched > most)
    return " and ".join(said)


def _not_silently(trial: Trial, sequence: Any) -> str:
    try:
        trial.fit(sequence, epochs=1)
    except Exception:
        return ""
    return f"training went on as if nothing were, over {_batches(trial.trained.get(0, ()))}"


def _none(trial: Trial) -> str:
    return _not_silently(trial, trial.sequence(2, strange=lambda: None))


def _dead_worker(trial: Trial) -> str:
    multiprocessing.set_start_method("fork", force=True)
    own = os.getpid()

    def end() -> Any:
        if os.getpid() != own:
            os._exit(3)
        return None

    return _not_silently(trial, trial.sequence(2, processes=True, strange=end))


def _equal_steps(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=EPOCHS, steps_per_epoch=BATCHES)
    return _once_each(trial)


def _fewer_steps_reshuffled(trial: Trial) -> str:
    """So many epochs as make one pass: the order it began with is to last."""
    epochs = BATCHES // FEWER
    trial.fit(trial.sequence(shuffles=True), epochs=epochs, steps_per_epoch=FEWER)
    said = _uneven(Counter(number for numbers in trial.trained.values() for number in numbers), 1)
    return f"in {epochs} epochs of {FEWER} steps {said}" if said else ""


def _initial_epoch(trial: Trial) -> str:
    trial.fit(trial.sequence(2), initial_epoch=2, epochs=2 + EPOCHS)
    if sorted(trial.trained) != list(range(2, 2 + EPOCHS)):
        return f"epochs {listing(sorted(trial.trained))} were trained"
    return _once_each(trial, 2)


def _two_at_once(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=4, validation_data=trial.sequence(2), validation_freq=[1, 2, 4])
    if sorted(trial.tested) != [0, 1, 2]:
        return f"there were {len(trial.tested)} validations after epochs 1, 2 and 4"
    for number, seen in sorted(trial.tested.items()):
        said = _uneven(Counter(seen), 1, "test")
        if said:
            return f"in validation {number} {said}"
    return _once_each(trial)


def _evaluate_and_predict(trial: Trial) -> str:
    trial.epoch = trial.validation = 0
    given = {} if trial.generation == "keras" else trial.sequence(2).use
    trial.model().evaluate(trial.sequence(2), verbose=0, **given)
    said = _uneven(Counter(trial.tested.get(0, ())), 1, "test")
    answers = [
        int(number) for number in np.asarray(trial.model().predict(trial.sequence(2), verbose=0, **given))[::2, 0]
    ]
    asked = list(range(BATCHES))
    return said or ("" if answers == asked else f"predict answered for {_batches(answers)}, in that order")


def _sample_weights(trial: Trial) -> str:
    trial.fit(trial.sequence(2, weighted=True), epochs=1)
    return _weighed(trial, {number: 1.0 + number for number in range(BATCHES)})


def _class_weights(trial: Trial) -> str:
    trial.fit(trial.sequence(), epochs=1, class_weight={0: 2.0, 1: 5.0})
    return _weighed(trial, {number: (2.0, 5.0)[number % 2] for number in range(BATCHES)})


def _both_weights(trial: Trial) -> str:
    try:
        trial.fit(trial.sequence(weighted=True), epochs=1, class_weight={0: 2.0, 1: 5.0})
    except ValueError as error:
        return f"fit ends with an error: {str(error).splitlines()[0][:80]}"
    return _weighed(trial, {number: (1.0 + number) * (2.0, 5.0)[number % 2] for number in range(BATCHES)})


def _weighed(trial: Trial, expected: Mapping[int, float]) -> str:
    other = next((number for number, weight in expected.items() if trial.weights.get(number) != weight), None)
    if other is None:
        return ""
    return f"batch {other} had the weight {trial.weights.get(other)}, not {expected[other]}"


def _on_batch(trial: Trial) -> str:
    """One batch by hand, as users who write their own loop do."""
    model: Any = trial.model()
    x, y = trial.sequence()[3]
    trial.epoch = trial.validation = 0
    model.train_on_batch(x, y)
    model.test_on_batch(x, y)
    answered = np.asarray(model.predict_on_batch(x)).ravel().tolist()
    seen = [trial.trained.get(0), trial.tested.get(0), answered]
    return "" if seen == [[3], [3], [3.0, 3.0]] else f"batch 3 came as {seen[0]}, {seen[1]} and {seen[2]}"


def _arguments(trial: Trial) -> str:
    """Workers that are told to fit, evaluate and predict instead of to the Sequence."""
    use = {"workers": 2, "use_multiprocessing": False, "max_queue_size": QUEUE}
    try:
        trial.model().fit(trial.sequence(), verbose=0, shuffle=False, callbacks=[trial.callback()], **use)
    except TypeError as error:
        raise Lacking("fit takes no workers, use_multiprocessing, max_queue_size: the Sequence does") from error
    if threading.get_ident() in trial.threads and len(trial.threads) == 1:
        return "all batches were read in the main thread"
    trial.validation = 0
    trial.model().evaluate(trial.sequence(), verbose=0, **use)
    answers = np.asarray(trial.model().predict(trial.sequence(), verbose=0, **use))[::2, 0]
    said = _once_each(trial, 0, 1) or _uneven(Counter(trial.tested.get(0, ())), 1, "test")
    return said or ("" if answers.tolist() == list(range(BATCHES)) else "predict answered in another order")


def _generators(trial: Trial) -> str:
    model = trial.model()
    if not hasattr(model, "fit_generator"):
        raise Lacking("there is no fit_generator, evaluate_generator, predict_generator")
    use = {"workers": 2, "max_queue_size": QUEUE}
    model.fit_generator(trial.sequence(), epochs=1, verbose=0, shuffle=False, callbacks=[trial.callback()], **use)
    trial.validation = 0
    model.evaluate_generator(trial.sequence(), **use)
    answers = np.asarray(model.predict_generator(trial.sequence(), **use))[::2, 0]
    said = _once_each(trial, 0, 1) or _uneven(Counter(trial.tested.get(0, ())), 1, "test")
    return said or ("" if answers.tolist() == list(range(BATCHES)) else "predict_generator answered in another order")


def _stop(model: Any, batch: int) -> None:
    if batch == MIDDLE:
        model.stop_training = True


def _stopped(trial: Trial) -> str:
    before = threading.enumerate()
    trial.fit(trial.sequence(2), _stop, epochs=EPOCHS)
    return _quiet(trial, before) or ("" if list(trial.trained) == [0] else "training went on in the next epoch")


def _raise(_: Any, batch: int) -> None:
    if batch == MIDDLE:
        raise KeyError("of the callback")


def _callback_error(trial: Trial) -> str:
    before = threading.enumerate()
    try:
        trial.fit(trial.sequence(2), _raise, epochs=EPOCHS)
    except KeyError:
        return _quiet(trial, before)
    return "fit ended as if the callback had not raised"


def _quiet(trial: Trial, before: Sequence[threading.Thread]) -> str:
    """Whether reading ends with the training, but for what a queue takes, and no thread outlives what it works for."""
    made = sum(map(len, trial.trained.values()))
    gc.collect()  # an iterator that was left in the middle of an epoch may end its pool only now
    time.sleep(CALM)
    fetched = trial.fetched
    time.sleep(CALM)
    said = [f"batches were still read {CALM:g} s after training"] * (trial.fetched > fetched)
    ahead = fetched - made
    said += [f"{ahead} batches were read that nobody trained on"] * (ahead > 2 * QUEUE + 4)
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.name.startswith("Dummy-")]
    said += [f"{len(left)} threads of its pool were still there"] * bool(left)
    return " and ".join(said)


def _second_fit(trial: Trial) -> str:
    """On the instance whose training was stopped in the middle of an epoch."""
    sequence = trial.sequence(2)
    trial.fit(sequence, _stop, epochs=1)
    time.sleep(CALM)
    trial.trained.clear()
    trial.fit(sequence, epochs=EPOCHS)
    return _once_each(trial)


def _hooks(trial: Trial) -> str:
    """With one worker, where nothing races."""
    trial.fit(trial.sequence(), epochs=EPOCHS)
    if trial.ended == EPOCHS:
        return ""
    return f"on_epoch_end was called {trial.ended} times after the first step of {EPOCHS} epochs"


TRIALS: Final[Mapping[str, Callable[[Trial], str]]] = {
    "one-worker": _one_worker,
    "hooks": _hooks,
    "threads": _threads,
    "processes": _processes,
    "equal-steps": _equal_steps,
    "fewer-steps": _fewer_steps,
    "fewer-steps-reshuffled": _fewer_steps_reshuffled,
    "more-steps": _more_steps,
    "initial-epoch": _initial_epoch,
    "two-at-once": _two_at_once,
    "fewer-validation-steps": _fewer_validation_steps,
    "evaluate-and-predict": _evaluate_and_predict,
    "sample-weights": _sample_weights,
    "class-weights": _class_weights,
    "both-weights": _both_weights,
    "on-batch": _on_batch,
    "arguments": _arguments,
    "generators": _generators,
    "epoch-end": _epoch_end,
    "stopped": _stopped,
    "callback-error": _callback_error,
    "second-fit": _second_fit,
    "none": _none,
    "dead-worker": _dead_worker,
}
"""By the names of `PROMISES`."""
