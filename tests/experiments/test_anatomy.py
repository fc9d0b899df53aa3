"""What a class shares names with, and what its constructor reads, told from classes of every kind."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest

from seqcheck.experiments import anatomy
from seqcheck.model.observation import Anatomy, NearHook, Observation, Shadow, Signature


class PyDataset:
    """A base as Keras 3 has it."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._size = 10

    @property
    def workers(self) -> Any:
        return self._workers

    @workers.setter
    def workers(self, value: Any) -> None:
        self._workers = value

    @property
    def num_batches(self) -> int:
        return len(self)  # type: ignore[arg-type]

    def on_epoch_begin(self) -> None:
        pass

    def on_epoch_end(self) -> None:
        pass


class Sequence:
    """A base as tf_keras has it."""

    def on_epoch_end(self) -> None:
        pass


PyDataset.__module__, Sequence.__module__ = "keras.src.data", "tf_keras.src.data"


class Plain(PyDataset):
    def __init__(self, x: Any = 0, scale: Any = 1, **kept: Any) -> None:
        super().__init__()
        self.x = x * scale
        vars_kept = kept.items()
        for name, value in vars_kept:
            setattr(self, name, value)

    def __len__(self) -> int:
        return 3


class Bare(PyDataset):
    def __init__(self) -> None:
        pass


class Half(PyDataset):
    def __init__(self) -> None:
        self._workers = 2


class ByMethod(PyDataset):
    def num_batches(self) -> int:  # type: ignore[override]
        return 3

    def workers(self) -> int:  # type: ignore[override]
        return 2


class ByProperty(PyDataset):
    @property
    def num_batches(self) -> int:
        return 3

    @property
    def on_epoch_end(self) -> Any:  # type: ignore[override]
        return print


class Legacy(Sequence):
    def __init__(self) -> None:
        self.num_batches = 3
        self.workers = ["ada"]


class Unread:
    def __init__(self, x, y, size, verbose, _spare, later=0, own=0):  # type: ignore[no-untyped-def]
        """Keep x.

        verbose: ignored, for scripts that pass it.
        """
        own = 5
        self.x, self.own = x, own
        self.call = lambda: later


class Hidden:
    def __init__(self, x, y):  # type: ignore[no-untyped-def]
        self.__dict__.update(locals())


class Made:
    def __new__(cls, x, y):  # type: ignore[no-untyped-def]
        return super().__new__(cls)

    def __init__(self, x, y):  # type: ignore[no-untyped-def]
        pass


def seen(instance: Any, kind: type[Observation]) -> list[Any]:
    return [item for item in anatomy.look_at(instance) if isinstance(item, kind)]


@pytest.mark.parametrize(
    ("instance", "missing"), [(Plain(), ()), (Bare(), ("_workers", "_size")), (Half(), ("_size",))]
)
def test_what_the_base_s_constructor_would_have_left(instance: Any, missing: tuple[str, ...]) -> None:
    (found,) = seen(instance, Anatomy)
    assert (found.left, found.missing) == (("_workers", "_size"), missing)
    assert vars(Bare()) == {}


def test_a_base_without_state_and_no_base_leave_nothing() -> None:
    assert seen(Legacy(), Anatomy)[0].left == ()
    assert seen(Unread(1, 2, 3, 4, 5), Anatomy)[0].base == ""


@pytest.mark.parametrize(
    ("instance", "shadows"),
    [
        (Plain(), []),
        (Plain(workers=4), []),
        (Plain(workers=np.int64(4)), []),
        (Plain(on_epoch_end=print), []),
        (Plain(on_epoch_end=None), [("on_epoch_end", "method", "None")]),
        (Plain(on_epoch_begin=[1]), [("on_epoch_begin", "method", "an object of type list")]),
        (Plain(workers=["ada"]), [("workers", "setting", "an object of type list")]),
        (Plain(workers=None), [("workers", "setting", "None")]),
        (
            ByMethod(),
            [("workers", "setting", "an object of type method"), ("num_batches", "number of batches", "a method")],
        ),
        (ByProperty(), []),
        (Legacy(), [("num_batches", "number of batches", "3")]),
    ],
)
def test_what_stands_in_the_place_of_the_base_s_own(instance: Any, shadows: list[tuple[str, str, str]]) -> None:
    found = seen(instance, Shadow)
    assert [(item.name, item.kind, item.holds) for item in found] == shadows
    assert all(item.harmless_here is isinstance(instance, Legacy) for item in found)


def test_the_line_that_shadows_is_told() -> None:
    (found,) = seen(Legacy(), Shadow)
    assert found.spot[3] == "self.num_batches = 3"


def test_parameters_that_are_never_read_are_told_from_those_that_are() -> None:
    (found,) = seen(Unread(1, 2, 3, 4, 5), Signature)
    assert found.unread == ("y", "size")
    assert found.excused == ("verbose",)
    assert seen(Plain(), Signature)[0].unread == ()
    assert not seen(Hidden(1, 2), Signature)[0].readable
    assert not seen(Made(1, 2), Signature)[0].readable
    assert seen(Bare(), Signature)[0].parameters == ()


def module_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, source: str) -> types.ModuleType:
    """A module of the user's, with its text where its file says."""
    file = tmp_path / "written.py"
    file.write_text(source)
    made = types.ModuleType("written")
    made.__file__ = str(file)
    made.PyDataset = PyDataset  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "written", made)
    monkeypatch.setattr(anatomy, "is_library", lambda file: True)  # these very tests mention the names
    exec(compile(source, str(file), "exec"), vars(made))
    return made


CLASS = "class Batches(PyDataset):\n    def __len__(self): return 3\n    def {name}(self{more}): pass\n"


@pytest.mark.parametrize(
    "name",
    ["onEpochEnd", "on_epochs_end", "on_epoch_ends", "on_epcoh_end", "_on_epoch_end", "on_train_epoch_end",
     "on_epochend", "OnEpochEnd", "on_epoch_finish", "on_epoch_start", "on_epoc_begin"],
)  # fmt: skip
def test_a_name_that_can_only_be_meant_for_a_hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str) -> None:
    made = module_of(monkeypatch, tmp_path, CLASS.format(name=name, more=""))
    (found,) = seen(made.Batches(), NearHook)
    hook = "on_epoch_begin" if "start" in name or "begin" in name else "on_epoch_end"
    assert (found.name, found.hook, found.spot[1]) == (name, hook, 3)


@pytest.mark.parametrize(
    ("name", "more", "beside"),
    [
        ("on_batch_end", "", ""),
        ("on_epoch_end_callback", "", ""),
        ("end", "", ""),
        ("on_train_end", "", ""),
        ("onEpochEnd", ", epoch", ""),
        ("onEpochEnd", "", "    def on_epoch_end(self): pass\n"),
        ("onEpochEnd", "", "    def reset(self): self.onEpochEnd()\n"),
        ("onEpochEnd", "", "\ndef train(data): return getattr(data, 'onEpochEnd')()\n"),
    ],
)
def test_other_methods_and_those_that_somebody_calls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str, more: str, beside: str
) -> None:
    made = module_of(monkeypatch, tmp_path, CLASS.format(name=name, more=more) + beside)
    assert seen(made.Batches(), NearHook) == []
