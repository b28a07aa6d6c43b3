"""Publishing: a supplier's new offer, and a new version of one it has published."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, get_args

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    BIGINT_MAX,
    FACE_VALUE_MINOR_MAX,
    PRICE_POINTS_MAX,
    USE_WITHIN_DAYS_MAX,
    FaceValueOutOfRange,
    PriceOutOfRange,
    UseWithinOutOfRange,
    is_whole,
    require_currency,
    require_name,
    require_number,
    require_offer_code,
    require_period,
)
from catalog.offers.read import Fulfilment, Offer, OfferNotFound
from catalog.parties import Party
from ledger import Refusal


class OfferExists(Refusal):
    """The supplier has another offer with the code."""

    code: ClassVar[str] = "offer-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier has an offer with this code already."


class OfferPeriodTaken(Refusal):
    """A new version would begin before, or with, the version it follows."""

    code: ClassVar[str] = "offer-period-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A new version begins after the version it follows."


class FulfilmentInvalid(Refusal):
    """The fulfilment kind is unknown."""

    code: ClassVar[str] = "fulfilment-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "There is no such kind of fulfilment."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version says.

    `points` is the default price, `valid_until` None has no end, `use_within_days` None sets no
    deadline.
    """

    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Fulfilment
    valid_from: datetime
    valid_until: datetime | None = None
    use_within_days: int | None = None

    def check(self) -> None:
        """Refuse malformed terms.

        Raises:
            NameInvalid, FaceValueOutOfRange, CurrencyInvalid, PriceOutOfRange, FulfilmentInvalid,
            UseWithinOutOfRange, NaiveTime, PeriodBackwards: in this order.
        """
        require_name(self.name, "name")
        require_number(
            self.face_value_minor, 0, FACE_VALUE_MINOR_MAX, FaceValueOutOfRange, "face_value_minor"
        )
        require_currency(self.currency)
        require_number(self.points, 0, PRICE_POINTS_MAX, PriceOutOfRange, "points")
        if self.fulfilment not in get_args(Fulfilment):
            raise FulfilmentInvalid(
                f"the kinds are: {', '.join(get_args(Fulfilment))}", field="fulfilment"
            )
        if self.use_within_days is not None:
            require_number(
                self.use_within_days, 1, USE_WITHIN_DAYS_MAX, UseWithinOutOfRange, "use_within_days"
            )
        require_period(self.valid_from, self.valid_until, "validity")


_INSERT_VERSION = """
    version AS (
        INSERT INTO catalog.offer_version
            (offer_id, version, name, face_value_minor, currency, points, fulfilment, use_within_days)
        SELECT offer_id, latest_version, :name, :face_value_minor, :currency, :points, :fulfilment, CAST(:use_within_days AS integer)
        FROM head
    )
    INSERT INTO catalog.offer_period (offer_id, version, valid_period)
    SELECT offer_id, latest_version, tstzrange(CAST(:valid_from AS timestamptz), CAST(:valid_until AS timestamptz)) FROM head
    RETURNING offer_id, version
"""
_PUBLISH = text(f"""
    WITH head AS (
        INSERT INTO catalog.offer (supplier_id, code, latest_version) VALUES (:supplier_id, :code, 1)
        ON CONFLICT (supplier_id, code) DO NOTHING RETURNING offer_id, latest_version
    ), {_INSERT_VERSION}
""")
_LOCK = text("""
    SELECT code, latest_version FROM catalog.offer WHERE offer_id = :offer_id AND supplier_id = :supplier_id FOR NO KEY UPDATE
""")
_SHORTEN = text("""
    UPDATE catalog.offer_period SET valid_period = valid_period * tstzrange(NULL, CAST(:valid_from AS timestamptz))
    WHERE offer_id = :offer_id AND version = :version AND lower(valid_period) < CAST(:valid_from AS timestamptz)
""")
_REVISE = text(f"""
    WITH head AS (
        UPDATE catalog.offer SET latest_version = latest_version + 1 WHERE offer_id = :offer_id RETURNING offer_id, latest_version
    ), {_INSERT_VERSION}
""")


async def publish_offer(
    connection: AsyncConnection,
    supplier: Party,
    *,
    code: str,
    name: str,
    face_value_minor: int,
    currency: str,
    points: int,
    fulfilment: Fulfilment,
    valid_from: datetime,
    valid_until: datetime | None = None,
    use_within_days: int | None = None,
) -> Offer:
    """Publish a new offer of the supplier, as version 1. One round trip.

    Raises:
        RoleMissing: the party is no supplier.
        OfferCodeInvalid and those of Terms.check: the input is malformed.
        OfferExists: the unique key (supplier, code) is taken; of two at once, one is refused.
    """
    supplier.require("supplier")
    require_offer_code(code)
    terms = Terms(
        name,
        face_value_minor,
        currency,
        points,
        fulfilment,
        valid_from,
        valid_until,
        use_within_days,
    )
    terms.check()
    bound = {"supplier_id": supplier.party_id, "code": code, **_bound(terms)}
    row = (await connection.execute(_PUBLISH, bound)).one_or_none()
    if row is None:
        raise OfferExists(f"{supplier.code} has an offer {code} already", offer=code)
    return _offer(supplier, row.offer_id, code, row.version, terms)


async def revise_offer(
    connection: AsyncConnection, supplier: Party, offer_id: int, terms: Terms
) -> Offer:
    """Publish the next version of an offer; the version before it is sold until the new one begins.

    Three round trips.

    The lock on the offer's row makes revisions of one offer follow each other; each sees the
    version before it.

    Raises:
        Those of Terms.check: the input is malformed.
        OfferNotFound: the supplier has no such offer.
        OfferPeriodTaken: the new version begins no later than the latest.
    """
    terms.check()
    owner = {"offer_id": offer_id, "supplier_id": supplier.party_id}
    head = (
        (await connection.execute(_LOCK, owner)).one_or_none()
        if is_whole(offer_id, 1, BIGINT_MAX)
        else None
    )
    if head is None:
        raise OfferNotFound(f"{supplier.code} has no offer {offer_id}")
    latest = {"offer_id": offer_id, "version": head.latest_version, "valid_from": terms.valid_from}
    if (await connection.execute(_SHORTEN, latest)).rowcount == 0:
        raise OfferPeriodTaken(
            f"version {head.latest_version} does not begin before {terms.valid_from.isoformat()}"
        )
    row = (await connection.execute(_REVISE, {"offer_id": offer_id, **_bound(terms)})).one()
    return _offer(supplier, offer_id, head.code, row.version, terms)


def _bound(terms: Terms) -> dict[str, Any]:
    return {column: getattr(terms, column) for column in Terms.__dataclass_fields__}


def _offer(supplier: Party, offer_id: int, code: str, version: int, terms: Terms) -> Offer:
    return Offer(
        offer_id=offer_id,
        supplier_id=supplier.party_id,
        supplier_code=supplier.code,
        code=code,
        name=terms.name,
        face_value_minor=terms.face_value_minor,
        currency=terms.currency,
        points=terms.points,
        fulfilment=terms.fulfilment,
        valid_from=terms.valid_from.astimezone(UTC),
        valid_until=None if terms.valid_until is None else terms.valid_until.astimezone(UTC),
        use_within_days=terms.use_within_days,
        version=version,
    )
