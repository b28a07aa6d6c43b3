"""Supply terms: what a supplier grants to brands without being asked each time.

Terms cover one offer of the supplier or all of them, for the brands that they name or for all. They
say how many pieces may be granted in all and to each brand. They hold from `valid_from` until
`valid_until`, or until they are withdrawn, by the clock of the database.

A grant (`draw`) locks all terms that apply to it, in the order of their ids, until the end of the
transaction. Only then does it read what the brand has had under them, so nobody else can count
meanwhile: of two grants for the last pieces, the second sees what the first took. A withdrawal
waits for the same lock. Once it is answered, nothing more is granted under these terms. A CHECK in
the database says that no terms grant more than they may in all.

What a brand returns (`undraw`) may be granted again under the same terms, to it or to others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    BIGINT_MAX,
    QUANTITY_MAX,
    QuantityOutOfRange,
    is_whole,
    require_code,
    require_number,
    require_page,
    require_period,
)
from catalog.identifiers import new_identifier
from catalog.offers.read import OfferNotFound
from catalog.offers.rows import Offer
from catalog.parties import Party
from catalog.procurement.batches import Wanted
from catalog.procurement.costs import PriceNotAgreed, require_cost
from catalog.tables import offer, supply_terms
from ledger import Refusal

BRANDS_MAX = 1_000
"""How many brands terms may name."""
TERMS_IN_FORCE_MAX = 1_000
"""How many terms a supplier may have that are not over. Those stated at once may be a few more."""


class SupplyTermsInvalid(Refusal):
    """Supply terms name no brand, or too many."""

    code: ClassVar[str] = "supply-terms-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The supply terms name no brand, or too many."


class SupplyTermsNotFound(Refusal):
    """The supplier has stated no such terms."""

    code: ClassVar[str] = "supply-terms-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There are no such supply terms."


class TooManySupplyTerms(Refusal):
    """The supplier has as many terms in force as it may have."""

    code: ClassVar[str] = "too-many-supply-terms"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier has too many supply terms in force."


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyTerms:
    """What a supplier grants. `granted` is what was granted under these terms and was kept.

    `offer_id` None: any offer of the supplier, and the quantities count all of them together.
    `brands` None: any brand. `quantity_per_brand_max` None: one brand may have all.
    `unit_cost_minor` is what a piece costs. None: the parties settle that elsewhere.
    """

    terms_id: int
    offer_id: int | None
    brands: Sequence[str] | None
    quantity_max: int
    quantity_per_brand_max: int | None
    unit_cost_minor: int | None
    currency: str | None
    granted: int
    valid_from: datetime
    valid_until: datetime | None
    withdrawn_at: datetime | None

    def leave(self, quantity: int, taken: int) -> bool:
        """Whether so many more may be granted to a brand that has had `taken` under the terms."""
        if self.granted + quantity > self.quantity_max:
            return False
        return self.quantity_per_brand_max is None or (
            taken + quantity <= self.quantity_per_brand_max
        )

    def agree(self, wanted: Wanted) -> bool:
        """Whether the cost that was offered is the one asked for. What is not said is agreed."""
        return (
            self.unit_cost_minor is None
            or wanted.unit_cost_minor is None
            or (self.unit_cost_minor, self.currency) == (wanted.unit_cost_minor, wanted.currency)
        )


_FIELDS = tuple(field.name for field in fields(SupplyTerms))
_COLUMNS = tuple(supply_terms.c[name] for name in _FIELDS)

_STATE = text(
    f"""
    INSERT INTO catalog.supply_terms (
        terms_id, supplier_id, offer_id, brands, quantity_max, quantity_per_brand_max,
        unit_cost_minor, currency, valid_from, valid_until
    )
    VALUES (
        :terms_id, :supplier_id, :offer_id, CAST(:brands AS text[]), :quantity_max,
        :quantity_per_brand_max, :unit_cost_minor, :currency, :valid_from, :valid_until
    )
    ON CONFLICT (terms_id) DO NOTHING
    RETURNING {", ".join(_FIELDS)}
    """
)

_IN_FORCE = text(
    """
    SELECT count(*) FROM catalog.supply_terms
    WHERE supplier_id = :supplier_id AND withdrawn_at IS NULL
        AND (valid_until IS NULL OR now() < valid_until)
    """
)

_WITHDRAW = text(
    """
    UPDATE catalog.supply_terms SET withdrawn_at = coalesce(withdrawn_at, now())
    WHERE terms_id = :terms_id AND supplier_id = :supplier_id
    """
)

_LOCK_APPLYING = text(
    f"""
    SELECT {", ".join(_FIELDS)} FROM catalog.supply_terms
    WHERE supplier_id = :supplier_id AND (offer_id IS NULL OR offer_id = :offer_id)
        AND (brands IS NULL OR :brand = ANY (brands)) AND withdrawn_at IS NULL
        AND valid_from <= now() AND (valid_until IS NULL OR now() < valid_until)
    ORDER BY terms_id
    FOR NO KEY UPDATE
    """
)

_TAKEN = text(
    """
    SELECT terms_id, granted FROM catalog.supply_taken
    WHERE terms_id = ANY (CAST(:terms_ids AS bigint[])) AND buyer_id = :buyer_id
    """
)

_COUNT = text(
    """
    WITH counted AS (
        UPDATE catalog.supply_terms SET granted = granted + :quantity WHERE terms_id = :terms_id
        RETURNING terms_id
    )
    INSERT INTO catalog.supply_taken AS t (terms_id, buyer_id, granted)
    SELECT terms_id, :buyer_id, :quantity FROM counted
    ON CONFLICT (terms_id, buyer_id) DO UPDATE SET granted = t.granted + excluded.granted
    """
)

_UNCOUNT = text(
    "UPDATE catalog.supply_terms SET granted = granted - :quantity WHERE terms_id = :terms_id"
)
_UNCOUNT_OF_BUYER = text(
    """
    UPDATE catalog.supply_taken SET granted = granted - :quantity
    WHERE terms_id = :terms_id AND buyer_id = :buyer_id
    """
)


async def state_supply_terms(
    connection: AsyncConnection,
    supplier: Party,
    *,
    offer_id: int | None,
    brands: Sequence[str] | None,
    quantity_max: int,
    quantity_per_brand_max: int | None = None,
    unit_cost_minor: int | None = None,
    currency: str | None = None,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> SupplyTerms:
    """State what the supplier grants from now on. Three round trips.

    A code in `brands` need not be one of a party: whether it is, is not for the supplier to know.

    Raises:
        RoleMissing: the party is not a supplier.
        SupplyTermsInvalid, CodeInvalid, QuantityOutOfRange, UnitCostInvalid, CurrencyInvalid,
            TimeInvalid, PeriodBackwards: the input is malformed.
        OfferNotFound: the supplier has no such offer.
        TooManySupplyTerms: TERMS_IN_FORCE_MAX are in force.
    """
    supplier.require("supplier")
    if brands is not None:
        if not 1 <= len(brands) <= BRANDS_MAX:
            raise SupplyTermsInvalid(f"terms name 1 to {BRANDS_MAX} brands", field="brands")
        for brand in brands:
            require_code(brand)
    require_number(quantity_max, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity_max")
    if quantity_per_brand_max is not None:
        require_number(
            quantity_per_brand_max, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity_per_brand_max"
        )
    require_cost(unit_cost_minor, currency)
    require_period(valid_from, valid_until, "validity")
    if offer_id is not None:
        await _require_own_offer(connection, supplier, offer_id)
    in_force = await connection.scalar(_IN_FORCE, {"supplier_id": supplier.party_id})
    if in_force is not None and in_force >= TERMS_IN_FORCE_MAX:
        raise TooManySupplyTerms(f"a supplier has at most {TERMS_IN_FORCE_MAX} terms in force")
    bound = {
        "supplier_id": supplier.party_id,
        "offer_id": offer_id,
        "brands": None if brands is None else sorted(set(brands)),
        "quantity_max": quantity_max,
        "quantity_per_brand_max": quantity_per_brand_max,
        "unit_cost_minor": unit_cost_minor,
        "currency": currency,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    while True:
        drawn = bound | {"terms_id": new_identifier()}
        row = (await connection.execute(_STATE, drawn)).mappings().one_or_none()
        if row is not None:
            return _terms(row)


async def list_supply_terms(
    connection: AsyncConnection, supplier: Party, *, after: int = 0, limit: int
) -> list[SupplyTerms]:
    """A page of the supplier's terms in order of id, withdrawn ones too. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    wanted = (
        select(*_COLUMNS)
        .where(supply_terms.c.supplier_id == supplier.party_id, supply_terms.c.terms_id > after)
        .order_by(supply_terms.c.terms_id)
        .limit(limit)
    )
    return [_terms(row) for row in (await connection.execute(wanted)).mappings()]


