"""A page of a market: two round trips, whatever is asked, and one after a change of the rules.

One statement finds the page by few columns, and reads all that its offers say for these alone.

A page goes on after the last offer of the one before, by the sort key and the id. So an offer that
is published or sold out in between moves no other.
"""

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.market.priced import OPEN_STOCK, PRICE, Candidate, Priced, Purse, priced_for
from catalog.market.wanted import Sort, WantedOffers
from catalog.offers.read import NOT_ISOLATED, read_uncut
from catalog.offers.rows import COLUMNS, offer_of
from catalog.offers.search import FOUND, WITHIN
from catalog.parties import Party

# Whole numbers, so that a cursor is exact.
_LISTED_MICROSECONDS = "(extract(epoch FROM o.listed_at) * 1000000)::bigint"

_ORDERS: dict[Sort | None, tuple[str, str, str]] = {
    None: ("0", "o.offer_id > :after", "o.offer_id"),
    "new": (
        _LISTED_MICROSECONDS,
        """(CAST(:key AS bigint) IS NULL OR (o.listed_at, o.offer_id)
            < (to_timestamp(0) + CAST(:key AS bigint) * interval '1 microsecond', :after))""",
        "o.listed_at DESC, o.offer_id DESC",
    ),
    "price": (
        PRICE,
        f"(CAST(:key AS bigint) IS NULL OR ({PRICE}, o.offer_id) > (CAST(:key AS bigint), :after))",
        f"{PRICE}, o.offer_id",
    ),
}

_SHOWN: dict[Sort | None, str] = {
    None: "o.offer_id",
    "new": "page.sort_key DESC, o.offer_id DESC",
    "price": "page.price, o.offer_id",
}

# What can be redeemed now, and what may be procured: the version on sale, or the next one where
# nothing is on sale yet.
_SOLD_NOW = "JOIN stock k ON k.offer_id = o.offer_id", "p.valid_period @> CAST(:at AS timestamptz)"
_ANY = (
    "LEFT JOIN stock k ON k.offer_id = o.offer_id",
    """coalesce(upper(p.valid_period) > CAST(:at AS timestamptz), true)
            AND NOT EXISTS (
                SELECT FROM catalog.offer_period e
                WHERE e.offer_id = p.offer_id AND e.version < p.version
                    AND coalesce(upper(e.valid_period) > CAST(:at AS timestamptz), true)
            )
            AND coalesce(v.visible_from <= CAST(:at AS timestamptz), true)""",
)


def _statement(sort: Sort | None, *, is_all: bool, is_searched: bool) -> TextClause:
    key, after, order = _ORDERS[sort]
    join, period = _ANY if is_all else _SOLD_NOW
    return text(
        f"""
        WITH stock AS MATERIALIZED ({OPEN_STOCK}), page AS MATERIALIZED (
            SELECT p.offer_id, p.valid_period, {PRICE} AS price,
                k.offer_id IS NOT NULL AS has_stock, {key} AS sort_key
            FROM catalog.offer o
            {join}
            JOIN catalog.offer_period p ON p.offer_id = o.offer_id
            JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
            WHERE {period}
                AND o.state = 'LISTED'
                AND {NOT_ISOLATED}
                AND (CAST(:kind AS text) IS NULL OR v.kind = :kind)
                AND (CAST(:category AS text) IS NULL OR {WITHIN})
                AND (CAST(:points_max AS bigint) IS NULL OR {PRICE} <= :points_max)
                {f"AND {FOUND}" if is_searched else ""}
                AND {after}
            ORDER BY {order}
            LIMIT :limit
        )
        SELECT {COLUMNS}, page.price, page.has_stock, page.sort_key
        FROM page
        JOIN catalog.offer o ON o.offer_id = page.offer_id
        JOIN catalog.party s ON s.party_id = o.supplier_id
        JOIN catalog.offer_period p
            ON p.offer_id = page.offer_id AND p.valid_period = page.valid_period
        JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
        ORDER BY {_SHOWN[sort]}
        """
    )


_STATEMENTS = {
    (sort, is_all, is_searched): _statement(sort, is_all=is_all, is_searched=is_searched)
    for sort in _ORDERS
    for is_all in (False, True)
    for is_searched in (False, True)
}


async def list_market(
    connection: AsyncConnection,
    buyer: Party,
    book_id: int,
    wanted: WantedOffers,
    purse: Purse | None,
    *,
    at: datetime,
) -> tuple[list[Priced], str | None]:
    """A page of what the brand's members can have, and the cursor of the next page.

    Two round trips, and one after a change of the rules. Without a purse, nothing is said about a
    member, and `affordable` and `covers_expiring` leave nothing out.

    Raises:
        PageOutOfRange, CategoryPathInvalid, SearchInvalid, CursorInvalid: see `WantedOffers`.
    """
    wanted.require_valid()
    key, after = wanted.place()
    bound = {
        "book_id": book_id,
        "at": at,
        "kind": wanted.kind,
        "category": wanted.category,
        "q": wanted.q,
        "points_max": _points_max(wanted, purse),
        "key": key,
        "after": after,
        "limit": wanted.limit,
    }
    statement = _STATEMENTS[wanted.sort, wanted.is_all, wanted.q is not None]
    rows = await read_uncut(connection, buyer, statement, bound)
    candidates = [Candidate(offer_of(row), row["price"], row["has_stock"]) for row in rows]
    cursor = None
    if len(rows) == wanted.limit:
        last = rows[-1]
        number = str(last["offer_id"])
        cursor = number if wanted.sort is None else f"{last['sort_key']}.{number}"
    return priced_for(candidates, purse, at), cursor


def _points_max(wanted: WantedOffers, purse: Purse | None) -> int | None:
    """The most that an offer may cost. None: any price."""
    if purse is None:
        return None
    limits = [purse.spendable] if wanted.affordable else []
    if wanted.covers_expiring:
        limits.append(purse.expiring_soon)
    return min(limits, default=None)
