"""What the reads of a script prove, and who is asked about it: each check sees its own kind of deviation alone."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.check import Case, Outcome, Severity
from seqcheck.model.history import History, Hook
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import SCRIPT, Truth
from seqcheck.model.scripts import deviations
from tests.histories import case, failure, history, numbered, numbered_pass, scripted

EPOCH = numbered_pass(12, 4)
PROBE = Truth(num_samples=12, num_samples_source="probe", batch_size=4, batch_size_source="plan", probe=True)
SOUND = history("reading", passes={name: [EPOCH] for name in ("forward", "forward-again", "backward")}, truth=PROBE)
OTHER = numbered(4, 8)


def script(*steps: tuple[Any, ...], epochs: Any = None, **fields: Any) -> History:
    return scripted(*steps, epochs=[EPOCH, EPOCH] if epochs is None else epochs, truth=PROBE, **fields)


def red(*runs: History, contract: dict[str, Any] | None = None) -> dict[str, Severity]:
    """The checks that such runs violate, each with the severity of its first finding of a script."""
    given = case(*runs, contract=contract)
    said = {}
    for name, entry in catalogue().items():
        if SCRIPT in entry.check.needs:
            judgement = entry.judge(given)
            own = [finding for finding in judgement.findings if finding.engine == SCRIPT]
            if judgement.outcome is Outcome.VIOLATED and own:
                said[name] = own[0].severity or entry.check.severity
    return said


ERROR, ADVICE = Severity.ERROR, Severity.ADVICE
MOVED = ("read", 0, OTHER)
READ = ("read", 0, EPOCH[0])


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([READ, ("read", 2, EPOCH[2]), ("read", 1, EPOCH[1]), READ], {}),
        ([("read", 2, EPOCH[2]), MOVED], {"ignored-index": ERROR}),
        ([("read", 2, EPOCH[0])], {"ignored-index": ERROR}),
        ([("len", 3), MOVED], {"ignored-index": ERROR}),
        ([("read", 2, EPOCH[2]), ("read", 0, failure())], {"ignored-index": ERROR}),
        ([READ, MOVED], {"unrepeatable-read": ERROR}),
        ([READ, ("read", 0, None)], {"unrepeatable-read": ERROR}),
        ([("past", 3, OTHER), MOVED], {"ignored-index": ADVICE}),
        ([("past", 3, failure("IndexError")), MOVED], {}),
        ([("past", 3, failure("ValueError")), MOVED], {"ignored-index": ADVICE}),
        ([READ, ("past", 3, OTHER), MOVED], {}),
        ([("pickle",), MOVED], {"lossy-pickle": ERROR}),
        ([("copy",), MOVED], {"lossy-pickle": ERROR}),
        ([READ, ("pickle",), MOVED], {"lossy-pickle": ERROR}),
        ([("pickle",), ("epoch-end",), READ], {}),
        ([READ, ("write", 0, EPOCH[0]), MOVED], {}),
        ([("write", 1, EPOCH[1]), ("read", 2, failure())], {}),
        ([READ, ("len", 2)], {"unstable-length": ERROR}),
        ([READ, ("pickle",), ("len", 2)], {}),
    ],
)
def test_each_deviation_is_one_check_s(steps: list[tuple[Any, ...]], expected: dict[str, Severity]) -> None:
    assert red(SOUND, script(*steps)) == expected


def test_the_finding_says_what_was_done_before() -> None:
    (found,) = deviations(case(SOUND, script(("read", 2, EPOCH[2]), MOVED)))
    finding = found.finding(case(SOUND))
    assert finding.summary == "batch 0 holds other samples (those of batch 1) after seq[2]"
    assert finding.evidence["script"] == ["seq[2]", "seq[0]"]


def test_content_that_differs_in_the_same_samples_is_no_deviation() -> None:
    from seqcheck.model.batch import describe

    noisy = describe((numbered(0, 4).leaves[0].shape[0] * [[0.25] * 3], [0, 1, 2, 3]))
    assert list(deviations(case(SOUND, script(("read", 2, EPOCH[2]), ("read", 0, noisy))))) == []


def test_a_sequence_that_two_forks_read_differently_is_not_judged_by_scripts() -> None:
    passes = {"forward": [EPOCH], "forward-again": [[EPOCH[1], EPOCH[0], EPOCH[2]]]}
    drawing = history("reading", passes=passes, truth=PROBE)
    assert list(deviations(case(drawing, script(("read", 2, EPOCH[2]), MOVED)))) == []


def test_what_the_level_of_the_epoch_frees_is_not_judged() -> None:
    moved = script(("read", 2, EPOCH[2]), MOVED, ("read", 0, EPOCH[2]), ("pickle",), ("read", 0, EPOCH[2]))
    assert red(SOUND, moved, contract={"epoch": "random"}) == {}
    assert "ignored-index" in red(SOUND, moved, contract={"epoch": "per-epoch"})


def test_an_attempt_to_pickle_within_a_script_counts() -> None:
    failed = PickleAttempt("dump", 0, "self.file", "open file 'log.txt'", "TypeError: cannot", True, "data.MySequence")
    run = script(READ, ("pickle",), observations=[failed])
    assert red(SOUND, run) == {"unpicklable": ERROR}
    said = catalogue()["unpicklable"].judge(case(SOUND, run)).findings[0].summary
    assert said == "after a read, self.file: open file 'log.txt' (TypeError: cannot)"
    before = script(("pickle",), READ, observations=[failed])
    assert not catalogue()["unpicklable"].judge(case(SOUND, before)).findings[0].summary.startswith("after")


def test_a_hook_that_raises_or_breaks_what_follows_is_fragile() -> None:
    raising = script(READ, ("epoch-end",), hooks=[Hook(0, "on_epoch_end", failure())])
    assert red(SOUND, raising) == {"fragile-epoch-end": ERROR}
    broken = [EPOCH, [], [EPOCH[0], failure(), EPOCH[2]]]
    assert red(SOUND, script(READ, ("epoch-end",), ("epoch-end",), READ, epochs=broken)) == {"fragile-epoch-end": ERROR}
    every = [EPOCH, [EPOCH[0], failure(), EPOCH[2]]]
    assert red(SOUND, script(READ, ("epoch-end",), READ, epochs=every)) == {}


def test_no_script_means_nothing_said() -> None:
    given = Case(case().facts, case().contract, ())
    assert list(deviations(given)) == []
