"""A member gives a right back."""

from datetime import UTC, date, datetime

from sqlalchemy import text

from ledger.asks import Issue, Merge
from tests.exchange.fixtures import PRICE, STOCK, World
from tests.exchange.give.acts import days, deactivate, give_back, tried, verify


async def test_points_go_to_their_lots_and_the_piece_to_its_batch(world: World) -> None:
    offer = await world.publish("tea", return_within_days=7, per_member=1, per_day=1)
    issues = [
        Issue(
            key=f"issue-{year}",
            member="ann",
            points=15,
            expires_on=date(year, 12, 31),
            occurred_at=world.now - days(1),
        )
        for year in (world.now.year + 1, world.now.year + 2)
    ]
    await world.ledger.submit(world.programme, issues)
    coupon = await world.redeem_one("ann", offer)
    (limited,) = await world.redeem(world.request("ann", offer, free=True))
    assert limited.refusal is not None
    assert limited.refusal["code"] == "limit-per-member"
    answer = await give_back(world, coupon, key="back-1")
    assert answer == {
        "coupon": coupon,
        "state": "RETURNED",
        "points_back": PRICE,
        "lots": [
            {"expires_on": f"{world.now.year + 2}-12-31", "points": 5},
            {"expires_on": f"{world.now.year + 1}-12-31", "points": 15},
        ],
        "balance": 30,
    }
    assert await give_back(world, coupon, key="back-1") == answer
    assert await tried(give_back(world, coupon)) == "coupon-not-active"
    assert await world.spendable("ann") == (30, 0)
    assert await world.stock(offer) == STOCK
    assert (await world.coupon(coupon)).shown_code is None
    assert await world.steps(coupon) == ["redeemed", "delivered", "given-back"]
    # Neither the member nor the day has had one now.
    again = await world.redeem_one("ann", offer)
    refused = await world.use((await world.coupon(coupon)).code)
    assert refused.document["code"] == "coupon-not-active"
    assert (await world.use((await world.coupon(again)).code)).accepted
    await verify(world)


async def test_a_free_right_moves_no_points(world: World) -> None:
    offer = await world.publish("tea", return_within_days=7)
    coupon = await world.redeem_one("bob", offer, free=True)
    answer = await give_back(world, coupon, key="back-1")
    assert answer["points_back"] == 0
    assert answer["lots"] == []
    assert await give_back(world, coupon, key="back-1") == answer
    assert await world.stock(offer) == STOCK
    assert await world.steps(coupon) == ["redeemed", "delivered", "given-back"]
    await verify(world)


async def test_what_cannot_be_given_back(world: World) -> None:
    await world.issue("ann", 500)
    offer = await world.publish("tea", return_within_days=3)
    assert await tried(give_back(world, 4_711)) == "coupon-not-found"
    never = await world.redeem_one("ann", world.own)
    assert await tried(give_back(world, never)) == "not-returnable rule"
    for age, expected in ((5, "not-returnable too-late"), (2, "done")):
        old = await world.redeem_one("ann", offer, free=True, occurred_at=world.now - days(age))
        assert await tried(give_back(world, old)) == expected
    used = await world.redeem_one("ann", offer)
    code = (await world.coupon(used)).code
    assert (await world.use(code)).accepted
    assert await tried(give_back(world, used)) == "coupon-already-used"
    seen = await world.redeem_one("ann", offer)
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at)"
                " VALUES (:book_id, :coupon_id, 'revealed', now())"
            ),
            {"book_id": world.programme.book_id, "coupon_id": seen},
        )
    assert await tried(give_back(world, seen)) == "not-returnable revealed"
    held = await world.redeem_one("ann")
    assert await tried(give_back(world, held)) == "not-returnable rule"
    short = await world.publish("milk", return_within_days=30, use_within_days=1)
    over = await world.redeem_one("ann", short, free=True, occurred_at=world.now - days(3))
    assert await tried(give_back(world, over)) == "coupon-expired"


async def test_a_merged_member_gets_the_points_where_it_has_them_now(world: World) -> None:
    offer = await world.publish("tea", return_within_days=7)
    await world.issue("ann", 100)
    await world.issue("bob", 5)
    coupon = await world.redeem_one("ann", offer)
    await world.ledger.submit(
        world.programme, [Merge(key="merge", member="ann", into_member="bob")]
    )
    assert (await give_back(world, coupon))["balance"] == 105
    assert await world.spendable("bob") == (105, 0)
    await verify(world)


async def test_the_operator_withdraws_a_coupon(world: World) -> None:
    await world.issue("ann", 500)
    coupons = [await world.redeem_one("ann", world.own) for _ in range(3)]
    answer = await deactivate(world, coupons[0], key="d-1")
    assert answer == {"coupon": coupons[0], "state": "DEACTIVATED", "points_back": PRICE}
    assert await deactivate(world, coupons[0], key="d-1") == answer
    kept = await deactivate(world, coupons[1], "keep")
    assert kept == {"coupon": coupons[1], "state": "DEACTIVATED", "points_back": 0}
    assert await world.spendable("ann") == (500 - 2 * PRICE, 0)
    # Nobody shall have the pieces.
    assert await world.stock(world.own) == STOCK - 3
    code = (await world.coupon(coupons[0])).code
    assert (await world.use(code)).document.get("code") == "coupon-not-active"
    assert (await world.use((await world.coupon(coupons[2])).code)).accepted
    assert await tried(deactivate(world, coupons[2])) == "coupon-already-used"
    assert await tried(deactivate(world, coupons[0])) == "coupon-not-active"
    held = await world.redeem_one("ann")
    assert await tried(deactivate(world, held)) == "coupon-not-active"
    # What a supplier delivered was paid for by a capture, and that is what is reversed.
    await world.drain(rounds=2, step_seconds=1)
    assert (await deactivate(world, held))["points_back"] == PRICE
    topics = "SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.deactivated'"
    assert await world.scalar(topics) == 3
    await verify(world)


async def test_past_days_are_judged_in_the_zone_of_the_programme(world: World) -> None:
    """Half past four in the morning in UTC is still the day before in New York."""
    offer = await world.publish("tea", return_within_days=1)
    at = datetime(2018, 3, 1, 4, 30, tzinfo=UTC)
    world.now = at + days(1)
    coupon = await world.redeem_one("ann", offer, free=True, occurred_at=at)
    world.now = at + days(1.03)
    assert await tried(give_back(world, coupon)) == "not-returnable too-late"
    world.now = at + days(1.02)
    assert await tried(give_back(world, coupon)) == "done"
