"""Publishing: a supplier's new offer, and the next version of one it has published."""

from dataclasses import replace
from datetime import UTC
from typing import Any, ClassVar

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import require_category
from catalog.fields import require_offer_code
from catalog.identifiers import new_identifier
from catalog.offers.details import require_terms
from catalog.offers.lifecycle import OfferState, state_at
from catalog.offers.read import undeliverable
from catalog.offers.rows import Offer
from catalog.offers.steps import lock_offer
from catalog.offers.terms import (
    JSON_TERMS,
    LIST_TERMS,
    VERSION_TERMS,
    OfferTerms,
    complete,
    stored_terms,
    terms_by_name,
)
from catalog.offers.told import tell_of_offer
from catalog.parties import Party, find_party
from ledger import Refusal


class OfferExists(Refusal):
    """The supplier has another offer with the code."""

    code: ClassVar[str] = "offer-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier has an offer with this code already."


class OfferPeriodTaken(Refusal):
    """A new version would begin before the version it follows, or with it."""

    code: ClassVar[str] = "offer-period-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A new version begins after the version it follows."


_CASTS = dict.fromkeys(JSON_TERMS, "jsonb") | {"images": "text[]", "closed_on": "date[]"}
_VALUES = ", ".join(
    f"CAST(:{name} AS {_CASTS[name]})" if name in _CASTS else f":{name}" for name in VERSION_TERMS
)

_INSERT_VERSION = f"""
    version AS (
        INSERT INTO catalog.offer_version (
            offer_id, version, presented_party_id, {", ".join(VERSION_TERMS)}
        )
        SELECT offer_id, latest_version,
            (SELECT party_id FROM catalog.party WHERE code = CAST(:presented_brand AS text)),
            {_VALUES}
        FROM head
    )
    INSERT INTO catalog.offer_period (offer_id, version, valid_period)
    SELECT offer_id, latest_version,
        tstzrange(CAST(:valid_from AS timestamptz), CAST(:valid_until AS timestamptz))
    FROM head
    RETURNING offer_id, version, (SELECT state FROM head) AS state,
        coalesce(upper(valid_period) <= now(), false) AS is_over
"""

_PUBLISH = text(
    f"""
    WITH head AS (
        INSERT INTO catalog.offer (offer_id, supplier_id, code, latest_version, state, listed_at)
        SELECT :offer_id, s.party_id, :code, 1, f.state,
            CASE WHEN f.state = '{OfferState.LISTED}' THEN now() END
        FROM catalog.party s,
            LATERAL (
                SELECT CASE
                    WHEN CAST(:is_draft AS boolean) THEN '{OfferState.DRAFT}'
                    WHEN s.trusted THEN '{OfferState.LISTED}' ELSE '{OfferState.IN_REVIEW}'
                END AS state
            ) f
        WHERE s.party_id = :supplier_id
        ON CONFLICT DO NOTHING
        RETURNING offer_id, latest_version, state
    ), {_INSERT_VERSION}
    """
)

_CODE_TAKEN = text(
    """
    SELECT EXISTS (
        SELECT FROM catalog.offer WHERE supplier_id = :supplier_id AND code = :code
    )
    """
)

_SHORTEN = text(
    """
    UPDATE catalog.offer_period
    SET valid_period = valid_period * tstzrange(NULL, CAST(:valid_from AS timestamptz))
    WHERE offer_id = :offer_id AND version = :version
        AND lower(valid_period) < CAST(:valid_from AS timestamptz)
    """
)

_REVISE = text(
    f"""
    WITH head AS (
        UPDATE catalog.offer SET latest_version = latest_version + 1, state = :state
        WHERE offer_id = :offer_id
        RETURNING offer_id, latest_version, state
    ), {_INSERT_VERSION}
    """
)


_HAS_ENDPOINT = text("SELECT EXISTS (SELECT FROM catalog.endpoint WHERE party_id = :supplier_id)")


