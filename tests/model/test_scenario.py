"""A scenario says in words what findings print of it."""

from __future__ import annotations

import pytest

from seqcheck.model.scenario import TAKING, Scenario


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (Scenario("loop"), "loop"),
        (Scenario("fork", workers=2), "fork with 2 workers"),
        (Scenario(TAKING, num_samples=1, batch_size=4), "1 sample, batch size 4, loop, noting what each read takes"),
        (Scenario("loop", shuffle=True, order=(2, 0)), "shuffled, loop, batches read in the order 2, 0"),
    ],
)
def test_a_scenario_in_words(scenario: Scenario, said: str) -> None:
    assert scenario.describe() == said
