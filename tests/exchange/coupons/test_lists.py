"""Lists of coupons, where there are many."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import create_async_engine

from exchange.coupons import lists
from exchange.coupons.lists import Place, WantedCoupons, find_coupons
from exchange.figures import live
from exchange.use import latest
from ledger import engine_url
from tests.exchange.fixtures import World, active

MANY = (
    "SET LOCAL session_replication_role = replica",
    """
    INSERT INTO exchange.coupon (
        book_id, code, request_key, state, member, offer_id, offer_code, offer_version,
        supplier_id, home_party_id, fulfilment, points, free, face_value_minor, currency,
        redeemed_at, used_at, expires_on, allotment_no
    )
    SELECT book_id, code || n, request_key || n,
        CASE WHEN n % 500 = 0 THEN 'RETURNED' WHEN n % 2 = 0 THEN 'USED' ELSE state END,
        'many-' || n % 97, offer_id + n % 50, offer_code, offer_version,
        supplier_id + n % 50, home_party_id, fulfilment, points, free, face_value_minor, currency,
        redeemed_at - n * interval '1 minute',
        CASE WHEN n % 500 <> 0 AND n % 2 = 0 THEN redeemed_at - n * interval '1 minute' END,
        NULL, allotment_no
    FROM exchange.coupon, generate_series(1, 20000) AS n
    """,
    "ANALYZE exchange.coupon",
)
BLOCKS_MAX, OWN_BLOCKS_MAX = 60, 500
"""A page of ten. Without its index each reads a thousand and more."""


@pytest.fixture
async def crowded(world: World) -> World:
    await active(world)
    return world


async def _blocks(owner: Any, statement: TextClause, bound: dict[str, Any]) -> int:
    explain = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.text}")
    explain = explain.bindparams(*statement._bindparams.values())
    plan = (await owner.execute(explain, bound)).scalar_one()[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def test_every_way_to_look_for_coupons_reads_its_index_and_little_else(
    crowded: World, database_url: str
) -> None:
    book_id = crowded.programme.book_id
    now = datetime.now(UTC)
    async with crowded.database.transaction() as connection:
        row = (
            await connection.execute(
                text("SELECT offer_id, supplier_id, code FROM exchange.coupon LIMIT 1")
            )
        ).one()
    wanted = {
        "time": WantedCoupons(state=lists.CouponState.USED),
        "member": WantedCoupons(member="many-5"),
        "offer": WantedCoupons(offer_id=row.offer_id + 7),
        "tail": WantedCoupons(tail=f"{row.code}1234"[-6:]),
        "uncommon": WantedCoupons(state=lists.CouponState.RETURNED),
        "expired": WantedCoupons(state=lists.CouponState.EXPIRED),
    }
    owner = create_async_engine(engine_url(database_url))
    async with owner.begin() as connection:
        for statement in MANY:
            await connection.execute(text(statement))
        for by, asked in wanted.items():
            assert lists._way(asked) == by
            bound = lists._bound(asked, Place(now, 0), now, lists.LOOKED_AT_MAX)
            bound |= {"book_id": book_id, "limit": 10, "names": ["many-5"]}
            blocks = await _blocks(connection, lists._PAGES[by], bound)
            # Some hundred are as quickly sorted as read in order. None is another one's.
            assert blocks <= (BLOCKS_MAX if by != "member" else OWN_BLOCKS_MAX), (by, blocks)
        bound = lists._bound(WantedCoupons(), None, now, lists.LOOKED_AT_MAX)
        bound |= {"supplier_id": row.supplier_id + 7, "limit": 10, "book_id": book_id}
        assert await _blocks(connection, lists._SUPPLIERS_PAGE, bound) <= OWN_BLOCKS_MAX
        day = {"since": now - timedelta(minutes=200), "until": now + timedelta(days=1)}
        for statement, asked_for in (
            (live._TODAY, day),
            (live._USES, {**day, "time_zone": "UTC"}),
            (latest._PAGE, {"store": None, "before_at": now, "before_id": 0}),
        ):
            assert await _blocks(connection, statement, {**bound, **asked_for}) <= OWN_BLOCKS_MAX
    await owner.dispose()


async def test_a_page_looks_at_some_and_says_where_the_next_begins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [(await active(world))[0] for _ in range(5)]
    used = ids[0]
    async with world.database.transaction() as connection:
        found: list[int] = []
        place: Place | None = None
        monkeypatch.setattr(lists, "LOOKED_AT_MAX", 2)
        pages = 0
        while True:
            page, place = await find_coupons(
                connection,
                world.programme,
                WantedCoupons(supplier_id=world.supplier.party_id),
                place=place,
                limit=5,
            )
            found += [each.coupon_id for each in page]
            pages += 1
            if place is None:
                break
    assert sorted(found) == ids
    assert (pages, used in found) == (3, True)
