"""Whatever is typed becomes a target or one sentence that says what to type instead."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from seqcheck.construction.target import TargetError, TargetSpec, locate, node, package_root, parse, search_path, slug


@pytest.mark.parametrize(
    ("text", "style", "module", "attributes", "file"),
    [
        ("mypkg.MySequence", "dotted", "mypkg", ("MySequence",), ""),
        ("mypkg.sub.MySequence", "dotted", "mypkg.sub", ("MySequence",), ""),
        ("  mypkg.MySequence ", "dotted", "mypkg", ("MySequence",), ""),
        ("mypkg.data:make_train", "colon", "mypkg.data", ("make_train",), ""),
        ("mypkg:Outer.make", "colon", "mypkg", ("Outer", "make"), ""),
        ("src/my pkg/data.py::MySequence", "file", "", ("MySequence",), "src/my pkg/data.py"),
        ("data (copy).py::Outer::Inner", "file", "", ("Outer", "Inner"), "data (copy).py"),
    ],
)
def test_the_three_ways_to_name_a_target(
    text: str, style: str, module: str, attributes: tuple[str, ...], file: str
) -> None:
    spec = parse(text)
    assert (spec.style, spec.module, spec.attributes, spec.file) == (style, module, attributes, file)
    assert not spec.called


def test_a_call_gives_its_literals() -> None:
    spec = parse("mypkg.S(3, -1.5, batch_size=4, shuffle=True, dim=(8, 8), names=['a::b', 'c'], rest={'k': None})")
    assert spec.called
    assert spec.args == (3, -1.5)
    assert dict(spec.kwargs) == {
        "batch_size": 4,
        "shuffle": True,
        "dim": (8, 8),
        "names": ["a::b", "c"],
        "rest": {"k": None},
    }
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert {spec: 1}[spec] == 1  # a key though it holds a list
    assert parse("data.py::S(batch_size=4)").kwargs == (("batch_size", 4),)
    assert parse("mypkg.S()").called


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the target is empty: expected a class such as mypkg.MySequence"),
        (" \n", "the target is empty"),
        ("MySequence", "names no module: expected mypkg.MySequence or path/to/file.py::MySequence"),
        ("mypkg..MySequence", "a name is missing in it"),
        ("mypkg.My-Sequence", "'My-Sequence' in it is no Python name"),
        ("mypkg.S\x00", "control characters"),
        ("mypkg.S(batch_size=4", "cannot be read as a call"),
        ("mypkg.S(batch_size=4))", "cannot be read as a call"),
        ("mypkg.S(a=1, a=2)", "a is given twice"),
        ("mypkg.S(1)(2)", "more than one call"),
        ("mypkg.S(4) + 1", "more than one call"),
        ("mypkg.S(open('x'))", "open('x') is no literal: expected a number, text"),
        ("mypkg.S(x=np.zeros(3))", "np.zeros(3) is no literal"),
        ("mypkg.S(*[1])", "* is not possible here"),
        ("mypkg.S(**{})", "** is not possible here"),
        ("mypkg.S(" + "(" * 5000 + ")" * 5000 + ")", "cannot be read as a call"),
        ("mypkg:", "names no class or factory after the colon"),
        (":make", "names no module before the colon"),
        ("data.py", "names a file but no class: expected data.py::MySequence"),
        ("src/data.py", "names a file but no class"),
        ("src/data.py:S", "which takes two colons: expected src/data.py::S"),
        ("src/mypkg", "'src/mypkg' is no Python file"),
        ("src/mypkg/::S", "'src/mypkg/' is no Python file: expected path/to/file.py::S"),
        ("data.py::", "a name is missing in it"),
        ("what is this", "is no target"),
    ],
)
def test_what_is_no_target_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_package_is_found_here_and_in_src(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    spec = parse("mypkg.S")
    assert search_path(spec, tmp_path, tmp_path) == (str(tmp_path), str(tmp_path / "src"))


def test_a_file_is_imported_from_the_root_of_its_package(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "mypkg" / "sub"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    (folder / "data.py").touch()
    spec = parse("src/mypkg/sub/data.py::S")
    assert search_path(spec, tmp_path)[0] == str(tmp_path / "src")
    found = locate(spec, tmp_path)
    assert (found.module, found.file) == ("mypkg.sub.data", str(folder / "data.py"))
    assert package_root(folder / "__init__.py") == (tmp_path / "src", "mypkg.sub")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loader.py").touch()
    (tmp_path / "my.data.py").touch()
    with pytest.raises(TargetError, match="is a directory: expected a Python file in it"):
        search_path(parse("folder.py::S"), tmp_path)
    with pytest.raises(TargetError, match=r"there is no file loadr.py. Did you mean 'loader.py'\?"):
        locate(parse("loadr.py::S"), tmp_path)
    with pytest.raises(TargetError, match=r"rename it my_data\.py"):
        locate(parse("my.data.py::S"), tmp_path)


def test_where_the_module_ends_is_read_off_the_files(tmp_path: Path) -> None:
    (tmp_path / "src" / "mypkg").mkdir(parents=True)
    (tmp_path / "src" / "mypkg" / "__init__.py").touch()
    (tmp_path / "src" / "mypkg" / "data.py").touch()
    (tmp_path / "Generator.py").touch()
    (tmp_path / "loose").mkdir()
    (tmp_path / "loose" / "data.py").touch()

    def split(text: str) -> tuple[str, tuple[str, ...]]:
        spec = locate(parse(text), tmp_path)
        return spec.module, spec.attributes

    assert split("mypkg.data.Outer.Inner") == ("mypkg.data", ("Outer", "Inner"))
    assert split("mypkg.data.S") == ("mypkg.data", ("S",))
    assert split("mypkg.S.make") == ("mypkg", ("S", "make"))
    assert split("Generator.Generator.make") == ("Generator", ("Generator", "make"))
    assert split("loose.data.S") == ("loose.data", ("S",))
    assert split("mypkg.data") == ("mypkg", ("data",))
    assert split("nowhere.to.S") == ("nowhere", ("to", "S"))
    assert split("json.decoder.JSONDecoder") == ("json.decoder", ("JSONDecoder",))


def test_slugs_are_short_and_tell_calls_apart() -> None:
    assert slug(parse("mypkg.MySequence")) == "MySequence"
    assert slug(parse("mypkg.MySequence()")) == "MySequence"
    assert slug(parse("mypkg.MySequence(batch_size=4, shuffle=True)")) == "MySequence-batch_size-4-shuffle-True"
    first, second = slug(parse("m.S(dim=(1, 2))")), slug(parse("m.S(dim=[1, 2])"))
    assert first != second
    assert first.startswith("S-dim-_1_2_-")
    assert len(slug(parse(f"m.S(text={'a' * 500!r})"))) <= 60


def test_nodes_are_relative_to_the_root_or_to_what_is_imported(tmp_path: Path) -> None:
    package = tmp_path / "elsewhere" / "mypkg"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    file = package / "data.py"
    spec = parse("mypkg.data.S(batch_size=4)")
    assert node(spec, str(file), "S", tmp_path) == "elsewhere/mypkg/data.py::S-batch_size-4"
    assert node(spec, str(file), "S", tmp_path / "other") == "mypkg/data.py::S-batch_size-4"
    installed = tmp_path / ".venv/lib/python3.11/site-packages/mypkg"
    installed.mkdir(parents=True)
    (installed / "__init__.py").touch()
    assert node(parse("mypkg.S"), str(installed / "data.py"), "S", tmp_path) == "mypkg/data.py::S"
    assert node(TargetSpec("a.b:c", "colon", "a.b", ("c",)), "", "") == "a/b.py::c"
