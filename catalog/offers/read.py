"""Offers as their supplier and their buyers read them. A buyer never sees an isolated one.

To a buyer an isolated offer is as one that was never published: the same refusal, after the same
statements. Only `explain_isolation` says more.

An offer is published in versions. A version never changes: a trigger refuses it. It is sold during
its period, and the periods of an offer do not overlap (`WITHOUT OVERLAPS`). A read at an instant
`at` answers the version sold then. A read without one answers the latest version.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole, require_category_path, require_page, require_time
from catalog.isolation.decide import Decision, decide, isolated_suppliers, rules_about
from catalog.isolation.rules import load_rules
from catalog.offers.lifecycle import OfferState
from catalog.offers.rows import COLUMNS, SELECT, STATE, Offer, offer_of
from catalog.offers.search import FOUND, WITHIN, require_query
from catalog.parties import PARTY_COLUMNS, Party, party_of
from catalog.tables import party
from ledger import Refusal


class OfferNotFound(Refusal):
    """There is no such offer for the caller: it is missing, another's, or isolated from it."""

    code: ClassVar[str] = "offer-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such offer."


class OfferNotListed(Refusal):
    """The offer was listed before and is not now. `state` says why."""

    code: ClassVar[str] = "offer-not-listed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The offer is not listed at this time."


class OfferNotValid(Refusal):
    """No version of the offer is sold at the instant."""

    code: ClassVar[str] = "offer-not-valid"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The offer is not sold at this time."


class OfferUndeliverable(Refusal):
    """Nobody could deliver it: its supplier has no endpoint, or it is a card's code."""

    code: ClassVar[str] = "offer-undeliverable"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The offer cannot be delivered at this time."


# For the `isolated` that `load_isolated` answers.
NOT_ISOLATED = "o.supplier_id <> ALL (CAST(:isolated AS integer[]))"

_PAGE = "AND o.offer_id > :after ORDER BY o.offer_id LIMIT :limit"

_VISIBLE_PAGE = text(
    f"""
    {SELECT}
    WHERE CASE
            WHEN CAST(:at AS timestamptz) IS NULL THEN p.version = o.latest_version
            ELSE p.valid_period @> CAST(:at AS timestamptz)
        END
        AND o.state = 'LISTED'
        AND {NOT_ISOLATED}
        {_PAGE}
    """
)

_OWN = text(f"{SELECT} WHERE p.version = o.latest_version AND o.offer_id = :offer_id")

_OWN_PAGE = text(
    f"""
    {SELECT}
    WHERE p.version = o.latest_version
        AND (o.supplier_id = :supplier_id OR CAST(:supplier_id AS integer) IS NULL)
        AND (CAST(:state AS text) IS NULL OR {STATE} = :state)
        AND (CAST(:category AS text) IS NULL OR {WITHIN})
        AND (CAST(:q AS text) IS NULL OR {FOUND})
        {_PAGE}
    """
)

# An offer that exists but is not sold at its instant answers its supplier and no version.
_WANTED = text(
    f"""
    SELECT w.place, s.party_id, s.name AS supplier_name, s.roles, s.category AS supplier_category,
        {COLUMNS}, o.state AS stored_state, o.listed_at,
        EXISTS (SELECT FROM catalog.endpoint e WHERE e.party_id = s.party_id) AS has_endpoint
    FROM unnest(CAST(:offer_ids AS bigint[]), CAST(:instants AS timestamptz[]))
        WITH ORDINALITY AS w (offer_id, at, place)
    JOIN catalog.offer o ON o.offer_id = w.offer_id
    JOIN catalog.party s ON s.party_id = o.supplier_id
    LEFT JOIN catalog.offer_period p ON p.offer_id = o.offer_id
        AND CASE WHEN w.at IS NULL THEN p.version = o.latest_version ELSE p.valid_period @> w.at END
    LEFT JOIN catalog.offer_version v ON v.offer_id = p.offer_id AND v.version = p.version
    """
)


