"""The sweep of coupons past their last day: what it changes, and what it reads."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
from sqlalchemy import INTEGER, TEXT, bindparam, text

from exchange.coupons import CouponState, expire_coupons
from exchange.coupons.expire import _LOCK_DUE, SWEEP_COUPONS_MAX
from tests.exchange.fixtures import World, active

COUPONS = text("""
    INSERT INTO exchange.coupon (book_id, code, request_key, state, member, account, offer_id,
        offer_code, offer_version, supplier_id, home_party_id, fulfilment, points, free,
        face_value_minor, currency, redeemed_at, expires_on, used_at, uses,
        allotment_no)
    SELECT :book_id, :state || n, :state || n, :state, 'ann', 'ann', 1,
        'popcorn', 1, 1, 1, 'own_code', 0, true,
        100, 'USD', '2019-12-01Z', '2020-01-01',
        CASE :state WHEN 'USED' THEN timestamptz '2019-12-02Z' END, 1, 1
    FROM generate_series(1, :count) AS n
""").bindparams(bindparam("state", type_=TEXT()), bindparam("count", type_=INTEGER()))
BLOCKS_MAX = 20
SWEEP_TIMEOUT_SECONDS = 15
"""Far more than it takes. A sweep that waits for a lock would wait for ever."""


async def clean(database_url: str) -> None:
    """Vacuum the coupons until nothing dead is left.

    The service's role may not vacuum, so this connects as the owner. FREEZE waits for pages that
    another process has pinned. A process that holds a snapshot, such as an autovacuum worker that
    analyses some table, keeps dead rows from being removed, so it is repeated.
    """
    said: list[str] = []
    connection = await asyncpg.connect(database_url)
    try:
        connection.add_log_listener(lambda _, message: said.append(str(message)))
        while not any(" 0 are dead but not yet removable" in each for each in said):
            said.clear()
            await connection.execute("VACUUM (FREEZE, ANALYZE, VERBOSE) exchange.coupon")
            assert not any("permission denied" in each for each in said), said
    finally:
        await connection.close()


async def blocks_read(world: World, after: tuple[date, int]) -> int:
    """How many blocks a page of the sweep reads to find the coupons that are due."""
    parameters = {
        "book_id": world.programme.book_id,
        "day": world.now.date(),
        "limit": SWEEP_COUPONS_MAX,
        "after_day": after[0],
        "after_id": after[1],
    }
    explain = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {_LOCK_DUE.text}")
    async with world.database.transaction() as connection:
        plan = (await connection.execute(explain, parameters)).scalar_one()[0]["Plan"]
    assert plan["Actual Rows"] == 0
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def test_expired_coupons_are_swept(world: World) -> None:
    coupon_id, _ = await active(world)
    used_id, used = await active(world)
    await world.use(used)
    assert await expire_coupons(world.database, world.programme, world.now) == 0
    assert (
        await expire_coupons(world.database, world.programme, world.now + timedelta(days=32)) == 1
    )
    assert (await world.coupon(coupon_id)).state is CouponState.EXPIRED
    assert (await world.coupon(used_id)).state is CouponState.USED
    assert await world.steps(coupon_id) == ["redeemed", "delivered", "expired"]
    code = (await world.coupon(coupon_id)).code
    happened_at = world.now
    world.now += timedelta(days=32)
    assert (await world.use(code)).document["code"] == "coupon-expired"
    assert (await world.use(code, occurred_at=happened_at)).accepted, (
        "it happened in time, and is only told later"
    )


async def test_the_last_day_ends_where_the_programme_lives(world: World) -> None:
    """The world's programme is in New York, five hours behind UTC. The other one is at UTC."""
    redeemed_at = datetime(2026, 1, 1, 12, tzinfo=UTC)  # for 30 days: the last one is January 31
    over, moment = datetime(2026, 2, 1, 5, tzinfo=UTC), timedelta(microseconds=1)
    here = world.programme
    coupon_id, _ = await active(world, occurred_at=redeemed_at)
    world.programme = there = await world.open_book("there")
    there_id, _ = await active(world, occurred_at=redeemed_at)
    for programme, at, expired in (
        (there, over - timedelta(hours=5) - moment, 0),
        (here, over - moment, 0),
        (here, over, 1),
        (there, over - timedelta(hours=5), 1),
    ):
        assert await expire_coupons(world.database, programme, at) == expired
    assert (await world.coupon(there_id)).state is CouponState.EXPIRED
    world.programme = here
    assert (await world.coupon(coupon_id)).state is CouponState.EXPIRED


async def test_a_sweep_passes_a_coupon_that_a_shop_holds(world: World) -> None:
    (held_id, _), (free_id, _) = await active(world), await active(world)
    later = world.now + timedelta(days=32)
    async with world.database.transaction() as shop:
        await shop.execute(
            text("SELECT FROM exchange.coupon WHERE coupon_id = :id FOR NO KEY UPDATE"),
            {"id": held_id},
        )
        async with asyncio.timeout(SWEEP_TIMEOUT_SECONDS):
            assert await expire_coupons(world.database, world.programme, later) == 1
        assert (await world.coupon(free_id)).state is CouponState.EXPIRED
        assert (await world.coupon(held_id)).state is CouponState.ACTIVE
    assert await expire_coupons(world.database, world.programme, later) == 1


async def test_a_sweep_reads_what_is_due_and_not_what_ever_was(
    world: World, database_url: str
) -> None:
    due = 2 * SWEEP_COUPONS_MAX + 1
    async with world.database.transaction() as connection:
        for state, count in (("USED", 20_000), ("ACTIVE", due)):
            await connection.execute(
                COUPONS, {"book_id": world.programme.book_id, "state": state, "count": count}
            )
    await clean(database_url)
    assert await expire_coupons(world.database, world.programme, world.now) == due
    assert await world.scalar("SELECT count(*) FROM exchange.coupon WHERE state = 'EXPIRED'") == due
    last_id = await world.scalar("SELECT max(coupon_id) FROM exchange.coupon")
    assert await blocks_read(world, (date(2020, 1, 1), last_id)) < BLOCKS_MAX
    await clean(database_url)
    assert await blocks_read(world, (date.min, 0)) < BLOCKS_MAX
