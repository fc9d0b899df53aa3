"""A small model, trained in plain numbers on what a history recorded of its batches: alike on every machine.

It sees one number a row of each leaf, as `Leaf.values` has it, and is linear in them. What it learns means nothing;
that two trainings learn the same is what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seqcheck.model.batch import Batch

TOLERANCE: Final = 1e-6
"""Relative, of weights and losses: sums are made in the same order, so that nothing but data makes them differ."""
SMALL: Final = 1e-3
"""What a weight or loss counts as at the least, where differences are relative to it."""
BIAS: Final = "bias"


@dataclass(frozen=True)
class Training:
    """What a training came to: weights by the path of the input they belong to, with ``bias``, and losses by epoch."""

    weights: Mapping[str, float]
    losses: tuple[float, ...]

    def agrees(self, other: Training) -> bool:
        """Whether weights and loss history are the same to `TOLERANCE`."""
        if self.weights.keys() != other.weights.keys() or len(self.losses) != len(other.losses):
            return False
        pairs = [(self.weights[path], other.weights[path]) for path in self.weights]
        return all(_close(*pair) for pair in (*pairs, *zip(self.losses, other.losses, strict=True)))


def train(epochs: Sequence[Sequence[Batch]], leaves: Collection[str]) -> Training:
    """One step of gradient descent a batch, in the order given, on the leaves at these paths.

    Inputs are all but ``y`` and ``sample_weight`` and what is in them; the target is the mean of the targets, 0 where
    there is none. Numbers are squeezed between −1 and 1, so that no data makes the training run away.
    """
    weights: dict[str, float] = {}
    bias = 0.0
    losses = []
    for batches in epochs:
        total = 0.0
        for batch in batches:
            numbers = {leaf.path: leaf.values for leaf in batch.leaves if leaf.path in leaves and leaf.values}
            inputs = {path: values for path, values in numbers.items() if not path.startswith(("y", "sample_weight"))}
            targets = [values for path, values in numbers.items() if path.startswith("y")]
            counts = numbers.get("sample_weight")
            rows = min((len(values) for values in numbers.values()), default=0)
            for path in inputs:
                weights.setdefault(path, 0.5)
            pull = dict.fromkeys(inputs, 0.0)
            bias_pull = loss = 0.0
            for row in range(rows):
                seen = {path: _squeezed(values[row]) for path, values in inputs.items()}
                wanted = sum(_squeezed(values[row]) for values in targets) / max(1, len(targets))
                error = bias + sum(weights[path] * number for path, number in seen.items()) - wanted
                share = (_squeezed(counts[row]) if counts else 1.0) / rows
                loss += share * error * error
                bias_pull += share * error
                for path, number in seen.items():
                    pull[path] += share * error * number
            rate = 0.5 / (1 + len(inputs))
            bias -= rate * bias_pull
            for path in inputs:
                weights[path] -= rate * pull[path]
            total += loss
        losses.append(total / max(1, len(batches)))
    return Training({BIAS: bias, **weights}, tuple(losses))


def _squeezed(number: float) -> float:
    if math.isnan(number):
        return 0.0
    return math.copysign(1.0, number) if math.isinf(number) else number / (1.0 + abs(number))


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other), SMALL)
