"""The owner's word that a check may be violated: why, until when, and in which engines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from seqcheck.model.contract import suggest
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, KERAS_ENGINES, SCRIPT

KEYS: Final = ("reason", "expires", "engine")
ENGINES: Final = (*DRIVERS, *KERAS_ENGINES, *EXPERIMENTS, SCRIPT)


class WaiverError(ValueError):
    """An allowance that does not fit; the text says what was given and what is expected."""


@dataclass(frozen=True)
class Waiver:
    """Why a check may be violated.

    `expires` is the last day on which it counts, None where it has no end. `engines` names those whose findings it
    covers, empty for all. `where` says where it was written, so that a reader finds it: ``[tool.seqcheck] allow``.
    `typed` is set for one from the command line, which goes before all others.
    """

    reason: str
    expires: date | None = None
    engines: tuple[str, ...] = ()
    where: str = ""
    typed: bool = False
    known_in: str = ""
    """The baseline that has it, where it comes from one and not from an allowance."""
    advice_only: bool = False
    """It covers advice alone: what has become an error since is no longer covered."""

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and today > self.expires

    def terms(self) -> str:
        """The reason, and what it is limited to: ``known, #12 (until 2027-01-31, on fork)``."""
        limits = [f"until {self.expires.isoformat()}"] if self.expires else []
        limits += [f"on {' and '.join(self.engines)}"] if self.engines else []
        return f"{self.reason} ({', '.join(limits)})" if limits else self.reason


def waiver_from(name: str, value: Any, where: str, *, typed: bool = False) -> Waiver:
    """Read what is written for one check: a reason, or a table of `KEYS` of which `reason` is needed.

    Raises:
        WaiverError: an unknown key, no reason, or a value that does not fit.
    """
    table = value if isinstance(value, Mapping) else {"reason": value}
    for key in table:
        if key not in KEYS:
            raise WaiverError(f"{where}: {name}: unknown key {key!r}.{suggest(key, KEYS)} Known: {', '.join(KEYS)}.")
    reason = table.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise WaiverError(f'{where}: {name} is allowed without a reason: write {name} = "why", or {{reason = "why"}}.')
    expires = _day(table["expires"], f"{where}: {name}: expires") if "expires" in table else None
    engines = _engines(table["engine"], f"{where}: {name}: engine") if "engine" in table else ()
    return Waiver(reason.strip(), expires, engines, where, typed)


def waivers_from(value: Any, where: str) -> dict[str, Waiver | None]:
    """Read a table from check names to reasons; ``false`` takes away what stands further up, and is None here.

    Raises:
        WaiverError: it is no table, or an entry does not fit.
    """
    if not isinstance(value, Mapping):
        raise WaiverError(
            f'{where} = {value!r} does not fit: expected a reason for each name, such as {{lost-samples = "#12"}}'
        )
    return {
        name: None if reason is False else waiver_from(name, reason, f"{where}.{name}")
        for name, reason in value.items()
    }


def over(defaults: Mapping[str, Waiver], own: Mapping[str, Waiver | None]) -> dict[str, Waiver]:
    """The allowances of one target: its `own` over those of all, and what was typed over both."""
    typed = {name: waiver for name, waiver in defaults.items() if waiver.typed}
    chosen = {**defaults, **own, **typed}
    return {name: waiver for name, waiver in chosen.items() if waiver is not None}


def unknown_check(names: Collection[str], known: Collection[str]) -> str:
    """``there is no check 'lost-sample'. Did you mean 'lost-samples'?`` of the first unknown name, or nothing."""
    for name in names:
        if name not in known:
            return f"there is no check {name!r}.{suggest(name, list(known))}"
    return ""


def _day(value: Any, where: str) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise WaiverError(f"{where} = {value!s} does not fit: expected a day, such as 2027-01-31.")


def _engines(value: Any, where: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(name, str) for name in names):
        raise WaiverError(f'{where} = {value!r} does not fit: expected an engine, such as "fork", or a list of them.')
    for name in names:
        if name not in ENGINES:
            raise WaiverError(
                f"{where}: there is no engine {name!r}.{suggest(name, ENGINES)} Known: {', '.join(ENGINES)}."
            )
    return tuple(dict.fromkeys(names))
