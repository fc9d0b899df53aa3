"""Lists of tokens and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.world import ID_EXPRESSIONS, World

WORDS: Final = ("alpha", "bravo", "delta", "echo", "golf", "hotel", "india", "kilo", "lima", "mike")


@dataclass(frozen=True)
class Tokens:
    """Token lists: sample k repeats the token k + 1; their lengths go around 3, 4, 5 unless `length` fixes them."""

    length: int | None = None
    vocabulary: int | None = None
    """The number of tokens where somebody fixed it: tokens then stay below it, and name no sample beyond."""

    def make(self, world: World) -> Any:
        """A list of lists of numbers."""
        tokens = [k + 1 if self.vocabulary is None else k % (self.vocabulary - 1) + 1 for k in range(world.count)]
        return [[token] * (self.length or 3 + k % 3) for k, token in enumerate(tokens)]

    def words(self, count: int) -> str:
        """``37 token lists``"""
        return f"{count} token lists"

    def code(self) -> Code:
        """Token lists of the same lengths."""
        token = "k + 1" if self.vocabulary is None else f"k % {self.vocabulary - 1} + 1"
        return Code(f"[[{token}] * {self.length or '(3 + k % 3)'} for k in range(num_samples)]")


@dataclass(frozen=True)
class Texts:
    """Texts of a few words: the digits of the sample's number, each as a word. As ``one`` they are a single text.

    ``by-id`` they are a dict, ``lists-by-id`` one of lists that hold one text each, between a first and a last word.
    """

    holder: Literal["list", "array", "one", "by-id", "lists-by-id"] = "list"

    def make(self, world: World) -> Any:
        """A list of texts, or an object array of them."""
        made = [text_of(number) for number in range(world.count)]
        if self.holder == "one":
            return ". ".join(made * 4)
        if self.holder == "list":
            return made
        if self.holder == "by-id":
            return dict(zip(world.ids, made, strict=True))
        if self.holder == "lists-by-id":
            return {name: [f"{WORDS[0]} {text} {WORDS[-1]}"] for name, text in zip(world.ids, made, strict=True)}
        import numpy as np

        return np.array(made)

    def words(self, count: int) -> str:
        """``37 texts``"""
        if self.holder.endswith("by-id"):
            return f"{count} {'lists of ' * (self.holder != 'by-id')}texts, by id"
        return f"{count} texts" if self.holder != "one" else f"a text of {4 * count} sentences"

    def code(self) -> Code:
        """Texts."""
        made = '[f"this is text {k}" for k in range(num_samples)]'
        if self.holder == "one":
            return Code(f'". ".join({made})')
        if self.holder.endswith("by-id"):
            text = "text" if self.holder == "by-id" else "[text]"
            return Code(f"{{name: {text} for name, text in zip(ids, {made})}}", (f"ids = {ID_EXPRESSIONS['text']}",))
        return Code(made) if self.holder == "list" else Code(f"np.array({made})", imports=("import numpy as np",))


def text_of(number: int) -> str:
    """``alpha echo alpha`` for 30: one word a digit, three at least, since classes pass over what is shorter."""
    return " ".join(WORDS[int(digit)] for digit in f"{number:03d}")
