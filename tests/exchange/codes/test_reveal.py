"""A code is shown on request, and its right counts as used once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from exchange.codes import end_reveal_windows
from exchange.codes.reveal import NoCardCode, judge_reveal
from exchange.coupons import CouponNotFound, CouponState, expire_coupons
from exchange.coupons.lifecycle import (
    CouponAlreadyUsed,
    CouponExpired,
    CouponNotActive,
    CouponNotYetUsable,
    Standing,
)
from ledger import Refusal
from tests.exchange.codes.cards import Cards, open_cards
from tests.exchange.fixtures import World

NOON = datetime(2027, 5, 10, 12, tzinfo=UTC)
DAY = NOON.date()


@pytest.mark.parametrize(
    ("state", "shown", "first", "last", "answer"),
    [
        ("ACTIVE", None, None, None, None),
        ("ACTIVE", None, DAY, DAY, None),
        ("LOCKED", None, None, None, None),
        ("ACTIVE", None, DAY + timedelta(days=1), None, CouponNotYetUsable),
        ("ACTIVE", None, None, DAY - timedelta(days=1), CouponExpired),
        ("EXPIRED", None, None, DAY, CouponExpired),
        ("USED", None, None, DAY, CouponAlreadyUsed),
        ("USED", None, None, DAY - timedelta(days=1), CouponExpired),
        ("USED", NOON, None, DAY - timedelta(days=1), None),
        ("EXPIRED", NOON, None, DAY - timedelta(days=1), None),
        ("GIFTING", None, None, None, CouponNotActive),
        ("RETURNED", None, None, None, CouponNotActive),
        ("DEACTIVATED", NOON, None, None, CouponNotActive),
    ],
)
def test_a_code_is_shown_from_the_first_day_to_the_last_and_then_again(
    state: str,
    shown: datetime | None,
    first: date | None,
    last: date | None,
    answer: type[Refusal] | None,
) -> None:
    used = NOON if state == "USED" else None
    standing = Standing(CouponState(state), NOON, last, used, first)
    found = judge_reveal(standing, shown, DAY)
    assert (None if found is None else type(found)) is answer


async def used_messages(world: World) -> list[Any]:
    rows = await Cards(world, world.own).rows(
        "SELECT payload FROM ledger.outbox WHERE topic = 'coupon.used' ORDER BY outbox_id"
    )
    return [row.payload for row in rows]


async def test_the_first_reveal_is_the_use_and_the_bill_names_the_code(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(1, batch="May")
    coupon_id = await cards.give()
    with pytest.raises(NoCardCode):
        await cards.show(coupon_id)
    first = await cards.reveal(coupon_id)
    again = await cards.reveal(coupon_id)
    assert (first.state, again) == (CouponState.USED, first)
    shown = await cards.show(coupon_id)
    assert shown.number.startswith("6000-")
    assert shown.secret == "pin-0"
    assert shown.number not in f"{shown!r}{first!r}"
    assert await world.steps(coupon_id) == ["redeemed", "delivered", "revealed", "used"]
    (message,) = await used_messages(world)
    assert message["reference"] == f"May *{shown.number[-4:]}"
    assert (message["coupon_id"], message["use"], message["store"]) == (coupon_id, 1, None)
    # The supplier takes the use back. What was shown is shown again, and billed no more.
    found = await world.coupon(coupon_id)
    assert (await world.reverse(found.code)).accepted
    assert (await cards.reveal(coupon_id)).state is CouponState.ACTIVE
    assert len(await used_messages(world)) == 1
    assert await cards.defects() == []
    noted = await cards.rows(
        "SELECT object_id FROM catalog.audit_entry WHERE action = 'reveal_card_code'"
    )
    assert [row.object_id for row in noted] == [str(coupon_id)] * 3


async def test_where_the_use_counts_a_reveal_is_none(world: World) -> None:
    cards = await open_cards(world, counts_as_used="use")
    await cards.send(2)
    coupon_id = await cards.give()
    assert (await cards.reveal(coupon_id)).state is CouponState.ACTIVE
    assert await used_messages(world) == []
    used = await cards.give("bob")
    assert (await world.use((await world.coupon(used)).code)).accepted
    with pytest.raises(CouponAlreadyUsed):
        await cards.reveal(used)
    own = await world.redeem_one("ann", world.own, free=True)
    with pytest.raises(NoCardCode):
        await cards.reveal(own)
    for wrong in (0, 4_711, 2**70):
        with pytest.raises(CouponNotFound):
            await cards.reveal(wrong)


async def test_what_nobody_looked_at_is_used_when_its_last_day_is_past(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(4)
    unseen, seen, other = [await cards.give(each) for each in ("ann", "bob", "carl")]
    await cards.reveal(seen)
    assert await end_reveal_windows(world.database, world.programme) == 0
    later = world.now + timedelta(days=31)
    if other % 2:  # it does not matter which sweep comes first
        await expire_coupons(world.database, world.programme, later)
    assert await end_reveal_windows(world.database, world.programme, later) == 2
    assert await end_reveal_windows(world.database, world.programme, later) == 0
    for each in (unseen, other):
        found = await world.coupon(each)
        assert (found.state, found.uses) == (CouponState.USED, 1)
    assert len(await used_messages(world)) == 3
    assert await cards.defects() == []
