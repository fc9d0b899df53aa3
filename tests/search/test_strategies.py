"""What scenarios may be: sizes from one sample on, orders of reads that fit, and nothing that was not asked for."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from seqcheck.model.scenario import Scenario
from seqcheck.search.strategies import SIZES, scenarios

quick = settings(max_examples=150, database=None, deadline=None)


@quick
@given(scenarios())
def test_sizes_are_full_batches_and_a_tail(scenario: Scenario) -> None:
    samples, size = scenario.num_samples, scenario.batch_size
    assert samples is not None
    assert size is not None
    assert 1 <= size <= 8
    assert 1 <= samples < 7 * size + 1
    assert 1 <= scenario.epochs <= 3
    assert scenario.engine == "loop"


@quick
@given(scenarios())
def test_a_script_names_every_batch_once(scenario: Scenario) -> None:
    batches = -(-(scenario.num_samples or 0) // (scenario.batch_size or 1))
    assert scenario.script == () or sorted(scenario.script) == list(range(batches))


@quick
@given(st.data(), st.sets(st.sampled_from(SIZES)))
def test_what_the_target_does_not_take_is_left_out(data: st.DataObject, vary: set[str]) -> None:
    scenario = data.draw(scenarios(vary=vary, batch_size=4))
    assert set(scenario.sizes()) == vary


@quick
@given(st.data(), st.integers(1, 20), st.integers(1, 9))
def test_the_most_samples_are_not_exceeded(data: st.DataObject, most: int, size: int) -> None:
    scenario = data.draw(scenarios(vary=("num_samples",), batch_size=size, max_samples=most))
    assert 1 <= (scenario.num_samples or 0) <= max(most, 1)


@pytest.mark.parametrize(
    ("samples", "size"), [(1, 1), (1, 8), (8, 8), (9, 8), (7, 8), (48, 8), (15, 4)], ids=lambda n: str(n)
)
def test_the_sizes_that_matter_are_met(samples: int, size: int) -> None:
    met = find(
        scenarios(),
        lambda scenario: (scenario.num_samples, scenario.batch_size) == (samples, size),
        settings=settings(max_examples=20_000, database=None, deadline=None),
    )
    assert met.num_samples == samples


def test_scenarios_shrink_towards_one_sample_read_in_order() -> None:
    smallest = find(scenarios(), lambda scenario: True, settings=settings(database=None))
    assert smallest == Scenario("loop", epochs=1, num_samples=1, batch_size=1, shuffle=False)
