"""What stands in pyproject.toml under ``[tool.seqcheck]`` and ``[tool.seqcheck.targets."…"]``, or in seqcheck.toml."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seqcheck.construction.target import TargetError, TargetSpec, locate, parse
from seqcheck.model.contract import OPTIONS, ContractError, contract_from, suggest
from seqcheck.model.scenario import START_METHODS
from seqcheck.model.waiver import Waiver, WaiverError, waiver_from, waivers_from

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]  # only there where it is needed

FILE: Final = "pyproject.toml"
OWN_FILE: Final = "seqcheck.toml"
"""Has the same without ``tool.seqcheck`` in front; a project uses one of the two."""


class ConfigError(ValueError):
    """A configuration that cannot be used; the text says in which file and table, what is expected and what to type."""


@dataclass(frozen=True)
class TargetConfig:
    """What is configured for one target; empty where nothing is. `where` names file and table for messages."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    factory: str = ""
    contract: Mapping[str, Any] = field(default_factory=dict)
    where: str = FILE
    allow: Mapping[str, Waiver | None] = field(default_factory=dict)
    """By check name; None takes away what is allowed for all targets."""


@dataclass(frozen=True)
class Config:
    """The keys of ``[tool.seqcheck]``, which mirror the command line; None where a key is not set.

    `contract` has the options of the contract that hold for every target that does not say otherwise.
    `allow` maps check names to waivers; durations are in seconds. `targets` maps targets, as the user would type them,
    to what is configured for each.
    """

    select: tuple[str, ...] | None = None
    allow: Mapping[str, Waiver] | None = None
    fail_on: tuple[str, ...] | None = None
    required: tuple[str, ...] | None = None
    baseline: str | None = None
    lock: str | None = None
    json: str | None = None
    report: str | None = None
    nightly: str | None = None
    workers: int | None = None
    start_methods: tuple[str, ...] | None = None
    timeout: float | None = None
    budget: float | None = None
    seed: int | None = None
    contract: Mapping[str, Any] = field(default_factory=dict)
    targets: Mapping[str, TargetConfig] = field(default_factory=dict)


def read(rootdir: Path) -> Config:
    """Read the configuration of a project; an empty one where there is no file or table.

    Raises:
        ConfigError: the file is no TOML, a key is unknown, or a value does not fit.
    """
    file, own, table = _table(rootdir)
    where = f"{file} {table}".rstrip()
    if not isinstance(own, dict):
        raise ConfigError(f"{where}: expected a table, not {own!r}")
    known = [*_READERS, *DEFAULTS, "targets"]
    for key in own:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}.{suggest(key, known)} Known: {', '.join(known)}.")
    values = {key: _READERS[key](own[key], f"{where}: {key}") for key in own if key in _READERS}
    defaults = {key: own[key] for key in own if key in DEFAULTS}
    try:
        contract_from(defaults, where)
    except ContractError as error:
        raise ConfigError(str(error)) from None
    return Config(**values, contract=defaults, targets=_targets(own.get("targets", {}), file, table))


def _table(rootdir: Path) -> tuple[Path, Any, str]:
    """The file that has the configuration, what stands in it, and the name of its table."""
    project, alone = rootdir / FILE, rootdir / OWN_FILE
    tool = _content(project).get("tool", {})
    in_project = tool.get("seqcheck", {}) if isinstance(tool, dict) else {}
    if not alone.exists():
        return project, in_project, "[tool.seqcheck]"
    if in_project:
        raise ConfigError(f"{project} [tool.seqcheck] and {alone} are both there: keep one of them")
    return alone, _content(alone), ""


