"""Runs of pytest that do not ask for seqcheck do not pay for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.plugin.conftest import ROOT, Project

HEAVY = ("numpy", "hypothesis", "xxhash", "keras", "tensorflow", "tf_keras")
SEEN = """
import sys

def pytest_unconfigure():
    print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
    print("OURS", *sorted(name for name in sys.modules if name.startswith("seqcheck")))
"""


def loaded(output: str, word: str) -> set[str]:
    return set(next(line for line in output.splitlines() if line.startswith(word)).split()[1:])


def test_an_ordinary_run_imports_the_plugin_module_alone(project: Project) -> None:
    project.write("conftest.py", SEEN)
    result = project.pytest("tests")
    assert result.returncode == 0
    assert loaded(result.stdout, "OURS") == {"seqcheck", "seqcheck.pytest_plugin"}
    assert not loaded(result.stdout, "LOADED") & set(HEAVY)


def test_the_package_imports_nothing_that_pytest_does_not() -> None:
    code = (
        "import sys, pytest; known = set(sys.modules); import seqcheck.pytest_plugin; print(*set(sys.modules) - known)"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(shown.split()) == {"seqcheck", "seqcheck.pytest_plugin"}


def test_the_session_imports_neither_keras_nor_hypothesis(project: Project) -> None:
    project.write("conftest.py", (project.folder / "conftest.py").read_text() + SEEN)
    result = project.pytest("--seqcheck", "mypkg.Sound", "-q")
    assert result.returncode == 0
    assert not loaded(result.stdout, "LOADED") & {"keras", "tensorflow", "tf_keras", "hypothesis"}


def test_names_of_the_package_are_imported_when_they_are_asked_for() -> None:
    import seqcheck
    from seqcheck.reporting.gate import SeqcheckAdvice

    assert seqcheck.SeqcheckAdvice is SeqcheckAdvice
    assert "parametrize_with_checks" in dir(seqcheck)
    with pytest.raises(AttributeError, match="no attribute 'chek_sequence'"):
        _ = seqcheck.chek_sequence
