"""What the names of a source may hold: values bound to attributes, locals and the targets of loops."""

from __future__ import annotations

import ast
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from seqcheck.construction.loaders import LOADERS
from seqcheck.construction.traces import Opening, Row, Text, Trace, Use, Value

MOST_VALUES: Final = 12
Values = frozenset[Value]
NOTHING: Final[Values] = frozenset()


@dataclass(frozen=True)
class Source:
    """What `read` looks at: the methods of a class (those of its bases below its own), functions, and constants."""

    methods: Mapping[str, str] = field(default_factory=dict)
    """Source by name; a method of a base that is overridden is named ``super.method``."""
    functions: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    """The module's texts and numbers, and tables of them by their keys; ``self.name`` is one of the class."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The constructor's parameters with their plain defaults, or tuples of names; None where there is none."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """By the name under which the source has it, the name of each imported module, ``h5`` for ``h5py``, and of each
    function of a library that reads files, ``read_wav`` for ``scipy.io.wavfile.read``."""
    docs: str = ""
    """The docstrings of the class and of its constructor."""
    samples: frozenset[str] = frozenset()
    """Parameters that are known to have the samples, one after the other, and to name no column."""

    def dotted(self, node: ast.expr) -> str:
        """The dotted name of a function: where it is none that is known, with the module's own name in it."""
        name = dotted(node)
        first, dot, rest = name.partition(".")
        return f"{self.modules[first]}{dot}{rest}" if name not in LOADERS and first in self.modules else name