async def list_visible_offers(
    connection: AsyncConnection,
    buyer: Party,
    *,
    after: int = 0,
    limit: int,
    at: datetime | None = None,
) -> list[Offer]:
    """A page of the offers that the buyer may show its members, in order of id.

    Three round trips. The isolated suppliers are decided first and left out in SQL, so a page is
    full as long as offers remain.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
        TimeInvalid: `at` has no offset from UTC.
    """
    require_page(after, limit)
    if at is not None:
        require_time(at, "at")
    isolated = await load_isolated(connection, buyer)
    bound = {"isolated": isolated, "after": after, "limit": limit, "at": at}
    return [offer_of(row) for row in (await connection.execute(_VISIBLE_PAGE, bound)).mappings()]


async def load_isolated(connection: AsyncConnection, buyer: Party) -> list[int]:
    """What NOT_ISOLATED leaves out for a buyer. Two round trips."""
    return isolated_suppliers(buyer, await _suppliers(connection), await load_rules(connection))


async def find_visible_offer(
    connection: AsyncConnection,
    buyer: Party,
    offer_id: int,
    *,
    at: datetime | None = None,
    if_listed: bool = True,
) -> Offer:
    """One offer as the buyer sees it. Two round trips.

    Without `if_listed`, also one that was listed before and is not now.

    Raises:
        OfferNotFound: there is no such offer, its supplier is isolated from the buyer, or it was
            never listed.
        OfferNotListed: it is not listed now.
        OfferNotValid: it is not sold at `at`.
        TimeInvalid: `at` has no offset from UTC.
    """
    (answer,) = await _load(
        connection, buyer, [(offer_id, at)], to_redeem=False, if_listed=if_listed
    )
    if isinstance(answer, Refusal):
        raise answer
    return answer


async def load_visible_offers(
    connection: AsyncConnection, buyer: Party, wanted: Sequence[tuple[int, datetime | None]]
) -> list[Offer | Refusal]:
    """For each wanted offer and instant, in order, what `find_visible_offer` returns or raises.

    Two round trips for all. Isolation is decided once for each supplier.

    Raises:
        TimeInvalid: an instant has no offset from UTC.
    """
    return await _load(connection, buyer, wanted, to_redeem=False)


async def load_offers_to_redeem(
    connection: AsyncConnection, buyer: Party, wanted: Sequence[tuple[int, datetime]]
) -> list[Offer | Refusal]:
    """The offers as `load_visible_offers` loads them, for members who redeem them.

    OfferUndeliverable stands for one that nobody could deliver: its supplier delivers it, and has
    no endpoint any more. Two round trips for all.

    Raises:
        TimeInvalid: an instant has no offset from UTC.
    """
    return await _load(connection, buyer, wanted, to_redeem=True)


async def explain_isolation(
    connection: AsyncConnection, buyer: Party, offer_id: int, *, to_buyer: bool
) -> Decision:
    """Why the buyer may or may not show the offer. Two round trips.

    The operator hears everything. The buyer itself (`to_buyer`) hears only of what it may see.

    Raises:
        OfferNotFound: there is no such offer, or the buyer asks and it is isolated.
    """
    row = (await _wanted(connection, [(offer_id, None)])).get(0)
    rules = await load_rules(connection)
    decision = None if row is None else decide(buyer, _supplier(row), rules)
    if decision is None or (to_buyer and decision.isolated):
        raise OfferNotFound(f"there is no offer {offer_id}")
    return decision


async def load_own_offer(connection: AsyncConnection, offer_id: int) -> Offer:
    """An offer that is there, in its latest version, whosever it is. One round trip."""
    return offer_of((await connection.execute(_OWN, {"offer_id": offer_id})).mappings().one())