async def withdraw_supply_terms(
    connection: AsyncConnection, supplier: Party, terms_id: int
) -> None:
    """Grant nothing more under these terms. One round trip.

    What was granted stays granted. Terms that are withdrawn already stay as they are.

    Raises:
        SupplyTermsNotFound: the supplier has stated no such terms.
    """
    bound = {
        "terms_id": terms_id if is_whole(terms_id, 1, BIGINT_MAX) else 0,
        "supplier_id": supplier.party_id,
    }
    if (await connection.execute(_WITHDRAW, bound)).rowcount == 0:
        raise SupplyTermsNotFound(f"there are no supply terms {terms_id}")


async def draw(
    connection: AsyncConnection, buyer: Party, offered: Offer, wanted: Wanted
) -> SupplyTerms | None:
    """Count a grant under terms that allow it. Three round trips.

    Returns these terms, or None if there are none. The caller then grants nothing.

    Raises:
        PriceNotAgreed: there are some, and they ask for another cost.
    """
    asked = {
        "supplier_id": offered.supplier_id,
        "offer_id": offered.offer_id,
        "brand": buyer.code,
    }
    applying = [_terms(row) for row in (await connection.execute(_LOCK_APPLYING, asked)).mappings()]
    if not applying:
        return None
    terms_ids = [each.terms_id for each in applying]
    rows = await connection.execute(_TAKEN, {"terms_ids": terms_ids, "buyer_id": buyer.party_id})
    chosen = choose(applying, {row.terms_id: row.granted for row in rows}, wanted)
    if chosen is None:
        return None
    counted = {
        "terms_id": chosen.terms_id,
        "buyer_id": buyer.party_id,
        "quantity": wanted.quantity,
    }
    await connection.execute(_COUNT, counted)
    return chosen


