"""Numbers, flags, callables and sizes are told from how a parameter is used, and then from its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seqcheck.construction.guesses import guess, names_a_column_of_a_table, shapes, shrunk
from seqcheck.construction.materials import Anchors, BatchCount, Identity, Material, Plain, Statistic
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace, Use


def used(name: str, *kinds: str, detail: str = "") -> Clues:
    return Clues(frozenset(Use(Trace(name), kind, detail) for kind in kinds))


@pytest.mark.parametrize(
    ("name", "annotation", "clues", "value"),
    [
        ("anything", "", used("anything", "call"), Identity()),
        ("gen", "", used("gen", "method", detail="random_transform"), Identity()),
        ("preprocess_fn", "", Clues(), Identity()),
        ("f", "Callable[[int], int]", Clues(), Identity()),
        ("anything", "", used("anything", "number"), Plain(4)),
        ("anything", "", used("anything", "truth"), Plain(False)),
        ("anything", "", used("anything", "compare", detail="valid"), Plain("valid")),
        ("subset", "", Clues(), Plain("train")),
        ("label_col", "", used("label_col", "column"), Plain("label_col")),
        ("feature_columns", "", used("feature_columns", "column"), Plain(["feature_columns_0", "feature_columns_1"])),
        ("image_size", "", used("image_size", "size"), Plain((16, 16))),
        ("image_size", "", used("image_size", "number"), Plain(16)),
        ("n_channels", "", Clues(), Plain(3)),
        ("alpha", "", Clues(), Plain(0.5)),
        ("lookback", "", Clues(), Plain(4)),
        ("seed", "", Clues(), Plain(0)),
        ("epoch_length", "", used("epoch_length", "batches"), BatchCount()),
        ("mean", "", Clues(), Statistic(0)),
        ("mean", "float", Clues(), Plain(0.5)),
        ("mean_pressure", "", used("mean_pressure", "length", "part"), None),
        ("pixel_std", "", Clues(), Statistic(1)),
        ("oracle", "", Clues(), None),
        ("anchors", "", Clues(), Anchors()),
        ("anchor_masks", "", Clues(), Anchors("masks")),
        ("image_format", "", Clues(), Plain(".png")),
        ("ext", "", replace(Clues(), kinds=frozenset({"npy"})), Plain(".npy")),
        ("sr", "", replace(Clues(), kinds=frozenset({"wav"})), Plain(16000)),
        ("duration", "", replace(Clues(), kinds=frozenset({"wav"})), Plain(1)),
    ],
)
def test_what_a_required_parameter_is_given(name: str, annotation: str, clues: Clues, value: Material | None) -> None:
    assert guess(Parameter(name, annotation=annotation), clues) == value


@pytest.mark.parametrize(
    ("name", "default", "smaller"),
    [
        ("dim", "(512, 512)", (16, 16)),
        ("input_shape", "(224, 224, 3)", (16, 16, 3)),
        ("dim", "(64, 64, 64)", (8, 8, 8)),
        ("img_height", "256", 16),
        ("dim", "(8, 8)", None),
        ("batch_size", "512", None),
        ("anchors", "(512, 512)", None),
        ("dim", "None", None),
        ("dim", "<object>", None),
    ],
)
def test_sizes_that_are_dear_are_made_smaller(name: str, default: str, smaller: object) -> None:
    assert shrunk(Parameter(name, default=default)) == smaller


def test_the_shapes_of_samples_follow_sizes_and_channels() -> None:
    dim, channels = Parameter("dim", default="(8, 8, 8)"), Parameter("n_channels", default="1")
    assert shapes((dim, channels), {})["array"] == (8, 8, 8, 1)
    assert shapes((dim, channels), {"dim": Plain((4, 4))})["array"] == (4, 4, 1)
    assert shapes((), {}) == {"picture": (16, 16, 3), "array": (8, 8, 3)}
    assert shapes((Parameter("image_size", default="(24, 32)"),), {})["picture"] == (24, 32, 3)


def test_what_is_called_like_an_array_may_name_columns_of_a_table_and_only_there() -> None:
    features = Parameter("features")
    taken = Trace("data", ("$features",))
    asked = Clues(frozenset({Use(taken, "attribute", "values")}))
    looked = Clues(frozenset({Use(taken, "key")}))
    assert names_a_column_of_a_table(features, (Parameter("data"),), asked)
    assert not names_a_column_of_a_table(features, (Parameter("data"),), looked)
    assert names_a_column_of_a_table(features, (Parameter("data", annotation="pd.DataFrame"),), looked)
