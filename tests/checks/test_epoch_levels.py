"""What each level of `epoch` excuses, and what it does not: one red without a declaration, and none too few with it."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Case, Outcome
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt, Twins
from seqcheck.model.verdict import settle
from tests.checks.epochs import probe
from tests.histories import at, case, history, samples

COUNT, SIZE = 36, 6
LEVELS = [{}, {"epoch": "per-epoch"}, {"epoch": "random"}]


def reds(given: Case) -> dict[str, str]:
    """The checks that stay red when causes are grouped, each with the declaration of its first finding."""
    entries = {name: entry for name, entry in catalogue().items() if given.runs(*entry.check.needs)}
    judged = {name: entry.judge(given) for name, entry in entries.items()}
    settled = settle({name: entry.check for name, entry in entries.items()}, judged, {})
    red = (one for one in settled if one.outcome is Outcome.VIOLATED and one.severity.value == "error")
    return {one.check: one.findings[0].declare for one in red}


def drawn(seed: int, *, wrong: bool = False) -> list[Batch]:
    """An epoch of draws with replacement; with `wrong` the labels are those of other samples."""
    rng = np.random.default_rng(seed)
    epoch = [samples(*rng.integers(0, COUNT, SIZE).tolist()) for _ in range(COUNT // SIZE)]
    if not wrong:
        return epoch
    ids = [np.array(batch.leaves[1].values, int) for batch in epoch]
    return [describe((one[:, None] + np.full(3, 0.5, np.float32), np.roll(one, 1))) for one in ids]


def balanced(*, wrong: bool = False, forgetful: bool = False) -> list[History]:
    """Chosen anew for each epoch, and then kept."""
    kept = drawn(0, wrong=wrong)
    runs = [
        history(epochs=[drawn(seed, wrong=wrong) for seed in range(3)], truth=probe(COUNT)),
        history(
            "reading",
            passes={
                **{name: [kept] for name in ("forward", "forward-again")},
                "backward": [kept],
            },
            truth=probe(COUNT),
        ),
    ]
    if forgetful:
        attempt = PickleAttempt("done", 100)
        passes = {"original": [kept], "copy": [drawn(9)]}
        runs.append(history("pickling", passes=passes, observations=[attempt], truth=probe(COUNT)))
    return runs


def free(*, wrong: bool = False) -> list[History]:
    """Drawn at every read: alike under isolated streams, anew without, and alike in two forks of one state."""
    kept = drawn(0, wrong=wrong)
    twice = [one for pair in zip(drawn(1, wrong=wrong), drawn(2, wrong=wrong), strict=True) for one in pair]
    rows = tuple(row for seed in range(8) for batch in drawn(seed) for row in batch.leaves[0].rows)
    other = tuple(row for seed in range(20, 28) for batch in drawn(seed) for row in batch.leaves[0].rows)
    again = [at(place // 2, batch) for place, batch in enumerate(twice)]
    return [
        history(epochs=[drawn(seed, wrong=wrong) for seed in range(3)], truth=probe(COUNT)),
        history(
            "reading",
            passes={"forward": [kept], "forward-again": [kept], "backward": [kept], "plain-twice": [again]},
            truth=probe(COUNT),
        ),
        history("twins", observations=[Twins("x", rows, rows, other)], truth=probe(COUNT)),
    ]


def told(runs: list[History], level: dict[str, str]) -> dict[str, str]:
    return reds(case(*runs, contract=level))


def test_a_balanced_sampler_gets_one_ask_and_then_none() -> None:
    assert told(balanced(), {}) == {"repeated-samples": 'epoch = "per-epoch"'}
    assert told(balanced(), {"epoch": "per-epoch"}) == {}
    assert told(balanced(), {"epoch": "random"}) == {}


def test_a_random_sampler_gets_one_ask_and_then_what_its_level_does_not_excuse() -> None:
    assert told(free(), {}) == {"unrepeatable-read": 'epoch = "random"'}
    assert set(told(free(), {"epoch": "per-epoch"})) == {"unrepeatable-read"}, "the index is not free at this level"
    assert set(told(free(), {"epoch": "random"})) == {"cloned-randomness"}


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.get("epoch", "none"))
def test_no_level_hides_targets_of_other_samples(level: dict[str, str]) -> None:
    assert "mispaired-targets" in told(balanced(wrong=True), level)
    # Where the index is not free, unrepeatable-read is the one ask, and explains the pairs.
    assert set(told(free(wrong=True), level)) in ({"unrepeatable-read"}, {"mispaired-targets", "cloned-randomness"})


def test_a_copy_that_draws_its_own_choice_is_not_excused_by_a_choice_for_each_epoch() -> None:
    assert "lossy-pickle" in told(balanced(forgetful=True), {"epoch": "per-epoch"})


def test_an_index_that_is_ignored_is_not_excused_by_a_choice_for_each_epoch() -> None:
    kept = drawn(0)
    passes = {"forward": [kept], "forward-again": [kept], "backward": [[kept[0], *kept[:0:-1]]]}
    runs = [balanced()[0], history("reading", passes=passes, truth=probe(COUNT))]
    assert "ignored-index" in told(runs, {"epoch": "per-epoch"})
    assert "ignored-index" not in told(runs, {"epoch": "random"})
