"""pyproject.toml mirrors the command line, and what does not fit says where it stands and what was meant."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pytest

from seqcheck.construction.config import Config, ConfigError, TargetConfig, read, target_options
from seqcheck.construction.options import combine
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import parse
from seqcheck.model.contract import ContractError, layered
from seqcheck.model.waiver import Waiver


def project(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def test_nothing_configured(tmp_path: Path) -> None:
    assert read(tmp_path) == Config()
    assert read(project(tmp_path, "[tool.other]\nx = 1\n")) == Config()
    assert target_options(tmp_path, parse("mypkg.S")) == TargetConfig()


def test_every_key(tmp_path: Path) -> None:
    project(
        tmp_path,
        """
        [tool.seqcheck]
        select = ["lost-samples", "unpicklable"]
        allow = { dropped-remainder = "wanted" }
        fail_on = "inconclusive, advice"
        required = ["lost-samples"]
        baseline = "known.toml"
        lock = "seqcheck.lock"
        json = "report.json"
        workers = 3
        start_methods = ["fork"]
        timeout = 5
        budget = 90.5
        seed = 7
        [tool.seqcheck.targets."mypkg.S"]
        args = { batch_size = 4 }
        epoch = "per-epoch"
        fit = { workers = 2 }
        [tool.seqcheck.targets."mypkg.S".allow]
        unsafe-fork = { reason = "#3", expires = 2027-01-31, engine = "fork" }
        dropped-remainder = false
        """,
    )
    found = read(tmp_path)
    assert found.select == ("lost-samples", "unpicklable")
    allow = f"{tmp_path}/pyproject.toml [tool.seqcheck]: allow"
    assert found.allow == {"dropped-remainder": Waiver("wanted", where=f"{allow}.dropped-remainder")}
    assert (found.required, found.baseline, found.lock) == (("lost-samples",), "known.toml", "seqcheck.lock")
    assert found.fail_on == ("inconclusive", "advice")
    assert (found.json, found.workers, found.start_methods) == ("report.json", 3, ("fork",))
    assert (found.timeout, found.budget, found.seed) == (5.0, 90.5, 7)
    target = found.targets["mypkg.S"]
    assert (target.arguments, target.contract) == (
        {"batch_size": 4},
        {"epoch": "per-epoch", "fit": {"workers": 2}},
    )
    where = f'{tmp_path}/pyproject.toml [tool.seqcheck.targets."mypkg.S"] allow.unsafe-fork'
    assert target.allow == {
        "unsafe-fork": Waiver("#3", date(2027, 1, 31), ("fork",), where),
        "dropped-remainder": None,
    }
    assert target.where == f'{tmp_path}/pyproject.toml [tool.seqcheck.targets."mypkg.S"]'
    assert read(project(tmp_path, "[tool.seqcheck]\nallow = ['a=b = c']\n")).allow == {
        "a": Waiver("b = c", where=allow)
    }


def test_a_file_of_its_own_has_the_same_without_the_tables_above(tmp_path: Path) -> None:
    own = tmp_path / "seqcheck.toml"
    own.write_text('workers = 3\n[targets."mypkg.S"]\nepoch = "once"\n')
    project(tmp_path, "[tool.other]\nx = 1\n")
    assert read(tmp_path).workers == 3
    assert target_options(tmp_path, parse("mypkg.S")).where == f'{own} [targets."mypkg.S"]'
    own.write_text("worker = 3\n")
    with pytest.raises(ConfigError, match=r"seqcheck.toml: unknown key 'worker'. Did you mean 'workers'"):
        read(tmp_path)
    project(tmp_path, "[tool.seqcheck]\nworkers = 2\n")
    with pytest.raises(ConfigError, match="are both there: keep one of them"):
        read(tmp_path)


def test_what_holds_for_all_targets_stands_further_up(tmp_path: Path) -> None:
    project(tmp_path, "[tool.seqcheck]\ndrop_remainder = true\nfit = {workers = 4}\nrequired = ['lost-samples']\n")
    found = read(tmp_path)
    assert found.contract == {"drop_remainder": True, "fit": {"workers": 4}}
    assert found.required == ("lost-samples",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.seqcheck\n", "pyproject.toml cannot be read"),
        ("[tool]\nseqcheck = 3\n", "expected a table, not 3"),
        ("[tool.seqcheck]\nworker = 3\n", "[tool.seqcheck]: unknown key 'worker'. Did you mean 'workers'?"),
        ("[tool.seqcheck]\ntarget = {}\n", "[tool.seqcheck]: unknown key 'target'. Did you mean 'targets'?"),
        ("[tool.seqcheck]\ndrop_remainder = 'x'\n", "[tool.seqcheck]: drop_remainder = 'x' does not fit"),
        ("[tool.seqcheck]\nstart-methods = []\n", "Did you mean 'start_methods'?"),
        ("[tool.seqcheck]\nworkers = 0\n", "workers = 0 does not fit: expected a whole number of at least 1"),
        ("[tool.seqcheck]\nworkers = true\n", "workers = True does not fit"),
        ("[tool.seqcheck]\ntimeout = inf\n", "timeout = inf does not fit: expected a number of seconds above 0"),
        ("[tool.seqcheck]\nselect = [1]\n", "expected a list of names"),
        ("[tool.seqcheck]\nallow = ['x']\n", "expected a reason for each name"),
        ("[tool.seqcheck]\nallow = { x = ' ' }\n", "[tool.seqcheck]: allow.x: x is allowed without a reason"),
        ("[tool.seqcheck.targets.'mypkg.S'.allow]\nx = {reason = 'y', until = 3}\n", "x: unknown key 'until'"),
        ("[tool.seqcheck.targets.'mypkg.S']\nallow = 3\n", "expected a reason for each name"),
        ("[tool.seqcheck]\njson = true\n", "expected a file name"),
        ("[tool.seqcheck]\nstart_methods = ['spwan']\n", "unknown start method 'spwan'. Did you mean 'spawn'?"),
        ("[tool.seqcheck]\ntargets = 3\n", "expected tables, one a target"),
        ("[tool.seqcheck.targets.mypkg.S]\nepoch = 'once'\n", "write the whole target in quotes"),
        ("[tool.seqcheck.targets.'mypkg.S']\nepok = 'once'\n", "unknown key 'epok'. Did you mean 'epoch'?"),
        ("[tool.seqcheck.targets.'mypkg.S']\nepoch = 'onse'\n", "epoch = 'onse' does not fit"),
        ("[tool.seqcheck]\nfit = {worker = 2}\n", "unknown key 'worker' in fit. Did you mean 'workers'?"),
        ("[tool.seqcheck]\nfit = {workers = '4'}\n", "fit.workers = '4' does not fit: expected a whole number, 0 or"),
        ("[tool.seqcheck]\nfit = {workers = true}\n", "fit.workers = True does not fit"),
        ("[tool.seqcheck]\nfit = {max_queue_size = 0}\n", "fit.max_queue_size = 0 does not fit"),
        ("[tool.seqcheck]\nfit = {use_multiprocessing = 1}\n", "does not fit: expected true or false"),
        ("[tool.seqcheck]\nfit = {start_method = 'forkserve'}\n", "Did you mean 'forkserver'?"),
        ("[tool.seqcheck]\nfit = {keras = 'keras3'}\n", "expected 'keras' or 'tf_keras'. Did you mean 'keras'?"),
        ("[tool.seqcheck.targets.'mypkg.S']\nargs = 3\n", "expected a table such as {batch_size = 4}"),
        ("[tool.seqcheck.targets.'mypkg.S']\nfactory = 'make'\n", "expected 'module:function'"),
        ("[tool.seqcheck.targets]\n'mypkg.S' = 3\n", "expected a table of options, not 3"),
        ("[tool.seqcheck.targets.'mypkg.S(a=1)']\nargs = { b = 2 }\n", "both in the call and under args"),
    ],
)
def test_what_does_not_fit(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(project(tmp_path, text))
    assert says in str(caught.value)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)


def test_a_target_is_found_however_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "src" / "mypkg").mkdir(parents=True)
    (tmp_path / "src" / "mypkg" / "__init__.py").touch()
    (tmp_path / "src" / "mypkg" / "data.py").touch()
    project(
        tmp_path,
        """
        [tool.seqcheck.targets."mypkg.data.S"]
        seed = 1
        [tool.seqcheck.targets."mypkg.data.S(batch_size=4)"]
        seed = 2
        [tool.seqcheck.targets."src/mypkg/data.py::T"]
        seed = 3
        """,
    )

    def seed(text: str, *also: str) -> int | None:
        return target_options(tmp_path, parse(text), *also).contract.get("seed")

    assert seed("mypkg.data.S") == seed("mypkg.data:S") == seed("src/mypkg/data.py::S") == 1
    assert seed("mypkg.data.S(batch_size=8)") == 1
    assert seed("mypkg.data.S(batch_size=4)") == 2
    assert seed("mypkg.data.T") == 3
    assert seed("mypkg.S", "mypkg.data.S") == 1
    assert seed("mypkg.U") is None


def test_the_configuration_goes_before_the_class() -> None:
    about = Description(
        parse("mypkg.S"),
        "class",
        "mypkg:S",
        "mypkg",
        declared={"epoch": "once", "seed": 1},
        arguments={"size": 3, "depth": 1},
    )
    found = combine(about, {"size": 4}, {"epoch": "per-epoch"})
    assert found.arguments == {"size": (4, "config"), "depth": (1, "__seqcheck__")}
    assert (found.contract.epoch, found.contract.seed, found.contract.shuffles) == ("per-epoch", 1, None)
    with pytest.raises(ContractError, match="there: unknown contract option"):
        combine(about, {}, {"epok": 1}, "there")


def test_a_targets_profile_is_put_over_that_of_all_key_by_key() -> None:
    below = {"fit": {"workers": 4, "start_method": "fork"}, "epoch": "once"}
    assert layered(below, {"fit": {"start_method": "spawn"}}, {"epoch": "random"}) == {
        "fit": {"workers": 4, "start_method": "spawn"},
        "epoch": "random",
    }
