"""Who has the last word: a call over the configuration, that over ``__seqcheck__``, that over what is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seqcheck.construction.resolve import Description
from seqcheck.model.contract import Contract, contract_from, layered
from seqcheck.model.waiver import Waiver


@dataclass(frozen=True)
class Options:
    """What was said about one target.

    `arguments` maps names to (value, source); the source is ``config`` or ``__seqcheck__``. A call's own literals stand
    in the target's spec and go before both. `contract` holds declarations alone, nothing inferred.
    """

    arguments: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    contract: Contract = field(default_factory=Contract)
    waivers: Mapping[str, Waiver | None] = field(default_factory=dict)
    """What may be violated, by check; None takes away what is allowed for all targets."""


def combine(
    description: Description,
    arguments: Mapping[str, Any] | None = None,
    contract: Mapping[str, Any] | None = None,
    where: str = "the configuration",
    defaults: Mapping[str, Any] | None = None,
) -> Options:
    """Put a target's configured arguments and contract options over those of its class, and these over `defaults`.

    Raises:
        ContractError: an option is unknown or does not fit; `where` says where it was declared.
    """
    contract_from(contract or {}, where)
    said = {name: (value, "__seqcheck__") for name, value in description.arguments.items()}
    said.update({name: (value, "config") for name, value in (arguments or {}).items()})
    return Options(said, contract_from(layered(defaults or {}, description.declared, contract or {}), where))
