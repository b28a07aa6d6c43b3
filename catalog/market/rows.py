"""The statements that find offers of a market, and what their rows say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.market.priced import Candidate
from catalog.market.wanted import Sort
from catalog.offers.read import NOT_ISOLATED, is_deliverable
from catalog.offers.rows import COLUMNS, offer_of, shown_version
from catalog.offers.search import FOUND, WITHIN


def _open_stock(condition: str = "") -> str:
    """The batch from which a piece is taken at `:at`: the first to close, of these the older."""
    return f"""
        SELECT DISTINCT ON (a.offer_id) a.offer_id, a.points
        FROM catalog.allotment a
        WHERE a.book_id = :book_id AND a.remaining > 0 AND a.closed_at IS NULL
            AND a.halted_at IS NULL AND a.window_from <= :at
            AND (a.window_until IS NULL OR :at < a.window_until)
            {condition}
        ORDER BY a.offer_id, a.window_until, a.allotment_no
    """


# Of an offer: whether its supplier serves whoever looks.
_SERVED = "supplier_id <> ALL (CAST(:unserved AS integer[]))"

# What can be redeemed now.
_SOLD_NOW = f"""
            FROM stock k
            JOIN catalog.offer o
                ON o.offer_id = k.offer_id AND o.state = 'LISTED' AND o.{_SERVED}
            JOIN catalog.offer_period p ON p.offer_id = k.offer_id
            JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
            WHERE p.valid_period @> CAST(:at AS timestamptz)
"""

# The same, sorted before the versions are looked up, which are those of its own offers alone.
_NEWEST = f"""
            FROM (
                SELECT k.offer_id, k.points, l.listed_at, l.supplier_id
                FROM stock k
                JOIN catalog.offer l
                    ON l.offer_id = k.offer_id AND l.state = 'LISTED' AND l.{_SERVED}
                ORDER BY l.listed_at DESC, k.offer_id DESC OFFSET 0
            ) k
            JOIN catalog.offer_period p ON p.offer_id = k.offer_id
            JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
            WHERE p.valid_period @> CAST(:at AS timestamptz)
"""

# The version that is sold now, else the one that is shown. Nearly all are sold, so what is shown is
# asked last: it takes a look at all versions.
_AT = "CAST(:at AS timestamptz)"
_SOLD_OR_SHOWN = f"""(
                p.valid_period @> {_AT} AND p.version <= o.listed_version
                OR NOT EXISTS (
                    SELECT FROM catalog.offer_period c
                    WHERE c.offer_id = o.offer_id AND c.version <= o.listed_version
                        AND c.valid_period @> {_AT}
                ) AND p.version = {shown_version(_AT)}
            )"""

# Whether or not there is stock.
_ANY = f"""
            FROM catalog.offer o
            LEFT JOIN stock k ON k.offer_id = o.offer_id
            JOIN catalog.offer_period p ON p.offer_id = o.offer_id
            JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
            WHERE {_SOLD_OR_SHOWN}
"""

# What may be procured: listed, and not over.
_MAY_BE_PROCURED = f"""{_ANY}
                AND o.state = 'LISTED'
                AND coalesce(upper(p.valid_period) > CAST(:at AS timestamptz), true)
                AND coalesce(v.visible_from <= CAST(:at AS timestamptz), true)
"""

# Of offers `{of}`, where the supplier is known.
_ASKED = f"""
                AND {NOT_ISOLATED}
                AND (CAST(:supplier_id AS integer) IS NULL OR {{of}}.supplier_id = :supplier_id)
                AND (CAST(:kind AS text) IS NULL OR v.kind = :kind)
                AND (CAST(:category AS text) IS NULL OR {WITHIN})
"""

# Whole numbers, so that a cursor is exact.
_LISTED_MICROSECONDS = "(extract(epoch FROM {of}.listed_at) * 1000000)::bigint"

# Of a version `v` and its open stock `k`. Among all offers of an exchange, the cheapest are those
# that cost the least before the brand's rules.
_BEFORE_RULES = "coalesce(k.points, v.points)"

# The key, what comes after the cursor, and the order: of offers `{of}`.
# Those that members use most are sorted elsewhere.
_ORDERS: dict[Sort | None, tuple[str, str, str]] = {
    None: ("0", "{of}.offer_id > :after", "{of}.offer_id"),
    "new": (
        _LISTED_MICROSECONDS,
        """(CAST(:key AS bigint) IS NULL OR ({of}.listed_at, {of}.offer_id)
            < (to_timestamp(0) + CAST(:key AS bigint) * interval '1 microsecond', :after))""",
        "{of}.listed_at DESC, {of}.offer_id DESC",
    ),
    "price": (
        _BEFORE_RULES,
        f"""(CAST(:key AS bigint) IS NULL
            OR ({_BEFORE_RULES}, {{of}}.offer_id) > (CAST(:key AS bigint), :after))""",
        f"{_BEFORE_RULES}, {{of}}.offer_id",
    ),
}

_SHOWN: dict[Sort | None, str] = {
    None: "o.offer_id",
    "new": "page.sort_key DESC, o.offer_id DESC",
    "price": "page.sort_key, o.offer_id",
}

# What an offer says in full, beside the columns of the row that found it.
_IN_FULL = f"""
        SELECT {COLUMNS}, page.batch_points, page.has_stock, page.sort_key,
            EXISTS (SELECT FROM catalog.endpoint e WHERE e.party_id = s.party_id) AS has_endpoint
        FROM page
        JOIN catalog.offer o ON o.offer_id = page.offer_id
        JOIN catalog.party s ON s.party_id = o.supplier_id
        JOIN catalog.offer_period p
            ON p.offer_id = page.offer_id AND p.valid_period = page.valid_period
        JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
