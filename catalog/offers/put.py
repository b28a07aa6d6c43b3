"""Many offers of a supplier at once: published, given a next version, or left as they are.

Each statement takes a whole list. `put_offers` locks the offers that are there in the order of
their codes, as nobody else locks more than one. What it then reads of them cannot change before it
commits. An offer that somebody publishes with the same code at the same time keeps its terms: the
unique key lets one of the two in, and here it is refused as `offer-exists`.

A version begins at the instant that the terms say, or now if that is over. So the same terms sent
again are the same offer, whenever its version began.

As with a single offer, a trusted supplier's are listed at once, and those of others wait for the
operator's review: new ones, and those that say something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import CategoryUnknown
from catalog.fields import require_offer_code
from catalog.identifiers import new_identifier
from catalog.offers.details import require_terms
from catalog.offers.lifecycle import OfferState, Standing, move
from catalog.offers.publish import OfferExists, OfferPeriodTaken
from catalog.offers.read import undeliverable
from catalog.offers.rows import SELECT
from catalog.offers.terms import (
    VERSION_TERMS,
    OfferTerms,
    complete,
    read_terms,
    terms_by_name,
)
from catalog.parties import Party, PartyNotFound
from ledger import Refusal

Change = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An offer as it should be. An offer that is there keeps what it says of terms in `unsaid`."""

    code: str
    terms: OfferTerms
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with an offer."""

    change: Change
    offer_id: int


@dataclass(frozen=True, slots=True)
class _There:
    """The newest version of an offer that is there."""

    offer_id: int
    version: int
    terms: OfferTerms


@dataclass(frozen=True, slots=True)
class _Step:
    """What has to be done for one of the wanted offers."""

    change: Change
    code: str
    offer_id: int
    version: int
    terms: OfferTerms
    state: OfferState


_LOCK = text(
    """
    SELECT offer_id FROM catalog.offer
    WHERE supplier_id = :supplier_id AND code = ANY (CAST(:codes AS text[]))
    ORDER BY code
    FOR NO KEY UPDATE
    """
)

_THERE = text(
    f"""
    {SELECT}
    WHERE p.version = o.latest_version AND o.supplier_id = :supplier_id
        AND o.code = ANY (CAST(:codes AS text[]))
    """
)

_CATEGORIES = text("SELECT path FROM catalog.category WHERE path = ANY (CAST(:paths AS text[]))")
_PARTIES = text(
    "SELECT code, party_id FROM catalog.party WHERE code = ANY (CAST(:codes AS text[]))"
)
_SUPPLIER = text(
    """
    SELECT p.trusted, EXISTS (
            SELECT FROM catalog.endpoint e WHERE e.party_id = p.party_id
        ) AS delivers
    FROM catalog.party p WHERE p.party_id = :supplier_id
    """
)

_STANDINGS = text(
    """
    SELECT code, state, paused_by FROM catalog.offer
    WHERE supplier_id = :supplier_id AND code = ANY (CAST(:codes AS text[]))
    """
)

_ADD = text(
    """
    INSERT INTO catalog.offer (offer_id, supplier_id, code, latest_version, state, listed_at)
    SELECT offer_id, :supplier_id, code, 1, :state, CASE WHEN :state = 'LISTED' THEN now() END
    FROM unnest(CAST(:offer_ids AS bigint[]), CAST(:codes AS text[])) AS given (offer_id, code)
    ORDER BY code
    ON CONFLICT DO NOTHING
    RETURNING offer_id
    """
)

_ADVANCE = text(
    """
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:offer_ids AS bigint[]), CAST(:versions AS integer[]),
            CAST(:begins AS timestamptz[]), CAST(:states AS text[])
        ) AS given (offer_id, version, begins, state)
    ), advanced AS (
        UPDATE catalog.offer SET latest_version = given.version, state = given.state
        FROM given WHERE offer.offer_id = given.offer_id
    )
    UPDATE catalog.offer_period
    SET valid_period = valid_period * tstzrange(NULL, given.begins)
    FROM given
    WHERE offer_period.offer_id = given.offer_id AND offer_period.version = given.version - 1
    """
)

_NAMES = ", ".join(("offer_id", "version", "presented_party_id", *VERSION_TERMS))

# JSON becomes a row by the table's own types, so that a new term needs no line here.
_ADD_VERSIONS = text(
    f"""
    WITH version AS (
        INSERT INTO catalog.offer_version ({_NAMES})
        SELECT {_NAMES}
        FROM jsonb_populate_recordset(NULL::catalog.offer_version, CAST(:rows AS jsonb))
    )
    INSERT INTO catalog.offer_period (offer_id, version, valid_period)
    SELECT offer_id, version, tstzrange(begins, ends)
    FROM unnest(
        CAST(:offer_ids AS bigint[]), CAST(:versions AS integer[]),
        CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[])
    ) AS given (offer_id, version, begins, ends)
    """
)


async def plan_offers(
    connection: AsyncConnection, supplier: Party, offers: Sequence[Wanted], now: datetime
) -> list[Change | Refusal]:
    """What `put_offers` would do with each of them, or why it would refuse it."""
    steps = await _plan(connection, supplier, offers, now)
    return [each.change if isinstance(each, _Step) else each for each in steps]


async def put_offers(
    connection: AsyncConnection, supplier: Party, offers: Sequence[Wanted], now: datetime
) -> list[Done | Refusal]:
    """Publish the new ones, and give the others a next version where they say something else.

    No two of them have the same code. Up to eight round trips, for any number.
    """
    codes = [each.code for each in offers]
    await connection.execute(_LOCK, {"supplier_id": supplier.party_id, "codes": codes})
    steps = await _plan(connection, supplier, offers, now)
    new = [each for each in steps if isinstance(each, _Step) and each.change == "created"]
    later = [each for each in steps if isinstance(each, _Step) and each.change == "updated"]
    added: set[int] = set()
    if new:
        bound = {
            "supplier_id": supplier.party_id,
            "offer_ids": [each.offer_id for each in new],
            "codes": [each.code for each in new],
            "state": new[0].state,
        }
        added = set((await connection.execute(_ADD, bound)).scalars())
    if later:
        states = [each.state for each in later]
        await connection.execute(_ADVANCE, {**_versions(later), "states": states})
    written = [*(each for each in new if each.offer_id in added), *later]
    if written:
        presented = await _presented(connection, [each.terms for each in written])
        rows = [_row(each, presented) for each in written]
        bound = {**_versions(written), "rows": orjson.dumps(rows).decode()}
        await connection.execute(_ADD_VERSIONS, bound)
    return [_outcome(supplier, each, added) for each in steps]


def _outcome(supplier: Party, step: _Step | Refusal, added: set[int]) -> Done | Refusal:
    if isinstance(step, Refusal):
        return step
    if step.change == "created" and step.offer_id not in added:
        return OfferExists(f"{supplier.code} has an offer {step.code} already", offer=step.code)
    return Done(step.change, step.offer_id)


async def _plan(
    connection: AsyncConnection, supplier: Party, offers: Sequence[Wanted], now: datetime
) -> list[_Step | Refusal]:
    bound = {"supplier_id": supplier.party_id, "codes": [each.code for each in offers]}
    rows = (await connection.execute(_THERE, bound)).mappings()
    there = {
        row["code"]: _There(row["offer_id"], row["version"], OfferTerms(**read_terms(row)))
        for row in rows
    }
    offers = [_merged(each, there.get(each.code)) for each in offers]
    paths = sorted({each.terms.category for each in offers if each.terms.category is not None})
    categories = set((await connection.execute(_CATEGORIES, {"paths": paths})).scalars())
    presented = await _presented(connection, [each.terms for each in offers])
    facts = (await connection.execute(_SUPPLIER, bound)).one()
    standings = {
        row.code: Standing(OfferState(row.state), row.paused_by)
        for row in await connection.execute(_STANDINGS, bound)
    }

    def step(wanted: Wanted) -> _Step | Refusal:
        terms = wanted.terms
        try:
            require_offer_code(wanted.code)
            require_terms(_judged(terms, there.get(wanted.code)))
            terms = complete(terms, supplier.category)
            if terms.category not in {*categories, supplier.category}:
                raise CategoryUnknown(f"there is no category {terms.category}", field="category")
            if terms.presented_brand is not None and terms.presented_brand not in presented:
                raise PartyNotFound(
                    f"there is no party {terms.presented_brand}", field="presented_brand"
                )
            if terms.fulfilment == "direct" and not facts.delivers:
                raise undeliverable(supplier.code)
            found = _step(wanted.code, terms, there.get(wanted.code), now)
            if found.change == "created":
                return found if facts.trusted else replace(found, state=OfferState.IN_REVIEW)
            if found.change == "updated":
                after = move(standings[wanted.code], "revise", "supplier", is_trusted=facts.trusted)
                return replace(found, state=after.state)
            return found
        except Refusal as refusal:
            return refusal

    return [step(each) for each in offers]


def _merged(wanted: Wanted, there: _There | None) -> Wanted:
    """The offer with what it said before, where nothing is said now."""
    if there is None or not wanted.unsaid:
        return wanted
    kept = {name: getattr(there.terms, name) for name in wanted.unsaid}
    return replace(wanted, terms=replace(wanted.terms, **kept))


def _judged(terms: OfferTerms, there: _There | None) -> OfferTerms:
    """The terms as of when they can hold: a next version begins after the one that is there.

    So an instant before which that one was visible does not contradict a beginning long ago.
    """
    if there is None or terms.valid_from >= there.terms.valid_from:
        return terms
    return replace(terms, valid_from=there.terms.valid_from)


def _step(code: str, terms: OfferTerms, there: _There | None, now: datetime) -> _Step:
    listed = OfferState.LISTED
    if there is None:
        return _Step("created", code, new_identifier(), 1, terms, listed)
    known = there.terms
    begins = max(terms.valid_from, now)
    is_same = _said(known) == _said(terms) and (
        terms.valid_from <= now or terms.valid_from == known.valid_from
    )
    if is_same:
        return _Step("unchanged", code, there.offer_id, there.version, terms, listed)
    if known.valid_from >= begins:
        raise OfferPeriodTaken(
            f"version {there.version} does not begin before {begins.isoformat()}",
            field="valid_from",
        )
    terms = replace(terms, valid_from=begins)
    require_terms(terms)  # a validity that is over cannot begin now
    return _Step("updated", code, there.offer_id, there.version + 1, terms, listed)


def _said(terms: OfferTerms) -> dict[str, Any]:
    """What the terms say, but for when they begin."""
    said = terms_by_name(terms)
    del said["valid_from"]
    return said | {"images": tuple(terms.images), "closed_on": tuple(terms.closed_on)}


async def _presented(connection: AsyncConnection, terms: Sequence[OfferTerms]) -> dict[str, int]:
    """The ids of the parties that are presented, by their codes."""
    codes = sorted({each.presented_brand for each in terms if each.presented_brand is not None})
    if not codes:
        return {}
    rows = await connection.execute(_PARTIES, {"codes": codes})
    return {row.code: row.party_id for row in rows}


def _versions(steps: Sequence[_Step]) -> dict[str, Any]:
    return {
        "offer_ids": [each.offer_id for each in steps],
        "versions": [each.version for each in steps],
        "begins": [each.terms.valid_from for each in steps],
        "ends": [each.terms.valid_until for each in steps],
    }


def _row(step: _Step, presented: Mapping[str, int]) -> dict[str, Any]:
    terms = step.terms
    return {
        **{name: getattr(terms, name) for name in VERSION_TERMS},
        "offer_id": step.offer_id,
        "version": step.version,
        "presented_party_id": presented.get(terms.presented_brand or ""),
    }
