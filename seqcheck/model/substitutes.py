"""What came in the place of samples that are missing, so that one fault is red once."""

from __future__ import annotations

from collections.abc import Hashable

from seqcheck.model.accounts import Account
from seqcheck.model.check import Case, Judgement, Outcome
from seqcheck.model.repeats import Repeats, repeats
from seqcheck.model.shortfall import Shortfall, Unsettled
from seqcheck.model.strangers import Strangers, strangers
from seqcheck.model.words import counted


def explained(case: Case, account: Account, lost: Shortfall) -> Judgement | None:
    """The judgement of missing samples in whose place as many foreign or repeated rows came; None where none did."""
    epoch = account.ledgers[lost.worst].epoch
    foreign = strangers(case, account)
    if isinstance(foreign, Strangers) and sum(row.epoch == epoch for row in foreign.rows) >= lost.most:
        return _follows("foreign-samples", lost, "rows that are not in the data came in their place")
    unread = sum(len(places) for sample, places in account.ledgers[lost.worst].places.items() if is_foreign(sample))
    if isinstance(foreign, Unsettled) and unread and unread >= lost.most:
        # The samples that are missing may be in the rows that cannot be read, as in blends of two.
        return Judgement(Outcome.INCONCLUSIVE, foreign.reason, declare=foreign.declare)
    again = repeats(case, account)
    # Draws with replacement into full batches also leave a remainder out, which is no fault of its own.
    remainder = account.nominal - 1 if account.all_full else 0
    if isinstance(again, Repeats) and again.most and again.counts[lost.worst] >= lost.most - remainder:
        return _follows("repeated-samples", lost, "others came more than once in their place")
    return None


def _follows(cause: str, lost: Shortfall, how: str) -> Judgement:
    reason = f"follows from {cause}: {counted(lost.most, 'sample')} of {lost.size} never came, and {how}"
    return Judgement(Outcome.INCONCLUSIVE, reason, follows_from=cause)


def is_foreign(sample: Hashable) -> bool:
    """Whether a row of a probe shows no sample: its identity is ``('foreign', value)``."""
    return isinstance(sample, tuple) and sample[:1] == ("foreign",)
