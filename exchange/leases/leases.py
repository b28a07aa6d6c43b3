"""Leases as they are stored: made for a till, listed, closed, and what is at stake in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX, Party, new_identifier
from catalog.codes import require_own_offer
from catalog.offers import Offer, load_own_offer
from catalog.shops import find_shop
from exchange.leases.terms import (
    LEASES_OPEN_MAX,
    UPLOAD_HOURS,
    Lease,
    LeaseInvalid,
    LeaseNotFound,
    LeaseTerms,
    TooManyLeases,
)
from ledger import read_clock

_COLUMNS = """lease_id, supplier_id, shop, offer_ids, currency, value_max_minor, bearer, quota,
        used, valid_from, valid_until, upload_until, closed_at"""

_OPEN = text(
    """
    SELECT count(*) FROM exchange.lease
    WHERE supplier_id = :supplier_id AND shop = :shop AND closed_at IS NULL
        AND upload_until > now()
    """
)

_ADD = text(
    f"""
    INSERT INTO exchange.lease (
        lease_id, supplier_id, shop, offer_ids, currency, value_max_minor, bearer, quota,
        valid_from, valid_until, upload_until
    )
    VALUES (
        :lease_id, :supplier_id, :shop, :offer_ids, :currency, :value_max_minor, :bearer, :quota,
        :valid_from, :valid_until, :upload_until
    )
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
    """
)

# Of one supplier, or of all for the operator; of one shop for a till.
_OF = f"""
    SELECT {_COLUMNS} FROM exchange.lease
    WHERE (:supplier_id = 0 OR supplier_id = :supplier_id)
        AND (CAST(:shop AS text) IS NULL OR shop = :shop)"""

_ONE = text(f"{_OF} AND lease_id = :lease_id")
_LOCK = text(f"{_OF} AND lease_id = :lease_id FOR NO KEY UPDATE")
_PAGE = text(f"{_OF} AND lease_id > :after ORDER BY lease_id LIMIT :limit")

_CLOSE = text(
    """
    UPDATE exchange.lease SET closed_at = now() WHERE lease_id = :lease_id AND closed_at IS NULL
    """
)

_EXPOSURE = text(
    """
    SELECT currency, count(*) AS leases, sum(quota - used) AS pieces,
        sum((quota - used) * value_max_minor) AS minor
    FROM exchange.lease
    WHERE (:supplier_id = 0 OR supplier_id = :supplier_id) AND closed_at IS NULL
        AND upload_until >= :now
    GROUP BY currency ORDER BY currency
    """
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is at stake in all open leases of one currency: uses that are not told yet."""

    currency: str
    leases: int
    pieces: int
    exposure_minor: int


async def make_lease(connection: AsyncConnection, supplier: Party, terms: LeaseTerms) -> Lease:
    """Let a till of a shop take coupons without a connection.

    Raises:
        LeaseInvalid: what is asked cannot be, an offer has no codes of the exchange, or the offers
            are of several currencies.
        ShopNotFound: the supplier has no such shop.
        OfferNotFound: an offer is not the supplier's.
        TooManyLeases: the shop has LEASES_OPEN_MAX open ones.
    """
    terms.require_valid()
    await find_shop(connection, supplier, terms.shop)
    offers = [await _own_offer(connection, supplier, each) for each in terms.offer_ids]
    currencies = {offer.currency for offer in offers}
    if len(currencies) > 1:
        raise LeaseInvalid("the offers of a lease are of one currency", field="offers")
    whose = {"supplier_id": supplier.party_id, "shop": terms.shop}
    if ((await connection.scalar(_OPEN, whose)) or 0) >= LEASES_OPEN_MAX:
        raise TooManyLeases(f"a shop has at most {LEASES_OPEN_MAX} open leases")
    now = await read_clock(connection)
    until = now + timedelta(hours=terms.hours)
    bound = whose | {
        "offer_ids": list(terms.offer_ids),
        "currency": currencies.pop(),
        "value_max_minor": max(offer.face_value_minor for offer in offers),
        "bearer": terms.bearer,
        "quota": terms.quota,
        "valid_from": now,
        "valid_until": until,
        "upload_until": until + timedelta(hours=UPLOAD_HOURS),
    }
    row: RowMapping | None = None
    while row is None:
        drawn = bound | {"lease_id": new_identifier()}
        row = (await connection.execute(_ADD, drawn)).mappings().one_or_none()
    return Lease(**row)


async def _own_offer(connection: AsyncConnection, supplier: Party, offer_id: int) -> Offer:
    await require_own_offer(connection, supplier, offer_id)
    offer = await load_own_offer(connection, offer_id)
    if offer.fulfilment != "own_code":
        raise LeaseInvalid(f"offer {offer.code} is not used at a till", field="offers")
    return offer


async def close_lease(
    connection: AsyncConnection, supplier: Party, lease_id: int, shop: str | None = None
) -> Lease:
    """Take no more uses of a lease: the till has told all. Closed again, it stays closed.

    Raises:
        LeaseNotFound: the supplier, or this shop of it, has no such lease.
    """
    await lock_lease(connection, supplier, lease_id, shop)
    await connection.execute(_CLOSE, {"lease_id": lease_id})
    return await find_lease(connection, supplier, lease_id, shop)


async def find_lease(
    connection: AsyncConnection, supplier: Party | None, lease_id: int, shop: str | None = None
) -> Lease:
    """A lease of the supplier, or any for the operator. With `shop`, of this shop alone.

    Raises:
        LeaseNotFound: there is none.
    """
    return await _find(connection, _ONE, supplier, lease_id, shop)


async def lock_lease(
    connection: AsyncConnection, supplier: Party, lease_id: int, shop: str | None
) -> Lease:
    """The same lease, which nobody else changes until the transaction ends."""
    return await _find(connection, _LOCK, supplier, lease_id, shop)


async def _find(
    connection: AsyncConnection,
    statement: TextClause,
    supplier: Party | None,
    lease_id: int,
    shop: str | None,
) -> Lease:
    wanted = lease_id if 0 < lease_id <= BIGINT_MAX else 0
    bound = {"supplier_id": _id_of(supplier), "shop": shop, "lease_id": wanted}
    row = (await connection.execute(statement, bound)).mappings().one_or_none()
    if row is None:
        raise LeaseNotFound(f"there is no lease {lease_id}")
    return Lease(**row)


async def list_leases(
    connection: AsyncConnection,
    supplier: Party | None,
    shop: str | None = None,
    *,
    after: int,
    limit: int,
) -> list[Lease]:
    """A page of the supplier's leases, or of all for the operator. One round trip."""
    bound = {"supplier_id": _id_of(supplier), "shop": shop, "after": after, "limit": limit}
    return [Lease(**row) for row in (await connection.execute(_PAGE, bound)).mappings()]


async def load_exposure(
    connection: AsyncConnection, supplier: Party | None, now: datetime
) -> list[Exposure]:
    """What is at stake in the open leases of a supplier, or in all, by currency."""
    rows = await connection.execute(_EXPOSURE, {"supplier_id": _id_of(supplier), "now": now})
    return [Exposure(row.currency, row.leases, int(row.pieces), int(row.minor)) for row in rows]


def _id_of(supplier: Party | None) -> int:
    return 0 if supplier is None else supplier.party_id
