"""A made-up tokenizer knows every word of made-up texts, and is asked as published classes ask theirs."""

from __future__ import annotations

import pickle

import numpy as np

from seqcheck.construction.materials.texts import WORDS, text_of
from seqcheck.construction.materials.tokenizers import WordTokenizer


def test_texts_of_different_samples_have_different_tokens() -> None:
    made = pickle.loads(pickle.dumps(WordTokenizer()))
    tokens = made.texts_to_sequences([text_of(number) for number in range(40)])
    assert len({tuple(row) for row in tokens}) == 40
    assert max(max(row) for row in tokens) < made.num_words == len(made)
    assert made.encode("nobody said so") == [1, 1, 1]
    assert [made.index_word[number] for number in made.encode(" ".join(WORDS))] == list(WORDS)


def test_it_is_called_as_those_of_language_models_are() -> None:
    made = WordTokenizer()
    several = made([text_of(3), text_of(3000)], padding="max_length", max_length=5, return_tensors="np")
    assert {name: value.shape for name, value in several.items()} == {
        "input_ids": (2, 5), "attention_mask": (2, 5), "token_type_ids": (2, 5),
    }  # fmt: skip
    assert several["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]]
    assert isinstance(several["input_ids"], np.ndarray)
    assert made.encode_plus(text_of(3000), max_length=3)["input_ids"] == made.encode(text_of(300))
    longest = made.batch_encode_plus([text_of(3), text_of(3000)], padding=True)
    assert [len(row) for row in longest["input_ids"]] == [4, 4]
