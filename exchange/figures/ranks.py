"""How much of each offer a programme's members use: what a market is sorted by.

The worker counts it once a day for each book, so that a page of the market reads a row per offer
and no coupons. Counted are coupons that were delivered in RANKED_DAYS days and are old enough to
have been used within RANKED_USE_DAYS.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.figures.rates import Rate, proportion
from exchange.figures.steps import DELIVERED, USED_WITHIN
from ledger import Database
from ledger.book import Programme

RANKED_DAYS = 90
RANKED_USE_DAYS = 30

_LOCK = text("SELECT FROM exchange.figure_round WHERE book_id = :book_id FOR NO KEY UPDATE")
_FORGET = text("DELETE FROM exchange.use_rank WHERE book_id = :book_id")

_RANK = text(
    f"""
    INSERT INTO exchange.use_rank (book_id, offer_id, delivered, used, members)
    SELECT :book_id, offer_id, count(*), count(*) FILTER (WHERE {USED_WITHIN.format(days=":days")}),
        count(DISTINCT member)
    FROM ({DELIVERED.format(columns="")}) AS delivered
    GROUP BY offer_id
    """
)

_LOAD = text(
    "SELECT offer_id, delivered, used, members FROM exchange.use_rank WHERE book_id = :book_id"
)


async def rank_offers(database: Database, programme: Programme, now: datetime) -> None:
    """Count anew how much of each offer is used. Three statements in one transaction."""
    until = now - timedelta(days=RANKED_USE_DAYS)
    bound = {
        "book_id": programme.book_id,
        "since": until - timedelta(days=RANKED_DAYS),
        "until": until,
        "days": RANKED_USE_DAYS,
    }
    async with database.transaction() as connection:
        await connection.execute(_LOCK, {"book_id": programme.book_id})
        await connection.execute(_FORGET, {"book_id": programme.book_id})
        await connection.execute(_RANK, bound)


async def load_ranks(connection: AsyncConnection, book_id: int) -> Mapping[int, Rate]:
    """The use rate of each offer that has one, by offer. One statement."""
    rows = await connection.execute(_LOAD, {"book_id": book_id})
    return {
        row.offer_id: proportion(row.used, row.delivered, "members", trials=row.members)
        for row in rows
    }
