"""The promises of an engine as a terminal shows them."""

from __future__ import annotations

from seqcheck.model.promise import Kept, Promise
from seqcheck.reporting.promises import table

ONCE = Promise("once", "each batch comes once", "workers=1")
PLAIN = Promise("plain", "it trains", "")


def test_each_promise_has_its_line_and_what_is_broken_its_way_round() -> None:
    tried = [
        Kept(PLAIN, "keras 3.15.1"),
        Kept(ONCE, "keras 3.15.1", "batch 4 never came"),
        Kept(PLAIN, "keras 3.15.1", "it hung"),
        Kept(ONCE, "keras", why_not="it ended: exit 1"),
        Kept(PLAIN, "keras 3.15.1", lacking="there is no fit_generator"),
    ]
    assert table("keras 3.15.1", tried) == (
        "keras 3.15.1\n"
        "  kept      it trains\n"
        "  broken    each batch comes once\n"
        "            batch 4 never came\n"
        "            instead: workers=1\n"
        "  broken    it trains\n"
        "            it hung\n"
        "  not tried each batch comes once\n"
        "            it ended: exit 1\n"
        "  lacking   it trains\n"
        "            there is no fit_generator\n"
    )