"""

_FOUND_ROW = """p.offer_id, p.valid_period, k.points AS batch_points,
                k.offer_id IS NOT NULL AS has_stock"""


def _page(sort: Sort | None, *, is_all: bool, is_searched: bool) -> TextClause:
    is_newest = sort == "new" and not is_all
    of = "k" if is_newest else "o"
    key, after, order = (part.format(of=of) for part in _ORDERS[sort])
    sold = _NEWEST if is_newest else _SOLD_NOW
    return text(
        f"""
        WITH stock AS MATERIALIZED ({_open_stock()}), page AS MATERIALIZED (
            SELECT {_FOUND_ROW}, {key} AS sort_key
            {_MAY_BE_PROCURED if is_all else sold}
                {_ASKED.format(of=of)}
                {f"AND {FOUND}" if is_searched else ""}
                AND {after}
            ORDER BY {order}
            LIMIT :limit
        )
        {_IN_FULL}
        ORDER BY {_SHOWN[sort]}
        """
    )


PAGES = {
    (sort, is_all, is_searched): _page(sort, is_all=is_all, is_searched=is_searched)
    for sort in _ORDERS
    for is_all in (False, True)
    for is_searched in (False, True)
    if is_all or sort != "price"
}
"""A page, by what is asked for: cut, sorted and read in full."""

# The columns of STOCKED, in the order of the fields of `Stocked`.
_OF_STOCKED = {
    "offer_id": "k.offer_id",
    "category": "v.category",
    "kind": "v.kind",
    "face_value_minor": "v.face_value_minor",
    "currency": "v.currency",
    "points": "v.points",
    "batch_points": "k.points",
    "listed_microseconds": _LISTED_MICROSECONDS.format(of="o"),
}


def _stocked(*, is_searched: bool) -> TextClause:
    columns = ", ".join(f"array_agg({value}) AS {name}" for name, value in _OF_STOCKED.items())
    return text(
        f"""
        WITH stock AS MATERIALIZED ({_open_stock()})
        SELECT array_agg(DISTINCT v.class_id) AS class_ids, {columns}
        {_SOLD_NOW}
            {_ASKED.format(of="o")}
            {f"AND {FOUND}" if is_searched else ""}
        """
    )


STOCKED = {is_searched: _stocked(is_searched=is_searched) for is_searched in (False, True)}
"""All that the brand has open stock of, by the few columns on which prices depend.

One row, with an array for each column: some thousands of rows would take far longer to be read.
"""

_CHOSEN = "AND a.offer_id = ANY (CAST(:offer_ids AS bigint[]))"

CHOSEN = text(
    f"""
    WITH stock AS MATERIALIZED ({_open_stock(_CHOSEN)}), page AS MATERIALIZED (
        SELECT {_FOUND_ROW}, 0 AS sort_key
        {_SOLD_NOW}
            AND {NOT_ISOLATED}
    )
    {_IN_FULL}
    """
)
"""Some of the stocked ones, in full."""

ONE = text(
    f"""
    WITH stock AS MATERIALIZED ({_open_stock("AND a.offer_id = :offer_id")}), page AS MATERIALIZED (
        SELECT {_FOUND_ROW}, 0 AS sort_key
        {_ANY}
            AND o.listed_at IS NOT NULL AND {NOT_ISOLATED} AND o.offer_id = :offer_id
    )
    {_IN_FULL}
    """
)
"""One offer that is or was listed, whether or not there is stock of it."""


# A word or a category that a tenth of all offers has wants another plan than one that is nowhere,
# and so does a brand with a hundred offers than one with thousands. A plan that is kept for all of
# them reads everything, and makes the pairs of a word again for each version.
_PLAN = text("SELECT set_config('plan_cache_mode', :mode, true)")


@asynccontextmanager
async def planned_anew(connection: AsyncConnection) -> AsyncIterator[None]:
    """Have statements planned for the very values that they are given. Two round trips."""
    await connection.execute(_PLAN, {"mode": "force_custom_plan"})
    yield
    await connection.execute(_PLAN, {"mode": "auto"})


class Stocked(NamedTuple):
    """What the price of an offer depends on, and its place among the others."""

    offer_id: int
    category: str | None
    kind: str | None
    face_value_minor: int
    currency: str
    points: int
    batch_points: int | None
    listed_microseconds: int


def stocked_of(row: RowMapping) -> list[Stocked]:
    """What the row of STOCKED says."""
    if row["offer_id"] is None:
        return []
    columns = (row[name] for name in _OF_STOCKED)
    return [Stocked(*each) for each in zip(*columns, strict=True)]


def candidate_of(row: RowMapping) -> Candidate:
    """What a row of an offer in full says."""
    offer = offer_of(row)
    is_sent = is_deliverable(offer, has_endpoint=row["has_endpoint"])
    return Candidate(offer, row["has_stock"], row["batch_points"], is_sent)
