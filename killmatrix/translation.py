"""The text of a Sequence that is written for Keras 3, for tf_keras."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

BASE: Final = "tf_keras.utils.Sequence"
BY_NAME: Final = f"{BASE}.__init__"
KERAS: Final = re.compile(r"\bkeras\b")


@cache
def translated(source: str) -> str:
    """A module, or a part of one, that is written for Keras 3, for tf_keras.

    Its `Sequence` has no constructor of its own, and so takes no `workers`.
    """
    text = KERAS.sub("tf_keras", source).replace("tf_keras.utils.PyDataset", BASE)
    lines = text.splitlines(keepends=True)
    # From the last to the first, so that no call moves before its turn; ast counts columns in bytes of UTF-8.
    for call in sorted(_constructed(text), key=lambda call: (call.lineno, call.col_offset), reverse=True):
        first, last = call.lineno - 1, (call.end_lineno or call.lineno) - 1
        before = lines[first].encode()[: call.col_offset].decode()
        after = lines[last].encode()[call.end_col_offset :].decode()
        kept = f"{BY_NAME}(self)" if ast.unparse(call.func) == BY_NAME else "super().__init__()"
        lines[first : last + 1] = [f"{before}{kept}{after}"]
    return "".join(lines)


def _constructed(text: str) -> Iterator[ast.Call]:
    """The calls of the base's constructor: by its name, and by `super` in the classes that are derived from it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == BY_NAME:
            yield node
        if isinstance(node, ast.ClassDef) and BASE in map(ast.unparse, node.bases):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield call
