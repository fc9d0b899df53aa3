"""Files that a source opens: by which call, under which path, and what kind they turn out to be."""

from __future__ import annotations

import ast
from dataclasses import replace

from seqcheck.construction.bindings import MOST_VALUES, Values, is_own, plain
from seqcheck.construction.loaders import DECODED, LOADERS, METHODS, REFINE, format_of
from seqcheck.construction.lookups import Lookups
from seqcheck.construction.traces import Opening, Text, Trace, Use, Value


class Openings(Lookups):
    """The reader of what opens files."""

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
        if not (node.args or node.keywords):
            return None
        if last in DECODED:
            return self._decoded(node, DECODED[last])
        if kind is None:
            return None
        self.kinds.add(kind)
        first = node.args[0] if node.args else node.keywords[0].value
        values = plain(self._of(first))
        for argument in (*node.args[1:], *(item.value for item in node.keywords if item.value is not first)):
            self._of(argument)
        sizes = [item.value for item in node.keywords if item.arg in ("target_size", "size")]
        self.uses |= {
            Use(item, "size") for size in sizes for item in self._of(size) if isinstance(item, Trace) and is_own(item)
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

    def _decoded(self, node: ast.Call, kind: str) -> Values:
        """What TensorFlow makes of the bytes of a file that it has read."""
        held = self._of(node.args[0] if node.args else node.keywords[0].value)
        roots = {item.root for item in held if isinstance(item, Trace)}
        for key, opening in self.openings.items():
            if f"file {opening.number}" in roots and opening.kind in ("file", "picture"):
                self.openings[key] = replace(opening, kind=kind)
                self.kinds.add(kind)
        return held

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


def _type_named(node: ast.expr) -> str:
    """The name of a type of numbers that is written out, as a text or as one of NumPy's; empty where it is not."""
    name = node.value if isinstance(node, ast.Constant) else getattr(node, "attr", "")
    return name if isinstance(name, str) else ""
