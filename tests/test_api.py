"""check_sequence: whatever is given - class, factory, closure, instance - ends in a report, and none in harm."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seqcheck
from seqcheck import check_sequence, contract, report_text
from seqcheck.model.check import Outcome
from seqcheck.model.contract import ContractError
from seqcheck.model.report import Construction, TargetReport
from seqcheck.runner import Settings, TargetError, objects
from tests import specimens
from tests.residue import nothing_left
from tests.specimens import Rows

__all__ = ["nothing_left"]

QUICK = Settings(select=("repeated-samples", "phantom-batch", "unpicklable"), start_methods=("fork",), timeout=10)
SHORT = Settings(select=("hanging-read",), start_methods=("fork",), timeout=2)


def make_rows() -> Rows:
    return Rows()


class Doubling(Rows):
    """Serves its first sample twice, in place of the second."""

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        x[rows == 1], rows[rows == 1] = 0.0, 0
        return x, rows


def outcome(report: TargetReport, name: str) -> str:
    assert not report.internal, report.internal[0]
    verdict = report.verdict(name)
    assert verdict is not None
    return verdict.outcome.value


def local_class() -> type[Rows]:
    class Local(Rows):
        def __init__(self) -> None:
            super().__init__()
            self.scale = lambda x: x

    return Local


SOUND = {
    "an importable class": Rows,
    "an importable factory": make_rows,
    "a lambda": lambda: Rows(count=9),
    "an instance": Rows(),
    "a local class": local_class(),
    "an instance that no pickle takes": specimens.Heavy("lock"),
}


@pytest.mark.parametrize("target", SOUND.values(), ids=SOUND)
def test_a_sound_sequence_is_clean_however_it_is_given(target: Any, nothing_left: Path) -> None:
    report = check_sequence(target, settings=QUICK)
    assert report.construction.ok, report.construction.problem
    assert outcome(report, "phantom-batch") == "HOLDS"
    red = [verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.VIOLATED]
    assert red == (["unpicklable"] if isinstance(target, specimens.Heavy) else [])


def test_a_faulty_one_is_caught_though_only_a_closure_has_it(nothing_left: Path) -> None:
    data = np.arange(12.0)

    class Short(Rows):
        def __getitem__(self, index: int) -> Any:
            if index == len(self) - 1:
                raise IndexError("list index out of range")
            return data[index * 2 : index * 2 + 2], np.arange(2)

    report = check_sequence(lambda: Short(), settings=QUICK)
    assert outcome(report, "phantom-batch") == "VIOLATED"


def test_an_instance_whose_read_hangs_is_told_so(nothing_left: Path) -> None:
    report = check_sequence(specimens.HangsAtOnce(), settings=SHORT)
    assert outcome(report, "hanging-read") == "VIOLATED"


def test_the_caller_s_instance_is_left_as_it_was(nothing_left: Path) -> None:
    instance = Rows()
    order = instance.order.copy()
    state = instance.rng.bit_generator.state
    check_sequence(instance, settings=QUICK)
    assert (instance.order == order).all()
    assert instance.rng.bit_generator.state == state


def test_a_factory_may_draw_and_seed_as_it_likes(nothing_left: Path) -> None:
    def make() -> Rows:
        random.seed(7)
        np.random.seed(7)
        return Rows(count=random.randint(5, 9))

    assert check_sequence(make, settings=QUICK).construction.ok


def test_where_tensorflow_was_used_the_verdicts_say_why_not(
    monkeypatch: pytest.MonkeyPatch, nothing_left: Path
) -> None:
    monkeypatch.setattr(objects, "tensorflow_was_used", lambda: True)
    report = check_sequence(specimens.Heavy("lambda"), settings=QUICK)
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.INCONCLUSIVE}
    assert all("TensorFlow has been used in this process" in verdict.reason for verdict in report.verdicts)
    assert all("a factory that can be imported by name" in verdict.reason for verdict in report.verdicts)


def test_pickling_of_a_test_s_own_class_is_no_fault_of_it(nothing_left: Path) -> None:
    settings = Settings(select=("unpicklable", "unimportable-class"), start_methods=("fork",), timeout=10)
    report = check_sequence(local_class(), settings=settings)
    assert outcome(report, "unimportable-class") == "NOT_APPLICABLE"
    assert outcome(report, "unpicklable") in ("NOT_APPLICABLE", "INCONCLUSIVE")


def test_declarations_are_heeded_and_wrong_ones_refused(nothing_left: Path) -> None:
    report = check_sequence(make_rows, settings=QUICK, epoch="random")
    assert report.contract["epoch"] == "random"
    assert outcome(report, "repeated-samples") == "NOT_APPLICABLE"
    with pytest.raises(ContractError, match="epok"):
        check_sequence(make_rows, epok="once")
    with pytest.raises(TypeError, match="expected a Sequence"):
        check_sequence(lambda: 3)


def test_a_configuration_that_cannot_be_read_is_no_reason_to_look_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.seqcheck]\nworker = 3\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetError, match="Did you mean 'workers'"):
        check_sequence(Doubling, settings=QUICK)


def test_a_report_in_words_has_the_summary_and_every_violation(nothing_left: Path) -> None:
    text = report_text(check_sequence(Doubling, settings=QUICK))
    assert "checks hold, 1 violated" in text.splitlines()[0]
    assert "\n\nrepeated-samples: " in text
    assert "Why it matters" in text
    assert "See it again: pytest --seqcheck tests.test_api:Doubling" in text


def test_words_of_what_could_not_be_built_say_what_to_paste() -> None:
    built = Construction(False, "Data", "Data cannot be built: nothing says what table should be", paste="args = ...")
    text = report_text(TargetReport("mypkg.Data", "", built))
    assert "nothing says what table should be" in text
    assert "args = ..." in text


def test_a_contract_on_the_class_is_the_class_s_own() -> None:
    @contract(epoch="per-epoch", batch_size=2)
    class Declared(Rows):
        pass

    @contract(shuffles=True)
    class Further(Declared):
        pass

    assert Declared.__seqcheck__ == {"epoch": "per-epoch", "batch_size": 2}  # type: ignore[attr-defined]
    assert Further.__seqcheck__ == {"epoch": "per-epoch", "batch_size": 2, "shuffles": True}  # type: ignore[attr-defined]
    with pytest.raises(ContractError, match="drop_remains"):
        contract(drop_remains=True)


def test_the_package_offers_what_it_promises() -> None:
    assert {"check_sequence", "contract"} <= set(dir(seqcheck)) | set(seqcheck.__all__)
    with pytest.raises(AttributeError):
        _ = seqcheck.nothing_of_the_kind  # type: ignore[attr-defined]
