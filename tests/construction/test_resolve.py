"""A target is described without being built, and what cannot be found says what was meant."""

from __future__ import annotations

import importlib
import pickle

import pytest

from seqcheck.construction import resolve
from seqcheck.construction.resolve import callable_named, load
from seqcheck.construction.target import TargetError, locate, parse
from seqcheck.model.contract import ContractError
from tests.construction.conftest import Project

DATA = """
    import functools

    class MySequence:
        '''Batches of nothing.

        And more.
        '''
        def __init__(self, x, y=None, *, batch_size: int = 8, shuffle=True, fn=len, **kwargs): ...
        def __len__(self): return 1
        def __getitem__(self, index): return [[0.0]]

        @classmethod
        def make(cls, num_samples=10): return cls(None)
        def method(self): ...
        class Inner:
            def __len__(self): return 1
            def __getitem__(self, index): return [[0.0]]

    class NoLength:
        def __getitem__(self, index): return [[0.0]]

    class Neither: ...

    def make_train(n, tmp_path=None): return MySequence(None)
    made = MySequence(None)
    numbers = [1, 2, 3]
    nothing = None
    partial = functools.partial(make_train, 3)
"""


def test_a_class_is_described_as_data(project: Project) -> None:
    file = project.write("mypkg/data.py", DATA)
    project.write("mypkg/__init__.py", "from mypkg.data import MySequence")
    about = project.describe("mypkg.MySequence")
    assert (about.kind, about.maker, about.dotted) == ("class", "mypkg:MySequence", "mypkg.data.MySequence")
    assert (about.file, about.line, about.doc, about.base) == (str(file), 4, "Batches of nothing.", None)
    read = [(item.name, item.kind, item.default, item.annotation, item.role) for item in about.parameters]
    assert read == [
        ("x", "either", None, "", "x"),
        ("y", "either", "None", "", "y"),
        ("batch_size", "keyword", "8", "int", "batch_size"),
        ("shuffle", "keyword", "True", "", "shuffle"),
        ("fn", "keyword", "<built-in function len>", "", ""),
        ("kwargs", "**", None, "", ""),
    ]
    assert pickle.loads(pickle.dumps(about)) == about


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("data:make_train", "factory", "make_train"),
        ("data.make_train", "factory", "make_train"),
        ("data:MySequence.make", "factory", "MySequence.make"),
        ("data.MySequence.Inner", "class", "MySequence.Inner"),
        ("data:partial", "factory", "partial"),
        ("data:made", "instance", "made"),
    ],
)
def test_what_may_be_named(project: Project, text: str, kind: str, name: str) -> None:
    project.write("data.py", DATA)
    about = project.describe(text)
    assert (about.kind, about.name) == (kind, name)


def test_a_file_target_must_be_the_module_of_its_name(project: Project) -> None:
    project.write("data.py", DATA)
    (project.root / "json.py").touch()
    assert project.describe(f"{project.root}/data.py::MySequence").dotted == "data.MySequence"
    spec = locate(parse("json.py::MySequence"), project.root)
    with pytest.raises(TargetError, match=r"the name 'json' imports .* instead: rename the file"):
        project.describe(spec.bare)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mypk.MySequence", "module not found: No module named 'mypk'. Did you mean 'mypkg'?"),
        ("mypkg.dta.MySequence", "module mypkg has no 'dta'"),
        ("mypkg.dta:MySequence", "No module named 'mypkg.dta'. Did you mean 'mypkg.data'?"),
        ("mypkg.data.MySequnce", "module mypkg.data has no 'MySequnce'. Did you mean 'MySequence'?"),
        ("mypkg.data:make_trian", "Did you mean 'make_train'?"),
        ("mypkg.data.Zzz", "module mypkg.data has no 'Zzz'; it has MySequence"),
        ("mypkg.data", "is a module, not a Sequence; it has MySequence"),
        ("mypkg.data.NoLength", "mypkg.data.NoLength is no Sequence: it defines no __len__"),
        ("mypkg.data.Neither", "it defines no __getitem__ and __len__"),
        ("mypkg.data.numbers", "is a list, not a Sequence or a factory of one"),
        ("mypkg.data.nothing", "is a NoneType, not a Sequence"),
        ("mypkg.data.made(3)", "is an instance, which takes no arguments"),
        ("mypkg.data:MySequence.method", "method of instances: make it a @classmethod or @staticmethod"),
        ("mypkg.data.MySequence.mak", "has no 'mak'. Did you mean 'make'?"),
        ("builtins.list", "it is a container, which makes no batches"),
    ],
)
def test_what_cannot_be_used_says_what_was_meant(project: Project, text: str, says: str) -> None:
    project.write("mypkg/__init__.py", "")
    project.write("mypkg/data.py", DATA)
    with pytest.raises(TargetError) as caught:
        project.describe(text)
    assert says in str(caught.value)


