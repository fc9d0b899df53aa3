"""What is called, of the source's own or not, and what comes back."""

from __future__ import annotations

import ast
from typing import Final

from seqcheck.construction.bindings import (
    NOTHING,
    Values,
    back,
    dotted,
    each,
    is_own,
    is_self,
    name_of,
    row_of,
    some,
)
from seqcheck.construction.filters import BY_COLUMN
from seqcheck.construction.loaders import CATEGORICAL, SAME
from seqcheck.construction.subscripts import follow
from seqcheck.construction.traces import CELLS, Text, Trace, Use
from seqcheck.construction.wording import Wording

MOST_OF_RESIZE: Final = 2
"""Arguments of a call of `resize` that is told both sides in one."""


class Calls(Wording):
    """The reader of calls."""

    def _call(self, node: ast.Call) -> Values:
        name = self.source.dotted(node.func)
        last = name.rpartition(".")[2]
        if last in CATEGORICAL:
            self._categorical(node, last)
        if name.endswith(("json.loads", "orjson.loads")) and node.args:
            return self._parsed(node.args[0])
        opened = self._open(node, name, last)
        if opened is not None:
            return opened
        own = self._own(node)
        if own:
            return self._bind(own, node)
        arguments = [self._of(item) for item in node.args]
        for keyword in node.keywords:
            arguments.append(self._of(keyword.value))
            if keyword.arg and keyword.arg.startswith(("max", "num", "n_")):
                self._reckon(keyword.value)
        if last == "join":
            return self._join(node, arguments)
        if last == "format" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            return frozenset({self._formatted(str(node.func.value.value), list(node.args))})
        if name == "len":
            self.uses |= (
                {Use(item, "length") for item in arguments[0] if isinstance(item, Trace)} if arguments else set()
            )
            return NOTHING
        if last in ("range", "zeros", "empty", "ones", "randint", "resize", "arange", "ceil", "floor"):
            self._sizes(node)
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            return self._of_call(node, last, arguments)
        return NOTHING

    def _own(self, node: ast.Call) -> str:
        name = dotted(node.func)
        maker = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(maker, ast.Call) and isinstance(maker.func, ast.Name) and maker.func.id == "super":
            name = f"self.super.{name.rpartition('.')[2]}"
        return name if name in self.bodies else ""

    def _bind(self, own: str, node: ast.Call) -> Values:
        """A call of an own method or function: its parameters hold what they are given here as well."""
        body = self.bodies[own]
        names = [item.arg for item in (*body.args.posonlyargs, *body.args.args)]
        static = any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in body.decorator_list)
        names = names[1:] if own.startswith("self.") and not static else names
        space = self.locals[own]
        for name, argument in zip(names, node.args, strict=False):
            space[name] = some(space.get(name, NOTHING) | self._of(argument))
        for keyword in node.keywords:
            if keyword.arg:
                space[keyword.arg] = some(space.get(keyword.arg, NOTHING) | self._of(keyword.value))
        return self.returns.get(own, NOTHING)

    def _of_call(self, node: ast.Call, last: str, arguments: list[Values]) -> Values:
        """What a call of something unknown gives back: what it is given, or the object that its method belongs to."""
        if isinstance(node.func, ast.Name) or is_self(getattr(node.func, "value", None)):
            called = self._of(node.func)
            self.uses |= {Use(item, "call") for item in called if isinstance(item, Trace)}
        elif isinstance(node.func, ast.Attribute):
            held = self._of_method(node, node.func.value, last, arguments)
            if held is not None:
                return held
        if last == "to_datetime" and arguments:
            self.uses |= {Use(item, "dates") for item in arguments[0] if isinstance(item, Trace)}
        if last == "DataFrame" and arguments and len(node.args) == 1 and not node.keywords:
            self.uses |= {Use(item, "framed") for item in arguments[0] if isinstance(item, Trace) and not item.steps}
            return arguments[0]
        if last == "texts_to_sequences" and arguments:
            self.uses |= {Use(item, "texts") for item in arguments[0] if isinstance(item, Trace)}
        if last == "pad_sequences" and arguments:
            self.uses |= {Use(item, "padded") for item in arguments[0] if isinstance(item, Trace)}
        if last in ("stack", "vstack") and node.args and _is_column(node.args[0]):
            self.uses |= {Use(item, "stacked") for item in arguments[0] if isinstance(item, Trace)}
        if last == "choice" and len(node.args) == 1 and not node.keywords:
            return each(arguments[0], "[]")
        if last == "map" and len(arguments) == 2 and dotted(node.args[0]) in SAME:  # another may load what it is given
            return arguments[1]
        if last in SAME and arguments:
            return arguments[0]
        if last == "zip" and len(arguments) > 1 and not any(isinstance(item, ast.Starred) for item in node.args):
            return frozenset({row_of(each(argument, "[]") for argument in arguments)}) if any(arguments) else NOTHING
        # A function that is not known may load or change what it is given: nothing is known of what comes back.
        return NOTHING

    def _of_method(self, node: ast.Call, owner: ast.expr, last: str, arguments: list[Values]) -> Values | None:
        """What a method of something unknown gives back; None where its name says nothing."""
        holder = self._of(owner)
        traces = [item for item in holder if isinstance(item, Trace)]
        self.uses |= {Use(trace, "method", last) for trace in traces}
        given = len(node.args) + len(node.keywords)
        self.uses |= {Use(trace, "given", f"{last}:{given}") for trace in traces if not trace.steps}
        if last in ("endswith", "startswith"):
            ends = [text for argument in arguments for text in argument if isinstance(text, Text)]
            literal = [item for child in node.args for item in ast.walk(child) if isinstance(item, ast.Constant)]
            for end in [*(part for text in ends for part in text.parts), *(item.value for item in literal)]:
                self.uses |= {Use(trace, last, end) for trace in traces if isinstance(end, str)}
            return NOTHING
        if last in ("map", "replace") and node.args:
            self._note_lookup(node.args[0], frozenset(traces))
        if last in ("index", "get") and arguments and not traces:
            self._note_lookup(owner, arguments[0])
        if last == "index" and traces and arguments:
            listed = [item for item in arguments[0] if isinstance(item, Trace)]
            self.uses |= {Use(trace, "listed", by=item) for trace in traces for item in listed if not trace.steps}
        if last in BY_COLUMN and traces:
            self._by_columns(node, last, traces)
            if last == "groupby":
                return holder
        if last in SAME and holder:
            return holder
        if last in ("union", "intersection") and holder:
            return some(holder.union(*arguments))
        if last in ("get", "pop") and traces and node.args:
            steps = self._steps(node.args[0], traces)
            followed = [follow(trace, step) for trace in traces for step in steps]
            self.uses |= {Use(trace, "key") for trace in followed if trace.steps[-1:] and trace.steps[-1][0] in ".$"}
            other = node.args[1] if len(node.args) == 2 else None
            if isinstance(other, ast.Constant) and isinstance(other.value, (int, float, str, type(None))):
                self.uses |= {Use(trace, "default", repr(other.value)) for trace in followed}
            return frozenset(followed)
        if last in ("keys",):
            return frozenset(trace.then("keys") for trace in traces)
        if last in ("basename", "splitext"):
            return frozenset(name_of(item, last) for item in (arguments[0] if arguments else NOTHING))
        if last == "append" and arguments and isinstance(owner, (ast.Name, ast.Attribute)):
            self._put(owner, frozenset(back(item) for item in self._element(node.args[0])))
            return NOTHING
        if last == "extend" and arguments and isinstance(owner, (ast.Name, ast.Attribute)):
            self._put(owner, arguments[0])
            return NOTHING
        if last == "reader" and arguments:
            named = [item.value for item in node.keywords if item.arg == "delimiter"]
            parted = [item.value for item in named if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            lines = [item for item in arguments[0] if isinstance(item, Trace)]
            self.uses |= {Use(trace, "split", separator) for trace in lines for separator in parted}
        if last in ("readlines", "read", "splitlines", "reader", "DictReader"):
            return some(holder | (arguments[0] if arguments else NOTHING))
        if last in ("split", "rsplit"):
            return self._split(node, traces)
        if last == "replace" and len(node.args) == 2 and all(_is_text(item) for item in node.args):
            detail = "\n".join(item.value for item in node.args)  # type: ignore[attr-defined]  # constants, both
            self.uses |= {Use(trace, "replace", detail) for trace in traces}
        if last in ("replace", "lower", "upper", "group", "format") and traces:
            return frozenset(trace.then("text") for trace in traces)
        return None

    def _split(self, node: ast.Call, traces: list[Trace]) -> Values:
        """The parts of a text: the cells of a line, or what is left of a name."""
        given = [*node.args[:1], *(item.value for item in node.keywords if item.arg == "sep")]
        literal = given[0].value if given and isinstance(given[0], ast.Constant) else None
        separator = " " if not given or literal is None else str(literal)
        if given and not isinstance(given[0], ast.Constant):
            separator = ""
        if separator:
            self.uses |= {Use(trace, "split", separator) for trace in traces}
        step = "cells" if separator in CELLS else "text"
        return frozenset(trace.then(step) for trace in traces)

    def _categorical(self, node: ast.Call, last: str) -> None:
        labels = node.args[0] if node.args else None
        if last != "eye" and labels is not None:
            self.uses |= {Use(item, "classes") for item in self._of(labels) if isinstance(item, Trace)}
        sizes = node.args[:1] if last == "eye" else node.args[1:2]
        sizes = [
            *sizes,
            *(item.value for item in node.keywords if item.arg in ("num_classes", "depth", "nb_classes", "N")),
        ]
        for size in sizes:
            number = size.value if isinstance(size, ast.Constant) else None
            if isinstance(size, ast.Name):
                number = self.source.constants.get(size.id)
            if isinstance(number, int) and not isinstance(number, bool) and number > 0:
                self.classes.add(number)

    def _sizes(self, node: ast.Call) -> None:
        resized = dotted(node.func).rpartition(".")[2] == "resize" and len(node.args) <= MOST_OF_RESIZE
        for argument in node.args:
            for item in argument.elts if isinstance(argument, (ast.Tuple, ast.List)) else [argument]:
                inner = item.value if isinstance(item, ast.Starred) else item
                if isinstance(inner, (ast.Name, ast.Attribute)):
                    # What stands alone in a call of `resize` is both sides of a picture.
                    whole = isinstance(item, ast.Starred) or (resized and item is argument)
                    kind = "size" if whole else "number"
                    values = [value for value in self._of(inner) if isinstance(value, Trace) and is_own(value)]
                    self.uses |= {Use(value, kind) for value in values}


def _is_column(node: ast.expr) -> bool:
    """Whether it is a column of a table, not several of them, whose rows are arrays though their cells are none."""
    while isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and node.attr in SAME):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    literal = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    return literal or (isinstance(node, ast.Attribute) and not is_self(node.value))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
