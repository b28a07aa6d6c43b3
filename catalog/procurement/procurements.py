"""Procurements: what a brand asks of a supplier's offer, and the supplier's yes or no.

A request that the supplier's terms allow is granted at once. Any other waits until the supplier
approves or refuses it:

    waiting ── approve ──> granted ── close ──> closed    (granted at once where the terms allow it)
       ├────── refuse ───> refused
       └────── cancel ───> cancelled                      (by the brand: see `returns`)

Locks, in this order: all supply terms that apply (`supply_terms`), or the one request that is
decided; then the batch, if stock goes back; then the offer. Nobody takes them the other way round.

A decision is one conditional UPDATE: it changes a request that waits, and no other. Of two at once
the second waits for the row's lock, finds the request decided, and changes nothing. So stock is
given once. The same decision again gets the request as it stands; the opposite one is refused.

Everything about a request is in the brand's book. A supplier does not know that book, so its
requests are sought across books, without a lock, and then decided within one.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import TEXT, RowMapping, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole, require_page
from catalog.identifiers import new_identifier
from catalog.offers.read import find_offer_to_procure
from catalog.parties import Party, find_party_by_id
from catalog.procurement.allotments import Grant, add_stock, grant_allotment
from catalog.procurement.batches import WANTED, Wanted
from catalog.procurement.supply_terms import draw
from ledger import Refusal

REASON_LENGTH_MAX = 1_000
WAITING_MAX = 1_000
"""How many requests of a book may wait. Those made at once may be a few more."""


class ProcurementState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class ProcurementNotFound(Refusal):
    """Nobody has asked the supplier for this."""

    code: ClassVar[str] = "procurement-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such procurement."


class ProcurementDecided(Refusal):
    """The request was decided the other way before. `state` says how."""

    code: ClassVar[str] = "procurement-decided"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The procurement was decided before, the other way."


class TooManyProcurements(Refusal):
    """As many of the brand's requests wait as may."""

    code: ClassVar[str] = "too-many-procurements"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Too many procurements of the programme wait for an answer."


class RefusalReasonInvalid(Refusal):
    """The reason of a refusal is empty or too long."""

    code: ClassVar[str] = "refusal-reason-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The reason of the refusal is empty or too long."


@dataclass(frozen=True, slots=True, kw_only=True)
class Procurement:
    """What a brand asked for, and what came of it.

    `terms_id` names the terms that granted it at once. `reason` is the supplier's, for a refusal.
    `allotment_no` is the batch that it became, and `returned` how many of it went back. It is None
    as long as nothing is granted, and for what was granted before there were batches.
    """

    book_id: int
    procurement_id: int
    brand: str
    offer_id: int
    offer_code: str
    quantity: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: datetime
    window_until: datetime | None
    state: ProcurementState
    allotment_no: int | None
    returned: int
    terms_id: int | None
    reason: str | None
    requested_at: datetime
    decided_at: datetime | None


_FIELDS = tuple(field.name for field in fields(Procurement))
_JOINED = {"brand", "offer_code", "allotment_no", "returned"}
_STORED = tuple(name for name in _FIELDS if name not in _JOINED)

_ADD = text(
    f"""
    INSERT INTO catalog.procurement (
        book_id, procurement_id, buyer_id, supplier_id, {", ".join(WANTED)}, state, terms_id,
        decided_at
    )
    VALUES (
        :book_id, :procurement_id, :buyer_id, :supplier_id,
        {", ".join(f":{name}" for name in WANTED)}, :state, :terms_id,
        CASE WHEN :state <> '{ProcurementState.WAITING}' THEN now() END
    )
    ON CONFLICT (book_id, procurement_id) DO NOTHING
    RETURNING {", ".join(_STORED)}
    """
)

_DECIDE = text(
    f"""
    UPDATE catalog.procurement SET state = :state, reason = :reason, decided_at = now()
    WHERE book_id = :book_id AND procurement_id = :procurement_id AND supplier_id = :supplier_id
        AND state = '{ProcurementState.WAITING}'
    """
)

SHOWN = f"""{", ".join(f"p.{name}" for name in _STORED)}, p.buyer_id, b.code AS brand,
        o.code AS offer_code, a.allotment_no, coalesce(a.returned, 0) AS returned
    FROM catalog.procurement p
    JOIN catalog.party b ON b.party_id = p.buyer_id
    JOIN catalog.offer o ON o.offer_id = p.offer_id
    LEFT JOIN catalog.allotment a ON a.book_id = p.book_id AND a.offer_id = p.offer_id
        AND a.procurement_id = p.procurement_id"""