def test_what_a_package_loads_when_it_is_asked_for_may_be_meant(project: Project) -> None:
    project.write("mypkg/__init__.py", "__all__ = ['MySequence', 3]\ndef __getattr__(name): raise AttributeError(name)")
    with pytest.raises(TargetError, match=r"mypkg has no 'MySequnce'\. Did you mean 'MySequence'\?"):
        project.describe("mypkg.MySequnce")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "import mypkg_that_is_missing",
            "ModuleNotFoundError: No module named 'mypkg_that_is_missing' (data.py:1: import",
        ),
        ("x = 1\nraise RuntimeError('no\\n  data')", "RuntimeError: no data (data.py:2: raise RuntimeError"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("def f(:\n    pass", "SyntaxError: "),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_a_module_that_raises_says_its_own_last_line(project: Project, source: str, says: str) -> None:
    project.write("data.py", source)
    with pytest.raises(TargetError) as caught:
        project.describe("data.MySequence")
    assert str(caught.value).startswith("data failed while it was imported: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import numpy as np; KIND = np.int", ("numpy.int",)),
        ("from numpy.compat_of_old import nothing", ("numpy.compat_of_old",)),
    ],
)
def test_a_module_that_asks_for_what_was_removed_is_at_fault_itself(
    project: Project, line: str, names: tuple[str, ...]
) -> None:
    project.write("data.py", f"{line}\nclass S:\n    pass\ndef make(): return S()\n")
    found = project.describe("data.S")
    assert (found.kind, found.class_name, found.name, found.line) == ("class", "S", "S", 2)
    assert found.own_fault is not None
    assert (found.own_fault.kind, found.own_fault.stage, found.own_fault.names) == ("removed-name", "import", names)
    assert found.own_fault.frame is not None
    assert found.own_fault.frame.line == 1
    assert project.describe("data:make").kind == "factory"
    with pytest.raises(TargetError, match="failed while it was imported"):
        project.describe("data.Other")


def test_options_of_the_class_are_read_and_checked(project: Project) -> None:
    project.write("data.py", DATA)
    project.write(
        "more.py",
        """
        from data import MySequence
        class Declared(MySequence):
            __seqcheck__ = {"epoch": "per-epoch", "args": {"x": 3}, "sample_id": lambda batch: batch[0]}
        class Wrong(MySequence):
            __seqcheck__ = {"epok": "once"}
        class Made(MySequence):
            __seqcheck__ = {"factory": "data:make_train", "num_samples": 22}
        class Near(MySequence):
            __seqcheck__ = {"factory": "near"}
        def near(batch_size=4): return Near(None)
        class Lost(MySequence):
            __seqcheck__ = {"factory": "data:make_trian"}
        """,
    )
    about = project.describe("more.Declared")
    assert about.arguments == {"x": 3}
    assert about.declared["epoch"] == "per-epoch"
    assert callable_named(about.declared["sample_id"])([7]) == 7  # a lambda travels by where it stands
    pickle.dumps(about)
    with pytest.raises(
        ContractError, match=r"more.Wrong.__seqcheck__: unknown contract option 'epok'. Did you mean 'epoch'"
    ):
        project.describe("more.Wrong")
    made = project.describe("more.Made")
    assert (made.kind, made.maker, made.class_name) == ("factory", "data:make_train", "Made")
    assert [item.role for item in made.parameters] == ["num_samples", "tmp_path"]
    assert project.describe("more.Near").maker == "more:near"
    assert project.describe("more.Made", "more:near").maker == "more:near"
    with pytest.raises(TargetError, match=r"more.Lost.__seqcheck__: factory = 'data:make_trian': .*'make_train'"):
        project.describe("more.Lost")


def test_a_call_of_what_only_the_constructor_takes_is_one_of_the_constructor(project: Project) -> None:
    project.write(
        "data.py",
        """
        class S:
            __seqcheck__ = {"factory": "make"}
            def __init__(self, rows, size): ...
            def __len__(self): return 1
            def __getitem__(self, index): return [[0.0]]
        def make(size=3): return S([1], size)
        """,
    )
    assert project.describe("data.S(size=4)").maker == "data:make"
    assert project.describe("data.S(rows=4, size=3)").maker == "data:S"


def test_references_go_through_attributes_and_keys(project: Project) -> None:
    project.write("data.py", "class A:\n    table = {'f': len}\n")
    assert load("data:A.table.f") is len
    with pytest.raises(TargetError, match="is a dict, not a function"):
        callable_named("data:A.table")


def test_ids_declared_by_the_class_that_a_factory_makes_travel_by_name(project: Project) -> None:
    """No process but the children may import the user's module, which unpickling a function of it would do."""
    project.write("data.py", DATA)
    project.write(
        "ids.py",
        """
        from data import MySequence
        def of_batch(batch): return batch[1]
        class Named(MySequence):
            __seqcheck__ = {"sample_id": of_batch}
        def make():
            class Local(Named):
                __seqcheck__ = {"sample_id": of_batch}
            return Local
        """,
    )
    about = project.describe("ids.Named")
    assert about.declared["sample_id"] == "ids:Named.__seqcheck__.sample_id"
    module = importlib.import_module("ids")
    assert resolve.describe_type(module.Named).declared["sample_id"] == "ids:Named.__seqcheck__.sample_id"
    assert resolve.describe_type(module.make()).declared["sample_id"] == "ids:of_batch"


def test_a_module_is_loaded_by_a_name_that_no_statement_could_import(project: Project) -> None:
    project.write("3d_data.py", "class S:\n    pass\n")
    assert load("3d_data:S").__name__ == "S"
