"""What scenarios may be: sizes from one sample on, orders of reads that fit, and nothing that was not asked for."""

from __future__ import annotations

from hypothesis import find, given, seed, settings
from hypothesis import strategies as st

from seqcheck.model.scenario import SCRIPT, Scenario, Step
from seqcheck.search.strategies import SIZES, scenarios, scripts

quick = settings(max_examples=150, database=None, deadline=None)


@quick
@given(scenarios())
def test_sizes_are_full_batches_and_a_tail(scenario: Scenario) -> None:
    samples, size = scenario.num_samples, scenario.batch_size
    assert samples is not None
    assert size is not None
    assert 1 <= size <= 50
    assert 1 <= samples <= 300
    assert samples // size <= 24
    assert 1 <= scenario.epochs <= 3
    assert scenario.engine == "loop"


@quick
@given(scenarios())
def test_an_order_names_every_batch_once(scenario: Scenario) -> None:
    batches = -(-(scenario.num_samples or 0) // (scenario.batch_size or 1))
    assert scenario.order == () or sorted(scenario.order) == list(range(batches))
    assert sorted(scenario.reads(batches)) == list(range(batches))


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


def test_the_sizes_that_matter_are_met() -> None:
    met: set[tuple[int, int]] = set()

    @settings(quick, max_examples=60)
    @seed(0)
    @given(scenarios())
    def draw(scenario: Scenario) -> None:
        met.add((scenario.num_samples or 0, scenario.batch_size or 0))

    draw()
    assert any(samples % size == 0 and samples > size > 1 for samples, size in met)
    assert any(samples % size == 1 and samples > size > 1 for samples, size in met)
    assert any(1 < samples < size for samples, size in met)
    assert any(samples == 1 for samples, _ in met)
    assert any(samples > 100 for samples, _ in met)


def test_scenarios_shrink_towards_one_sample_read_in_order() -> None:
    smallest = find(scenarios(), lambda scenario: True, settings=settings(database=None))
    assert smallest == Scenario("loop", epochs=1, num_samples=1, batch_size=1, shuffle=False)


@quick
@given(scripts(write=True))
def test_a_script_reads_batches_that_are_there_and_writes_at_its_end_alone(scenario: Scenario) -> None:
    batches = -(-(scenario.num_samples or 0) // (scenario.batch_size or 1))
    assert scenario.engine == SCRIPT
    assert scenario.script
    assert all(0 <= step.index < batches for step in scenario.script if step.action in ("read", "write"))
    actions = [step.action for step in scenario.script]
    if "write" in actions:
        after = actions[actions.index("write") + 1 :]
        assert after
        assert set(after) == {"read"}


@quick
@given(scripts(vary=(), length=3))
def test_nothing_is_written_and_no_size_is_set_where_that_was_not_asked_for(scenario: Scenario) -> None:
    assert scenario.sizes() == {}
    assert all(step.action != "write" for step in scenario.script)
    assert all(step.index < 3 for step in scenario.script)


def test_scripts_shrink_towards_one_read() -> None:
    smallest = find(scripts(), lambda scenario: True, settings=settings(database=None))
    assert smallest.script == (Step("read"),)