class Bindings(ABC):
    """What is known so far of a source that is being read; `here` names the function in which the reader stands."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.bodies: dict[str, ast.FunctionDef] = {}
        for prefix, texts in (("self.", source.methods), ("", source.functions)):
            for name, text in texts.items():
                body = _function(text)
                if body is not None:
                    self.bodies[prefix + name] = body
        self.attributes: dict[str, Values] = {}
        self.locals: dict[str, dict[str, Values]] = {name: {} for name in self.bodies}
        self.returns: dict[str, Values] = {}
        self.parts: dict[str, list[Values]] = {}
        """What stands in each place of the tuples that a function returns; empty where it returns others too."""
        self.uses: set[Use] = set()
        self.openings: dict[tuple[str, Text], Opening] = {}
        self.classes: set[int] = set()
        self.kinds: set[str] = set()
        self.masks: dict[tuple[str, str], list[ast.expr]] = {}
        """Comparisons that were put into names, by function and name."""
        self.tables: dict[str, tuple[Any, ...]] = {}
        self.numbered: dict[str, frozenset[Trace]] = {}
        """The keys of tables that the source writes out, by the names that these were put into."""
        self.here = ""

    @abstractmethod
    def _of(self, node: ast.expr | None) -> Values:
        """What an expression may hold."""

    @abstractmethod
    def _own(self, node: ast.Call) -> str:
        """The function or method of the source that is called; ``""`` where it is none."""

    def _return(self, node: ast.expr) -> None:
        self.returns[self.here] = some(self.returns.get(self.here, NOTHING) | self._of(node))
        found = [self._of(item) for item in node.elts] if isinstance(node, ast.Tuple) else self._parts_of(node)
        known = self.parts.get(self.here, found)
        together = [some(one | two) for one, two in zip(known, found, strict=False)]
        self.parts[self.here] = together if len(known) == len(found) else []

    def _parts_of(self, node: ast.expr | None) -> list[Values]:
        return self.parts.get(self._own(node), []) if isinstance(node, ast.Call) else []

    def _put(self, target: ast.expr, value: Values, node: ast.expr | None = None) -> None:
        if isinstance(target, ast.Name):
            space = self.locals[self.here]
            space[target.id] = some(space.get(target.id, NOTHING) | value)
        elif isinstance(target, ast.Attribute) and is_self(target.value):
            self.attributes[target.attr] = some(self.attributes.get(target.attr, NOTHING) | value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._note_parted(target, node)
            same = isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(target.elts)
            parts = self._parts_of(node)
            if _is_turned(node):  # rows that were put together before are parted into columns again
                value = NOTHING
            if not same and len(parts) != len(target.elts):
                self._unpacked(value, len(target.elts))
            for place, item in enumerate(target.elts):
                if len(parts) == len(target.elts):
                    self._put(item, parts[place])
                elif same:
                    assert isinstance(node, (ast.Tuple, ast.List))
                    self._put(item, self._of(node.elts[place]), node.elts[place])
                else:
                    self._put(item, each(value, f"#{place}"))
        elif isinstance(target, ast.Starred):
            self._put(target.value, value)
        elif isinstance(target, ast.Subscript):
            self._of(target.slice)
            # A buffer or a list that is filled holds what is put into it.
            if isinstance(target.value, (ast.Name, ast.Attribute)) and not self._of(target.value):
                self._put(target.value, frozenset(item for item in value if isinstance(item, Trace)))

    def _note_parted(self, target: ast.Tuple | ast.List, node: ast.expr | None) -> None:
        """Note under which names the parts are known of what a method of something unknown gives back."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        names = ",".join(dotted(item).rpartition(".")[2] for item in target.elts)
        for holder in self._of(node.func.value):
            if isinstance(holder, Trace) and not holder.steps:
                self.uses.add(Use(holder, "parted", f"{node.func.attr}:{names}"))

    def _unpacked(self, value: Values, count: int) -> None:
        """Note every place of what is taken apart: what nobody looks at has to be there as well."""
        for item in value:
            if isinstance(item, Trace) and item.steps[-1:] in (("[]",), ("cells",)):
                self.uses |= {Use(item.then(f"#{place}"), "key") for place in range(count)}

    def _iterate(self, target: ast.expr, source: ast.expr) -> None:
        """Bind the target of a loop to the elements of its source, through enumerate, zip and the views of a dict."""
        name = dotted(source.func) if isinstance(source, ast.Call) else ""
        arguments = source.args if isinstance(source, ast.Call) else []
        pair = isinstance(target, (ast.Tuple, ast.List))
        if name in ("enumerate", "tqdm") and arguments:
            if name == "enumerate" and pair and len(target.elts) == 2:  # type: ignore[attr-defined]
                self._iterate(target.elts[1], arguments[0])  # type: ignore[attr-defined]
                return
            self._iterate(target, arguments[0])
        elif name == "zip" and pair and len(target.elts) == len(arguments):  # type: ignore[attr-defined]
            for item, argument in zip(target.elts, arguments, strict=True):  # type: ignore[attr-defined]
                self._iterate(item, argument)
        elif name.endswith((".items", ".iterrows")) and pair and len(target.elts) == 2:  # type: ignore[attr-defined]
            assert isinstance(source, ast.Call)
            assert isinstance(source.func, ast.Attribute)
            holder = self._of(source.func.value)
            keyed = [item for item in holder if isinstance(item, Trace)]
            if name.endswith(".items"):
                self.uses |= {Use(trace, "method", "items") for trace in keyed}
                self._put(target.elts[0], each(holder, "keys"))  # type: ignore[attr-defined]
            else:
                self.uses |= {Use(trace, "method", "iterrows") for trace in keyed}
            self._put(target.elts[1], each(holder, "[]"))  # type: ignore[attr-defined]
        elif name.endswith(".groupby") and pair and len(target.elts) == 2:  # type: ignore[attr-defined]
            self._put(target.elts[1], self._of(source))  # type: ignore[attr-defined]  # a group is a table of such rows
        elif name.endswith("os.walk") and pair and len(target.elts) == 3:  # type: ignore[attr-defined]
            walked = self._of(source)
            self._put(target.elts[0], self._of(arguments[0]) if arguments else NOTHING)  # type: ignore[attr-defined]
            self._put(target.elts[2], each(walked, "[]"))  # type: ignore[attr-defined]
        else:
            held = self._of(source)
            self.uses |= {Use(item, "item") for item in held if isinstance(item, Trace)}
            self._put(target, each(held, "[]"))

    def _test(self, node: ast.expr) -> None:
        for value in self._of(node):
            if isinstance(value, Trace) and isinstance(node, (ast.Name, ast.Attribute)):
                self.uses.add(Use(value, "truth"))

    def _comprehend(self, generators: Iterable[ast.comprehension]) -> None:
        for generator in generators:
            self._iterate(generator.target, generator.iter)
            for condition in generator.ifs:
                if not shuts_out(condition):
                    self._test(condition)

    def _element(self, node: ast.expr) -> Values:
        """What is put into a list: of a tuple or a list of several, each part in its place."""
        if isinstance(node, (ast.Tuple, ast.List)) and 1 < len(node.elts) <= MOST_VALUES:
            parts = [self._of(item) for item in node.elts]
            return frozenset({row_of(parts)}) if any(parts) else NOTHING
        return self._of(node)

    def _reckon(self, node: ast.expr | None) -> None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            self.uses |= {Use(item, "number") for item in self._of(node) if isinstance(item, Trace) and is_own(item)}
        elif node is not None:
            self._of(node)


