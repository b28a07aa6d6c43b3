"""A swap from its proposal to its end: who may, what is granted, and when a direction stops."""

from datetime import timedelta

import pytest

from catalog.isolation import Side, add_veto
from catalog.procurement import load_swapped
from exchange.swaps import (
    Line,
    PlacementTerms,
    StandingState,
    agree_to_swap,
    end_swap,
    find_swap,
    state_placement,
    tell_swaps,
    watch_swaps,
)
from exchange.swaps.terms import SwapState
from ledger import Refusal
from tests.exchange.swaps.pair import CUP_MINOR, QUANTITY, TICKET_MINOR, Pair


def refused(answers: object) -> set[str]:
    assert isinstance(answers, list)
    return {each.refusal["code"] if each.refusal else "accepted" for each in answers}


async def test_both_directions_are_granted_at_the_yes_and_end_together(pair: Pair) -> None:
    proposed = await pair.propose()
    assert (await pair.redeem(pair.films, pair.tea.offer))[0].refusal["code"] == (  # type: ignore[index]
        "allotment-not-found"
    )
    with pytest.raises(Refusal, match="nobody has proposed"):
        async with pair.database.transaction() as connection:
            await agree_to_swap(connection, pair.tea.party, proposed.swap_id, pair.tea.programme)
    agreed = await pair.agree(proposed)
    assert agreed.state is SwapState.AGREED
    assert agreed.state_at(pair.now) is SwapState.RUNNING
    with pytest.raises(Refusal, match="AGREED"):
        await pair.agree(proposed)
    cups = await pair.take(pair.films, pair.tea.offer, 3)
    await pair.take(pair.tea, pair.films.offer, 2)
    async with pair.database.transaction() as connection:
        ended = await end_swap(connection, pair.films.party, agreed.swap_id)
        again = await end_swap(connection, pair.tea.party, agreed.swap_id)
        stock = await load_swapped(connection, pair.films.programme.book_id, agreed.swap_id)
    assert ended.state is SwapState.ENDED
    assert ended.ended_at == again.ended_at
    assert [(each.granted, each.remaining) for each in stock.values()] == [(3, 0)]
    assert refused(await pair.redeem(pair.films, pair.tea.offer)) == {"allotment-closed"}
    granted = "SELECT granted FROM catalog.offer WHERE offer_id = :id"
    assert await pair.scalar(granted, id=pair.tea.offer.offer_id) == 3
    (used,) = await pair.use(pair.tea, cups[:1])
    assert used.accepted, "what is out stays usable"
    found = await pair.standing(agreed)
    assert (found.proposer.used, found.proposer.outstanding, found.other.outstanding) == (1, 2, 2)


async def test_at_the_limit_one_direction_stops_until_the_other_has_caught_up(pair: Pair) -> None:
    """The limit is 30.00: five cups of 6.00 are out or used. A use told to settlement names it."""
    swap = await pair.agreed()
    cups = await pair.take(pair.films, pair.tea.offer, 3)
    await watch_swaps(pair.database)
    assert (await pair.standing(swap)).proposer.state is StandingState.ALERT
    cups += await pair.take(pair.films, pair.tea.offer, 2)
    await watch_swaps(pair.database)
    assert await tell_swaps(pair.database) == 2, "the alert and the stop are each told once"
    await watch_swaps(pair.database)
    assert await tell_swaps(pair.database) == 0
    assert refused(await pair.redeem(pair.films, pair.tea.offer, 2)) == {"swap-limit-reached"}
    tickets = await pair.take(pair.tea, pair.films.offer, 2)

    await pair.use(pair.tea, cups)
    found = await pair.standing(swap)
    assert found.proposer.balance_minor == 5 * CUP_MINOR
    payload = "SELECT payload FROM ledger.outbox WHERE topic = 'coupon.used' LIMIT 1"
    assert (await pair.scalar(payload))["swap_id"] == swap.swap_id
    await pair.use(pair.films, tickets)
    await watch_swaps(pair.database)
    found = await pair.standing(swap)
    assert found.other.balance_minor == 2 * TICKET_MINOR - 5 * CUP_MINOR
    assert refused(await pair.redeem(pair.films, pair.tea.offer)) == {"accepted"}
    await watch_swaps(pair.database)

    await pair.reverse(pair.films, tickets[:1])
    found = await pair.standing(swap)
    assert found.proposer.balance_minor == 5 * CUP_MINOR - TICKET_MINOR
    assert (found.other.used, found.other.outstanding) == (1, 1)


