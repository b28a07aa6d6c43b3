"""Allotments: what a brand has procured of an offer, granted, taken and given back.

An allotment is kept in the brand's book, beside the redemptions that draw on it. Each grant adds a
batch with a number of its own (`batches`). `remaining` never goes below zero or above what was
granted: every change is one conditional UPDATE, and a CHECK in the database says the same.

Locks: a take and a give-back lock the batches they change, in the order of offer and number, until
the transaction ends. A grant locks the offer, for all brands, and counts there what they have
together. So the second of two grants for an offer waits until the first has its number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    QUANTITY_MAX,
    QuantityOutOfRange,
    require_number,
    require_page,
    require_quantity,
)
from catalog.offers.read import find_offer_to_procure
from catalog.parties import Party
from catalog.procurement.batches import WANTED, Allotment, Batch, Wanted, in_order
from ledger import Refusal

BATCHES_MAX = 1_000
"""How many batches of an offer a book may have with stock left."""
EMPTY_BATCHES_LISTED_MAX = 10
"""How many of the batches without stock an allotment lists."""
TAKE_BATCHES_MAX = 10_000


class AllotmentTooLarge(Refusal):
    """A further grant would lift the whole allotment over a limit."""

    code: ClassVar[str] = "allotment-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment would exceed the limit."


class StockTotalExceeded(Refusal):
    """All brands together would have more of the offer than there are."""

    code: ClassVar[str] = "stock-total-exceeded"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are fewer of the offer left than were asked for."


class AllotmentNotTaken(Refusal):
    """More is given back than was taken: the caller and the allotment disagree."""

    code: ClassVar[str] = "allotment-not-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "More would be given back than was taken."


@dataclass(frozen=True, slots=True)
class Grant:
    """A new batch, and what the allotment of its offer then holds in all."""

    offer_id: int
    allotment_no: int
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None


@dataclass(frozen=True, slots=True)
class Stock:
    """How many were granted of an offer and kept, and how many remain that are open.

    `opened` is how many were granted of those batches that are open.
    """

    granted: int
    remaining: int
    opened: int


BatchKey = tuple[int, int]
"""The offer and the number of a batch."""

_BATCH_FIELDS = tuple(field.name for field in fields(Batch))

_LOCK_OFFER = text("SELECT FROM catalog.offer WHERE offer_id = :offer_id FOR NO KEY UPDATE")

# After the lock, so that the newest version is seen. It says how many there are in all.
_COUNT = text(
    """
    UPDATE catalog.offer AS o SET granted = o.granted + :quantity
    FROM catalog.offer_version AS v
    WHERE o.offer_id = :offer_id AND v.offer_id = o.offer_id AND v.version = o.latest_version
        AND (v.quantity_max IS NULL OR o.granted + :quantity <= v.quantity_max)
    """
)

# One row, whether or not a batch was made. The lock on the offer keeps the number free.
_GRANT = text(
    f"""
    WITH held AS (
        SELECT coalesce(max(allotment_no), 0) AS last,
            coalesce(sum(granted - returned), 0) + :quantity AS granted,
            coalesce(sum(remaining), 0) + :quantity AS remaining,
            count(*) FILTER (WHERE remaining > 0) AS batches
        FROM catalog.allotment WHERE book_id = :book_id AND offer_id = :offer_id
    ), allowed AS (
        SELECT last FROM held WHERE granted <= {QUANTITY_MAX} AND batches < {BATCHES_MAX}
    ), made AS (
        INSERT INTO catalog.allotment (
            book_id, offer_id, allotment_no, granted, remaining, points, window_from, window_until,
            unit_cost_minor, currency, procurement_id, swap_id
        )
        SELECT :book_id, :offer_id, last + 1, :quantity, :quantity, CAST(:points AS bigint),
            CAST(:window_from AS timestamptz), CAST(:window_until AS timestamptz),
            CAST(:unit_cost_minor AS bigint), CAST(:currency AS text),
            CAST(:procurement_id AS bigint), CAST(:swap_id AS bigint)
        FROM allowed
        RETURNING allotment_no
    )
    SELECT (SELECT allotment_no FROM made) AS allotment_no, granted, remaining FROM held
    """
)

# `locked` takes the row locks in the order of the key, so that two takers cannot each hold what
# the other wants.
#
# The demand is cut to what remains in the UPDATE and nowhere else. PostgreSQL computes the UPDATE
# and the CHECK for the row of the statement's snapshot first, and after a wait again for the newer
# row. A demand cut in `locked`, after a wait, can exceed what the older row had left. The CHECK
# would then fail although nothing is wrong.
_TAKE = text(
    """
    WITH locked AS (
        SELECT a.offer_id, a.allotment_no, d.quantity
        FROM catalog.allotment a
        JOIN unnest(
            CAST(:offer_ids AS bigint[]), CAST(:numbers AS integer[]),
            CAST(:quantities AS bigint[])
        ) AS d (offer_id, allotment_no, quantity) USING (offer_id, allotment_no)
        WHERE a.book_id = :book_id AND a.remaining > 0 AND a.closed_at IS NULL
            AND a.halted_at IS NULL
        ORDER BY a.offer_id, a.allotment_no
        FOR NO KEY UPDATE OF a
    )
    UPDATE catalog.allotment a SET remaining = a.remaining - least(a.remaining, locked.quantity)
    FROM locked
    WHERE a.book_id = :book_id AND a.offer_id = locked.offer_id
        AND a.allotment_no = locked.allotment_no
    RETURNING a.offer_id, a.allotment_no, old.remaining - new.remaining AS granted
    """
)

_GIVE_BACK = text(
    """
    UPDATE catalog.allotment SET remaining = remaining + :quantity
    WHERE book_id = :book_id AND offer_id = :offer_id AND allotment_no = :allotment_no
        AND remaining + returned + :quantity <= granted
    """
)

_LOAD = text(
    f"""
    SELECT * FROM (
        SELECT offer_id, {", ".join(_BATCH_FIELDS)},
            sum(granted - returned) OVER offer AS granted_in_all,
            sum(remaining) OVER offer AS remaining_in_all,
            row_number() OVER (
                PARTITION BY offer_id, remaining = 0 ORDER BY allotment_no DESC
            ) AS place
        FROM catalog.allotment
        WHERE book_id = :book_id AND offer_id = ANY (CAST(:offer_ids AS bigint[]))
        WINDOW offer AS (PARTITION BY offer_id)
    ) AS held
    WHERE remaining > 0 OR place <= {EMPTY_BATCHES_LISTED_MAX}
    """
)

_STOCK = text(
    """
    SELECT offer_id, sum(granted - returned) AS granted,
        coalesce(sum(remaining) FILTER (WHERE is_open), 0) AS remaining,
        coalesce(sum(granted - returned) FILTER (WHERE is_open), 0) AS opened
    FROM (
        SELECT offer_id, granted, returned, remaining,
            closed_at IS NULL AND halted_at IS NULL AND window_from <= :at
                AND (window_until IS NULL OR :at < window_until) AS is_open
        FROM catalog.allotment WHERE book_id = :book_id
    ) AS batch
    GROUP BY offer_id
    """
)

_PAGE = text(
    """
    SELECT DISTINCT offer_id FROM catalog.allotment
    WHERE book_id = :book_id AND offer_id > :after
    ORDER BY offer_id LIMIT :limit
    """
)


async def grant_allotment(
    connection: AsyncConnection,
    book_id: int,
    buyer: Party,
    offer_id: int,
    *,
    quantity: int,
    points: int | None = None,
    window_from: datetime,
    window_until: datetime | None = None,
    unit_cost_minor: int | None = None,
    currency: str | None = None,
    procurement_id: int | None = None,
) -> Grant:
    """Give the buyer's programme `quantity` of an offer, as a new batch. Six round trips.

    Whether the supplier agrees is for the caller to know, see `procurements`.

    Raises:
        RoleMissing: the buyer is not a brand.
        QuantityOutOfRange, PriceOutOfRange, UnitCostInvalid, CurrencyInvalid, TimeInvalid,
            PeriodBackwards: the input is malformed.
        OfferNotFound: there is no such offer, or the buyer may not have it.
        StockTotalExceeded: all brands together would have more than there are.
        AllotmentTooLarge: all batches together would exceed a limit.
    """
    wanted = Wanted(
        offer_id, quantity, points, window_from, window_until, unit_cost_minor, currency
    )
    buyer.require("brand")
    wanted.require_valid()
    await find_offer_to_procure(connection, buyer, offer_id)
    return await add_stock(connection, book_id, wanted, procurement_id)


async def add_stock(
    connection: AsyncConnection,
    book_id: int,
    wanted: Wanted,
    procurement_id: int | None,
    *,
    swap_id: int | None = None,
) -> Grant:
    """Add what is wanted to the book's allotment, as a new batch. Three round trips.

    The caller has checked that the brand may have it. The offer stays locked until the transaction
    ends.

    Raises:
        StockTotalExceeded: all brands together would have more than there are.
        AllotmentTooLarge: all grants together would exceed QUANTITY_MAX, or BATCHES_MAX batches
            have stock left.
    """
    bound = {
        "book_id": book_id,
        "procurement_id": procurement_id,
        "swap_id": swap_id,
        **{name: getattr(wanted, name) for name in WANTED},
    }
    await connection.execute(_LOCK_OFFER, bound)
    if (await connection.execute(_COUNT, bound)).rowcount == 0:
        raise StockTotalExceeded(
            f"fewer than {wanted.quantity} of the offer are left for all brands", field="quantity"
        )
    row = (await connection.execute(_GRANT, bound)).one()
    if row.allotment_no is None:
        raise AllotmentTooLarge(
            f"an allotment holds at most {QUANTITY_MAX}, in at most {BATCHES_MAX} batches",
            field="quantity",
        )
    until = wanted.window_until
    return Grant(
        offer_id=wanted.offer_id,
        allotment_no=row.allotment_no,
        granted=int(row.granted),
        remaining=int(row.remaining),
        points=wanted.points,
        window_from=wanted.window_from.astimezone(UTC),
        window_until=None if until is None else until.astimezone(UTC),
    )


async def take(
    connection: AsyncConnection, book_id: int, demands: Mapping[BatchKey, int]
) -> dict[BatchKey, int]:
    """Take up to the demanded quantity of each batch. One round trip.

    Returns what was granted by batch: 0 where nothing could be taken. Whether a batch is open is
    for the caller to know: a window never changes.

    The rows stay locked until the transaction ends. One take locks in the order of the key, so two
    transactions with one take each cannot deadlock. A second take in a transaction can, if it asks
    for a smaller key. PostgreSQL then ends one of the two transactions with a deadlock error, and a
    caller that takes twice runs its transaction again, as the ledger's lanes do.

    Raises:
        QuantityOutOfRange: a quantity is not 1 to QUANTITY_MAX, or there are over TAKE_BATCHES_MAX
            batches.
    """
    require_number(len(demands), 0, TAKE_BATCHES_MAX, QuantityOutOfRange, "batches")
    for quantity in demands.values():
        require_quantity(quantity)
    granted = dict.fromkeys(demands, 0)
    if demands:
        bound = {
            "book_id": book_id,
            "offer_ids": [offer_id for offer_id, _ in demands],
            "numbers": [allotment_no for _, allotment_no in demands],
            "quantities": list(demands.values()),
        }
        for row in await connection.execute(_TAKE, bound):
            granted[row.offer_id, row.allotment_no] = row.granted
    return granted


async def give_back(
    connection: AsyncConnection, book_id: int, batch: BatchKey, quantity: int
) -> None:
    """Give back to a batch what was taken and not used. Its window may have closed. One round trip.

    A transaction that gives back to several does so in the order of their keys, as `take` locks.

    Raises:
        QuantityOutOfRange: the quantity is not 1 to QUANTITY_MAX.
        AllotmentNotTaken: more than was taken; nothing is changed.
    """
    require_quantity(quantity)
    offer_id, allotment_no = batch
    bound = {
        "book_id": book_id,
        "offer_id": offer_id,
        "allotment_no": allotment_no,
        "quantity": quantity,
    }
    if (await connection.execute(_GIVE_BACK, bound)).rowcount == 0:
        raise AllotmentNotTaken(
            f"of batch {allotment_no} of offer {offer_id} fewer than {quantity} are taken"
        )


async def load_allotments(
    connection: AsyncConnection, book_id: int, offer_ids: Collection[int]
) -> dict[int, Allotment]:
    """The allotments of a book for these offers, by offer id. One round trip.

    An offer without one is left out.
    """
    rows: dict[int, list[RowMapping]] = defaultdict(list)
    bound = {"book_id": book_id, "offer_ids": list(offer_ids)}
    for row in (await connection.execute(_LOAD, bound)).mappings():
        rows[row["offer_id"]].append(row)
    return {
        offer_id: Allotment(
            book_id,
            offer_id,
            int(each[0]["granted_in_all"]),
            int(each[0]["remaining_in_all"]),
            in_order([_batch(row) for row in each]),
        )
        for offer_id, each in rows.items()
    }


async def load_stock(connection: AsyncConnection, book_id: int, at: datetime) -> dict[int, Stock]:
    """How much of each offer a book has, by offer id. One round trip."""
    rows = await connection.execute(_STOCK, {"book_id": book_id, "at": at})
    return {
        row.offer_id: Stock(int(row.granted), int(row.remaining), int(row.opened)) for row in rows
    }


async def list_allotments(
    connection: AsyncConnection, book_id: int, *, after: int = 0, limit: int
) -> list[Allotment]:
    """A page of a book's allotments in order of offer id. Two round trips.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    bound = {"book_id": book_id, "after": after, "limit": limit}
    offer_ids = list((await connection.execute(_PAGE, bound)).scalars())
    held = await load_allotments(connection, book_id, offer_ids)
    return [held[offer_id] for offer_id in offer_ids]


def _batch(row: RowMapping) -> Batch:
    return Batch(**{name: row[name] for name in _BATCH_FIELDS})