def _content(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None
    return content


def target_options(rootdir: Path, target: TargetSpec, *also: str) -> TargetConfig:
    """What is configured for a target, however it was typed; `also` has further names, such as the class's own module.

    The text with its call goes first, then the target without it, then any key that names the same object.

    Raises:
        ConfigError: as `read`.
    """
    targets = read(rootdir).targets
    for name in (target.text, target.bare, *also):
        if name in targets:
            return targets[name]
    named = {_object(target, rootdir), *also}
    for key, configured in targets.items():
        spec = parse(key)
        if not spec.called and _object(spec, rootdir) in named:
            return configured
    return TargetConfig()


def _object(spec: TargetSpec, rootdir: Path) -> str:
    """``mypkg.data.MySequence``, whichever way it was written; the text itself where its file is missing."""
    try:
        found = locate(spec, rootdir)
    except TargetError:
        return spec.text
    return f"{found.module}.{found.name}"


def _targets(tables: Any, file: Path, above: str) -> dict[str, TargetConfig]:
    if not isinstance(tables, dict):
        where = f"{file} {above}".rstrip()
        raise ConfigError(f"{where}: targets = {tables!r} does not fit: expected tables, one a target")
    prefix = f"{above[1:-1]}." if above else ""
    return {text: _target(text, table, f'{file} [{prefix}targets."{text}"]') for text, table in tables.items()}


def _target(text: str, table: Any, where: str) -> TargetConfig:
    if not isinstance(table, dict):
        # [tool.seqcheck.targets.mypkg.MySequence] without quotes makes tables within tables.
        raise ConfigError(f"{where}: expected a table of options, not {table!r}")
    try:
        spec = parse(text)
    except TargetError as error:
        raise ConfigError(f"{where}: {error}; write the whole target in quotes, as it is typed") from None
    options = dict(table)
    arguments = options.pop("args", {})
    if not isinstance(arguments, dict):
        raise ConfigError(f"{where}: args = {arguments!r} does not fit: expected a table such as {{batch_size = 4}}")
    factory = options.pop("factory", "")
    if not isinstance(factory, str) or (factory and ":" not in factory):
        raise ConfigError(f"{where}: factory = {factory!r} does not fit: expected 'module:function'")
    try:
        allow = waivers_from(options.pop("allow", {}), f"{where} allow")
    except WaiverError as error:
        raise ConfigError(str(error)) from None
    known = ("args", "factory", "allow", *OPTIONS)
    for key in options:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}.{suggest(key, known)} Known: {', '.join(known)}.")
    if spec.called and arguments:
        raise ConfigError(f"{where}: the arguments stand both in the call and under args: leave out one of them")
    try:
        contract_from(options, where)
    except ContractError as error:
        raise ConfigError(str(error)) from None
    return TargetConfig(arguments, factory, options, where, allow)


def _names(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ConfigError(f"{where} = {value!r} does not fit: expected a list of names")


def _allowances(value: Any, where: str) -> dict[str, Waiver]:
    try:
        if isinstance(value, list) and all(isinstance(item, str) and "=" in item for item in value):
            pairs = (item.split("=", 1) for item in value)
            return {name.strip(): waiver_from(name.strip(), reason, where) for name, reason in pairs}
        return {name: waiver for name, waiver in waivers_from(value, where).items() if waiver is not None}
    except WaiverError as error:
        raise ConfigError(str(error)) from None


def _methods(value: Any, where: str) -> tuple[str, ...]:
    names = _names(value, where)
    for name in names:
        if name not in START_METHODS:
            known = ", ".join(START_METHODS)
            raise ConfigError(f"{where}: unknown start method {name!r}.{suggest(name, START_METHODS)} Known: {known}.")
    return names


def _text(value: Any, where: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise ConfigError(f"{where} = {value!r} does not fit: expected a file name")


def _number(least: int) -> Callable[[Any, str], int]:
    def reader(value: Any, where: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise ConfigError(f"{where} = {value!r} does not fit: expected a whole number of at least {least}")

    return reader


def _seconds(value: Any, where: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    raise ConfigError(f"{where} = {value!r} does not fit: expected a number of seconds above 0")


_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "select": _names,
    "allow": _allowances,
    "fail_on": _names,
    "required": _names,
    "baseline": _text,
    "lock": _text,
    "json": _text,
    "report": _text,
    "nightly": _text,
    "workers": _number(1),
    "start_methods": _methods,
    "timeout": _seconds,
    "budget": _seconds,
    "seed": _number(0),
}
DEFAULTS: Final = tuple(name for name in OPTIONS if name not in (*_READERS, "num_samples", "sample_id", "validation"))
"""The options of the contract that can stand in ``[tool.seqcheck]`` for all targets: those about no one's data."""
