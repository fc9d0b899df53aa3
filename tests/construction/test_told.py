"""Settings that a class takes as one object or dict are planned name by name, and put together again."""

from __future__ import annotations

import pytest

from seqcheck.construction.clues import Source, read
from seqcheck.construction.materials import Folder, Plain, Settings
from seqcheck.construction.signature import Parameter
from seqcheck.construction.told import Told, taken_apart
from seqcheck.construction.traces import Trace


def told(name: str, init: str, getitem: str = "pass", annotation: str = "") -> Told:
    methods = {
        "__init__": f"def __init__(self, {name}, x):\n    self.given = {name}\n    {init}",
        "__getitem__": f"def __getitem__(self, index):\n    {getitem}",
    }
    found = read(Source(methods, {}, {}, {name: None, "x": None}))
    return taken_apart((Parameter(name, annotation=annotation), Parameter("x", role="x")), found)


def test_attributes_become_parameters_and_their_uses_follow() -> None:
    found = told("args", "self.size = args.height + 1", "open(self.given.data.root + '/' + str(index) + '.npy')")
    assert [item.name for item in found.free] == ["root", "height", "x"]
    assert found.paths == {"root": ("args", "@data@root"), "height": ("args", "@height")}
    assert any(use.trace == Trace("height") and use.kind == "number" for use in found.clues.uses)
    assert found.clues.openings[0].path.parts[0] == Trace("root")


def test_keys_of_what_is_called_a_configuration_become_parameters() -> None:
    found = told("config", "self.size = config['dim']; self.n = config.get('batch_size')")
    assert found.paths == {"batch_size": ("config", ".batch_size"), "dim": ("config", ".dim")}


def test_what_has_a_name_already_keeps_it() -> None:
    assert set(told("args", "self.x, self.n = args.x, args.n").paths) == {"args_x", "n"}


@pytest.mark.parametrize(
    ("name", "init", "getitem", "annotation"),
    [
        ("args", "pass", "return self.given[index]", ""),
        ("df", "self.n = df.shape; self.i = df.index", "return self.given.iloc[index]", ""),
        ("helper", "self.n = helper.size_of", "return self.given.read(index)", ""),
        ("tables", "self.x, self.y = tables['x'], tables['y']", "pass", ""),
        ("config", "self.n = config.n", "pass", "str"),
    ],
)
def test_arrays_tables_and_objects_with_methods_are_no_settings(
    name: str, init: str, getitem: str, annotation: str
) -> None:
    assert not told(name, init, getitem, annotation).paths


def test_they_are_put_together_where_each_is_known() -> None:
    found = told("cfg", "self.n = cfg.train.batch_size; self.root = cfg.root; self.flag = cfg.zzz")
    made = {"root": Folder(), "x": Plain(1)}
    assert found.together(made) == {"x": Plain(1)}
    assert found.together({**made, "zzz": Plain(0)})["cfg"] == Settings(
        (("@root", Folder()), ("@train@batch_size", Plain(8)), ("@zzz", Plain(0)))
    )


def test_what_the_class_takes_for_a_setting_that_is_not_there_is_given() -> None:
    """Also under a name that a path has as an attribute: as a key it is one of the settings."""
    found = told("cfg", "self.end = cfg['files'].get('suffix', '_seg'); self.n = cfg.get('batch_size', 4)")
    assert found.paths == {"suffix": ("cfg", ".files.suffix"), "batch_size": ("cfg", ".batch_size")}
    assert next(item for item in found.free if item.name == "suffix").value == "_seg"
    assert found.together({})["cfg"] == Settings(((".batch_size", Plain(8)), (".files.suffix", Plain("_seg"))))
