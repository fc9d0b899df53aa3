"""Which items are wanted: node ids of ours among pytest's arguments, and the checks selected by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seqcheck.model.contract import suggest
from seqcheck.model.report import ENGINE
from seqcheck.plugin.options import OptionError
from seqcheck.plugin.runs import CONSTRUCTION, Target


@dataclass(frozen=True)
class Selection:
    """`rest` are the arguments that are pytest's own; `wanted` maps target nodes to the names of their items."""

    rest: tuple[str, ...]
    wanted: Mapping[str, tuple[str, ...]]


def choose(
    args: Sequence[str],
    targets: Sequence[Target],
    names: Sequence[str],
    *,
    engine: bool = True,
    started_in: Path,
    rootdir: Path,
    is_test_file: Callable[[Path], bool],
) -> Selection:
    """Take our node ids out of `args`; where there are none, every target is wanted whole.

    `names` are the selected checks, in order, and `engine` whether the use that a target declares is asked about. A
    pasted id may name an item, a target, or the target's file, which is
    left to pytest where `is_test_file` says that pytest collects it.

    Raises:
        OptionError: an id names a target and a check that does not exist or was not selected.
    """
    everything = {
        target.node: (CONSTRUCTION, *([ENGINE] if engine and target.declares_use else []), *names) for target in targets
    }
    rest: list[str] = []
    pasted: dict[str, dict[str, None]] = {}
    for arg in args:
        named = [
            (target.node, item)
            for target in targets
            if (item := _item_of(arg, target, started_in, rootdir, is_test_file)) is not None
        ]
        if not named:
            rest.append(arg)
        for node, item in named:
            if item and item not in everything[node]:
                hint = suggest(item, everything[node])
                raise OptionError(
                    f"{arg}: there is no check {item!r} in this run.{hint} --seqcheck-list shows all of them."
                )
            pasted.setdefault(node, {}).update(dict.fromkeys([item] if item else everything[node]))
    if not pasted:
        return Selection(tuple(rest), everything)
    wanted = {
        target.node: tuple(name for name in everything[target.node] if name in pasted[target.node])
        for target in targets
        if target.node in pasted
    }
    return Selection(tuple(rest), wanted)


def _item_of(
    arg: str, target: Target, started_in: Path, rootdir: Path, is_test_file: Callable[[Path], bool]
) -> str | None:
    """The item that an argument names of a target; empty where it names the whole target, None where it is not ours."""
    file, _, name = target.node.partition("::")
    given_file, _, given = arg.partition("::")
    path = _absolute(rootdir, file)
    if given_file != file and _absolute(started_in, given_file) != path:
        return None
    if given == name or (not given and path.suffix == ".py" and not is_test_file(path)):
        return ""
    return given.removeprefix(f"{name}::") if given.startswith(f"{name}::") else None


def _absolute(folder: Path, name: str) -> Path:
    return Path((folder / name).absolute()).resolve()
