"""Allotments: how many of an offer a brand has procured, at what price and in which window.

An allotment is kept in the brand's book, beside the redemptions that draw on it. `remaining` never
goes below zero or above what was granted: every change is one conditional UPDATE, and a CHECK in
the database says the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    QUANTITY_MAX,
    QuantityOutOfRange,
    require_number,
    require_page,
    require_period,
    require_price,
    require_quantity,
    require_time,
)
from catalog.offers.read import find_visible_offer
from catalog.parties import Party
from catalog.tables import allotment
from ledger import Refusal

TAKE_OFFERS_MAX = 10_000


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
    """More is given back than was taken: the caller and the allotment disagree."""

    code: ClassVar[str] = "allotment-not-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "More would be given back than was taken."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a brand wants of an offer, at which price and for which window of redemptions."""

    offer_id: int
    quantity: int
    points: int | None
    window_from: datetime
    window_until: datetime | None

    def require_valid(self) -> None:
        """Refuse malformed input.

        Raises:
            QuantityOutOfRange, PriceOutOfRange, TimeInvalid, PeriodBackwards: in this order.
        """
        require_quantity(self.quantity)
        if self.points is not None:
            require_price(self.points)
        require_period(self.window_from, self.window_until, "window")


WANTED = tuple(field.name for field in fields(Wanted))
"""The names of its fields, which are those of columns, too."""


@dataclass(frozen=True, slots=True)
class Allotment:
    """What a brand holds of an offer. It is open from `window_from` until before `window_until`.

    `points` is the price. None: the offer's default price applies.
    """

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


_FIELDS = tuple(field.name for field in fields(Allotment))
_COLUMNS = tuple(allotment.c[name] for name in _FIELDS)

_GRANT = text(
    f"""
    INSERT INTO catalog.allotment AS a
        (book_id, offer_id, granted, remaining, points, window_from, window_until)
    VALUES (:book_id, :offer_id, :quantity, :quantity, :points, :window_from, :window_until)
    ON CONFLICT (book_id, offer_id) DO UPDATE
        SET granted = a.granted + excluded.granted, remaining = a.remaining + excluded.granted,
            points = excluded.points,
            window_from = excluded.window_from, window_until = excluded.window_until
        WHERE a.granted + excluded.granted <= {QUANTITY_MAX}
    RETURNING granted, remaining
    """
)

# `locked` takes the row locks in the order of offer_id, so that two takers cannot each hold what
# the other wants.
#
# The demand is cut to what remains in the UPDATE and nowhere else. PostgreSQL computes the UPDATE
# and the CHECK for the row of the statement's snapshot first, and after a wait again for the newer
# row. A demand cut in `locked`, after a wait, can exceed what the older row had left. The CHECK
# would then fail although nothing is wrong.
_TAKE = text(
    """
    WITH locked AS (
        SELECT a.offer_id, d.quantity
        FROM catalog.allotment a
        JOIN unnest(CAST(:offer_ids AS bigint[]), CAST(:quantities AS bigint[]))
            AS d (offer_id, quantity) USING (offer_id)
        WHERE a.book_id = :book_id AND a.remaining > 0
            AND a.window_from <= :at AND (a.window_until IS NULL OR :at < a.window_until)
        ORDER BY a.offer_id
        FOR NO KEY UPDATE OF a
    )
    UPDATE catalog.allotment a SET remaining = a.remaining - least(a.remaining, locked.quantity)
    FROM locked WHERE a.book_id = :book_id AND a.offer_id = locked.offer_id
    RETURNING a.offer_id, old.remaining - new.remaining AS granted
    """
)

