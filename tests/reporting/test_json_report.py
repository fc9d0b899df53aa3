"""The machine-readable report: it fits its schema, holds every check, and is written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from seqcheck.model.check import Finding
from seqcheck.reporting.denominator import crashed, not_run
from seqcheck.reporting.json_report import document, value_of, write
from tests.reporting.samples import CHECKS, LOST, REPORT, UNBUILT

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs/report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_kind_of_report_fits_the_schema() -> None:
    crash = crashed("T", "t.py::T", CHECKS, ValueError("no"))
    written = document([REPORT, UNBUILT, crash, not_run("T", "t.py::T", CHECKS)], {"missing-reshuffle": "chance"})
    VALIDATOR.validate(json.loads(json.dumps(written)))
    assert [len(target["checks"]) for target in written["targets"]] == [len(CHECKS)] * 4
    assert all(sum(target["totals"].values()) == len(CHECKS) for target in written["targets"])


def test_a_finding_has_its_evidence_scenario_place_and_line() -> None:
    checks = {check["name"]: check for check in document([REPORT])["targets"][0]["checks"]}
    finding = checks["lost-samples"]["findings"][0]
    assert finding["summary"] == LOST.summary
    assert finding["evidence"]["batches"] == list(range(30))
    assert finding["scenario"]["engine"] == "fork"
    assert finding["scenario"]["description"] == "40 samples, batch size 4, fork with 2 workers"
    assert finding["place"]["line"] == 31
    assert finding["reproduce"] == "pytest --seqcheck mypkg.MySequence src/mypkg/data.py::MySequence::lost-samples"
    assert checks["worker-divergence"]["follows_from"] == "lost-samples"
    assert checks["repeated-samples"]["declare"] == "num_samples = 40"
    assert checks["phantom-batch"]["declare"] is None


@pytest.mark.parametrize(
    "broken",
    [
        {"outcome": "HOLD"},
        {"severity": "warning"},
        {"name": "lost_samples"},
        {"findings": []},
        {"extra": 1},
    ],
)
def test_the_schema_refuses_what_is_no_report(broken: dict[str, Any]) -> None:
    written = document([REPORT])
    check = next(check for check in written["targets"][0]["checks"] if check["name"] == "lost-samples")
    check.update(broken)
    assert not VALIDATOR.is_valid(written)


def test_the_environment_is_what_the_runs_saw() -> None:
    environment = document([REPORT])["environment"]
    assert environment["keras"] == "3.15.0"
    assert environment["start_methods"] == ["fork"]
    assert environment["tensorflow"] is None
    assert environment["python"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (b"\x01\xff", "01ff"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        (True, True),
        (2**70, 2**70),
        (range(3), [0, 1, 2]),
        (Path("x"), repr(Path("x"))),
    ],
)
def test_every_value_becomes_one_of_json(value: Any, expected: Any) -> None:
    assert value_of(value) == expected
    assert type(value_of(value)) is type(expected)


def test_hostile_texts_are_written_and_read_back(tmp_path: Path) -> None:
    hostile = "\x1b[2J \udc80 \u2028"
    verdicts = tuple(
        replace(verdict, findings=(Finding(hostile, {hostile: hostile}),)) if verdict.findings else verdict
        for verdict in REPORT.verdicts
    )
    file = tmp_path / "report.json"
    write(file, [replace(REPORT, verdicts=verdicts)])
    assert file.read_bytes().isascii()
    assert hostile in json.loads(file.read_text())["targets"][0]["checks"][2]["findings"][0]["evidence"]


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.json"
    file.write_text("old")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(OSError, match="no space left"):
            write(file, [REPORT])
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    write(file, [REPORT])
    assert json.loads(file.read_text())["schema"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
