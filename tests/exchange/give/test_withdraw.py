"""All coupons of an offer that the operator takes out are withdrawn, book by book, in pages."""

import pytest

from exchange.audit import verify_rights
from exchange.give import withdraw
from exchange.give.events import tell_of_coupons
from exchange.give.withdraw import ask_withdrawal, withdraw_coupons
from ledger import Database
from ledger.book import Programme
from tests.exchange.codes.cards import open_cards
from tests.exchange.fixtures import PRICE, STOCK, World
from tests.exchange.give.acts import claim, days, give, verify

ENDED = "SELECT count(*) FROM exchange.withdrawal WHERE ended_at IS NOT NULL"
STATES = (
    "SELECT string_agg(state || ' ' || n, ', ' ORDER BY state) FROM (SELECT state, count(*) AS n"
    " FROM exchange.coupon WHERE offer_id = :offer GROUP BY state) AS counted"
)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdraw, "PAGE_COUPONS_MAX", 2)
    monkeypatch.setattr(withdraw, "PAGE_LOOKED_AT_MAX", 3)


async def ask(database: Database, offer_id: int) -> None:
    async with database.transaction() as connection:
        await ask_withdrawal(connection, offer_id, "recalled")


async def test_a_worker_goes_on_where_another_died(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await world.publish("tea", gift_hops=1, use_within_days=30)
    await world.issue("ann", 500)
    coupons = []
    for number in range(7):
        coupons.append(await world.redeem_one("ann", offer, free=number % 3 == 0))
        await world.redeem_one("ann", world.own, free=True)
    used, given, waiting = coupons[:3]
    assert (await world.use((await world.coupon(used)).code)).accepted
    await claim(world, await give(world, given), "bob")
    await give(world, waiting)
    old = await world.redeem_one("ann", offer, free=True, occurred_at=world.now - days(90))
    other = await world.open_book("other")
    await ask(world.database, offer.offer_id)
    await ask(world.database, offer.offer_id)

    pages = 0
    whole = withdraw._withdraw_page

    async def dying(*args: object) -> int:
        nonlocal pages
        pages += 1
        if pages == 3:
            raise ConnectionError("the worker dies")
        return await whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(withdraw, "_withdraw_page", dying)
    with pytest.raises(ConnectionError):
        await withdraw_coupons(world.ledger)
    bound = {"offer": offer.offer_id}
    before = await world.scalar(STATES, **bound)
    assert before != "DEACTIVATED 6, USED 1"
    assert await withdraw_coupons(world.ledger) > 0
    assert await world.scalar(STATES, **bound) == "ACTIVE 1, DEACTIVATED 6, USED 1"
    assert (await world.coupon(old)).state == "ACTIVE", "its last day is past: the sweep ends it"
    assert await withdraw_coupons(world.ledger) == 0

    # A redemption that had read the offer before commits a moment later.
    late = await world.redeem_one("ann", offer)
    assert await withdraw_coupons(world.ledger) == 1
    assert (await world.coupon(late)).state == "DEACTIVATED"
    assert await world.scalar(ENDED) == 0
    monkeypatch.setattr(withdraw, "LATE_SECONDS", 0)
    assert await withdraw_coupons(world.ledger) == 0
    assert await world.scalar(ENDED) == 1
    await world.redeem_one("ann", offer, free=True)
    assert await withdraw_coupons(world.ledger) == 0

    # Of seven, four were paid for, one by one who gave it on. One more was paid for too late.
    assert await world.spendable("ann") == (500, 0)
    assert await world.stock(offer) == STOCK - 10
    assert await world.scalar("SELECT count(*) FROM exchange.coupon WHERE state = 'ACTIVE'") == 9
    assert (await world.steps(given))[-1] == "deactivated"
    told = await tell_of_coupons(world.database)
    assert told == 7 + 2 + 1, "withdrawn, offered, taken"
    assert await tell_of_coupons(world.database) == 0
    await verify(world)
    await _verify_other(world, other)


async def test_what_is_with_the_member_stays(world: World) -> None:
    await world.issue("ann", 100)
    delivered = await world.redeem_one("ann")
    await world.submit()
    held = await world.redeem_one("ann")
    await ask(world.database, world.direct.offer_id)
    assert await withdraw_coupons(world.ledger) == 0
    states = [(await world.coupon(each)).state for each in (delivered, held)]
    assert states == ["ACTIVE", "HELD"]
    assert await world.spendable("ann") == (100 - 2 * PRICE, PRICE)


async def _verify_other(world: World, other: Programme) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, other) == []


async def test_a_code_that_was_shown_stays_with_its_member(world: World) -> None:
    cards = await open_cards(world, counts_as_used="use")
    await cards.send(2)
    shown, unseen = await cards.give("ann"), await cards.give("bob")
    await cards.reveal(shown)
    await ask(world.database, cards.offer.offer_id)
    assert await withdraw_coupons(world.ledger) == 1
    assert (await world.coupon(shown)).state == "ACTIVE"
    assert (await world.coupon(unseen)).state == "DEACTIVATED"
    assert await cards.defects() == []
