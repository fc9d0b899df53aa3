"""What a parameter is for, told by its name: the spellings under which published Sequences take the same things."""

from __future__ import annotations

import re
from typing import Final, Literal

Role = Literal[
    "", "x", "y", "sample_weight", "num_samples", "batch_size", "shuffle", "seed", "augment", "tmp_path", "num_classes"
]

SPELLINGS: Final[dict[Role, tuple[str, ...]]] = {
    "batch_size": ("batch_size", "batchsize", "batch", "bs", "batch_sz", "minibatch_size", "n_batch_size"),
    "shuffle": ("shuffle", "shuffled", "is_shuffle", "do_shuffle", "shuffle_data", "shuffle_on_epoch_end"),
    "num_classes": (
        "n_classes",
        "num_classes",
        "nb_classes",
        "nclasses",
        "class_num",
        "n_class",
        "num_class",
        "num_labels",
        "n_labels",
        "classes_num",
        "out_classes",
        "output_classes",
        "number_of_classes",
        "no_classes",
        "n_outputs",
    ),
    "sample_weight": ("sample_weight", "sample_weights", "weights"),
}
FACTORY_SPELLINGS: Final[dict[Role, tuple[str, ...]]] = {
    "num_samples": ("num_samples", "n_samples", "samples", "n"),
    "seed": ("seed", "random_seed", "random_state"),
    "augment": ("augment", "augmentation", "augmented"),
    "tmp_path": ("tmp_path", "tmpdir", "tmp_dir", "tmp_folder"),
}
_X: Final = re.compile(
    r"x(_?(set|data|train|val|valid|validation|test|array|arr|in|all|values|s|\d))?"
    r"|data|dataset_x|features?|images?|imgs?|inputs?(_data)?|arrays?|arr|samples"
    r"|(train|val|valid|test|trn|batch)_?(x|data|images|imgs|features|inputs)"
    r"|(image|img|feature|input|meta|seq|sequence|static|signal|text|audio|video|tabular|numeric|raw)_?(data|array|arr|set)"
)
_Y: Final = re.compile(
    r"y(_?(set|data|train|val|valid|validation|test|array|arr|out|all|values|true|s|\d))?|labels?|targets?(_data)?|outputs?"
    r"|(train|val|valid|test|trn|batch)_?(y|labels?|targets?)|y_(cls|class|reg|classes|main|aux|labels?|targets?)"
    r"|(label|target)_?(list|data|array|arr|set|s)|tags|ground_?truths?|annotations?"
    r"|(is|has)_(?!shuff|train|test|val|eval|infer|pred|rgb|gr[ae]y|colou?r|aug|norm|debug|new|first|last)\w+"
)
_ARRAY: Final = re.compile(r"ndarray|ArrayLike|NDArray|\bArray|Tensor|\bAny\b|Sequence|[Ll]ist\[(int|float|Any)")
_DROP: Final = re.compile(
    r"(drop|skip|discard|omit|truncate)_(the_)?(last|final|tail|rest|remainder|remaining|(last_|final_)?(partial|incomplete))"
    r"(_?(batch|batches|samples))?"
)
_OTHER: Final = re.compile(r"\b(str|Path|PathLike|DataFrame|Dataset|Callable|dict|Dict|Mapping|bytes|bool|int|float)\b")


def role_of(name: str, annotation: str, *, factory: bool) -> Role:
    """The role of a parameter of a class or of a factory; an empty string where its name says nothing.

    The probe's arrays go to classes alone: a factory brings its own data, and is asked for sizes instead.
    """
    plain = name.lower().strip("_").replace("batchsize", "batch_size")
    spellings = {**SPELLINGS, **FACTORY_SPELLINGS} if factory else SPELLINGS
    for role, names in spellings.items():
        if plain in names or _snake(name) in names:
            return role
    if factory or _excludes_arrays(annotation):
        return ""
    if _X.fullmatch(plain):
        return "x"
    return "y" if _Y.fullmatch(plain) else ""


def is_seed(name: str) -> bool:
    """Whether a parameter of that name takes the seed that the order of samples depends on, of a class as well."""
    return _snake(name).strip("_") in FACTORY_SPELLINGS["seed"]


def leaves_out_the_rest(name: str) -> bool:
    """Whether a parameter of that name, if True, has the last samples left out that make no whole batch."""
    return bool(_DROP.fullmatch(_snake(name).strip("_")))


def _snake(name: str) -> str:
    """``batchSize`` as ``batch_size``"""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _excludes_arrays(annotation: str) -> bool:
    return bool(_OTHER.search(annotation)) and not _ARRAY.search(annotation)
