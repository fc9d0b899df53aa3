"""The conformance harness for Keras data loaders: may this Sequence be trusted to feed a training run?

Importing this package imports nothing else: pytest loads the plugin inside it in every run, of every project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from seqcheck.api import check_sequence, contract, report_text, strategies
    from seqcheck.plugin.parametrized import parametrize_with_checks
    from seqcheck.reporting.gate import SeqcheckAdvice, SeqcheckFailure

__all__ = [
    "SeqcheckAdvice",
    "SeqcheckFailure",
    "check_sequence",
    "contract",
    "parametrize_with_checks",
    "report_text",
    "strategies",
]

pytest_plugins = ("seqcheck.pytest_plugin",)
"""What ``-p seqcheck`` means to pytest, also where it loads no installed plugins of itself."""

_HOMES: Final = {
    "SeqcheckAdvice": "seqcheck.reporting.gate",
    "SeqcheckFailure": "seqcheck.reporting.gate",
    "check_sequence": "seqcheck.api",
    "contract": "seqcheck.api",
    "parametrize_with_checks": "seqcheck.plugin.parametrized",
    "report_text": "seqcheck.api",
    "strategies": "seqcheck.api",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'seqcheck' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
