"""The words of the command line and of ``[tool.seqcheck]``, read, checked and joined; the command line wins."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from seqcheck.model.check import Check
from seqcheck.model.contract import suggest
from seqcheck.model.scenario import START_METHODS
from seqcheck.model.waiver import Waiver, WaiverError, unknown_check, waiver_from
from seqcheck.reporting.gate import FAIL_ON

KEYS: Final = (
    "select", "allow", "fail-on", "required", "baseline", "lock", "json", "report", "nightly",
    "workers", "start-methods", "timeout", "budget", "seed",
)  # fmt: skip
"""The options as the command line spells them after ``--seqcheck-``; ``[tool.seqcheck]`` has ``_`` for ``-``."""
NIGHTLY: Final = 3600.0
"""Seconds for one target in a nightly run, where no budget is chosen: the batches that are read are reckoned by it."""


class OptionError(ValueError):
    """An option that does not fit; the text says what was given, what is expected and what to type instead."""


@dataclass(frozen=True)
class Choices:
    """What one run was asked for.

    `select` has check names, or is empty where all are meant. `allow` maps check names to waivers. Numbers are None
    where nobody chose them, so that the runner's own defaults hold; `timeout` and `budget` are seconds.
    """

    targets: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    allow: Mapping[str, Waiver] = field(default_factory=dict)
    fail_on: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    lock: Path | None = None
    update_lock: bool = False
    json: Path | None = None
    report: Path | None = None
    nightly: Path | None = None
    """Where the reports of a long run are kept until it is over."""
    workers: int | None = None
    """As typed, so that it goes before what a target declares."""
    usual_workers: int | None = None
    """As configured for all targets, which those that declare a number of their own do not follow."""
    start_methods: tuple[str, ...] | None = None
    timeout: float | None = None
    budget: float | None = None
    seed: int | None = None
    all: bool = False
    """Every target of the project is among `targets`."""

    def written(self) -> list[tuple[Path, str]]:
        """The files that this run writes, each with the words for it in a message."""
        files = [(self.json, "--seqcheck-json: the report")]
        files += [(self.report / "seqcheck.json", "--seqcheck-report: the folder")] if self.report else []
        files += [(self.baseline, "--seqcheck-baseline: the file")] if self.update_baseline else []
        files += [(self.lock, "--seqcheck-lock: the file")] if self.update_lock else []
        return [(path, what) for path, what in files if path is not None]

    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the runner's settings that were chosen."""
        given: dict[str, Any] = {"select": self.select, "allow": dict(self.allow)}
        if self.nightly is not None:
            given["budget"] = NIGHTLY
        for name in ("workers", "usual_workers", "start_methods", "timeout", "budget", "seed"):
            if getattr(self, name) is not None:
                given[name] = getattr(self, name)
        return given


def read(
    targets: Sequence[str],
    given: Mapping[str, Any],
    configured: Mapping[str, Any],
    checks: Mapping[str, Check],
    *,
    started_in: Path,
    rootdir: Path,
    updates: Collection[str] = (),
    project: Collection[str] | None = None,
) -> Choices:
    """Check and join options. `given` and `configured` map `KEYS` to what was typed and to what stands in the file,
    None where nothing does.

    The relative path of a file counts from where pytest was started, or from `rootdir` where it is configured.
    `updates` names the files that are to be written anew, ``baseline`` and ``lock``. `project` has every
    target of the project where all of them are asked for, None where not.

    Raises:
        OptionError: a name that does not exist or a value that does not fit.
    """
    source = _Source(given, configured)
    if project is not None and not project:
        raise OptionError('--seqcheck-all: no target is configured: write [tool.seqcheck.targets."mypkg.MySequence"]')

    def file(key: str) -> Path | None:
        name = source.read(key, _text)
        return (started_in if source.typed(key) else rootdir) / Path(name).expanduser() if name is not None else None

    files = {key: file(key) for key in ("baseline", "lock", "json", "report", "nightly")}
    for key in updates:
        if files[key] is None:
            raise OptionError(f"--seqcheck-{key}-update: name the file to write, --seqcheck-{key} FILE.")
    workers = source.read("workers", lambda value, where: _whole(value, where, least=1))
    return Choices(
        targets=tuple(dict.fromkeys([*targets, *(project or ())])),
        all=project is not None,
        select=source.read("select", lambda value, where: _selection(value, where, checks)) or (),
        allow=source.read("allow", lambda value, where: _allowances(value, where, checks)) or {},
        fail_on=source.read("fail-on", lambda value, where: _choices(value, where, FAIL_ON, "outcome")) or (),
        required=source.read("required", lambda value, where: _required(value, where, checks)) or (),
        baseline=files["baseline"],
        update_baseline="baseline" in updates,
        lock=files["lock"],
        update_lock="lock" in updates,
        json=files["json"],
        report=files["report"],
        nightly=files["nightly"],
        workers=workers if source.typed("workers") else None,
        usual_workers=None if source.typed("workers") else workers,
        start_methods=source.read(
            "start-methods", lambda value, where: _choices(value, where, START_METHODS, "start method")
        ),
        timeout=source.read("timeout", _duration),
        budget=source.read("budget", _duration),
        seed=source.read("seed", lambda value, where: _whole(value, where, least=0)),
    )


ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class _Source:
    given: Mapping[str, Any]
    configured: Mapping[str, Any]

    def typed(self, key: str) -> bool:
        return self.given.get(key) not in (None, [])

    def read(self, key: str, reader: Callable[[Any, str], ReadT]) -> ReadT | None:
        if self.typed(key):
            return reader(self.given[key], f"--seqcheck-{key}")
        if self.configured.get(key) is not None:
            return reader(self.configured[key], f"[tool.seqcheck] {key.replace('-', '_')}")
        return None