async def publish_offer(
    connection: AsyncConnection,
    supplier: Party,
    code: str,
    terms: OfferTerms,
    *,
    is_draft: bool = False,
) -> Offer:
    """Publish a new offer of the supplier, as version 1. One round trip, and those of its terms.

    It is listed at once if the supplier is trusted, else it waits for the operator's review. A
    draft waits for the supplier itself.

    Its id is drawn, see `catalog.identifiers`. If another offer has it, a second one is drawn.

    Raises:
        RoleMissing: the party is not a supplier.
        OfferCodeInvalid and those of `require_terms`: the input is malformed.
        CategoryUnknown, PartyNotFound: the terms name what is not there.
        OfferUndeliverable: the supplier would deliver it, and has no endpoint.
        OfferExists: the code is taken. The unique key refuses one of two calls at once.
    """
    supplier.require("supplier")
    require_offer_code(code)
    require_terms(terms)
    terms = complete(terms, supplier.category)
    presented = await _require_known(connection, supplier, terms)
    bound = {"supplier_id": supplier.party_id, "code": code, "is_draft": is_draft}
    bound |= stored_terms(terms)
    while True:
        drawn = bound | {"offer_id": new_identifier()}
        row = (await connection.execute(_PUBLISH, drawn)).one_or_none()
        if row is not None:
            offer = _offer(supplier, code, terms, row, presented=presented)
            state = OfferState(row.state)
            await tell_of_offer(connection, supplier.party_id, offer.offer_id, code, None, state)
            return offer
        if (await connection.execute(_CODE_TAKEN, bound)).scalar_one():
            raise OfferExists(f"{supplier.code} has an offer {code} already", offer=code)


async def revise_offer(
    connection: AsyncConnection, supplier: Party, offer_id: int, terms: OfferTerms
) -> Offer:
    """Publish the next version of an offer. Three round trips, and those of its terms.

    The version before it is sold until the new one begins. A lock on the offer's row makes the
    revisions of one offer follow each other, and each sees the version before it. What an untrusted
    supplier revises is reviewed again, and is not listed until then.

    Raises:
        Those of `require_terms`: the input is malformed.
        OfferNotFound: the supplier has no such offer.
        OfferStateRefused: it has ended, or what an untrusted supplier has paused is not reviewed.
        CategoryUnknown, PartyNotFound: the terms name what is not there.
        OfferUndeliverable: the supplier would deliver it, and has no endpoint.
        OfferPeriodTaken: the new version does not begin after the latest.
    """
    require_terms(terms)
    head, after = await lock_offer(connection, supplier, offer_id, "revise", side="supplier")
    terms = complete(terms, supplier.category)
    presented = await _require_known(connection, supplier, terms)
    latest = {"offer_id": offer_id, "version": head.latest_version, "valid_from": terms.valid_from}
    if (await connection.execute(_SHORTEN, latest)).rowcount == 0:
        raise OfferPeriodTaken(
            f"version {head.latest_version} does not begin before {terms.valid_from.isoformat()}"
        )
    bound = {"offer_id": offer_id, "state": after.state, **stored_terms(terms)}
    row = (await connection.execute(_REVISE, bound)).one()
    before = OfferState(head.state)
    await tell_of_offer(connection, supplier.party_id, offer_id, head.code, before, after.state)
    return replace(
        _offer(supplier, head.code, terms, row, presented=presented),
        paused_by=after.paused_by,
        state_reason=head.state_reason,
    )


async def _require_known(
    connection: AsyncConnection, supplier: Party, terms: OfferTerms
) -> Party | None:
    """Look up what the terms name. The presented brand is answered, if there is one.

    A round trip for each of: the category if it is not the supplier's, the brand, the endpoint.
    """
    if terms.category is not None and terms.category != supplier.category:
        await require_category(connection, terms.category)
    brand = terms.presented_brand
    presented = None if brand is None else await find_party(connection, brand)
    if terms.fulfilment == "direct" and not (
        await connection.scalar(_HAS_ENDPOINT, {"supplier_id": supplier.party_id})
    ):
        raise undeliverable(supplier.code)
    return presented


def _offer(
    supplier: Party,
    code: str,
    terms: OfferTerms,
    row: Row[Any],
    *,
    presented: Party | None,
) -> Offer:
    values: dict[str, Any] = terms_by_name(terms)
    for name in ("valid_from", "valid_until", "visible_from"):
        if values[name] is not None:
            values[name] = values[name].astimezone(UTC)
    for name in LIST_TERMS:
        values[name] = tuple(values[name])
    return Offer(
        offer_id=row.offer_id,
        supplier_id=supplier.party_id,
        supplier_code=supplier.code,
        code=code,
        version=row.version,
        presented_party_id=None if presented is None else presented.party_id,
        state=state_at(OfferState(row.state), is_over=row.is_over),
        **values,
    )
