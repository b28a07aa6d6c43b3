"""Allotments: how many of an offer a buyer brand has procured for its members, at what price, during which window.

An allotment lives in the buyer's book, beside the redemptions that draw on it. `remaining` never
goes below zero or above what was
granted: every change is one conditional UPDATE, and a CHECK in the database says the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    PRICE_POINTS_MAX,
    QUANTITY_MAX,
    TAKE_OFFERS_MAX,
    PriceOutOfRange,
    QuantityOutOfRange,
    require_number,
    require_page,
    require_period,
    require_time,
)
from catalog.offers.read import find_visible_offer
from catalog.parties import Party
from catalog.tables import allotment
from ledger import Refusal


class AllotmentNotFound(Refusal):
    """The brand has procured none of the offer."""

    code: ClassVar[str] = "allotment-not-found"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The brand has no allotment of the offer."


class AllotmentClosed(Refusal):
    """The allotment's window has not opened, or has closed."""

    code: ClassVar[str] = "allotment-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment is not open at this time."


class AllotmentExhausted(Refusal):
    """Fewer are left than were asked for."""

    code: ClassVar[str] = "allotment-exhausted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment of the offer is used up."


class AllotmentTooLarge(Refusal):
    """A further grant would lift the whole allotment over the limit."""

    code: ClassVar[str] = "allotment-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The allotment would exceed the limit."


class AllotmentNotTaken(Refusal):
    """More is given back than is taken: the caller's books and the allotment disagree."""

    code: ClassVar[str] = "allotment-not-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "More would be given back than was taken."


@dataclass(frozen=True, slots=True)
class Allotment:
    """`points` overrides the offer's default price (None: it applies); open from `window_from` until before `window_until`."""

    book_id: int
    offer_id: int
    granted: int
    remaining: int
    points: int | None
    window_from: datetime
    window_until: datetime | None

    def open_at(self, at: datetime) -> bool:
        """Whether the window holds the instant."""
        return self.window_from <= at and (self.window_until is None or at < self.window_until)


_COLUMNS = tuple(allotment.c[name] for name in Allotment.__dataclass_fields__)

_GRANT = text("""
    INSERT INTO catalog.allotment AS a (book_id, offer_id, granted, remaining, points, window_from, window_until)
    VALUES (:book_id, :offer_id, :quantity, :quantity, :points, :window_from, :window_until)
    ON CONFLICT (book_id, offer_id) DO UPDATE
        SET granted = a.granted + excluded.granted, remaining = a.remaining + excluded.granted, points = excluded.points,
            window_from = excluded.window_from, window_until = excluded.window_until
        WHERE a.granted + excluded.granted <= :most
    RETURNING granted, remaining
""")

# `locked` takes the row locks in the order of offer_id, so that two takers cannot each hold what
# the other wants. Only the UPDATE cuts the demand: PostgreSQL computes it, and the CHECK, first for
# the row of the statement's snapshot and again for the row it waited for. Cut in `locked`, after a
# wait, it could exceed the snapshot's row, and the CHECK would fail where nothing is wrong.
_TAKE = text("""
    WITH locked AS (
        SELECT a.offer_id, d.quantity
        FROM catalog.allotment a
        JOIN unnest(CAST(:offer_ids AS bigint[]), CAST(:quantities AS bigint[])) AS d (offer_id, quantity) USING (offer_id)
        WHERE a.book_id = :book_id AND a.remaining > 0
            AND a.window_from <= :at AND (a.window_until IS NULL OR :at < a.window_until)
        ORDER BY a.offer_id
        FOR NO KEY UPDATE OF a
    )
    UPDATE catalog.allotment a SET remaining = a.remaining - least(a.remaining, locked.quantity)
    FROM locked WHERE a.book_id = :book_id AND a.offer_id = locked.offer_id
    RETURNING a.offer_id, old.remaining - new.remaining AS granted
""")

