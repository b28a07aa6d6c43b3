"""How the redemptions are found on which a price rule is tried."""

import json
from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from exchange.redeem.simulate import _REDEEMED
from tests.conftest import owner_transaction
from tests.exchange.fixtures import World

COUPONS, BOOKS, HOURS = 4_000, 5, 10
"""So many coupons are in each of so many books, one in so many hours."""

# Copies of the one coupon of the world, in its own book and in those of other brands.
_COPY = text(
    f"""
    INSERT INTO exchange.coupon OVERRIDING SYSTEM VALUE
    SELECT copied.*
    FROM exchange.coupon AS c, generate_series(1, {COUPONS}) AS n,
        generate_series(0, {BOOKS} - 1) AS book,
        LATERAL jsonb_populate_record(c, jsonb_build_object(
            'book_id', c.book_id + book,
            'coupon_id', c.coupon_id + n,
            'code', c.code || n,
            'request_key', 'copy' || n,
            'redeemed_at', c.redeemed_at - n * make_interval(hours => {HOURS})
        )) AS copied
    """
)
_EXPLAIN = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {_REDEEMED.text}").bindparams(
    bindparam("since", type_=TIMESTAMP(timezone=True))
)


async def test_past_redemptions_are_found_by_their_time(world: World) -> None:
    """A week is read from an index of the book, whatever else the tables hold."""
    await world.issue("ann", 100)
    await world.redeem_one("ann", world.own)
    async with owner_transaction(world.database) as connection:
        await connection.execute(_COPY)
        await connection.execute(text("ANALYZE exchange.coupon"))
    where = {"book_id": world.programme.book_id, "since": world.now - timedelta(days=7)}
    async with world.database.transaction() as connection:
        plan = (await connection.execute(_EXPLAIN, where)).scalar_one()[0]["Plan"]
    assert plan["Actual Rows"] == 1 + 7 * 24 // HOURS
    assert "coupon_redeemed_index" in json.dumps(plan), plan
    assert "Seq Scan" not in json.dumps(plan), plan
