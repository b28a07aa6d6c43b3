"""A right of a swap that its delivery uses is told to settlement as one of the swap."""

import pytest
from sqlalchemy import text

from catalog import WORKER, Deed
from exchange.cases import Decision
from exchange.coupons import CouponState
from exchange.resolve import Asked, resolve_case
from exchange.use.events import CouponUsed
from tests.conftest import owner_transaction
from tests.exchange.codes.cards import open_cards
from tests.exchange.fixtures import World
from tests.exchange.supplier_server import Behaviour

SWAP = 7


async def swap_all(world: World) -> None:
    """What is in stock by now is there by a swap."""
    async with owner_transaction(world.database) as connection:
        await connection.execute(text(f"UPDATE catalog.allotment SET swap_id = {SWAP}"))


async def told(world: World, counted: str = "delivered") -> list[int | None]:
    """Of which swap each use is, as settlement hears of them."""
    async with world.database.transaction() as connection:
        rows = (
            await connection.execute(
                text(
                    "SELECT payload, c.offer_version, c.redeemed_at, o.request_number"
                    " FROM ledger.outbox AS told"
                    " JOIN exchange.coupon AS c ON c.book_id = told.book_id"
                    " AND c.coupon_id = CAST(payload ->> 'coupon_id' AS bigint)"
                    " LEFT JOIN exchange.fulfilment_order AS o"
                    " ON o.book_id = c.book_id AND o.coupon_id = c.coupon_id"
                    " WHERE topic = 'coupon.used' ORDER BY outbox_id"
                )
            )
        ).all()
    events = [CouponUsed.from_payload(row.payload) for row in rows]
    for event, row in zip(events, rows, strict=True):
        assert (event.offer_version, event.redeemed_at, event.request_number, event.counted) == (
            row.offer_version,
            row.redeemed_at,
            row.request_number,
            counted,
        )
    return [event.swap_id for event in events]


async def test_what_a_supplier_delivers(world: World) -> None:
    offer = await world.publish("top-up", "direct", counts_as_used="delivery")
    await swap_all(world)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.USED
    assert await told(world) == [SWAP]


async def test_what_a_shop_uses_after_a_supplier_has_delivered_it(world: World) -> None:
    offer = await world.publish("top-up", "direct", counts_as_used="use")
    await swap_all(world)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    await world.submit()
    assert (await world.use((await world.coupon(coupon_id)).code)).accepted
    assert await told(world, "used") == [SWAP]


async def test_a_card_code_that_is_shown(world: World) -> None:
    cards = await open_cards(world)
    await swap_all(world)
    await cards.send(1)
    await cards.reveal(await cards.give())
    assert await told(world) == [SWAP]


@pytest.mark.parametrize("decision", [Decision.ACCEPT_SUPPLIER, Decision.REINSTATE])
async def test_what_comes_late(world: World, decision: Decision) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    offer = await world.publish("top-up", "direct", counts_as_used="delivery")
    await swap_all(world)
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", offer)
    await world.submit()
    await world.callback(coupon_id, "FAILED")
    await world.callback(coupon_id, "SUCCESS")
    number = await world.scalar("SELECT case_number FROM exchange.coupon_case")
    asked = Asked(decision=decision, reason="it is there", member_consents=True)
    await resolve_case(world.ledger, number, asked, Deed(WORKER, "resolve_case"))
    assert await told(world) == [SWAP]
    of_swap = await world.scalar(f"SELECT count(*) FROM exchange.coupon WHERE swap_id = {SWAP}")
    assert of_swap == (2 if decision is Decision.REINSTATE else 1)
