"""The account of a run: how samples are told apart, and which of several judgements is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seqcheck.checks import lost_samples
from seqcheck.model.accounts import Account, account, gravest
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.samples import Unidentified
from seqcheck.model.scenario import TAKING
from tests.checks.epochs import numbered_in, probe, rows_in, shuffles
from tests.histories import at, case, history

IDS = np.arange(12)
ROWS = np.repeat(IDS[:, None] + 0.5, 3, axis=1).astype(np.float32)


def found(x: object, y: object, count: int = 12) -> Account | Unidentified:
    run = history(epochs=[rows_in(range(12), 4, np.asarray(x), np.asarray(y))] * 2, truth=probe(count))
    return account(case(run), run)


def kind(x: object, y: object) -> str:
    told = found(x, y)
    return told.identity.kind if isinstance(told, Account) else "none"


def test_a_probes_rows_say_more_than_its_labels() -> None:
    assert kind(ROWS, IDS) == kind(ROWS, IDS % 3) == "array"
    assert kind(ROWS / 255, IDS) == "probe"


def test_labels_that_are_shifted_stand_for_no_samples() -> None:
    assert isinstance(found(np.sin(ROWS), IDS + 1), Unidentified)
    assert isinstance(found(np.sin(ROWS), IDS - 1), Unidentified)
    assert kind(ROWS / 255, IDS + 1) == "array"


def test_a_row_of_two_samples_is_a_tuple() -> None:
    pairs = [describe(((ROWS[4:8], ROWS[8:12]), IDS[:4]))]
    run = history(epochs=[pairs], truth=probe(12))
    told = account(case(run), run)
    assert isinstance(told, Unidentified)
    assert "a sample is a tuple" in told.reason


def test_what_comes_as_a_target_alone_is_not_lost() -> None:
    """As of neighbours in a film: every other picture is to be told from the one before it."""
    deep = np.broadcast_to(ROWS[:, :1, None, None], (len(ROWS), 4, 4, 1))
    batches = [describe((deep[first : first + 6 : 2], deep[first + 1 : first + 6 : 2])) for first in (0, 6)]
    run = history(epochs=[batches], truth=probe(12))
    told = account(case(run), run)
    assert isinstance(told, Unidentified)
    assert (told.reason, told.declare) == (
        "x and y hold different samples in one row: a sample is a tuple of them",
        'sample_id = "mypkg.data:ids_of_batch"',
    )
    levels = np.broadcast_to(IDS[:, None, None, None].astype(np.uint8) + 1, (12, 4, 4, 3)) / np.float32(255)
    batches = [describe((levels[first : first + 6 : 2], levels[first + 1 : first + 6 : 2])) for first in (0, 6)]
    run = history(epochs=[batches] * 3, truth=probe(12))
    assert isinstance(account(case(run), run), Unidentified)
    masks = [describe((levels[first : first + 6], (levels[first : first + 6] > 0.5) * 1.0)) for first in (0, 6)]
    run = history(epochs=[masks], truth=probe(12))
    assert isinstance(account(case(run), run), Account)
    same = [describe((deep[first : first + 4], deep[first : first + 4])) for first in range(0, 12, 4)]
    run = history(epochs=[same], truth=probe(12))
    assert isinstance(account(case(run), run), Account)


def test_a_shuffle_of_whole_batches_regroups_nothing() -> None:
    order = shuffles(12, 1)[0]
    blocks = [*order[4:8], *order[:4], *order[8:]]
    for second, regrouped in ((blocks, False), (shuffles(12, 1, seed=9)[0], True)):
        run = history(epochs=[numbered_in(order, 4), numbered_in(second, 4)], truth=probe(12))
        told = account(case(run), run)
        assert isinstance(told, Account)
        assert told.alike
        assert told.regrouped is regrouped


def test_an_account_belongs_to_its_case() -> None:
    run = history(epochs=[rows_in(range(12), 4, ROWS, IDS)], truth=probe(12))
    plain, padded = case(run), case(run, contract={"padding": 0.5})
    first, second, again = account(plain, run), account(padded, run), account(plain, run)
    assert isinstance(first, Account)
    assert isinstance(second, Account)
    assert (first.rows, second.rows) == (12, 11)
    assert again is first


def test_the_gravest_judgement_is_said() -> None:
    bad = violated([Finding("broken")])
    assert gravest([holds("a"), bad, inconclusive("b")]).outcome is Outcome.VIOLATED
    assert gravest([holds("a"), inconclusive("b", "declare")]).declare == "declare"
    assert gravest([not_applicable("c"), holds("a"), holds("a")]).reason == "a (and 1 more run)"
    assert len(gravest([bad] * 9).findings) == 3


def under_noise(*opened: tuple[int, ...], rows: int | None = None) -> Judgement:
    """What lost-samples says of two epochs whose batches hold noise, labels of two classes, and open these files."""
    draws = np.random.default_rng(4)

    def batches() -> list[Batch]:
        sizes = [rows or len(files) for files in opened]
        noise = [(draws.random((size, 3)), np.arange(size) % 2) for size in sizes]
        return [replace(describe(each), touched=files) for each, files in zip(noise, opened, strict=True)]

    truth = replace(probe(9), probe=False, encoded=True, batch_size=3, files={f"/{k}.png": k for k in range(9)})
    twice = [at(index, one) for pair in (batches(), batches()) for index, one in enumerate(pair)]
    plain = history("reading", passes={"plain-twice": [twice]})
    run = history(epochs=[batches(), batches()], truth=truth)
    return lost_samples.judge(case(run, plain))


def test_where_nothing_else_tells_samples_apart_the_opened_files_do() -> None:
    assert under_noise((0, 1, 2), (3, 4, 5), (6, 7, 8)).outcome is Outcome.HOLDS
    left_out = under_noise((0, 1, 2), (3, 5), (6, 7, 8))
    assert left_out.outcome is Outcome.VIOLATED
    assert "1 sample of 9 never came in epoch 0: 4" in left_out.findings[0].summary


def test_files_of_other_batches_tell_nothing() -> None:
    ahead = under_noise((0, 1, 2, 3, 4, 5), (6, 7, 8), (), rows=3)
    assert ahead.outcome is Outcome.INCONCLUSIVE


def blended(*touched: tuple[int, ...], noted: str = "x") -> Judgement:
    """What lost-samples says where the loop shows nothing, and the run that notes what is taken shows this."""
    draws = np.random.default_rng(4)

    def batches() -> list[Batch]:
        made = [(draws.random((len(rows), 3)), np.arange(len(rows)) % 2) for rows in touched]
        return [describe(each) for each in made]

    truth = replace(probe(9), probe=False, encoded=True, batch_size=3)
    plain = history(
        "reading", passes={"plain-twice": [[at(index, one) for _ in "ab" for index, one in enumerate(batches())]]}
    )
    seen = [[replace(batch, touched=rows) for batch, rows in zip(batches(), touched, strict=True)] for _ in "ab"]
    taking = history(TAKING, epochs=seen, truth=replace(truth, noted=noted))
    return lost_samples.judge(case(history(epochs=[batches(), batches()], truth=truth), plain, taking))


def test_what_is_taken_out_of_an_argument_counts_samples_too() -> None:
    whole = blended((0, 1, 2), (3, 4, 5), (6, 7, 8))
    assert (whole.outcome, "the entries of x that each batch took" in whole.reason) == (Outcome.HOLDS, True)
    assert blended((0, 1, 2), (3, 5), (6, 7, 8)).outcome is Outcome.VIOLATED
    assert blended((0, 1, 2), (3, 4, 5), (6, 7, 8), noted="").outcome is Outcome.INCONCLUSIVE
    assert blended((0, 1, 2), (), (6, 7, 8)).outcome is Outcome.INCONCLUSIVE


def test_a_run_that_notes_what_is_taken_is_looked_at_by_nobody_else() -> None:
    taking = history(TAKING, epochs=[[describe(np.zeros((2, 2)))]])
    assert case(taking).runs() == ()
    assert case(taking).runs(TAKING) == (taking,)
