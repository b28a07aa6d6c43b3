"""The life of an offer: every verb in every state, for both sides."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.offers.lifecycle import (
    VERBS,
    OfferState,
    OfferStateRefused,
    Side,
    Standing,
    Verb,
    allowed,
    move,
    state_at,
)

S, OP = "supplier", "operator"
# What is allowed, for a trusted supplier: state, who paused it, side, verb, what comes of it.
EXPECTED = {
    ("DRAFT", None, S, "submit"): ("LISTED", None),
    ("DRAFT", None, S, "revise"): ("DRAFT", None),
    ("DRAFT", None, OP, "submit"): ("LISTED", None),
    ("DRAFT", None, OP, "revise"): ("DRAFT", None),
    ("IN_REVIEW", None, S, "revise"): ("IN_REVIEW", None),
    ("IN_REVIEW", None, OP, "approve"): ("LISTED", None),
    ("IN_REVIEW", None, OP, "reject"): ("DRAFT", None),
    ("IN_REVIEW", None, OP, "deactivate"): ("DEACTIVATED", None),
    ("IN_REVIEW", None, OP, "revise"): ("IN_REVIEW", None),
    ("LISTED", None, S, "pause"): ("PAUSED", S),
    ("LISTED", None, S, "end"): ("ENDED", None),
    ("LISTED", None, S, "revise"): ("LISTED", None),
    ("LISTED", None, OP, "pause"): ("PAUSED", OP),
    ("LISTED", None, OP, "end"): ("ENDED", None),
    ("LISTED", None, OP, "deactivate"): ("DEACTIVATED", None),
    ("LISTED", None, OP, "revise"): ("LISTED", None),
    ("PAUSED", S, S, "resume"): ("LISTED", None),
    ("PAUSED", S, S, "end"): ("ENDED", None),
    ("PAUSED", S, S, "revise"): ("PAUSED", S),
    ("PAUSED", S, OP, "pause"): ("PAUSED", OP),
    ("PAUSED", S, OP, "resume"): ("LISTED", None),
    ("PAUSED", S, OP, "end"): ("ENDED", None),
    ("PAUSED", S, OP, "deactivate"): ("DEACTIVATED", None),
    ("PAUSED", S, OP, "revise"): ("PAUSED", S),
    ("PAUSED", OP, S, "end"): ("ENDED", None),
    ("PAUSED", OP, S, "revise"): ("PAUSED", OP),
    ("PAUSED", OP, OP, "resume"): ("LISTED", None),
    ("PAUSED", OP, OP, "end"): ("ENDED", None),
    ("PAUSED", OP, OP, "deactivate"): ("DEACTIVATED", None),
    ("PAUSED", OP, OP, "revise"): ("PAUSED", OP),
    ("ENDED", None, OP, "deactivate"): ("DEACTIVATED", None),
}
STANDINGS = [
    *(Standing(state) for state in OfferState if state is not OfferState.PAUSED),
    *(Standing(OfferState.PAUSED, side) for side in get_args(Side)),
]


def after(standing: Standing, verb: Verb, side: Side, *, is_trusted: bool) -> Standing | None:
    able = allowed(standing, side, is_trusted=is_trusted)
    if verb in able:
        return move(standing, verb, side, is_trusted=is_trusted)
    with pytest.raises(OfferStateRefused) as refused:
        move(standing, verb, side, is_trusted=is_trusted)
    assert refused.value.extra == {"state": standing.state, "allowed": list(able)}
    return None


def test_every_verb_in_every_state() -> None:
    found = {
        (str(standing.state), standing.paused_by, side, verb): made
        for standing, side, verb in product(STANDINGS, get_args(Side), VERBS)
        if (made := after(standing, verb, side, is_trusted=True)) is not None
    }
    assert found == EXPECTED


def test_an_untrusted_supplier_lists_nothing_by_itself() -> None:
    """Whatever it says, in whatever order, only the operator's yes makes what it says listed."""
    draft, review = Standing(OfferState.DRAFT), Standing(OfferState.IN_REVIEW)
    assert after(draft, "submit", "supplier", is_trusted=False) == review
    listed = Standing(OfferState.LISTED)
    assert after(listed, "revise", "supplier", is_trusted=False) == review
    paused = Standing(OfferState.PAUSED, "supplier")
    assert after(paused, "revise", "supplier", is_trusted=False) is None
    reached, waiting = {draft, review}, [draft, review]
    while waiting:
        standing = waiting.pop()
        for verb in VERBS:
            made = after(standing, verb, "supplier", is_trusted=False)
            if made is not None and made not in reached:
                reached.add(made)
                waiting.append(made)
    assert reached == {draft, review}


@given(st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(get_args(Side)))))
def test_what_the_operator_has_paused_only_the_operator_lists(
    said: list[tuple[Verb, Side]],
) -> None:
    standing = Standing(OfferState.PAUSED, "operator")
    for verb, side in said:
        made = after(standing, verb, side, is_trusted=True) or standing
        if standing.paused_by == "operator" and made.state is OfferState.LISTED:
            assert side == "operator"
        assert (made.state is OfferState.PAUSED) == (made.paused_by is not None)
        standing = made


@pytest.mark.parametrize("state", OfferState)
def test_time_ends_what_is_or_was_listed(state: OfferState) -> None:
    assert state_at(state, is_over=False) is state
    ends = state in {OfferState.LISTED, OfferState.PAUSED}
    assert state_at(state, is_over=True) is (OfferState.ENDED if ends else state)