def is_own(value: Trace) -> bool:
    """Whether it is a parameter's own value, or one of those that stand in it under names, as settings do."""
    return all(step[0] in "@." for step in value.steps)


def shuts_out(test: ast.expr, body: Sequence[ast.stmt] = ()) -> bool:
    """Whether a test leaves names with a certain ending out, as it does whose `body` passes over those that have it."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    asked = test.operand if isinstance(test, ast.UnaryOp) else test
    if not isinstance(asked, ast.Call) or not isinstance(asked.func, ast.Attribute) or asked.func.attr != "endswith":
        return False
    leaving = (ast.Continue, ast.Raise, ast.Return, ast.Break) if negated else ast.Continue
    return negated != any(isinstance(item, leaving) for item in body)


def _is_turned(node: ast.expr | None) -> bool:
    """Whether it is ``zip(*rows)``."""
    called = isinstance(node, ast.Call) and dotted(node.func) == "zip"
    return called and any(isinstance(item, ast.Starred) for item in node.args)  # type: ignore[union-attr]


def _function(text: str) -> ast.FunctionDef | None:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return body[0] if body and isinstance(body[0], ast.FunctionDef) else None


def each(values: Values, step: str) -> Values:
    """The elements of each value, or another step on; a list of texts is known by the texts alone, as one of rows is.

    Where there are rows, what else is known of the place of a tuple is what had no place of its own.
    """
    rows = [item for item in values if isinstance(item, Row)]
    if step[0] == "#" and rows:
        place = int(step[1:])
        return some(frozenset(part for row in rows if -len(row.parts) <= place < len(row.parts)
                              for part in row.parts[place]))  # fmt: skip
    return some(frozenset(item.then(step) if isinstance(item, Trace) else item for item in values))


def row_of(parts: Iterable[Values]) -> Row:
    """A row with these values in its places, in an order that does not depend on hashing."""
    return Row(tuple(tuple(sorted(part, key=rank)) for part in parts))


def plain(values: Values) -> frozenset[Trace | Text]:
    """The values but for rows."""
    return frozenset(item for item in values if not isinstance(item, Row))


def back(value: Value) -> Value:
    """A list of such elements: the trace without its last ``[]``."""
    if isinstance(value, Trace) and value.steps and value.steps[-1] == "[]":
        return Trace(value.root, value.steps[:-1])
    return value


def name_of(value: Value, function: str) -> Value:
    """The name of a file as a function of `os.path` or an attribute of a `Path` gives it.

    ``basename`` and ``name`` take the folders off, ``splitext`` the ending, ``stem`` both.
    """
    if isinstance(value, Trace):
        return value.then("name")
    if not isinstance(value, Text):
        return value
    parts = list(value.parts)
    folders = [place for place, part in enumerate(parts) if isinstance(part, str) and "/" in part]
    if folders and function != "splitext":
        parts = [str(parts[folders[-1]]).rpartition("/")[2], *parts[folders[-1] + 1 :]]
    last = parts[-1] if parts else None
    if isinstance(last, Trace):
        parts[-1] = last.then("name")
    elif isinstance(last, str) and function in ("splitext", "stem"):
        parts[-1] = re.sub(r"\.\w+$", "", last)
    made = Text(()).plus(*parts)
    alone = made.parts[0] if len(made.parts) == 1 else None
    return alone if isinstance(alone, Trace) else made


def some(values: Values) -> Values:
    """At most `MOST_VALUES` of them, always the same."""
    return values if len(values) <= MOST_VALUES else frozenset(sorted(values, key=rank)[:MOST_VALUES])


def rank(value: Value) -> tuple[int, str]:
    """Traces first, then texts, in an order that does not depend on hashing."""
    return (0 if isinstance(value, Trace) else 1 if isinstance(value, Text) else 2), repr(value)


def dotted(node: ast.expr) -> str:
    """``np.load``, ``self.read``; of anything else the attributes at its end, ``?.load``."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def is_self(node: Any) -> bool:
    """Whether it is the instance itself, under its usual name."""
    return isinstance(node, ast.Name) and node.id == "self"
