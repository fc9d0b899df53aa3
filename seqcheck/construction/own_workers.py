"""The workers that an instance asks for: Keras 3 is told of them by the Sequence, not by the caller of `fit`."""

from __future__ import annotations

import warnings
from typing import Any

from seqcheck.construction.bases import flavour
from seqcheck.construction.recipe import Recipe
from seqcheck.model.contract import FitUse


def asked_for(instance: Any, recipe: Recipe | None = None) -> FitUse:
    """What the attributes that Keras 3 reads say; nothing where they say one worker, as they do unless told otherwise.

    Nothing either where `recipe` made a number of workers up: then it is not the owner who asks.
    """
    made_up = recipe is not None and any("worker" in item.name for item in recipe.arguments if item.source == "probe")
    if flavour(instance) != "keras" or made_up:
        return FitUse()
    workers, processes = _said(instance, "workers"), _said(instance, "use_multiprocessing")
    number = workers if isinstance(workers, int) and not isinstance(workers, bool) else 1
    if number <= 1 and processes is not True:
        return FitUse()
    return FitUse(workers=number, use_multiprocessing=processes is True)


def _said(instance: Any, name: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns where its base was never initialised
            return getattr(instance, name, None)
    except Exception:  # a property of the user's may raise anything
        return None