"""What a request shows, from the tables that it is in. The rooms of this wing read it."""

_PAGE = "AND p.procurement_id > :after ORDER BY p.procurement_id LIMIT :limit"

_ONE = text(
    f"""
    SELECT {SHOWN}
    WHERE p.book_id = :book_id AND p.procurement_id = :procurement_id
        AND p.supplier_id = :supplier_id
    """
)

_WAITING = text(
    f"""
    SELECT count(*) FROM catalog.procurement
    WHERE book_id = :book_id AND state = '{ProcurementState.WAITING}'
    """
)

_OF_BOOK = text(
    f"""
    SELECT {SHOWN} WHERE p.book_id = :book_id
        AND (CAST(:state AS text) IS NULL OR p.state = :state) {_PAGE}
    """
).bindparams(bindparam("state", type_=TEXT))

_OF_SUPPLIER = text(
    f"SELECT {SHOWN} WHERE p.supplier_id = :supplier_id AND p.state = :state {_PAGE}"
)

_BOOK_OF = text(
    f"""
    SELECT book_id FROM catalog.procurement
    WHERE supplier_id = :supplier_id AND procurement_id = :procurement_id
        AND state IN ({", ".join(f"'{state}'" for state in ProcurementState)})
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_OF_SUPPLIER, _BOOK_OF)
"""The statements here that name no book, because a supplier's requests come from any book.

None of them locks rows. A cluster sends them to every node.
"""


async def procure(
    connection: AsyncConnection, book_id: int, buyer: Party, wanted: Wanted
) -> tuple[Procurement, Grant | None]:
    """Ask for stock of an offer. It is granted at once if the supplier's terms allow it.

    Ten round trips at most. Returns the request, and the new batch if it was granted.

    Raises:
        RoleMissing: the buyer is not a brand.
        QuantityOutOfRange, PriceOutOfRange, UnitCostInvalid, CurrencyInvalid, TimeInvalid,
            PeriodBackwards: the input is malformed.
        OfferNotFound: there is no such offer, or the buyer may not have it.
        PriceNotAgreed: the supplier's terms would allow it, at another cost.
        TooManyProcurements: it would have to wait, and WAITING_MAX wait already.
        StockTotalExceeded: all brands together would have more than there are.
        AllotmentTooLarge: all batches together would exceed a limit.
    """
    buyer.require("brand")
    wanted.require_valid()
    offer = await find_offer_to_procure(connection, buyer, wanted.offer_id)
    terms = await draw(connection, buyer, offer, wanted)
    if terms is None:
        waiting = await connection.scalar(_WAITING, {"book_id": book_id})
        if waiting is not None and waiting >= WAITING_MAX:
            raise TooManyProcurements(f"of a programme at most {WAITING_MAX} requests wait")
    elif terms.unit_cost_minor is not None:
        wanted = replace(wanted, unit_cost_minor=terms.unit_cost_minor, currency=terms.currency)
    state = ProcurementState.WAITING if terms is None else ProcurementState.GRANTED
    bound = {
        "book_id": book_id,
        "buyer_id": buyer.party_id,
        "supplier_id": offer.supplier_id,
        **{name: getattr(wanted, name) for name in WANTED},
        "state": state,
        "terms_id": None if terms is None else terms.terms_id,
    }
    while True:
        drawn = bound | {"procurement_id": new_identifier()}
        row = (await connection.execute(_ADD, drawn)).mappings().one_or_none()
        if row is not None:
            break
    known = {"brand": buyer.code, "offer_code": offer.code, "allotment_no": None, "returned": 0}
    asked = procurement_of({**row, **known})
    if terms is None:
        return asked, None
    grant = await add_stock(connection, book_id, wanted, asked.procurement_id)
    return replace(asked, allotment_no=grant.allotment_no), grant


async def find_book(connection: AsyncConnection, supplier: Party, procurement_id: int) -> int:
    """The book of a request to the supplier. One round trip.

    Raises:
        ProcurementNotFound: nobody has asked this supplier for it.
    """
    bound = {
        "supplier_id": supplier.party_id,
        "procurement_id": procurement_id if is_whole(procurement_id, 1, BIGINT_MAX) else 0,
    }
    book_id: int | None = (await connection.execute(_BOOK_OF, bound)).scalar()
    if book_id is None:
        raise not_found(procurement_id)
    return book_id


async def approve_procurement(
    connection: AsyncConnection, supplier: Party, book_id: int, procurement_id: int
) -> Procurement:
    """Grant what a brand asked for, outside any terms, as a batch. Ten round trips.

    It has the price, the cost and the window that were asked for. Other batches stay as they are.

    Raises:
        ProcurementNotFound: nobody has asked this supplier for it.
        ProcurementDecided: it was refused or cancelled before.
        OfferNotFound: the brand may not have the offer any more.
        StockTotalExceeded: all brands together would have more than there are.
        AllotmentTooLarge: all batches together would exceed a limit.
    """
    decided, buyer_id, is_new = await _decide(
        connection, supplier, book_id, procurement_id, ProcurementState.GRANTED
    )
    if is_new:
        buyer = await find_party_by_id(connection, buyer_id)
        grant = await grant_allotment(
            connection,
            book_id,
            buyer,
            decided.offer_id,
            quantity=decided.quantity,
            points=decided.points,
            window_from=decided.window_from,
            window_until=decided.window_until,
            unit_cost_minor=decided.unit_cost_minor,
            currency=decided.currency,
            procurement_id=procurement_id,
        )
        decided = replace(decided, allotment_no=grant.allotment_no)
    return decided


async def refuse_procurement(
    connection: AsyncConnection,
    supplier: Party,
    book_id: int,
    procurement_id: int,
    reason: str | None = None,
) -> Procurement:
    """Refuse what a brand asked for. The brand can read the reason. Two round trips.

    Raises:
        RefusalReasonInvalid: the reason is empty or too long.
        ProcurementNotFound: nobody has asked this supplier for it.
        ProcurementDecided: it was granted before.
    """
    if reason is not None and not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise RefusalReasonInvalid(
            f"a reason is 1 to {REASON_LENGTH_MAX} characters", field="reason"
        )
    decided, _, _ = await _decide(
        connection, supplier, book_id, procurement_id, ProcurementState.REFUSED, reason=reason
    )
    return decided


async def list_procurements(
    connection: AsyncConnection,
    book_id: int,
    *,
    state: ProcurementState | None = None,
    after: int = 0,
    limit: int,
) -> list[Procurement]:
    """A page of what a book has asked for, or of those in a state, in order of id.

    One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    bound = {"book_id": book_id, "state": state, "after": after, "limit": limit}
    return [procurement_of(row) for row in (await connection.execute(_OF_BOOK, bound)).mappings()]


async def list_asked_procurements(
    connection: AsyncConnection,
    supplier: Party,
    state: ProcurementState,
    *,
    after: int = 0,
    limit: int,
) -> list[Procurement]:
    """A page of what the supplier was asked for, in order of id. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    bound = {
        "supplier_id": supplier.party_id,
        "state": state,
        "after": after,
        "limit": limit,
    }
    return [
        procurement_of(row) for row in (await connection.execute(_OF_SUPPLIER, bound)).mappings()
    ]


async def _decide(
    connection: AsyncConnection,
    supplier: Party,
    book_id: int,
    procurement_id: int,
    state: ProcurementState,
    *,
    reason: str | None = None,
) -> tuple[Procurement, int, bool]:
    """The request as it stands now, its buyer's id, and whether it was this call that decided."""
    key = {
        "book_id": book_id,
        "procurement_id": procurement_id if is_whole(procurement_id, 1, BIGINT_MAX) else 0,
        "supplier_id": supplier.party_id,
    }
    changed = await connection.execute(_DECIDE, key | {"state": state, "reason": reason})
    row = (await connection.execute(_ONE, key)).mappings().one_or_none()
    if row is None:
        raise not_found(procurement_id)
    if row["state"] != state:
        raise ProcurementDecided(f"it is {row['state']} already", state=row["state"])
    return procurement_of(row), row["buyer_id"], changed.rowcount > 0


def not_found(procurement_id: int) -> ProcurementNotFound:
    """Say that there is no such request for the caller."""
    return ProcurementNotFound(f"there is no procurement {procurement_id}")


def procurement_of(row: RowMapping | dict[str, Any]) -> Procurement:
    """A request, from a row of it."""
    known = {name: row[name] for name in _FIELDS}
    return Procurement(**known | {"state": ProcurementState(row["state"])})
