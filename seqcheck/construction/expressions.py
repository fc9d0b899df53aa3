"""What an expression of a source may hold, and what it does with the values in it."""

from __future__ import annotations

import ast
import re
from typing import Final

from seqcheck.construction.bindings import (
    MOST_VALUES,
    NOTHING,
    Values,
    back,
    dotted,
    each,
    is_self,
    plain,
    rank,
    row_of,
    some,
)
from seqcheck.construction.filters import BY_COLUMN
from seqcheck.construction.loaders import CATEGORICAL, LOADERS, METHODS, REFINE, SAME, format_of
from seqcheck.construction.lookups import Lookups
from seqcheck.construction.names import COLUMNS
from seqcheck.construction.roles import role_of
from seqcheck.construction.traces import CELLS, Opening, Row, Text, Trace, Use, Value

MOST_OF_RESIZE: Final = 2
"""Arguments of a call of `resize` that is told both sides in one."""
_DIGITS: Final = re.compile(r"0(\d)d")
"""How a number is written in a text with zeros before it; one that nothing is known of is that of a frame."""
_FORMAT: Final = re.compile(r"\{[^{}]*\}|%0?\d*[sdi]")


class Expressions(Lookups):
    """The reader of expressions."""

    def _of(self, node: ast.expr | None) -> Values:
        """What an expression may hold."""
        if node is None:
            return NOTHING
        if isinstance(node, ast.Constant):
            return frozenset({Text((node.value,))}) if isinstance(node.value, str) and node.value else NOTHING
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.JoinedStr):
            parts = [self._piece(item) for item in node.values]
            return frozenset({Text(()).plus(*parts)})
        if isinstance(node, ast.Compare):
            self._compare(node)
            return NOTHING
        if isinstance(node, ast.IfExp):
            self._test(node.test)
            return some(self._of(node.body) | self._of(node.orelse))
        if isinstance(node, ast.BoolOp):
            return some(frozenset().union(*(self._of(item) for item in node.values)))
        if isinstance(node, ast.UnaryOp):
            self._test(node.operand)
            return NOTHING
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            self._comprehend(node.generators)
            inner = self._element(node.elt)
            # A list made of elements has them for elements: the step that a subscript adds is taken back.
            return frozenset(back(item) for item in inner)
        if isinstance(node, ast.DictComp):
            self._comprehend(node.generators)
            self._of(node.key)
            return frozenset(back(item) for item in self._of(node.value))
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            found = frozenset().union(*(self._of(item) for item in node.elts)) if node.elts else NOTHING
            return NOTHING if all(isinstance(item, Text) for item in found) else some(found)
        if isinstance(node, ast.Starred):
            return self._of(node.value)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, ast.Lambda):
                self._of(child)
        return NOTHING

    def _element(self, node: ast.expr) -> Values:
        """What is put into a list: of a tuple or a list of several, each part in its place."""
        if isinstance(node, (ast.Tuple, ast.List)) and 1 < len(node.elts) <= MOST_VALUES:
            parts = [self._of(item) for item in node.elts]
            return frozenset({row_of(parts)}) if any(parts) else NOTHING
        return self._of(node)

    def _named(self, name: str) -> Values:
        known = self.locals[self.here].get(name)
        if known is not None:
            return known
        constant = self.source.constants.get(name)
        return frozenset({Text((constant,))}) if isinstance(constant, str) and constant else NOTHING

    def _attribute(self, node: ast.Attribute) -> Values:
        if is_self(node.value):
            return self.attributes.get(node.attr, NOTHING)
        holder = self._of(node.value)
        traces = [item for item in holder if isinstance(item, Trace)]
        self.uses |= {Use(trace, "attribute", node.attr) for trace in traces}
        opened = any(trace.root.startswith("file ") for trace in traces)
        if node.attr in SAME and (opened or node.attr != "root"):  # a file has a root, settings may name one
            return holder
        if node.attr in ("name", "stem"):
            return holder
        if node.attr in ("shape", "size", "ndim", "dtype", "columns", "index") or node.attr.startswith("_"):
            return NOTHING
        # df.path is a column as df["path"] is; what is a method after all is called, and then this step says nothing.
        return frozenset(trace.then(f"@{node.attr}") for trace in traces)

    def _subscript(self, node: ast.Subscript) -> Values:
        holder = self._of(node.value)
        traces = [item for item in holder if isinstance(item, Trace)]
        others: Values = frozenset(item for item in holder if not isinstance(item, Trace))
        literal = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if type(literal) is int and any(isinstance(item, Row) for item in others):
            return each(others, f"#{literal}")
        if not traces:
            self._note_lookup(node.value, self._of(node.slice))
            return holder
        self._filter(node.slice, traces)
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(places) > 1 and isinstance(places[0], ast.Slice) and isinstance(places[1], ast.Constant):
            self.uses |= {Use(trace, "axis", str(places[1].value)) for trace in traces}
        keys: list[tuple[str, ...]] = [()]
        for place in places:
            steps = self._steps(place, traces)
            keys = [(*key, *step) for key in keys for step in steps]
        found: set[Value] = set()
        for trace in traces:
            for key in keys:
                made = trace
                for step in key:
                    made = made.then(step)
                    if step[0] in ".$" or (step[0] == "#" and made.steps[-2:-1] and made.steps[-2][0] == "."):
                        self.uses.add(Use(made, "key"))
                    elif step == "[]":
                        self.uses.add(Use(trace, "item"))
                found.add(made)
        return some(frozenset(found) | others)

    def _steps(self, place: ast.expr, holders: list[Trace]) -> list[tuple[str, ...]]:
        """The steps that one place of a subscript means."""
        if isinstance(place, ast.Slice):
            bounds = (place.lower, place.upper)
            for bound in bounds:
                self._reckon(bound)
            if not all(bound is None or isinstance(bound, (ast.Constant, ast.UnaryOp)) for bound in bounds):
                self.uses |= {Use(holder, "part") for holder in holders}
            return [()]
        if self._is_mask(place):
            return [()]
        if isinstance(place, ast.Constant):
            if isinstance(place.value, str):
                return [(f".{place.value}",)]
            inner = any("[]" in holder.steps and holder.steps[-1][0] in "[." for holder in holders)
            inner = inner or any(holder.steps[-1:] == ("cells",) for holder in holders)
            return [(f"#{place.value}" if inner else "[]",)] if isinstance(place.value, int) else [()]
        if isinstance(place, (ast.List, ast.Tuple)) and place.elts:
            texts = [
                item.value for item in place.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            if texts:
                return [(f".{text}",) for text in texts]
        found: list[tuple[str, ...]] = []
        for value in self._of(place):
            if isinstance(value, Text) and len(value.parts) == 1 and isinstance(value.parts[0], str):
                found.append((f".{value.parts[0]}",))
            elif isinstance(value, Trace):
                default = self.source.parameters.get(value.root)
                if isinstance(default, tuple) and value.steps in ((), ("[]",)):
                    found += [(f".{name}",) for name in default]
                elif not value.steps and isinstance(default, str):
                    found.append((f".{default}",))
                    self.uses.add(Use(value, "column"))
                elif not value.steps and value.root in self.source.parameters and not isinstance(default, (int, float)):
                    found.append((f"${value.root}",))
                    self.uses.add(Use(value, "column"))
                    self.uses |= {Use(holder, "lookup", by=value) for holder in holders}
                elif value.steps == ("[]",) and default is None and COLUMNS.fullmatch(value.root):
                    found.append((f"${value.root}",))
                    self.uses.add(Use(value, "column"))
                else:
                    self.uses |= {Use(holder, "lookup", by=value) for holder in holders}
        return found or [("[]",)]

    def _piece(self, node: ast.expr) -> Text | Trace | str | None:
        """One part of an f-string or a format."""
        if isinstance(node, ast.FormattedValue):
            digits = _DIGITS.search(ast.unparse(node.format_spec)) if node.format_spec is not None else None
            piece = self._piece(node.value)
            return f"{{frame:{digits[1]}}}" if piece is None and digits else piece
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else str(node.value)
        values = sorted(plain(self._of(node)), key=rank)
        return values[0] if values else None

    def _binary(self, node: ast.BinOp) -> Values:
        left, right = self._of(node.left), self._of(node.right)
        rows: Values = frozenset(item for item in (*left, *right) if isinstance(item, Row))
        if rows:  # lists of them, one behind the other
            return rows
        left, right = plain(left), plain(right)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return frozenset({self._formatted(node.left.value, given)})
        texts = [item for item in (*left, *right) if isinstance(item, Text)]
        unknown = isinstance(node.left, ast.BinOp) or isinstance(node.right, ast.Call)
        if isinstance(node.op, ast.Add) and (texts or (left and right)) and (texts or unknown or left or right):
            return some(
                frozenset(Text(()).plus(first, second) for first in left or {None} for second in right or {None})
            )
        if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)) and all(map(_is_inner, left)):  # else it is a path
            self.uses |= {Use(item, "divisor") for item in right if isinstance(item, Trace) and item.steps}
        if isinstance(node.op, (ast.Div, ast.FloorDiv)) and any(_is_batch_size(item) for item in right):
            self.uses |= {Use(item, "batched") for item in left if isinstance(item, Trace) and not item.steps}
        if isinstance(node.op, ast.Div) and left and (texts or right):
            slash: list[Value] = []
            for first in left:
                slash += [Text(()).plus(first, "/", second) for second in right or {Text((None,))}]
            return some(frozenset(slash))
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, ast.Tuple):  # a shape that is put together
                self.uses |= {
                    Use(item, "size") for item in self._of(side) if isinstance(item, Trace) and not item.steps
                }
            else:
                self._reckon(side)
        # What is reckoned with is no sample; but lines of a file are put behind others.
        kept = (item for item in (*left, *right) if isinstance(item, Trace))
        return frozenset(item for item in kept if item.steps or item.root.startswith("file "))

    def _formatted(self, form: str, given: list[ast.expr]) -> Text:
        literals, forms = _FORMAT.split(form), _FORMAT.findall(form)
        made = Text(()).plus(literals[0])
        for place, literal in enumerate(literals[1:]):
            piece = self._piece(given[place]) if place < len(given) else None
            if piece is None and (digits := _DIGITS.search(forms[place])):
                piece = f"{{frame:{digits[1]}}}"
            made = made.plus(piece, literal)
        return made

    def _reckon(self, node: ast.expr | None) -> None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            self.uses |= {Use(item, "number") for item in self._of(node) if isinstance(item, Trace) and _is_own(item)}
        elif node is not None:
            self._of(node)

    def _compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        literals = [side.value for side in sides if isinstance(side, ast.Constant)]
        for side in sides:
            if isinstance(side, (ast.List, ast.Tuple, ast.Set)):
                literals += [item.value for item in side.elts if isinstance(item, ast.Constant)]
        for side in sides:
            for value in self._of(side):
                if isinstance(value, Trace):
                    for literal in literals:
                        if isinstance(literal, (int, float)) and not isinstance(literal, bool):
                            self.uses.add(Use(value, "number"))
                        elif isinstance(literal, str):
                            self.uses.add(Use(value, "compare", literal))
                        elif literal is None and not value.steps:
                            self.uses.add(Use(value, "optional"))

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

    def _of_call(self, node: ast.Call, last: str, arguments: list[Values]) -> Values:
        """What a call of something unknown gives back: what it is given, or the object that its method belongs to."""
        if isinstance(node.func, ast.Name) or is_self(getattr(node.func, "value", None)):
            called = self._of(node.func)
            self.uses |= {Use(item, "call") for item in called if isinstance(item, Trace)}
        elif isinstance(node.func, ast.Attribute):
            holder = self._of(node.func.value)
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
                self._note_lookup(node.func.value, arguments[0])
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
                followed = [_follow(trace, step) for trace in traces for step in steps]
                self.uses |= {
                    Use(trace, "key") for trace in followed if trace.steps[-1:] and trace.steps[-1][0] in ".$"
                }
                return frozenset(followed)
            if last in ("keys",):
                return frozenset(trace.then("keys") for trace in traces)
            if last in ("basename", "splitext"):
                return each(arguments[0], "name") if arguments else NOTHING
            if last == "append" and arguments and isinstance(node.func.value, (ast.Name, ast.Attribute)):
                self._put(node.func.value, frozenset(back(item) for item in self._element(node.args[0])))
                return NOTHING
            if last == "extend" and arguments and isinstance(node.func.value, (ast.Name, ast.Attribute)):
                self._put(node.func.value, arguments[0])
                return NOTHING
            if last in ("readlines", "read", "splitlines", "reader", "DictReader"):
                return some(holder | (arguments[0] if arguments else NOTHING))
            if last == "split":
                return self._split(node, traces)
            if last == "replace" and len(node.args) == 2 and all(_is_text(item) for item in node.args):
                detail = "\n".join(item.value for item in node.args)  # type: ignore[attr-defined]  # constants, both
                self.uses |= {Use(trace, "replace", detail) for trace in traces}
            if last in ("replace", "lower", "upper", "group", "format") and traces:
                return frozenset(trace.then("text") for trace in traces)
        if last == "to_datetime" and arguments:
            self.uses |= {Use(item, "dates") for item in arguments[0] if isinstance(item, Trace)}
        if last == "pad_sequences" and arguments:
            self.uses |= {Use(item, "padded") for item in arguments[0] if isinstance(item, Trace)}
        if last in ("stack", "vstack") and node.args and _is_column(node.args[0]):
            self.uses |= {Use(item, "stacked") for item in arguments[0] if isinstance(item, Trace)}
        if last in SAME and arguments:
            return arguments[0]
        if last == "zip" and len(arguments) > 1 and not any(isinstance(item, ast.Starred) for item in node.args):
            return frozenset({row_of(each(argument, "[]") for argument in arguments)}) if any(arguments) else NOTHING
        # A function that is not known may load or change what it is given: nothing is known of what comes back.
        return NOTHING

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

    def _join(self, node: ast.Call, arguments: list[Values]) -> Values:
        """``os.path.join(...)``, or ``"".join([...])``, which says nothing."""
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            return NOTHING
        made: list[Text] = [Text(())]
        for place, values in enumerate(arguments):
            pieces: list[Trace | Text | None] = [*sorted(plain(values), key=rank)[:3]] or [None]
            made = [text.plus("/" if place else "", piece) for text in made for piece in pieces][:MOST_VALUES]
        return frozenset(made)

    def _open(self, node: ast.Call, name: str, last: str) -> Values | None:
        kind = format_of(name) or None
        if kind == "file" and name not in ("open", "io.open"):
            kind = None
        if last == "load" and kind is None and name.partition(".")[0] in ("np", "numpy"):
            kind = "npy"
        if last in METHODS and isinstance(node.func, ast.Attribute) and name not in LOADERS:
            holder = self._of(node.func.value)
            if holder:  # a method of a path
                kind = METHODS[last]
                form = [value for item in node.args[:1] for value in plain(self._of(item))] if kind == "glob" else []
                return self._opened(kind, [Text(()).plus(item, "/" if form else "", *form) for item in plain(holder)])
        if kind is None or not (node.args or node.keywords):
            return None
        self.kinds.add(kind)
        first = node.args[0] if node.args else node.keywords[0].value
        values = plain(self._of(first))
        for argument in (*node.args[1:], *(item.value for item in node.keywords if item.value is not first)):
            self._of(argument)
        sizes = [item.value for item in node.keywords if item.arg in ("target_size", "size")]
        self.uses |= {
            Use(item, "size") for size in sizes for item in self._of(size) if isinstance(item, Trace) and _is_own(item)
        }
        handles = [item for item in values if isinstance(item, Trace) and item.root.startswith("file ")]
        refined = REFINE.get(name)
        if handles and refined and all(not item.steps for item in handles):
            for item in handles:  # json.load(open(path)): the file that was opened is of that kind
                self._refine(item.root, refined)
            return frozenset(handles)
        opened = self._opened(kind, [item if isinstance(item, Text) else Text((item,)) for item in values])
        held = [item for item in opened if isinstance(item, Trace)]
        if kind == "csv":
            self._note_table(node, held, "\t" if last == "read_table" else "")
        elif kind == "raw":
            given = [*node.args[1:2], *(item.value for item in node.keywords if item.arg == "dtype")]
            self.uses |= {Use(item, "dtype", _type_named(given[0]) if given else "uint8") for item in held}
        return opened

    def _parsed(self, node: ast.expr) -> Values:
        """JSON out of a text: where that is a line of a file, the file has one object a line."""
        held = frozenset(item for item in self._of(node) if isinstance(item, Trace))
        for item in held:
            self._refine(item.root, "jsonl" if "[]" in item.steps else "json")
        return held

    def _opened(self, kind: str, paths: list[Text]) -> Values:
        found: set[Value] = set()
        for path in [spelled for one in paths for spelled in self._spelled_out(one)]:
            if not any(part is not None for part in path.parts):
                continue
            opening = self.openings.get((kind, path))
            if opening is None:
                opening = Opening(len(self.openings), kind, path)
                self.openings[kind, path] = opening
            found.add(Trace(f"file {opening.number}"))
        return frozenset(found)

    def _spelled_out(self, path: Text) -> list[Text]:
        """A path with each of the names in it that a parameter has by default: ``f"{kind}.npy" for kind in kinds``."""
        made = [Text(())]
        for part in path.parts:
            names = self.source.parameters.get(part.root) if isinstance(part, Trace) and part.steps == ("[]",) else None
            pieces = names if isinstance(names, tuple) else (part,)
            made = [text.plus(piece) for text in made for piece in pieces][:MOST_VALUES]
        return made

    def _refine(self, root: str, kind: str) -> None:
        for key, opening in self.openings.items():
            if f"file {opening.number}" == root and opening.kind == "file":
                self.openings[key] = Opening(opening.number, kind, opening.path)

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
                    values = [value for value in self._of(inner) if isinstance(value, Trace) and _is_own(value)]
                    self.uses |= {Use(value, kind) for value in values}


def _type_named(node: ast.expr) -> str:
    """The name of a type of numbers that is written out, as a text or as one of NumPy's; empty where it is not."""
    name = node.value if isinstance(node, ast.Constant) else getattr(node, "attr", "")
    return name if isinstance(name, str) else ""


def _is_column(node: ast.expr) -> bool:
    """Whether it is a column of a table, not several of them, whose rows are arrays though their cells are none."""
    while isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and node.attr in SAME):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    literal = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    return literal or (isinstance(node, ast.Attribute) and not is_self(node.value))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value


def _is_own(value: Trace) -> bool:
    """Whether it is a parameter's own value, or one of those that stand in it under names, as settings do."""
    return all(step[0] in "@." for step in value.steps)


def _is_inner(value: Value) -> bool:
    """Whether it stands in something else, as numbers in a table do and folders do not."""
    return isinstance(value, Trace) and bool(value.steps)


def _is_batch_size(value: Value) -> bool:
    return isinstance(value, Trace) and not value.steps and role_of(value.root, "", factory=False) == "batch_size"


def _follow(trace: Trace, steps: tuple[str, ...]) -> Trace:
    for step in steps:
        trace = trace.then(step)
    return trace