async def undraw(connection: AsyncConnection, terms_id: int, buyer_id: int, quantity: int) -> None:
    """Count a grant under these terms no more, as far as so much of it went back.

    Two round trips. Locks the terms, as a grant does.
    """
    bound = {"terms_id": terms_id, "buyer_id": buyer_id, "quantity": quantity}
    await connection.execute(_UNCOUNT, bound)
    await connection.execute(_UNCOUNT_OF_BUYER, bound)


def choose(
    applying: Sequence[SupplyTerms], taken: Mapping[int, int], wanted: Wanted
) -> SupplyTerms | None:
    """The terms under which what is wanted is granted. Pure.

    `taken` is what the brand has had under each. Terms for the one offer come before terms for all
    offers, and of these the older ones before the newer. All pieces are granted under one of them.

    Raises:
        PriceNotAgreed: the quantity is there, but only at another cost.
    """
    in_order = sorted(
        applying, key=lambda terms: (terms.offer_id is None, terms.valid_from, terms.terms_id)
    )
    leaving = [
        terms for terms in in_order if terms.leave(wanted.quantity, taken.get(terms.terms_id, 0))
    ]
    for terms in leaving:
        if terms.agree(wanted):
            return terms
    if leaving:
        asking = leaving[0]
        raise PriceNotAgreed(
            f"a piece costs {asking.unit_cost_minor} minor units of {asking.currency}",
            unit_cost_minor=asking.unit_cost_minor,
            currency=asking.currency,
        )
    return None


async def _require_own_offer(connection: AsyncConnection, supplier: Party, offer_id: int) -> None:
    own = select(offer.c.offer_id).where(
        offer.c.offer_id == (offer_id if is_whole(offer_id, 1, BIGINT_MAX) else 0),
        offer.c.supplier_id == supplier.party_id,
    )
    if (await connection.execute(own)).one_or_none() is None:
        raise OfferNotFound(f"there is no offer {offer_id}")


def _terms(row: RowMapping) -> SupplyTerms:
    return SupplyTerms(**{name: row[name] for name in _FIELDS})
