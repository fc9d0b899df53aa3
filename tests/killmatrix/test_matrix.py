"""The rules of the matrix, on rows written by hand."""

from __future__ import annotations

import pytest

from killmatrix.driving import Driven
from killmatrix.matrix import Row, broken_on_legacy, broken_rules
from killmatrix.specimens import Specimen
from seqcheck.model.check import Check, Severity

LOST = Check("lost-samples", "epoch", ("loop",))
ADVICE = Check("silent-overrun", "length", ("loop",), severity=Severity.ADVICE)


def row(kind, *errors, checks=("lost-samples",), advice=(), make="files", name="", outcome="HOLDS"):
    specimen = Specimen(name or f"{kind}-{make}", ("data.Batches",), checks, kind, make, "a fault", "")
    return Row(specimen, Driven(errors, advice, dict.fromkeys(checks, outcome)))


def proved():
    """As many as one check needs."""
    mutants = [row("mutant", "lost-samples", make=make, name=make) for make in ("files", "named", "made")]
    return mutants + [row("sound", name=f"sound-{number}") for number in range(2)]


def rules(rows, check=LOST, excused=None, known=None):
    return broken_rules(rows, [check], excused or {}, known or {})


def test_a_check_that_is_proved_breaks_no_rule():
    assert rules(proved()) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (proved()[1:], "lost-samples has 2 mutants"),
        (proved()[:-1], "lost-samples has 1 sound look-alikes"),
        ([row("mutant", "lost-samples", name=str(n)) for n in range(3)] + proved()[3:], "of one make, files"),
        ([*proved(), row("mutant", outcome="HOLDS", name="quiet")], "quiet survives: lost-samples is HOLDS"),
        ([*proved(), row("mutant", "phantom-batch", name="other")], "other survives"),
        ([*proved(), row("sound", "phantom-batch", name="loud")], "loud is sound, and is called phantom-batch"),
        ([*proved(), row("sound", advice=("lost-samples",), name="loud")], "loud is sound"),
        ([*proved(), row("mechanical", checks=(), name="m")], "m survives and nobody says why"),
    ],
)
def test_what_is_not_proved_is_said(rows, said):
    found = rules(rows)
    assert len(found) == 1
    assert said in found[0]


def test_a_check_whose_mutants_are_all_red_without_it_is_needed_by_none():
    rows = [row("mutant", "phantom-batch", "lost-samples", make=make, name=make) for make in ("files", "named", "made")]
    assert rules(rows + proved()[3:]) == [
        "lost-samples is needed by no mutant: every one that it catches is red without it"
    ]


def test_what_was_not_driven_whole_does_not_prove_that_a_check_is_needed():
    partly = [Row(item.specimen, item.driven, whole=False) for item in proved()]
    assert len(rules(partly)) == 1
    assert "needed by no mutant" in rules(partly)[0]


def test_advice_is_needed_by_a_mutant_that_is_about_it_alone():
    about = ("silent-overrun",)
    sound = [row("sound", checks=about, name=str(number)) for number in range(2)]
    own = [row("mutant", checks=about, advice=about, make=make, name=make) for make in ("files", "named", "made")]
    assert rules(own + sound, ADVICE) == []
    red = [row("mutant", "lost-samples", checks=about, advice=about, make=make, name=make) for make in ("a", "b", "c")]
    assert "needed by no mutant" in rules(red + sound, ADVICE)[0]


def test_advice_on_a_sound_one_that_is_about_something_else_is_no_false_alarm():
    assert rules([*proved(), row("sound", advice=("exposed-storage",), name="views")]) == []


def test_a_survivor_with_a_reason_is_excused_until_something_catches_it():
    survivor = row("mechanical", checks=(), name="m")
    assert rules([*proved(), survivor], excused={"m": "equivalent: no difference"}) == []
    caught = row("mechanical", "lost-samples", checks=(), name="m")
    assert rules([*proved(), caught], excused={"m": "equivalent: no difference"}) == [
        "m is excused, but lost-samples catches it"
    ]
    assert rules(proved(), excused={"gone": "equivalent"}) == ["gone is excused, but there is no such specimen"]


def test_a_known_false_alarm_is_no_surprise():
    loud = row("sound", "phantom-batch", name="loud")
    assert rules([*proved(), loud], known={"loud": "to be mended"}) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("mutant", outcome="NOT_APPLICABLE", name="quiet")], ["quiet survives on tf_keras: lost-samples is NOT_"]),
        ([row("sound", "phantom-batch", name="loud")], ["loud is sound on tf_keras, and is called phantom-batch"]),
        ([row("mutant", "lost-samples", name="none")], ["none is said to have no fault on tf_keras, but lost-samples"]),
        ([row("mutant", name="none"), row("mutant", "lost-samples"), row("sound")], []),
    ],
)
def test_on_tf_keras_what_has_a_fault_is_caught_and_nothing_else(rows, said):
    excused = {"none": "tf_keras has no such hook"} if any(one.specimen.name == "none" for one in rows) else {}
    found = broken_on_legacy(rows, excused)
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


def test_what_has_no_fault_on_tf_keras_must_be_there():
    waiting = [row("mutant", name="later").specimen]
    assert broken_on_legacy([], {"later": "why"}, waiting) == []
    assert broken_on_legacy([], {"gone": "why"}) == [
        "gone is said to have no fault on tf_keras, but there is no such specimen"
    ]
