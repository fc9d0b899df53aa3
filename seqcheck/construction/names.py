"""The names under which published classes take tables, paths, ids, indices, folders, files, texts and tokens."""

from __future__ import annotations

import re
from typing import Final

FRAME_NAME: Final = re.compile(r"(\w+_)?(df|dataframe|data_frame|frame)(_\w+)?", re.I)
FRAME: Final = frozenset(
    ("iloc", "loc", "iterrows", "itertuples", "columns", "groupby", "sample", "reset_index", "query", "drop", "head")
)
"""What only a DataFrame is asked for."""
SERIES: Final = frozenset(
    ("values", "to_list", "to_numpy", "apply", "isin", "value_counts", "nunique", "fillna", "iloc")
)
"""What only a column of one is asked for."""
PATHS: Final = re.compile(
    r"(\w+_)?(paths?|files?|filenames?|file_?names|file_?list|image_?list|img_?list|list_files|fnames?|images_?paths|urls)",
    re.I,
)
IDS: Final = re.compile(
    r"(?!(token|input|word|type|position)_ids)(\w*list_?ids\w*|ids?|(\w+_)?(ids|keys|idx_?list|names|id_list)|list_\w+)",
    re.I,
)
FOLDER: Final = re.compile(r"(\w+_)?(dir|dirs|directory|folder|root|path|dirname|data_?path|base)(_\w+)?", re.I)
FILE: Final = re.compile(r"(\w+_)?(csv|h5|hdf5|hdf|npz|npy|json|pkl|pickle|mat|tsv)(_\w+)?", re.I)
INDICES: Final = re.compile(r"(?!(min|max)_)(\w+_)?(indices|indexes|idxs|idx|inds|index|row_numbers)", re.I)
TEXTS: Final = re.compile(r"(\w+_)?(texts|sentences|captions|documents|docs|reviews)(_\w+)?", re.I)
TOKENS: Final = re.compile(r"(\w+_)?(tokens|sequences|token_ids|seqs)(_\w+)?", re.I)
TEXT: Final = re.compile(r"(raw_?|full_?)?(text|corpus)", re.I)
LABELS: Final = re.compile(
    r"label|target|class|tag|score|price|diagnos|categor|sentiment|grade|emotion|outcome|(^|_)y(_|$)", re.I
)
"""What holds labels, where nothing else is known of it."""
BATCHES: Final = re.compile(
    r"(\w+_)?(gen|generator|data_?gen|data_?generator|data_?loader|iterator|batches|flow)\d?", re.I
)
"""What hands on whole batches: another Sequence, a generator."""
FEEDS: Final = re.compile(
    r"(\w+_)?(gens|generators|data_?generators|data_?loaders|loaders|iterators|feeds|flows|sequences|datasets|streams)",
    re.I,
)
"""What may hand on whole batches, several of them."""
BOX: Final = re.compile(r"(\w+_)?(bbox|bnd_?box|bounding_?box)", re.I)
"""What has the corners of one box."""
COLUMNS: Final = re.compile(r"(\w+_)?(columns|cols|features|feats|fields|keys|variables|vars|sensors)", re.I)
"""What names several columns."""
VOCABULARY: Final = re.compile(
    r"vocab(ulary)?|(word|char|token)_?(index|2idx|to_idx|to_index|2id|to_id|dict|map)", re.I
)
CHARACTERS: Final = re.compile(r"chars|characters|alphabet|char_?(list|set)|charset|letters", re.I)
NAMED: Final = (FRAME_NAME, PATHS, IDS, INDICES, FOLDER, FILE, TEXTS, TOKENS, TEXT, VOCABULARY, CHARACTERS)
"""What each of them is, is told by its name before it is told by its use."""