_GIVE_BACK = text(
    """
    UPDATE catalog.allotment SET remaining = remaining + :quantity
    WHERE book_id = :book_id AND offer_id = :offer_id AND remaining + :quantity <= granted
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
) -> Allotment:
    """Give the buyer's programme `quantity` more of an offer. Three round trips.

    Whether the supplier agrees is for the caller to know, see `procurements`. The price and window
    of the newest grant hold for all of the allotment. The primary key (book, offer) turns two first
    grants at once into one insert and one addition.

    Raises:
        RoleMissing: the buyer is not a brand.
        QuantityOutOfRange, PriceOutOfRange, TimeInvalid, PeriodBackwards: the input is malformed.
        OfferNotFound: there is no such offer, or the buyer may not have it.
        AllotmentTooLarge: all grants together would exceed QUANTITY_MAX.
    """
    wanted = Wanted(offer_id, quantity, points, window_from, window_until)
    buyer.require("brand")
    wanted.require_valid()
    await find_visible_offer(connection, buyer, offer_id)
    return await add_stock(connection, book_id, wanted)


async def add_stock(connection: AsyncConnection, book_id: int, wanted: Wanted) -> Allotment:
    """Add what is wanted to the book's allotment. One round trip.

    The caller has checked that the brand may have it.

    Raises:
        AllotmentTooLarge: all grants together would exceed QUANTITY_MAX.
    """
    bound = {"book_id": book_id, **{name: getattr(wanted, name) for name in WANTED}}
    row = (await connection.execute(_GRANT, bound)).one_or_none()
    if row is None:
        raise AllotmentTooLarge(f"an allotment holds at most {QUANTITY_MAX}", field="quantity")
    until = wanted.window_until
    return Allotment(
        book_id=book_id,
        offer_id=wanted.offer_id,
        granted=row.granted,
        remaining=row.remaining,
        points=wanted.points,
        window_from=wanted.window_from.astimezone(UTC),
        window_until=None if until is None else until.astimezone(UTC),
    )


async def take(
    connection: AsyncConnection, book_id: int, demands: Mapping[int, int], at: datetime
) -> dict[int, int]:
    """Take up to the demanded quantity of each offer. One round trip.

    Returns what was granted by offer id: 0 where nothing could be taken.

    The rows stay locked until the transaction ends. One take locks in the order of offer id, so two
    transactions with one take each cannot deadlock. A second take in a transaction can, if it asks
    for a smaller offer id. PostgreSQL then ends one of the two transactions with a deadlock error,
    and a caller that takes twice runs its transaction again, as the ledger's lanes do.

    Raises:
        QuantityOutOfRange: a quantity is not 1 to QUANTITY_MAX, or there are over TAKE_OFFERS_MAX
            offers.
        TimeInvalid: `at` has no offset from UTC.
    """
    require_time(at, "at")
    require_number(len(demands), 0, TAKE_OFFERS_MAX, QuantityOutOfRange, "offers")
    for quantity in demands.values():
        require_quantity(quantity)
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
    """Give back what was taken and not used. The window may have closed. One round trip.

    A transaction that gives back several offers does so in the order of offer id, as `take` locks.

    Raises:
        QuantityOutOfRange: the quantity is not 1 to QUANTITY_MAX.
        AllotmentNotTaken: more than was taken; nothing is changed.
    """
    require_quantity(quantity)
    bound = {"book_id": book_id, "offer_id": offer_id, "quantity": quantity}
    if (await connection.execute(_GIVE_BACK, bound)).rowcount == 0:
        raise AllotmentNotTaken(f"of offer {offer_id} fewer than {quantity} are taken")


async def load_allotments(
    connection: AsyncConnection, book_id: int, offer_ids: Collection[int]
) -> dict[int, Allotment]:
    """The allotments of a book for these offers, by offer id. One round trip.

    An offer without one is left out.
    """
    wanted = select(*_COLUMNS).where(
        allotment.c.book_id == book_id, allotment.c.offer_id.in_(offer_ids)
    )
    rows = (await connection.execute(wanted)).mappings()
    return {row["offer_id"]: _allotment(row) for row in rows}


async def list_allotments(
    connection: AsyncConnection, book_id: int, *, after: int = 0, limit: int
) -> list[Allotment]:
    """A page of a book's allotments in order of offer id. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    page = (
        select(*_COLUMNS)
        .where(allotment.c.book_id == book_id, allotment.c.offer_id > after)
        .order_by(allotment.c.offer_id)
        .limit(limit)
    )
    return [_allotment(row) for row in (await connection.execute(page)).mappings()]


def shortage_refusal(held: Allotment | None, offer_id: int, at: datetime) -> Refusal:
    """Why a take of the offer fell short, as the refusal of the member's request. Pure."""
    if held is None:
        return AllotmentNotFound(f"the brand has no allotment of offer {offer_id}")
    if not held.open_at(at):
        return AllotmentClosed(f"the allotment of offer {offer_id} is not open at {at.isoformat()}")
    return AllotmentExhausted(f"the allotment of offer {offer_id} is used up")


def _allotment(row: RowMapping) -> Allotment:
    return Allotment(**{name: row[name] for name in _FIELDS})
