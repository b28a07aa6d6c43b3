"""How an offer is selected, and how it is made of a row."""

from dataclasses import dataclass, fields

from sqlalchemy import RowMapping

from catalog.offers.lifecycle import OfferState, Side
from catalog.offers.terms import TERMS, VERSION_TERMS, OfferTerms, read_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(OfferTerms):
    """One version of an offer, by its name."""

    offer_id: int
    supplier_id: int
    supplier_code: str
    code: str
    version: int
    presented_party_id: int | None = None
    state: OfferState = OfferState.LISTED
    paused_by: Side | None = None
    state_reason: str | None = None


_NAMES = tuple(field.name for field in fields(Offer) if field.name not in TERMS)

# An offer has ended, too, when no version of it is sold any more.
STATE = """CASE
            WHEN o.state IN ('LISTED', 'PAUSED') AND NOT EXISTS (
                SELECT FROM catalog.offer_period e
                WHERE e.offer_id = o.offer_id AND coalesce(upper(e.valid_period) > now(), true)
            ) THEN 'ENDED' ELSE o.state
        END"""

COLUMNS = f"""o.offer_id, o.supplier_id, s.code AS supplier_code, o.code, v.version,
        lower(p.valid_period) AS valid_from, upper(p.valid_period) AS valid_until,
        v.presented_party_id, {STATE} AS state,
        CASE WHEN {STATE} = 'PAUSED' THEN o.paused_by END AS paused_by, o.state_reason,
        (SELECT b.code FROM catalog.party b WHERE b.party_id = v.presented_party_id)
            AS presented_brand,
        {", ".join(f"v.{name}" for name in VERSION_TERMS)}"""

# Ends where a query adds its conditions.
SELECT = f"""
    SELECT {COLUMNS}
    FROM catalog.offer o
    JOIN catalog.party s ON s.party_id = o.supplier_id
    JOIN catalog.offer_period p ON p.offer_id = o.offer_id
    JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
"""


def offer_of(row: RowMapping) -> Offer:
    """The offer of a row that has COLUMNS."""
    named = {name: row[name] for name in _NAMES} | {"state": OfferState(row["state"])}
    return Offer(**named, **read_terms(row))
