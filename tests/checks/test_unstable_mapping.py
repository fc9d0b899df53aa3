"""Passes under other conditions, held against those that were made alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqcheck.checks.unstable_mapping import CHECK, judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.history import Length
from seqcheck.model.observation import Conditions
from seqcheck.model.verdict import severity_of
from tests.histories import batch, case, history, length, lengths_of, numbered_pass, samples

HERE = numbered_pass(12, 4)
TURNED = [samples(*range(first, first + 4)) for first in (8, 4, 0)]
SETTLED = [np.array([0, 0, 1, 1]), np.array([2, 2, 3, 3]), np.array([4, 4, 4, 4])]
SWAPPED = [np.array([1, 1, 0, 0]), *SETTLED[1:]]
SEEDS = {"hash-0": 2, "hash-1": 3, "anew-0": 2, "anew-1": 3}


def classes(shift: int) -> list[Any]:
    x = np.arange(12, dtype=np.float32)[:, None]
    y = (np.arange(12) + shift) % 12
    return [batch(x[at : at + 4], y[at : at + 4]) for at in (0, 4, 8)]


def told(
    passes: dict[str, list[Any]],
    *extra: Any,
    listed: int = 0,
    seeds: dict[str, int] | None = None,
    lengths: Sequence[Length] = (),
) -> Judgement:
    told_seeds = SEEDS if seeds is None else seeds
    met = [Conditions(name, told_seeds.get(name, 1), listed, name == "listing") for name in passes]
    run = history(
        "mapping",
        passes={name: [entries] for name, entries in passes.items()},
        lengths=lengths or lengths_of(3, 1),
        observations=met,
    )
    return judge(case(run, *extra))


def alike(entries: list[Any], **others: list[Any]) -> dict[str, list[Any]]:
    return {
        "here": entries,
        "here-again": entries,
        "listing": entries,
        **{k.replace("_", "-"): v for k, v in others.items()},
    }


def test_classes_that_follow_the_hash_seed() -> None:
    passes = alike(classes(0), hash_0=classes(1), hash_1=classes(2), anew=classes(0), anew_again=classes(0))
    judgement = told({**passes, "anew-0": classes(1), "anew-1": classes(2)})
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "samples have other values or classes when the hash seed is another one: "
        "y holds 1, 2, 3 and 4 in rows 0, 1, 2 and 3, not 0, 1, 2 and 3"
    )
    assert severity_of(CHECK, judgement) is Severity.ERROR


def test_what_the_module_draws_while_it_is_imported_is_no_mapping() -> None:
    passes = alike(classes(0), hash_0=classes(1), anew=classes(3), anew_again=classes(3))
    judgement = told({**passes, "anew-0": classes(3)})
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "while the module is imported" in judgement.reason
    unseeded = {**alike(classes(0), hash_0=classes(1), anew=classes(3), anew_again=classes(4)), "anew-0": classes(5)}
    assert told(unseeded).outcome is Outcome.INCONCLUSIVE


def test_an_order_that_follows_the_directory() -> None:
    judgement = told(alike(HERE, hash_0=HERE, hash_1=HERE) | {"listing": TURNED}, listed=1)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.startswith("samples come in another order when directories are listed in another order: ")
    assert severity_of(CHECK, judgement) is Severity.ERROR


def test_a_remainder_that_is_dropped_is_a_matter_of_order() -> None:
    part = [samples(*range(first, first + 4)) for first in (8, 2, 0)]
    judgement = told(alike(HERE, hash_0=HERE, hash_1=HERE) | {"listing": part}, listed=1)
    assert judgement.reason.startswith("samples come in another order")


def test_other_samples_are_a_matter_of_what_was_chosen_for_good() -> None:
    """Shuffling excuses another order of the files, and not that others of them are for training."""
    others = [samples(8, 4, 2, 6), samples(0, 20, 21, 22), samples(23, 1, 10, 11)]
    passes = alike(HERE, hash_0=HERE, hash_1=HERE) | {"listing": others}
    lengths = [length(3, epoch=0, when=name) for name in ("here", "listing")]
    shuffled = history(epochs=[HERE, TURNED])
    judgement = told(passes, shuffled, listed=1, lengths=lengths)
    assert judgement.reason.startswith("other samples are chosen when directories are listed in another order: ")
    assert judgement.findings[0].severity is None
    drawn = history(epochs=[HERE, others])
    assert told(passes, drawn, listed=1, lengths=lengths).findings[0].severity is Severity.ADVICE
    selected = told(passes, shuffled, listed=1, lengths=[length(9, epoch=0, when="here"), *lengths[1:]])
    assert selected.findings[0].severity is Severity.ADVICE, "what was not read may be the rest"


def test_two_classes_that_change_places_are_a_matter_of_content() -> None:
    swapped = [batch(np.arange(4 * at, 4 * at + 4, dtype=np.float32), y) for at, y in enumerate(SWAPPED)]
    before = [batch(np.arange(4 * at, 4 * at + 4, dtype=np.float32), y) for at, y in enumerate(SETTLED)]
    judgement = told(alike(before, hash_0=before, hash_1=before) | {"listing": swapped}, listed=1)
    assert judgement.reason.startswith("samples have other values or classes")


def test_an_order_that_is_shuffled_anyway_is_advice() -> None:
    shuffled = history("loop", [HERE, TURNED])
    judgement = told(alike(HERE, hash_0=HERE, hash_1=HERE) | {"listing": TURNED}, shuffled, listed=1)
    assert judgement.outcome is Outcome.VIOLATED
    assert severity_of(CHECK, judgement) is Severity.ADVICE


def test_an_order_that_is_shuffled_once_and_for_all_is_advice() -> None:
    listing = alike(HERE, hash_0=HERE, hash_1=HERE) | {"listing": TURNED}
    for again, severity in ((TURNED, Severity.ADVICE), (HERE, Severity.ERROR)):
        rebuilding = history("rebuilding", passes={"built": [HERE], "rebuilt": [again]})
        judgement = told(listing, rebuilding, listed=1)
        assert judgement.outcome is Outcome.VIOLATED
        assert severity_of(CHECK, judgement) is severity


def test_what_is_drawn_from_an_order_is_advice() -> None:
    drawn = [batch(np.arange(at, at + 4, dtype=np.float32)) for at in (0, 4, 8)]
    other = [batch(np.arange(at + 50, at + 54, dtype=np.float32)) for at in (0, 4, 8)]
    reading = history("reading", passes={"forward": [drawn], "plain-twice": [[*other, *drawn]]})
    judgement = told(alike(drawn, hash_0=drawn, hash_1=drawn) | {"listing": other}, reading, listed=1)
    assert severity_of(CHECK, judgement) is Severity.ADVICE
    assert severity_of(CHECK, told(alike(drawn, hash_0=drawn) | {"listing": other}, listed=1)) is Severity.ERROR


def test_nothing_that_differs_holds_for_the_interpreters_that_were_compared() -> None:
    judgement = told(alike(HERE, hash_0=HERE, hash_1=HERE), listed=2)
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == (
        "3 batches in 3 interpreters with hash seeds of their own, and with directories listed in two orders"
    )


def test_without_another_hash_seed_nothing_is_known() -> None:
    assert told(alike(HERE)).outcome is Outcome.INCONCLUSIVE
    same = told(alike(HERE, hash_0=HERE, hash_1=HERE), seeds={})
    assert (same.outcome, "PYTHONHASHSEED" in same.reason) == (Outcome.INCONCLUSIVE, True)


def test_what_is_drawn_where_no_seed_reaches_is_not_compared() -> None:
    judgement = told(alike(HERE, hash_0=TURNED) | {"here-again": TURNED})
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "made alike do not read alike" in judgement.reason
    noise = [[batch(np.full((4, 1), at + k, np.float32), np.arange(4)) for at in range(3)] for k in (0.1, 0.2, 0.3)]
    passes = {"here": noise[0], "here-again": noise[1], "listing": noise[2], "hash-0": noise[2]}
    assert told(passes, listed=1).outcome is Outcome.HOLDS


def test_an_instance_from_elsewhere_cannot_be_made_again() -> None:
    assert judge(case(history("mapping", lengths=0), maker="instance")).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(history("mapping", lengths=0))).outcome is Outcome.INCONCLUSIVE
