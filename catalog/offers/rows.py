"""How an offer is selected, and how it is made of a row."""

from dataclasses import dataclass, fields

from sqlalchemy import RowMapping

from catalog.isolation.known import NOW_OF_RULES
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
        v.presented_party_id, v.class_id, {STATE} AS state,
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


def shown_version(at: str) -> str:
    """Of an offer `o`, in SQL: the first of its listed versions not over at `at`, else the last."""
    return f"""coalesce(
            (
                SELECT min(e.version) FROM catalog.offer_period e
                WHERE e.offer_id = o.offer_id AND e.version <= o.listed_version
                    AND coalesce(upper(e.valid_period) > {at}, true)
            ),
            o.listed_version
        )"""


SHOWN_VERSION = shown_version("now()")


# One that does not exist answers a row, too: who asks goes on in the same way. An offer that exists
# but is not sold at its instant answers no version, and the class of its latest one.
def wanted_in(shown_version: str) -> str:
    """The statement of what is wanted: at an instant, or in a version of the offer `o`."""
    return f"""
    SELECT {COLUMNS}, o.state AS stored_state, o.listed_at, coalesce(
            v.class_id,
            (
                SELECT l.class_id FROM catalog.offer_version l
                WHERE l.offer_id = o.offer_id AND l.version = o.latest_version
            )
        ) AS decided_class_id,
        EXISTS (SELECT FROM catalog.endpoint e WHERE e.party_id = s.party_id) AS has_endpoint,
        {NOW_OF_RULES}
    FROM unnest(CAST(:offer_ids AS bigint[]), CAST(:instants AS timestamptz[]))
        WITH ORDINALITY AS w (offer_id, at, place)
    LEFT JOIN catalog.offer o ON o.offer_id = w.offer_id
    LEFT JOIN catalog.party s ON s.party_id = o.supplier_id
    LEFT JOIN catalog.offer_period p ON p.offer_id = o.offer_id
        AND CASE
            WHEN w.at IS NULL THEN p.version = {shown_version} ELSE p.valid_period @> w.at
        END
    LEFT JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
    ORDER BY w.place"""


def offer_of(row: RowMapping) -> Offer:
    """The offer of a row that has COLUMNS."""
    named = {name: row[name] for name in _NAMES} | {"state": OfferState(row["state"])}
    return Offer(**named, **read_terms(row))
