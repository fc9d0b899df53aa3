"""Failures that are the class's own for certain, and those that may be the machine's or the data's."""

from __future__ import annotations

import pytest

from seqcheck.checks.broken_defaults import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import Frame
from seqcheck.model.own_fault import Kind, OwnFault
from tests.histories import case, history, numbered_pass

PLANNED = history("planning")
FRAME = Frame("src/data.py", 12, "__init__", "y.astype(np.int)")


def fault(kind: Kind, *names: str, exception: str = "AttributeError", message: str = "broken") -> OwnFault:
    return OwnFault(kind, "construct", exception, message, names, FRAME)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (
            fault("removed-name", "numpy.int"),
            "numpy.int is not there any more; write int, or np.int64 (data.py:12: y.astype(np.int))",
        ),
        (fault("removed-name", "keras.odd"), "keras.odd is not there any more (data.py:12: y.astype(np.int))"),
        (
            fault("missing-name", "pd", exception="NameError"),
            "pd is neither defined nor imported (data.py:12: y.astype(np.int))",
        ),
        (
            fault("default", "dim", exception="TypeError", message="not iterable"),
            "its own default of dim cannot be used: TypeError: not iterable (data.py:12: y.astype(np.int))",
        ),
        (
            fault("refused-keyword", "skimage.io.imread(as_grey=)"),
            "skimage.io.imread(as_grey=) is no keyword that is taken; write as_gray= (data.py:12: y.astype(np.int))",
        ),
        (
            fault("unset-attribute", "order"),
            "self.order is read, and nothing in the source sets it (data.py:12: y.astype(np.int))",
        ),
    ],
)
def test_what_the_class_itself_fails_at(seen: OwnFault, said: str) -> None:
    judgement = judge(case(PLANNED, own_fault=seen))
    assert (judgement.outcome, judgement.reason) == (Outcome.VIOLATED, said)
    assert judgement.findings[0].frame == FRAME


@pytest.mark.parametrize(
    "seen",
    [
        None,
        fault("missing-import", "cv2", exception="ModuleNotFoundError"),
        fault("missing-attribute", "order"),
        fault("unfinished", exception="NotImplementedError"),
        fault("missing-name", "rows", exception="UnboundLocalError"),
        fault("missing-name", exception="NameError"),
        fault("shadowed-property", "num_batches"),
    ],
)
def test_what_another_machine_or_other_data_might_mend(seen: OwnFault | None) -> None:
    assert judge(case(PLANNED, own_fault=seen)).outcome is Outcome.INCONCLUSIVE
    assert judge(case(PLANNED, history("loop", [numbered_pass(8, 4)]), own_fault=seen)).outcome is Outcome.HOLDS


def test_nothing_planned_means_nothing_known() -> None:
    assert judge(case(own_fault=fault("removed-name", "numpy.int"))).outcome is Outcome.INCONCLUSIVE