async def test_a_swap_of_nothing_is_not_proposed_and_foreign_offers_are_not_swapped(
    pair: Pair,
) -> None:
    for changes, code in (
        ({"window_until": pair.now - timedelta(hours=2)}, "swap-invalid"),
        ({"takes": [Line(pair.tea.offer.offer_id, 1, 1)]}, "swap-invalid"),
        ({"gives": [Line(pair.tea.offer.offer_id, 10**9, 10**9)]}, "swap-invalid"),
        ({"limit_minor": 0}, "swap-invalid"),
        (
            {"gives": [Line(pair.films.offer.offer_id, 1, 1)], "takes": [Line(7, 1, 1)]},
            "offer-not-found",
        ),
    ):
        with pytest.raises(Refusal) as caught:
            await pair.propose(**changes)
        assert caught.value.code == code, changes


@pytest.mark.parametrize("author", ["tea", "films"])
async def test_isolation_is_asked_both_ways_at_the_yes(pair: Pair, author: str) -> None:
    """Whichever of the two does not want the other, nothing is granted to either."""
    proposed = await pair.propose()
    mine, theirs = (pair.tea, pair.films) if author == "tea" else (pair.films, pair.tea)
    async with pair.database.transaction() as connection:
        await add_veto(
            connection,
            mine.party,
            against=Side(party=theirs.party.code),
            as_buyer=True,
        )
    with pytest.raises(Refusal) as caught:
        await pair.agree(proposed)
    assert caught.value.code == "offer-not-found"
    assert await pair.scalar("SELECT count(*) FROM catalog.allotment") == 0


async def test_whoever_does_not_want_the_other_is_shown_nothing_of_it(pair: Pair) -> None:
    """Neither a proposal nor a placement tells a brand of offers that are isolated from it."""
    async with pair.database.transaction() as connection:
        await add_veto(
            connection, pair.films.party, against=Side(party=pair.tea.party.code), as_buyer=True
        )
    with pytest.raises(Refusal) as caught:
        await pair.propose()
    assert caught.value.code == "offer-not-found"
    terms = PlacementTerms(
        offer_id=pair.tea.offer.offer_id,
        slot="home",
        currency="CNY",
        value_per_claim_minor=1,
        promised_impressions=None,
        window_from=pair.now,
        window_until=pair.now + timedelta(days=1),
    )
    with pytest.raises(Refusal) as caught:
        async with pair.database.transaction() as connection:
            await state_placement(connection, pair.tea.party, pair.films.programme, terms)
    assert caught.value.code == "offer-not-found"
    assert await pair.scalar("SELECT count(*) FROM exchange.placement") == 0


async def test_a_proposal_that_nobody_has_agreed_to_ends_with_its_window(pair: Pair) -> None:
    swap = await pair.propose()
    assert await watch_swaps(pair.database, swap.window_until - timedelta(seconds=1)) == 0
    assert await watch_swaps(pair.database, swap.window_until) == 1
    async with pair.database.transaction() as connection:
        assert (await find_swap(connection, None, swap.swap_id)).state is SwapState.ENDED


async def test_a_swap_whose_window_is_over_ends_by_itself(pair: Pair) -> None:
    swap = await pair.agreed()
    await pair.take(pair.films, pair.tea.offer)
    over = swap.window_until
    assert await watch_swaps(pair.database, over - timedelta(seconds=1)) == 1
    assert (await pair.standing(swap)).proposer.granted == QUANTITY
    assert await watch_swaps(pair.database, over) == 1
    assert await watch_swaps(pair.database, over) == 0
    returned = "SELECT sum(returned) FROM catalog.allotment WHERE swap_id = :id"
    assert await pair.scalar(returned, id=swap.swap_id) == 2 * QUANTITY - 1
