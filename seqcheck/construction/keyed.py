"""What is looked up by what: the ids of samples, and what a dict holds by them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from typing import Final

from seqcheck.construction.materials import (
    Choices,
    Holding,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Texts,
    Tokens,
)
from seqcheck.construction.names import IDS, LABELS, VOCABULARY
from seqcheck.construction.signature import Parameter
from seqcheck.construction.sketch import Sketch
from seqcheck.construction.traces import Trace, Use

VIEWS: Final = frozenset(("keys", "values", "items"))
"""What only a dict is asked for."""
VECTOR: Final = 16
"""How many numbers a cell of a table holds that is an array."""


class Keyed(Sketch):
    """Draws what is found by a key that names a sample, and such keys themselves."""

    def _token_lists(self, name: str) -> None:
        """Lists of numbers, one list a sample, where the annotation says so."""
        item = self.free[name]
        listed = re.fullmatch(r"((typing\.)?(List|Sequence|Iterable|list)\[){2}int\]\]", item.annotation)
        if listed and item.required and name not in self.columns:
            self.made.setdefault(name, Tokens())

    def _ids(self, name: str) -> None:
        """What names samples: its elements are looked up in another parameter that is used as a dict."""
        item = self.free[name]
        if name in self.made or not item.required or item.role not in ("x", "") or name in self.columns:
            return
        for use in self.clues.uses:
            root = use.trace.root
            named = use.kind == "lookup" and use.by == Trace(name, ("[]",)) and not use.trace.steps
            if named and root in self.free and root != name and not VOCABULARY.fullmatch(root):
                keyed = any(one.trace.steps[1:2] and one.trace.steps[1][0] == "." for one in self.clues.of(root))
                if keyed or "get" in self._asked(root) or self._asked(root) & VIEWS:
                    self.made[name] = Ids()

    def _looked_up(self, name: str) -> bool:
        """Whether what names the samples in another parameter is looked up in this one, and no key of its own is."""
        others = [use.by for use in self.clues.of(name, "lookup") if use.by is not None and not use.trace.steps]
        steps = [use.trace.steps[0] for use in self.clues.of(name) if use.trace.steps]
        if any(step[0] == "." for use in self.clues.of(name) for step in use.trace.steps[1:2]):
            return False  # records, by what names the samples
        known = (by for by in others if by.root in self.free and by.root != name)
        return all(step == "[]" for step in steps) and any(
            IDS.fullmatch(by.root) or isinstance(self.made.get(by.root), (Ids, Paths)) for by in known
        )

    def _looking(self, name: str) -> list[str]:
        """By whose elements something is looked up in a parameter."""
        return [use.by.root for use in self.clues.of(name, "lookup") if use.by is not None and not use.trace.steps]

    def _mapping(self, item: Parameter) -> None:
        """A dict whose keys no literal names: of samples where they are looked up by its keys, else of arrays."""
        name = item.name
        methods = {use.detail for use in self.clues.of(name, "method") if not use.trace.steps}
        by_ids = any(isinstance(self.made.get(root), Ids) for root in self._looking(name))
        views = methods & VIEWS or ("get" in methods and by_ids)
        if not views or not item.required or item.role not in ("x", ""):
            return
        if any(use.by is not None and not use.trace.steps for use in self.clues.of(name, "lookup")):
            inner = [use for use in self.clues.of(name) if use.trace.steps == ("[]",)]
            if any(use.kind == "method" and use.detail in ("split", "lower") for use in inner):
                several = any(use.kind == "item" for use in inner)
                self.made[name] = Texts("lists-by-id" if several else "by-id")
                return
            vectors = re.search("feature|vector|embedding|encoding", name, re.I)
            self.made[name] = Inputs((VECTOR,) if vectors else self.shapes["array"], "by-id")
        else:
            self.made[name] = Holding("dict", (("x", Inputs(self.shapes["array"])), ("y", Labels())))

    def _names_samples(self, column: str) -> bool:
        """Whether what stands in a column is looked up in another parameter, as samples are by their ids."""
        if LABELS.search(column):
            return False
        found = (use for use in self.clues.uses if use.kind == "lookup" and use.by is not None and not use.trace.steps)
        return any(
            use.by is not None
            and use.by.steps[-1:] in ((f".{column}",), (f"@{column}",))
            and use.by.root != use.trace.root
            and use.trace.root in self.free
            and not VOCABULARY.fullmatch(use.trace.root)
            and not LABELS.search(use.trace.root)
            and bool(self._asked(use.trace.root) & VIEWS)
            for use in found
        )

    def _holds_arrays(self, name: str) -> bool:
        """Whether what is found in it is asked for its shape, as an array is and no record."""
        inner = (use for use in self.clues.of(name, "attribute") if use.trace.steps == ("[]",))
        return any(use.detail in ("shape", "ndim") for use in inner)

    def _is_listed(self, steps: Collection[tuple[str, ...]], root: str = "") -> bool:
        """Whether the place of such a value in a list that is given is asked for, as that of a class's name is."""
        asked = [use for use in self.clues.uses if use.kind == "listed" and use.trace.root in self.free]
        pairs = ((use.trace.root, use.by) for use in asked if use.by is not None)
        return any(by.steps in steps and root in ("", by.root) and by.root != holder for holder, by in pairs)

    def _looked_up_in(self, uses: Iterable[Use]) -> Material | None:
        """The keys of the table in which something is looked up; None where it is looked up in none, or in several."""
        tables = {use.detail for use in uses if use.kind == "mapped"}
        return Choices(ast.literal_eval(tables.pop())) if len(tables) == 1 else None
