"""Made-up data whose samples are not the same all over, for where that matters: random draws, and standardising."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from seqcheck.construction.materials import Files, Inputs, Material, Pictures
from seqcheck.construction.recipe import Recipe
from seqcheck.model.scenario import Scenario

ABOUT_DRAWS: Final = ("reading", "twins")
"""Runs that ask what is drawn, not which sample is which: a flip or a crop of a flat picture shows nothing."""


def suited(recipe: Recipe, scenario: Scenario) -> Recipe:
    """The recipe with the data that a run of this scenario needs."""
    return textured(recipe) if scenario.engine in ABOUT_DRAWS else recipe


def textured(recipe: Recipe) -> Recipe:
    """The recipe with textured pictures and arrays in place of flat ones; the same where there are none."""

    def change(material: Material) -> Material:
        if isinstance(material, (Pictures, Inputs)):
            return replace(material, textured=True)
        if isinstance(material, Files):
            return replace(material, content=replace(material.content, textured=True))
        return material

    return recipe.changed(change)
