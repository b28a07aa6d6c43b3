"""A member gives a coupon on, and somebody takes it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from exchange.coupons import CouponState, expire_coupons, list_coupons, show_token
from exchange.coupons.lifecycle import CouponNotActive
from exchange.give.gifts import GIFTS_PER_DAY_MAX
from exchange.give.tokens import PREFIX
from ledger.asks import Issue, Merge
from tests.exchange.fixtures import World
from tests.exchange.give.acts import (
    cancel,
    claim,
    days,
    deactivate,
    give,
    give_back,
    tried,
    verify,
)


async def wallet(world: World, member: str, state: CouponState | None = None) -> list[int]:
    async with world.database.transaction() as connection:
        found = await list_coupons(connection, world.programme, member, state=state, limit=100)
    return [coupon.coupon_id for coupon in found]


async def test_a_gift_goes_from_hand_to_hand_with_a_new_code_each_time(world: World) -> None:
    offer = await world.publish("tea", gift_hops=2, per_member=1, return_within_days=7)
    await world.issue("ann", 100)
    coupon = await world.redeem_one("ann", offer)
    before = await world.coupon(coupon)
    token = await give(world, coupon, note="Enjoy")
    assert token.startswith(PREFIX)
    stored = "SELECT count(*) FROM exchange.coupon c WHERE c::text LIKE '%' || :token || '%'"
    assert await world.scalar(stored, token=token[len(PREFIX) :]) == 0
    assert (await world.coupon(coupon)).state is CouponState.GIFTING
    assert (await world.use(before.code)).document.get("code") == "coupon-not-active"
    assert await tried(give_back(world, coupon)) == "not-returnable gifted"
    assert await tried(give(world, coupon)) == "gift-not-allowed given"

    taken = await claim(world, token, "bob", is_new=True)
    assert taken["code"] not in (None, before.code)
    assert (taken["hop"], taken["hops_left"], taken["note"]) == (1, 1, "Enjoy")
    assert taken["counted_new"] is True
    assert taken["last_day"] == before.last_day
    assert await tried(claim(world, token, "cat")) == "gift-gone"
    assert (await world.use(before.code)).document.get("code") == "coupon-not-found"
    assert await tried(give(world, coupon, "ann")) == "coupon-not-found"
    assert await tried(give_back(world, coupon)) == "not-returnable gifted"
    assert (await wallet(world, "ann"), await wallet(world, "bob")) == ([], [coupon])
    # The one who redeemed it has had it. The one who was given it has not.
    assert await tried_to_redeem(world, "ann", offer.offer_id) == "limit-per-member"
    assert await tried_to_redeem(world, "bob", offer.offer_id) == "insufficient-points"

    taken = await claim(world, await give(world, coupon, "bob"), "cat", is_new=True)
    assert (taken["hops_left"], taken["counted_new"]) == (0, True)
    assert await tried(give(world, coupon, "cat")) == "gift-not-allowed hops"
    assert (await world.use(taken["code"])).accepted
    assert await tried(give(world, coupon, "cat")) == "gift-not-allowed hops"
    assert await world.steps(coupon) == [
        *("redeemed", "delivered", "given", "received", "given", "received", "used")
    ]
    hands = "SELECT string_agg(from_member || '>' || to_member, ' ' ORDER BY hop)"
    assert await world.scalar(f"{hands} FROM exchange.custody") == "ann>bob bob>cat"
    assert await world.spendable("ann") == (80, 0)
    topics = (
        "SELECT string_agg(topic, ' ' ORDER BY outbox_id) FROM ledger.outbox WHERE topic <> 'event'"
    )
    assert await world.scalar(topics) == (
        "coupon.gifted coupon.claimed coupon.gifted coupon.claimed coupon.used"
    )
    await verify(world)


async def tried_to_redeem(world: World, member: str, offer_id: int) -> str:
    (answer,) = await world.redeem(world.request(member, offer_id=offer_id, account=None))
    assert answer.refusal is not None
    return {"member-not-found": "insufficient-points"}.get(
        str(answer.refusal["code"]), str(answer.refusal["code"])
    )


async def test_who_may_not_have_a_gift_hears_one_answer(world: World) -> None:
    offer = await world.publish("tea", gift_hops=3, use_within_days=1)
    coupon = await world.redeem_one("ann", offer, free=True)
    assert await tried(claim(world, "cg1.wrong", "bob")) == "gift-gone"
    assert await tried(claim(world, "\N{SNOWMAN}", "bob")) == "gift-gone"
    token = await give(world, coupon, to_member="bob")
    assert await tried(claim(world, token, "cat")) == "gift-gone"
    assert await tried(claim(world, token, "ann")) == "member-is-giver"
    assert (await cancel(world, coupon))["state"] == "ACTIVE"
    assert await tried(claim(world, token, "bob")) == "gift-gone"
    assert await tried(cancel(world, coupon)) == "gift-gone"
    assert await tried(give(world, coupon, to_member="ann")) == "member-is-giver"
    token = await give(world, coupon)
    assert (await deactivate(world, coupon, "keep"))["state"] == "DEACTIVATED"
    assert await tried(claim(world, token, "bob")) == "gift-gone"
    coupon = await world.redeem_one("ann", offer, free=True)
    token = await give(world, coupon, hours=72)
    world.now += days(2.5)
    assert await tried(claim(world, token, "bob")) == "gift-gone"
    await expire_coupons(world.database, world.programme, world.now)
    assert (await world.coupon(coupon)).state is CouponState.EXPIRED
    assert await tried(claim(world, token, "bob")) == "gift-gone"
    await verify(world)


async def test_a_gift_lapses_by_time_without_a_job(world: World) -> None:
    offer = await world.publish("tea", gift_hops=1, return_within_days=30)
    coupons = [await world.redeem_one("ann", offer, free=True) for _ in range(4)]
    tokens = [await give(world, coupon, hours=1) for coupon in coupons]
    assert await wallet(world, "ann", CouponState.GIFTING) == coupons
    world.now += timedelta(hours=1)
    codes = [(await world.coupon(coupon)).code for coupon in coupons]
    assert await tried(claim(world, tokens[0], "bob")) == "gift-gone"
    assert await tried(cancel(world, coupons[0])) == "gift-gone"
    assert (await world.use(codes[0])).accepted
    assert await tried(give_back(world, coupons[1])) == "done"
    token = await give(world, coupons[2])
    assert await tried(claim(world, tokens[2], "bob")) == "gift-gone"
    assert (await claim(world, token, "bob"))["code"] != codes[2]
    # The wallet goes by the database's time.
    async with world.database.transaction() as connection:
        await connection.execute(
            text("UPDATE exchange.coupon SET gift_until = now() WHERE state = 'GIFTING'")
        )
    assert await wallet(world, "ann", CouponState.GIFTING) == []
    assert await wallet(world, "ann", CouponState.ACTIVE) == [coupons[3]]
    assert (await world.coupon(coupons[3])).state is CouponState.GIFTING
    await verify(world)


async def test_the_wallet_judges_the_last_day_by_time(world: World) -> None:
    short = await world.publish("milk", use_within_days=1)
    over = await world.redeem_one("ann", short, free=True, occurred_at=world.now - days(9))
    good = await world.redeem_one("ann", short, free=True)
    assert await wallet(world, "ann", CouponState.EXPIRED) == [over]
    assert await wallet(world, "ann", CouponState.ACTIVE) == [good]
    assert (await world.coupon(over)).state is CouponState.ACTIVE


async def test_what_cannot_be_given(world: World) -> None:
    offer = await world.publish("tea", gift_hops=1, use_within_days=1)
    own = await world.redeem_one("ann", world.own, free=True)
    assert await tried(give(world, own)) == "gift-not-allowed offer"
    over = await world.redeem_one("ann", offer, free=True, occurred_at=world.now - days(9))
    assert await tried(give(world, over)) == "coupon-expired"
    used = await world.redeem_one("ann", offer, free=True)
    assert (await world.use((await world.coupon(used)).code)).accepted
    assert await tried(give(world, used)) == "coupon-already-used"
    assert await tried(give(world, 4_711)) == "coupon-not-found"
    assert await tried(give(world, used, "bob")) == "coupon-not-found"


async def test_a_member_gives_so_many_a_day(world: World) -> None:
    offer = await world.publish("tea", gift_hops=1)
    coupon = await world.redeem_one("ann", offer, free=True)
    for _ in range(GIFTS_PER_DAY_MAX):
        await give(world, coupon)
        await cancel(world, coupon)
    assert await tried(give(world, coupon)) == "gift-not-allowed day-cap"
    # Whoever she is merged into has given as many today.
    other = await world.redeem_one("dan", offer, free=True)
    for member in ("ann", "dan"):
        await world.issue(member, 1)
    merge = Merge(key=world.key("merge"), member="ann", into_member="dan")
    await world.ledger.submit(world.programme, [merge])
    assert await tried(give(world, other, "dan")) == "gift-not-allowed day-cap"
    world.now += days(1)
    await give(world, coupon, "dan")
    await verify(world)


async def test_a_merge_carries_gifts(world: World) -> None:
    offer = await world.publish("tea", gift_hops=3)
    await world.ledger.submit(
        world.programme,
        [Issue(key=f"i-{each}", member=each, points=10) for each in ("ann", "bob", "cat", "dan")],
    )
    first, second = [await world.redeem_one("ann", offer, free=True) for _ in range(2)]
    code = (await claim(world, await give(world, first), "bob", is_new=True))["code"]
    token = await give(world, second, to_member="bob")
    for source, target in (("bob", "cat"), ("ann", "dan")):
        merge = Merge(key=world.key("merge"), member=source, into_member=target)
        await world.ledger.submit(world.programme, [merge])
    assert await wallet(world, "cat") == [first]
    assert await wallet(world, "dan") == [second]
    assert await tried(claim(world, token, "bob")) == "member-merged"
    assert await tried(claim(world, token, "dan")) == "member-is-giver"
    # It was meant for bob, who is cat now. As bob, cat has been counted already.
    taken = await claim(world, token, "cat", is_new=True)
    assert taken["counted_new"] is False
    again = await claim(world, await give(world, first, "cat"), "eve", is_new=True)
    assert again["counted_new"] is True
    assert (await world.use(code)).document.get("code") == "coupon-not-found"
    await verify(world)


async def test_a_gift_that_has_lapsed_can_be_shown_at_a_till_again(world: World) -> None:
    offer = await world.publish("tea", gift_hops=3)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    await give(world, coupon_id, hours=1)
    signatures = await world.fulfilment.data_keys.signatures()
    with pytest.raises(CouponNotActive):
        show_token(signatures, await world.coupon(coupon_id), world.now)
    world.now += timedelta(hours=2)
    token, _ = show_token(signatures, await world.coupon(coupon_id), world.now)
    assert (await world.at_the_till("use", None, token=token)).accepted


async def test_a_number_that_no_coupon_can_have_is_unknown(world: World) -> None:
    for number in (-1, 2**63, 2**70):
        assert await tried(give(world, number)) == "coupon-not-found"
        assert await tried(cancel(world, number)) == "coupon-not-found"
