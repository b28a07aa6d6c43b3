"""Tills: locks and tokens over time, what is judged of a place, and the cap of uses."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.shops import ShopTerms, add_shop
from exchange.audit import verify_rights
from exchange.coupons import expire_coupons, show_token
from exchange.coupons.lifecycle import USES_PER_COUPON_MAX, CouponState
from exchange.coupons.receipt import load_receipt
from exchange.use import UseAnswer
from exchange.use.held import standing_of
from exchange.use.look_up import look_up
from exchange.use.words import SENTENCES, words_of
from ledger.asks import Merge
from tests.exchange.fixtures import World, active


def code_of(answer: UseAnswer) -> str:
    return "accepted" if answer.accepted else str(answer.document["code"])


async def seen(world: World, code: str | None, **fields: Any) -> dict[str, Any]:
    signatures = await world.fulfilment.data_keys.signatures()
    async with world.database.transaction() as connection:
        return await look_up(
            connection, world.supplier, code=code, now=world.now, signatures=signatures, **fields
        )


async def token_of(world: World, coupon_id: int) -> str:
    signatures = await world.fulfilment.data_keys.signatures()
    return show_token(signatures, await world.coupon(coupon_id), world.now)[0]


async def test_a_lock_lapses_by_time_and_leaves_nothing_to_do(world: World) -> None:
    coupon_id, code = await active(world)
    first = await world.at_the_till("lock", code, seconds=60, key="one")
    lock = first.document["lock"]
    assert datetime.fromisoformat(first.document["lock_until"]) == world.now + timedelta(seconds=60)
    world.now += timedelta(seconds=59)
    assert code_of(await world.at_the_till("lock", code)) == "coupon-locked"
    assert code_of(await world.at_the_till("use", code)) == "coupon-locked"
    assert (await seen(world, code))["state"] is CouponState.LOCKED
    assert (await world.at_the_till("lock", code, seconds=60, key="one")).document == first.document
    world.now += timedelta(seconds=1)
    assert (await seen(world, code))["usable"] is True
    assert code_of(await world.at_the_till("unlock", code, lock=lock)) == "coupon-not-locked"
    # The row still says LOCKED. Another till takes it over at once, and uses it in one go.
    assert (await world.coupon(coupon_id)).state is CouponState.LOCKED
    second = await world.at_the_till("lock", code)
    assert second.document["lock"] != lock
    assert code_of(await world.at_the_till("use", code, lock=lock)) == "coupon-locked"
    world.now += timedelta(seconds=900)
    assert code_of(await world.at_the_till("use", code)) == "accepted"
    columns = "lock_key IS NULL AND lock_until IS NULL AND lock_shop IS NULL"
    assert await world.scalar(f"SELECT {columns} FROM exchange.coupon")
    assert await world.scalar("SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'") == 1


async def test_a_lock_past_the_last_day_opens_nothing(world: World) -> None:
    offer = await world.publish("soda", use_within_days=1)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    code = (await world.coupon(coupon_id)).code
    lock = (await world.at_the_till("lock", code, seconds=86_400)).document["lock"]
    world.now += timedelta(days=3)
    assert code_of(await world.at_the_till("use", code, lock=lock)) == "coupon-expired"
    assert await expire_coupons(world.database, world.programme, world.now) == 1
    assert code_of(await world.at_the_till("unlock", code, lock=lock)) == "coupon-not-locked"
    assert (await seen(world, code))["why_not"] == ["coupon-expired"]


async def test_a_token_holds_two_minutes_and_stands_for_its_coupon(world: World) -> None:
    coupon_id, code = await active(world)
    token = await token_of(world, coupon_id)
    shown: dict[str, Any] = {"code": None, "token": token}
    world.now += timedelta(seconds=121)
    assert (await seen(world, None, token=token))["why_not"] == ["token-expired"]
    stale = await world.at_the_till("use", **shown, key="scan")
    assert code_of(stale) == "token-expired"
    # Nothing was stored: the member shows a new one, and the till asks again under its key.
    shown["token"] = await token_of(world, coupon_id)
    lock = (await world.at_the_till("lock", **shown)).document["lock"]
    world.now += timedelta(seconds=300)
    assert code_of(await world.at_the_till("use", **shown, lock="x")) == "token-expired"
    used = await world.at_the_till("use", **shown, lock=lock, key="scan")
    assert used.accepted
    assert (await world.at_the_till("use", code, lock=lock, key="scan")).replayed
    assert code_of(await world.at_the_till("reverse-use", **shown)) == "accepted"
    forged = await world.at_the_till("lock", None, token=await token_of(world, coupon_id) + "A")
    assert code_of(forged) == "coupon-not-found"


async def test_a_coupon_is_used_ten_times_at_most(world: World) -> None:
    _, code = await active(world)
    for _ in range(USES_PER_COUPON_MAX):
        assert (await world.use(code)).accepted
        assert (await world.reverse(code)).accepted
    assert code_of(await world.use(code)) == "reversed-too-often"
    assert code_of(await world.at_the_till("lock", code)) == "reversed-too-often"


async def test_a_till_reverses_what_its_shop_has_used_and_not_for_long(world: World) -> None:
    async with world.database.transaction() as connection:
        for shop in ("west", "east"):
            await add_shop(connection, world.supplier, ShopTerms(shop, shop.title()))
    _, code = await active(world)
    west: dict[str, Any] = {"shop": "west", "is_till": True}
    assert code_of(await world.at_the_till("reverse-use", code, **west)) == "coupon-not-used"
    assert code_of(await world.at_the_till("use", code, **west)) == "accepted"
    world.now += timedelta(minutes=60)
    other = west | {"shop": "east"}
    assert code_of(await world.at_the_till("reverse-use", code, **other)) == "shop-not-allowed"
    assert code_of(await world.at_the_till("reverse-use", code, **west)) == "accepted"
    assert code_of(await world.at_the_till("use", code, **west)) == "accepted"
    world.now += timedelta(minutes=60, seconds=1)
    assert code_of(await world.at_the_till("reverse-use", code, **west)) == "reverse-too-late"
    assert code_of(await world.at_the_till("reverse-use", code)) == "accepted"
    reversed_uses = "SELECT count(reversed_at) FROM exchange.shop_use WHERE shop = 'west'"
    assert await world.scalar(reversed_uses) == 2


async def test_the_receipt_tells_of_locks_and_not_of_the_staff(world: World) -> None:
    coupon_id, code = await active(world)
    await world.at_the_till("lock", code, store="12")
    async with world.database.transaction() as connection:
        step = (await load_receipt(connection, world.programme.book_id, coupon_id))[-1]
    assert step.detail is not None
    assert (step.step, step.detail["store"]) == ("locked", "12")
    world.now += timedelta(hours=1)
    await world.use(code, staff="Li", store="12")
    async with world.database.transaction() as connection:
        step = (await load_receipt(connection, world.programme.book_id, coupon_id))[-1]
    assert step.detail == {"store": "12"}


def test_every_reason_has_a_sentence_in_two_languages() -> None:
    at = datetime(2026, 11, 29, 12, tzinfo=UTC)
    row = {
        "state": "USED",
        "redeemed_at": at,
        "expires_on": at.date(),
        "used_at": at,
        "usable_from": at.date(),
        "used_store": "west {x}",
        "used_reference": "bill-2207",
        "lock_key": "k",
        "lock_until": at,
        "gift_until": None,
    }
    for reason in SENTENCES:
        words = words_of(standing_of(row), [reason, "hours-closed"], "Asia/Shanghai")
        assert words.keys() == {"zh", "en"}
        assert all(sentence and "None" not in sentence for sentence in words.values())
    used = words_of(standing_of(row), ["coupon-already-used"], "Asia/Shanghai")
    assert used["en"] == "It was used before: 2026-11-29 20:00, in west {x}, reference …2207."


async def test_a_new_user_is_counted_once_whoever_it_is_merged_into(world: World) -> None:
    """By the supplier's word, at the use that stands. Silence says nothing."""
    codes = [(await active(world))[1] for _ in range(4)]
    told = await world.use(codes[0], new_member=True, key="first")
    assert told.document["counted_new"] is True
    assert (await world.use(codes[0], new_member=True, key="first")).document == told.document
    assert code_of(await world.use(codes[0], key="first")) == "idempotency-key-reused"
    payload = "SELECT payload ->> 'new_member' FROM ledger.outbox WHERE topic = 'coupon.used'"
    assert await world.scalar(payload) == "true"
    assert (await world.use(codes[1], new_member=True)).document["counted_new"] is False
    assert (await world.use(codes[2])).document["counted_new"] is False
    said = "SELECT array_agg(used_by_new ORDER BY coupon_id) FROM exchange.coupon"
    assert await world.scalar(said) == [True, True, None, None]
    for member in ("ann", "anna"):
        await world.issue(member, 1)
    merge = Merge(key="merge", member="ann", into_member="anna")
    (merged,) = await world.ledger.submit(world.programme, [merge])
    assert merged.accepted
    shared = await world.redeem_one("anna", world.own, free=True)
    later = (await world.coupon(shared)).code
    assert (await world.use(later, new_member=True)).document["counted_new"] is False
    assert (await world.reverse(codes[0])).document["counted_new"] is False
    assert await world.scalar(said) == [None, True, None, None, True]
    one, other = await asyncio.gather(*(world.use(each, new_member=True) for each in codes[::3]))
    assert sorted([one.document["counted_new"], other.document["counted_new"]]) == [False, True]
    assert await world.scalar("SELECT member FROM exchange.new_user") == "anna"
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
