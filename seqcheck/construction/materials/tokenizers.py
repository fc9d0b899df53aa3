"""Tokenizers of the words that made-up texts have, with the methods and attributes by which published classes ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.materials.world import World

ASKED: Final = frozenset(
    ("texts_to_sequences", "word_index", "index_word", "num_words", "encode", "encode_plus", "batch_encode_plus")
)
"""What only a tokenizer is asked for."""
_MODULE: Final = "from seqcheck.construction.materials.tokenizers import WordTokenizer"


class WordTokenizer:
    """Word by word, as Keras's own does it, and called as those of language models are; 0 pads, 1 is unknown."""

    def __init__(self) -> None:
        self.word_index = {word: number for number, word in enumerate(("<unk>", *WORDS), start=1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        self.num_words = self.vocab_size = len(self.word_index) + 1
        self.pad_token_id = 0

    def __repr__(self) -> str:
        """The same for all: they know the same words."""
        return "WordTokenizer()"

    def __len__(self) -> int:
        """How many tokens there are, padding among them."""
        return self.vocab_size

    def encode(self, text: str, max_length: int | None = None, **options: Any) -> list[int]:
        """The tokens of one text, cut to `max_length`; with ``padding="max_length"`` filled up to it."""
        made = [self.word_index.get(word.strip(".,").lower(), 1) for word in str(text).split()][:max_length]
        filled = max_length is not None and options.get("padding", options.get("pad_to_max_length")) in (
            "max_length",
            True,
        )
        return made + [0] * ((max_length or 0) - len(made)) if filled else made

    def texts_to_sequences(self, texts: Iterable[str]) -> list[list[int]]:
        """The tokens of each text."""
        return [self.encode(text) for text in texts]

    def __call__(self, texts: Any, max_length: int | None = None, **options: Any) -> dict[str, Any]:
        """``input_ids``, ``attention_mask`` and ``token_type_ids`` of one text or of several; arrays where asked."""
        single = isinstance(texts, str)
        rows = [self.encode(text, max_length, **options) for text in ([texts] if single else texts)]
        if options.get("padding") in (True, "longest"):
            longest = max(map(len, rows), default=0)
            rows = [row + [0] * (longest - len(row)) for row in rows]
        arrays = options.get("return_tensors") is not None
        made = {
            "input_ids": rows,
            "attention_mask": [[int(token > 0) for token in row] for row in rows],
            "token_type_ids": [[0] * len(row) for row in rows],
        }
        if arrays:
            import numpy as np

            return {name: np.array(value) for name, value in made.items()}
        return {name: value[0] for name, value in made.items()} if single else made

    encode_plus = batch_encode_plus = __call__


@dataclass(frozen=True)
class Tokenizer:
    """A tokenizer that knows the words of made-up texts."""

    def make(self, world: World) -> WordTokenizer:  # noqa: ARG002  # every material is made in a world
        """The tokenizer; it pickles."""
        return WordTokenizer()

    def words(self, count: int) -> str:  # noqa: ARG002
        """``tokenizer``"""
        return "tokenizer"

    def code(self) -> Code:
        """The same tokenizer."""
        return Code("WordTokenizer()", imports=(_MODULE,))