async def list_own_offers(
    connection: AsyncConnection,
    supplier: Party | None,
    after: int = 0,
    limit: int = 100,
    *,
    state: OfferState | None = None,
    category: str | None = None,
    q: str | None = None,
) -> list[Offer]:
    """A page of a supplier's own offers in their latest version, in order of id. One round trip.

    None in place of a supplier stands for all of them. A `category` has those beneath it, too.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
        CategoryPathInvalid, SearchInvalid: `category` or `q` is malformed.
    """
    require_page(after, limit)
    if category is not None:
        require_category_path(category)
    if q is not None:
        require_query(q)
    bound = {
        "supplier_id": None if supplier is None else supplier.party_id,
        "after": after,
        "limit": limit,
        "state": state,
        "category": category,
        "q": q,
    }
    return [offer_of(row) for row in (await connection.execute(_OWN_PAGE, bound)).mappings()]


async def _load(
    connection: AsyncConnection,
    buyer: Party,
    wanted: Sequence[tuple[int, datetime | None]],
    *,
    to_redeem: bool,
    if_listed: bool = True,
) -> list[Offer | Refusal]:
    for _, at in wanted:
        if at is not None:
            require_time(at, "at")
    rows = await _wanted(connection, wanted)
    rules = rules_about(buyer, await load_rules(connection))
    decisions: dict[int, Decision] = {}
    answers: list[Offer | Refusal] = []
    for place, (offer_id, at) in enumerate(wanted):
        row, decision = rows.get(place), None
        if row is not None:
            decision = decisions.get(row["supplier_id"]) or decide(buyer, _supplier(row), rules)
            decisions[row["supplier_id"]] = decision
        answer = _as_decided(row, decision, offer_id, at, if_listed=if_listed)
        if to_redeem and row and isinstance(answer, Offer) and not _is_deliverable(answer, row):
            answer = _undelivered(answer)
        answers.append(answer)
    return answers


async def _suppliers(connection: AsyncConnection) -> list[Party]:
    statement = select(*PARTY_COLUMNS).where(party.c.roles.contains(["supplier"]))
    return [party_of(row) for row in (await connection.execute(statement)).mappings()]


async def _wanted(
    connection: AsyncConnection, wanted: Sequence[tuple[int, datetime | None]]
) -> dict[int, RowMapping]:
    """The rows of the wanted offers that exist, by their place in `wanted`."""
    # 0 is not an offer's id. It stands for numbers that PostgreSQL cannot hold.
    bound = {
        "offer_ids": [
            offer_id if is_whole(offer_id, 1, BIGINT_MAX) else 0 for offer_id, _ in wanted
        ],
        "instants": [at for _, at in wanted],
    }
    return {row["place"] - 1: row for row in (await connection.execute(_WANTED, bound)).mappings()}


def _as_decided(
    row: RowMapping | None,
    decision: Decision | None,
    offer_id: int,
    at: datetime | None,
    *,
    if_listed: bool,
) -> Offer | Refusal:
    if row is None or decision is None or decision.isolated or row["listed_at"] is None:
        return OfferNotFound(f"there is no offer {offer_id}")
    stored = row["stored_state"]
    if if_listed and stored != OfferState.LISTED:
        return OfferNotListed(f"offer {offer_id} is {stored}", state=stored)
    if row["version"] is None and at is not None:
        return OfferNotValid(f"offer {offer_id} is not sold at {at.isoformat()}")
    return offer_of(row)


def _is_deliverable(offer: Offer, row: RowMapping) -> bool:
    if offer.fulfilment == "direct":
        return bool(row["has_endpoint"])
    return offer.fulfilment == "own_code"


def _undelivered(offer: Offer) -> OfferUndeliverable:
    if offer.fulfilment == "direct":
        return undeliverable(offer.supplier_code)
    return OfferUndeliverable(f"no codes of {offer.supplier_code} are given out yet")


def undeliverable(supplier_code: str) -> OfferUndeliverable:
    """The refusal of an offer that its supplier would have to deliver without an endpoint."""
    return OfferUndeliverable(
        f"{supplier_code} delivers this offer, and has set no endpoint that takes orders",
        supplier=supplier_code,
    )


def _supplier(row: RowMapping) -> Party:
    return Party(
        row["party_id"],
        row["supplier_code"],
        row["supplier_name"],
        frozenset(row["roles"]),
        row["supplier_category"],
    )
