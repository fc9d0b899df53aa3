"""Each operator changes one place, and what refuses bad arguments is left alone."""

from __future__ import annotations

import ast
import textwrap

import pytest

from killmatrix.operators import changes


def after(body, operator):
    """What the operator makes of a read with this body."""
    source = "class Batches:\n    def __getitem__(self, index):\n" + textwrap.indent(textwrap.dedent(body), " " * 8)
    return [change.after for change in changes(source, "Batches") if change.operator == operator]


@pytest.mark.parametrize(
    ("body", "operator", "expected"),
    [
        ("return math.ceil(n)", "floor for ceil", ["return math.floor(n)"]),
        ("return rows(a, b)", "arguments swapped", ["return rows(b, a)"]),
        ("self.x = 1", "statement dropped", ["pass"]),
        ("self.x: int = y", "statement dropped", ["pass"]),
        ("return 4", "number off by one", ["return 5", "return 3"]),
        ("return True", "constant turned round", ["return False"]),
        ("return a < b", "comparison", ["return a <= b"]),
        ("return a * b", "arithmetic", ["return a + b"]),
        ("self.epoch += step", "arithmetic", ["self.epoch -= step"]),
        ("return x.copy()", "call removed", ["return x"]),
        ("return np.array(x)", "copy removed", ["return x"]),
        ("return draw.permutation(n)", "shuffle removed", ["return np.arange(n)"]),
        ("return len(x)", "one too few", ["return len(x) - 1"]),
        ("return a if b else c", "branches swapped", ["return c if b else a"]),
        ("return (a, b)", "parts swapped", ["return (b, a)"]),
        ("return (a, b)", "part dropped", ["return (a,)"]),
        ("return [f(x) for x in xs]", "first one skipped", ["return [f(x) for x in xs[1:]]"]),
        ("return x[rows]", "index dropped", ["return x"]),
        ("return x[rows]", "index off by one", ["return x[rows - 1]"]),
        ("return x[a:]", "slice off by one", ["return x[a + 1:]", "return x[a - 1:]"]),
        ("return x[a:]", "slice left open", ["return x[:]"]),
        ("return f(x, dtype=t)", "argument dropped", ["return f(x)"]),
        ("if not a:\n    return b", "condition turned round", ["if a:"]),
        ("with lock:\n    f()", "let go at once", ["pass f()"]),
    ],
)
def test_an_operator_changes_one_place(body, operator, expected):
    assert after(body, operator) == expected


def test_what_refuses_arguments_and_what_explains_is_left_alone():
    body = '''
        """Batch `index`."""
        if not 0 <= index < len(self):
            raise IndexError(index - 1)
        return self.batches
    '''
    source = "class Batches:\n    def __getitem__(self, index: int | None):\n" + textwrap.indent(
        textwrap.dedent(body), " " * 8
    )
    assert changes(source, "Batches") == []


def test_only_the_class_is_changed_and_every_change_can_be_parsed():
    source = "LIMIT = 3\n\nclass Batches:\n    def __len__(self):\n        return len(self.x) // 2\n"
    found = changes(source, "Batches")
    assert len({change.source for change in found}) == len(found) > 2
    for change in found:
        assert ast.parse(change.source).body[0].value.value == 3
