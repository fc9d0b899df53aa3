"""What was written by hand is laid out for tf_keras, under the names that it has on Keras 3."""

from __future__ import annotations

import ast

import pytest

from killmatrix import campaign, legacy


def test_the_same_specimens_are_driven_by_the_same_names():
    every = campaign.every_specimen()
    by_hand = [item for item in every if item.kind != "mechanical" and item.make]
    old = campaign.every_specimen("tf_keras")
    assert [(item.name, item.targets) for item in old] == [(item.name, item.targets) for item in by_hand]
    assert not [item.name for item in old if "PyDataset" in item.source]


def test_every_target_is_found_where_it_was_laid_out(tmp_path):
    campaign.lay_out(tmp_path, "tf_keras")
    for item in campaign.every_specimen("tf_keras"):
        for target in item.targets:
            module, _, name = target.partition("(")[0].replace(":", ".").rpartition(".")
            file = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
            text = file.read_text(encoding="utf-8")
            assert name in text
            imported = {
                alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names
            }
            assert "keras" not in imported
    assert list((tmp_path / "fixtures/data").iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[no_fault]\n"mutants.fit.Batches" = 3\n', "expected lines of the form"),
        ('[no_faults]\n"mutants.fit.Batches" = "why"\n', "expected no_fault alone"),
    ],
)
def test_differences_that_cannot_be_meant_are_refused(tmp_path, text, said):
    file = tmp_path / "on_tf_keras.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=said):
        legacy.no_fault(file)


def test_whatever_has_no_fault_there_is_a_faulty_specimen():
    faulty = {item.name for item in campaign.every_specimen("tf_keras") if item.faulty}
    assert set(legacy.no_fault()) <= faulty