_GIVE_BACK = text("""
    UPDATE catalog.allotment SET remaining = remaining + :quantity
    WHERE book_id = :book_id AND offer_id = :offer_id AND remaining + :quantity <= granted
""")


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
) -> Allotment:
    """Give the buyer's programme `quantity` more of an offer; the newest grant's price and window hold for all of it. Three round trips.

    The primary key (book, offer) makes two first grants at once one insert and one addition.

    Raises:
        RoleMissing: the buyer is no brand.
        QuantityOutOfRange, PriceOutOfRange, NaiveTime, PeriodBackwards: the input is malformed.
        OfferNotFound, OfferIsolated: the buyer may not have the offer.
        AllotmentTooLarge: all grants together would exceed QUANTITY_MAX.
    """
    buyer.require("brand")
    require_number(quantity, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity")
    if points is not None:
        require_number(points, 0, PRICE_POINTS_MAX, PriceOutOfRange, "points")
    require_period(window_from, window_until, "window")
    await find_visible_offer(connection, buyer, offer_id)
    bound = {
        "book_id": book_id,
        "offer_id": offer_id,
        "quantity": quantity,
        "points": points,
        "window_from": window_from,
        "window_until": window_until,
        "most": QUANTITY_MAX,
    }
    row = (await connection.execute(_GRANT, bound)).one_or_none()
    if row is None:
        raise AllotmentTooLarge(f"an allotment holds at most {QUANTITY_MAX}", field="quantity")
    return Allotment(
        book_id=book_id,
        offer_id=offer_id,
        granted=row.granted,
        remaining=row.remaining,
        points=points,
        window_from=window_from.astimezone(UTC),
        window_until=None if window_until is None else window_until.astimezone(UTC),
    )


async def take(
    connection: AsyncConnection, book_id: int, demands: Mapping[int, int], at: datetime
) -> dict[int, int]:
    """Take up to the demanded quantity of each offer: what was granted by offer id, 0 where nothing could be. One round trip.

    The rows stay locked until the transaction ends. One take locks in the order of offer id and
    meets no other in a circle; a second one in the same transaction may, if it turns to a smaller
    offer id. PostgreSQL then ends one of the two with a deadlock error: whoever takes twice runs
    the transaction again, as the ledger's lanes do.

    Raises:
        QuantityOutOfRange: a quantity is not 1 to QUANTITY_MAX, or there are over TAKE_OFFERS_MAX
            offers.
        NaiveTime: `at` has no offset from UTC.
    """
    require_time(at, "at")
    require_number(len(demands), 0, TAKE_OFFERS_MAX, QuantityOutOfRange, "offers")
    for quantity in demands.values():
        require_number(quantity, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity")
    granted = dict.fromkeys(demands, 0)
    if demands:
        bound = {
            "book_id": book_id,
            "at": at,
            "offer_ids": list(demands),
            "quantities": list(demands.values()),
        }
        granted.update(
            {row.offer_id: row.granted for row in await connection.execute(_TAKE, bound)}
        )
    return granted


async def give_back(
    connection: AsyncConnection, book_id: int, offer_id: int, quantity: int
) -> None:
    """Return what was taken and not used, whether or not the window is still open. One round trip.

    Several of one transaction go in the order of offer_id, as `take` locks.

    Raises:
        QuantityOutOfRange: the quantity is not 1 to QUANTITY_MAX.
        AllotmentNotTaken: more than was taken; nothing is changed.
    """
    require_number(quantity, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity")
    bound = {"book_id": book_id, "offer_id": offer_id, "quantity": quantity}
    if (await connection.execute(_GIVE_BACK, bound)).rowcount == 0:
        raise AllotmentNotTaken(f"of offer {offer_id} fewer than {quantity} are taken")


async def load_allotments(
    connection: AsyncConnection, book_id: int, offer_ids: Collection[int]
) -> dict[int, Allotment]:
    """The allotments of a book for these offers, by offer id; an offer without one is absent.

    One round trip.
    """
    wanted = select(*_COLUMNS).where(
        allotment.c.book_id == book_id, allotment.c.offer_id.in_(offer_ids)
    )
    rows = (await connection.execute(wanted)).mappings()
    return {row["offer_id"]: _allotment(row) for row in rows}


async def list_allotments(
    connection: AsyncConnection, book_id: int, *, after: int = 0, limit: int
) -> list[Allotment]:
    """A page of a book's allotments in order of offer id; PageOutOfRange. One round trip."""
    require_page(after, limit)
    page = (
        select(*_COLUMNS)
        .where(allotment.c.book_id == book_id, allotment.c.offer_id > after)
        .order_by(allotment.c.offer_id)
        .limit(limit)
    )
    return [_allotment(row) for row in (await connection.execute(page)).mappings()]


def shortage_refusal(held: Allotment | None, offer_id: int, at: datetime) -> Refusal:
    """Why a take of the offer came out short: the refusal for the member's request. Pure."""
    if held is None:
        return AllotmentNotFound(f"the brand has no allotment of offer {offer_id}")
    if not held.open_at(at):
        return AllotmentClosed(f"the allotment of offer {offer_id} is not open at {at.isoformat()}")
    return AllotmentExhausted(f"the allotment of offer {offer_id} is used up")


def _allotment(row: RowMapping) -> Allotment:
    return Allotment(**{column: row[column] for column in Allotment.__dataclass_fields__})
