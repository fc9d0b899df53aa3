"""Which Keras stands behind a generation, whatever is installed: packages are made up."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from types import SimpleNamespace

import pytest

from seqcheck.engines import installed


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    return monkeypatch


def install(monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name in versions else None)
    monkeypatch.setattr(importlib.metadata, "version", versions.__getitem__)


def test_both_generations_may_be_installed(environment: pytest.MonkeyPatch) -> None:
    install(environment, keras="3.15.1", tf_keras="2.21.0")
    assert installed.found() == ("keras", "tf_keras")
    assert [installed.package(generation) for generation in installed.GENERATIONS] == ["keras", "tf_keras"]


def test_keras_2_is_the_generation_before_by_the_name_of_keras(environment: pytest.MonkeyPatch) -> None:
    install(environment, keras="2.15.0")
    assert installed.found() == ("tf_keras",)
    assert installed.package("tf_keras") == "keras"


def test_what_was_imported_counts_where_keras_2_and_tf_keras_are_there(environment: pytest.MonkeyPatch) -> None:
    install(environment, keras="2.15.0", tf_keras="2.15.0")
    assert installed.package("tf_keras") == "tf_keras"
    environment.setitem(sys.modules, "keras", SimpleNamespace(__version__="2.15.0"))  # type: ignore[arg-type]
    assert installed.package("tf_keras") == "keras"


@pytest.mark.parametrize(("backend", "driven"), [("jax", True), ("torch", False)])
def test_keras_3_is_driven_on_the_backends_that_a_step_is_written_for(
    environment: pytest.MonkeyPatch, backend: str, driven: bool
) -> None:
    install(environment, keras="3.15.1")
    environment.setenv("KERAS_BACKEND", backend)
    assert ("keras" in installed.found()) is driven


def test_an_engine_is_named_with_its_backend_where_that_is_not_tensorflow(environment: pytest.MonkeyPatch) -> None:
    library = SimpleNamespace(__version__="3.15.1", backend=SimpleNamespace(backend=lambda: "jax"))
    environment.setitem(sys.modules, "keras", library)  # type: ignore[arg-type]
    assert installed.name("keras") == "keras 3.15.1 on jax"
    environment.setattr(library, "backend", SimpleNamespace(backend=lambda: "tensorflow"))
    assert installed.name("keras") == "keras 3.15.1"