def _words(value: Any, where: str) -> list[str]:
    """``a,b``, ``["a", "b"]`` or ``["a,b", "c"]`` as a list of words."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise OptionError(f'{where}: {value!r} does not fit: expected names, such as "lost-samples, epoch".')
    words = [word.strip() for text in texts for word in text.split(",")]
    if not any(words):
        raise OptionError(f"{where}: no name is given.")
    return [word for word in words if word]


def _selection(value: Any, where: str, checks: Mapping[str, Check]) -> tuple[str, ...]:
    clauses: dict[str, list[str]] = {}
    for name, check in checks.items():
        clauses.setdefault(check.clause, []).append(name)
        clauses.setdefault(check.clause.replace(" ", "-"), []).append(name)
    chosen: dict[str, None] = {}
    for word in _words(value, where):
        if word not in checks and word not in clauses:
            hint = suggest(word, [*checks, *clauses])
            raise OptionError(
                f"{where}: there is no check or clause {word!r}.{hint} --seqcheck-list shows all of them."
            )
        chosen.update(dict.fromkeys(clauses.get(word, [word])))
    return tuple(name for name in checks if name in chosen)


def _allowances(value: Any, where: str, checks: Mapping[str, Check]) -> dict[str, Waiver]:
    """`value` has ``NAME=REASON`` as typed, or what the file says, read already."""
    if isinstance(value, Mapping):
        allowed = dict(value)
    elif isinstance(value, (list, tuple)) and all(isinstance(text, str) for text in value):
        pairs = [(name.strip(), reason) for name, _, reason in (text.partition("=") for text in value)]
        try:
            allowed = {name: waiver_from(name, reason, where, typed=True) for name, reason in pairs}
        except WaiverError as error:
            raise OptionError(str(error)) from None
    else:
        raise OptionError(f'{where}: {value!r} does not fit: expected a table, such as lost-samples = "known, #12".')
    return _existing(allowed, where, checks)


def _required(value: Any, where: str, checks: Mapping[str, Check]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_existing(_words(value, where), where, checks)))


NamesT = TypeVar("NamesT", bound=Collection[str])


def _existing(names: NamesT, where: str, checks: Mapping[str, Check]) -> NamesT:
    wrong = unknown_check(names, checks)
    if wrong:
        raise OptionError(f"{where}: {wrong}")
    return names


def _choices(value: Any, where: str, known: Sequence[str], kind: str) -> tuple[str, ...]:
    words = [word.lower() for word in _words(value, where)]
    for word in words:
        if word not in known:
            hint = suggest(word, list(known))
            raise OptionError(f"{where}: there is no {kind} {word!r} here.{hint} Known: {', '.join(known)}.")
    return tuple(dict.fromkeys(words))


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise OptionError(f"{where}: {value!r} does not fit: expected the path of a file.")
    return value


def _whole(value: Any, where: str, *, least: int) -> int:
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or number < least:
        raise OptionError(f"{where}: {value!r} does not fit: expected a whole number, {least} or more.")
    return number


def _duration(value: Any, where: str) -> float:
    try:
        seconds = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    except ValueError:
        seconds = None
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        raise OptionError(f"{where}: {value!r} does not fit: expected a number of seconds above 0.")
    return seconds
