"""The lock of the set of checks: what it holds, what it learns, and that the file reads as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.model.check import Outcome
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.ledger import LedgerError
from seqcheck.reporting.lock import Lock, read
from tests.reporting.samples import ERROR, VERDICTS

NAMES = tuple(verdict.check for verdict in VERDICTS)
NODE = "src/mypkg/data.py::Train"


def report(*verdicts: Verdict, node: str = NODE) -> TargetReport:
    return TargetReport("mypkg.Train", node, Construction(True, ""), verdicts)


def seen(name: str, outcome: Outcome) -> Verdict:
    return Verdict(name, "epoch", ERROR, outcome)


def test_what_holds_is_violated_or_waived_is_settled() -> None:
    lock = Lock(Path("seqcheck.lock")).learned([report(*VERDICTS)], NAMES)
    assert lock.open == {
        NODE: {
            "repeated-samples": Outcome.INCONCLUSIVE,
            "missing-reshuffle": Outcome.NOT_APPLICABLE,
            "worker-divergence": Outcome.INCONCLUSIVE,
        }
    }
    assert lock.settled(NODE) == {"phantom-batch", "silent-overrun", "lost-samples", "untrainable"}


def test_a_target_that_is_not_in_it_is_not_locked() -> None:
    lock = Lock(Path("seqcheck.lock"), NAMES, {NODE: {}})
    assert lock.settled(NODE) == set(NAMES)
    assert not lock.settled("src/mypkg/data.py::Other")
    assert not Lock(Path("seqcheck.lock")).settled(NODE)


def test_what_was_not_selected_stays_as_it_was() -> None:
    lock = Lock(Path("seqcheck.lock"), NAMES, {NODE: {"lost-samples": Outcome.INCONCLUSIVE}})
    again = lock.learned([report(seen("lost-samples", Outcome.NOT_SELECTED), seen(NAMES[0], Outcome.HOLDS))], NAMES)
    assert again == lock
    assert lock.learned([report(seen("lost-samples", Outcome.NOT_SELECTED), node="new")], NAMES) == lock


def test_of_a_new_target_only_what_was_looked_at_is_settled() -> None:
    lock = Lock(Path("seqcheck.lock")).learned([report(seen("lost-samples", Outcome.HOLDS))], NAMES)
    assert lock.settled(NODE) == {"lost-samples"}


def test_a_check_that_is_new_in_the_catalogue_is_settled_where_it_was_looked_at() -> None:
    lock = Lock(
        Path("seqcheck.lock"), ("lost-samples", "old-check"), {NODE: {"old-check": Outcome.INCONCLUSIVE}, "o": {}}
    )
    again = lock.learned([report(seen("phantom-batch", Outcome.HOLDS))], ("lost-samples", "phantom-batch"))
    assert again.open == {NODE: {}, "o": {"phantom-batch": Outcome.INCONCLUSIVE}}
    assert again.checks == ("lost-samples", "phantom-batch")


def test_a_tests_own_sequence_is_not_locked() -> None:
    assert Lock(Path("seqcheck.lock")).learned([report(*VERDICTS, node="")], NAMES).open == {}


def test_it_counts_what_it_could_hold_as_well() -> None:
    lock = Lock(Path("seqcheck.lock"), NAMES, {NODE: {"lost-samples": Outcome.INCONCLUSIVE}})
    assert lock.behind([report(*VERDICTS)]) == 1
    assert lock.learned([report(*VERDICTS)], NAMES).behind([report(*VERDICTS)]) == 0


def test_the_file_reads_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "seqcheck.lock"
    lock = Lock(file).learned([report(*VERDICTS), report(seen(NAMES[0], Outcome.HOLDS), node='a.py::S("x")')], NAMES)
    file.write_text(lock.as_text(), encoding="utf-8")
    assert read(file, NAMES).as_text() == lock.as_text()
    assert read(file, NAMES).settled(NODE) == lock.settled(NODE)
    assert 'not-applicable = ["missing-reshuffle"]\n' in lock.as_text()


def test_a_check_that_has_disappeared_is_noticed_at_once(tmp_path: Path) -> None:
    file = tmp_path / "seqcheck.lock"
    file.write_text(Lock(file).learned([report(*VERDICTS)], NAMES).as_text())
    with pytest.raises(LedgerError, match=r"there is no check 'lost-samples'.*--seqcheck-lock-update takes it away"):
        read(file, [name for name in NAMES if name != "lost-samples"])
    assert read(file, None).checks == NAMES


@pytest.mark.parametrize(
    "text",
    [
        'checks = "x"\n',
        "checks = [1]\n",
        "checks = []\n[a]\nopen = []\n",
        "a = 1\n",
        'checks = ["lost-samples"]\n[a]\ninconclusive = ["lost"]\n',
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "seqcheck.lock"
    file.write_text(f"schema = 1\n{text}")
    with pytest.raises(LedgerError, match=r"seqcheck\.lock"):
        read(file, NAMES)
