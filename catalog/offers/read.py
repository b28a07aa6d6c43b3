"""Offers as their supplier and their buyers read them. A buyer never sees an isolated one.

To a buyer an isolated offer is as one that was never published: the same refusal, after the same
statements. Only `catalog.offers.explain` says more.

An offer is published in versions. A version never changes: a trigger refuses it. It is sold during
its period, and the periods of an offer do not overlap (`WITHOUT OVERLAPS`). A read at an instant
`at` answers the version sold then. A buyer's read without one answers the version that is shown:
the one on sale now, else the next one that will be, else the last one. No version is shown before
it is listed for the first time. A supplier reads its latest version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole, require_category_path, require_page, require_time
from catalog.isolation.ask import cut_anew, cut_for
from catalog.isolation.decide import Verdict
from catalog.isolation.known import known_at
from catalog.offers.lifecycle import OfferState
from catalog.offers.rows import SELECT, SHOWN_VERSION, STATE, Offer, offer_of, wanted_in
from catalog.offers.search import FOUND, WITHIN, require_query
from catalog.parties import Party
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
    """Its supplier delivers it, and has no endpoint that takes orders."""

    code: ClassVar[str] = "offer-undeliverable"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The offer cannot be delivered at this time."


# For the rows of `read_uncut`.
NOT_ISOLATED = "v.class_id <> ALL (CAST(:isolated AS integer[]))"

_PAGE = "AND o.offer_id > :after ORDER BY o.offer_id LIMIT :limit"

_OWN = text(f"{SELECT} WHERE p.version = o.latest_version AND o.offer_id = :offer_id")

_OWN_WANTED = f"""
    {SELECT}
    WHERE p.version = o.latest_version
        AND (o.supplier_id = :supplier_id OR CAST(:supplier_id AS integer) IS NULL)
        AND (CAST(:category AS text) IS NULL OR {WITHIN})
        AND (CAST(:q AS text) IS NULL OR {FOUND})
"""

_OWN_PAGE = text(f"{_OWN_WANTED} {_PAGE}")

# An index finds the stored state. Whether the offer is sold any more is looked up for those alone.
_OWN_PAGE_IN_STATE = text(
    f"{_OWN_WANTED} AND o.state = CAST(:state AS text) AND {STATE} = o.state {_PAGE}"
)

# Stored as such, or no longer sold. Then the latest version is over, too, which is seen sooner.
_OWN_PAGE_ENDED = text(
    f"""
    {_OWN_WANTED}
        AND (o.state = 'ENDED' OR upper(p.valid_period) <= now()) AND {STATE} = 'ENDED' {_PAGE}
    """
)

# At an instant, or in the version that is shown, or in the latest one.
_WANTED = text(wanted_in(SHOWN_VERSION))
_LATEST = text(wanted_in("o.latest_version"))


@dataclass(frozen=True, slots=True)
class Redeemed:
    """An offer that a member redeems, sold at `at`. What isolates it is judged then if it is past.

    `is_past`: it happened at `at`, and is imported now. Else it is judged now.
    """

    offer_id: int
    at: datetime
    is_past: bool = False


async def read_uncut(
    connection: AsyncConnection, buyer: Party, page: TextClause, bound: dict[str, Any]
) -> Sequence[RowMapping]:
    """The rows of a statement about offers that says NOT_ISOLATED, and answers their `class_id`.

    Or it answers one row, with the `class_ids` of all of them.

    Two round trips, and one after a change of the rules. The isolated classes are decided first
    and left out in SQL. A page with an offer of a class that is newer than what was decided on is
    read again.
    """
    cut = await cut_for(connection, buyer)
    while True:
        asked = bound | {"isolated": cut.isolated}
        rows = (await connection.execute(page, asked)).mappings().all()
        seen = _classes_of(rows)
        if cut.knows(seen):
            return rows
        cut = await cut_anew(connection, buyer, cut, seen)


def _classes_of(rows: Sequence[RowMapping]) -> set[int]:
    if rows and "class_ids" in rows[0]:
        return set(rows[0]["class_ids"] or ())
    return {row["class_id"] for row in rows}


async def find_visible_offer(
    connection: AsyncConnection,
    buyer: Party,
    offer_id: int,
    *,
    at: datetime | None = None,
    if_listed: bool = True,
) -> Offer:
    """One offer as the buyer sees it, at `at` or in the version that is shown.

    One round trip, and one after a change of the rules.

    Without `if_listed`, also one that was listed before and is not now.

    Raises:
        OfferNotFound: there is no such offer, it is isolated from the buyer, or it was never
            listed.
        OfferNotListed: it is not listed now.
        OfferNotValid: it is not sold at `at`.
        TimeInvalid: `at` has no offset from UTC.
    """
    (answer,) = await _load(
        connection, buyer, [(offer_id, at)], [None], to_redeem=False, if_listed=if_listed
    )
    if isinstance(answer, Refusal):
        raise answer
    return answer


async def find_offer_to_procure(connection: AsyncConnection, buyer: Party, offer_id: int) -> Offer:
    """One offer as the buyer sees it, which may be procured. Two round trips, or three.

    The stock is sold by later versions, too. So the latest one may not be isolated either.

    Raises:
        OfferNotFound: there is no such offer, it is isolated from the buyer, or it was never
            listed.
        OfferNotListed: it is not listed now, or it is over.
    """
    offer = await find_visible_offer(connection, buyer, offer_id)
    if offer.state is OfferState.ENDED:
        raise OfferNotListed(f"offer {offer_id} is over", state=offer.state)
    wanted = [(offer_id, None)]
    (latest,) = await _load(connection, buyer, wanted, [None], to_redeem=False, statement=_LATEST)
    if isinstance(latest, Refusal):
        raise latest
    return offer


async def load_visible_offers(
    connection: AsyncConnection, buyer: Party, wanted: Sequence[tuple[int, datetime | None]]
) -> list[Offer | Refusal]:
    """For each wanted offer and instant, in order, what `find_visible_offer` returns or raises.

    One round trip for all, and one after a change of the rules. Isolation is judged now.

    Raises:
        TimeInvalid: an instant has no offset from UTC.
    """
    return await _load(connection, buyer, wanted, [None] * len(wanted), to_redeem=False)


async def load_offers_to_redeem(
    connection: AsyncConnection, buyer: Party, wanted: Sequence[Redeemed]
) -> list[Offer | Refusal]:
    """The offers as `load_visible_offers` loads them, for members who redeem them.

    OfferUndeliverable stands for one that nobody could deliver: its supplier delivers it, and has
    no endpoint any more. One round trip for all, and one after a change of the rules.

    Raises:
        TimeInvalid: an instant has no offset from UTC.
    """
    return await _load(
        connection,
        buyer,
        [(each.offer_id, each.at) for each in wanted],
        [each.at if each.is_past else None for each in wanted],
        to_redeem=True,
    )


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
        "category": category,
        "q": q,
    }
    page = _OWN_PAGE
    if state is OfferState.ENDED:
        page = _OWN_PAGE_ENDED
    elif state is not None:
        page, bound["state"] = _OWN_PAGE_IN_STATE, state
    return [offer_of(row) for row in (await connection.execute(page, bound)).mappings()]


async def _load(
    connection: AsyncConnection,
    buyer: Party,
    wanted: Sequence[tuple[int, datetime | None]],
    judged: Sequence[datetime | None],
    *,
    to_redeem: bool,
    if_listed: bool = True,
    statement: TextClause = _WANTED,
) -> list[Offer | Refusal]:
    for _, at in wanted:
        if at is not None:
            require_time(at, "at")
    if not wanted:
        return []
    rows = await load_wanted(connection, wanted, statement)
    known, now = await known_at(
        connection,
        rows[0]["rules_mark"],
        rows[0]["judged_at"],
        [buyer.party_id],
        {row["decided_class_id"] for row in rows if row["offer_id"] is not None},
    )
    answers: list[Offer | Refusal] = []
    for row, (offer_id, at), instant in zip(rows, wanted, judged, strict=True):
        class_id, verdict = row["decided_class_id"], None
        if class_id is not None:
            verdict = known.decide(buyer.party_id, class_id, instant or now)
        answer = _as_decided(row, verdict, offer_id, at, if_listed=if_listed)
        if (
            to_redeem
            and isinstance(answer, Offer)
            and not is_deliverable(answer, has_endpoint=row["has_endpoint"])
        ):
            answer = undeliverable(answer.supplier_code)
        answers.append(answer)
    return answers


async def load_wanted(
    connection: AsyncConnection,
    wanted: Sequence[tuple[int, datetime | None]],
    statement: TextClause = _WANTED,
) -> list[RowMapping]:
    """The rows of the wanted offers, in the order of `wanted`. One that is missing has no id."""
    # 0 is not an offer's id. It stands for numbers that PostgreSQL cannot hold.
    bound = {
        "offer_ids": [
            offer_id if is_whole(offer_id, 1, BIGINT_MAX) else 0 for offer_id, _ in wanted
        ],
        "instants": [at for _, at in wanted],
    }
    return list((await connection.execute(statement, bound)).mappings())


def _as_decided(
    row: RowMapping,
    verdict: Verdict | None,
    offer_id: int,
    at: datetime | None,
    *,
    if_listed: bool,
) -> Offer | Refusal:
    if verdict is None or verdict.isolated or row["listed_at"] is None:
        return OfferNotFound(f"there is no offer {offer_id}")
    stored = row["stored_state"]
    if if_listed and stored != OfferState.LISTED:
        return OfferNotListed(f"offer {offer_id} is {stored}", state=stored)
    if row["version"] is None and at is not None:
        return OfferNotValid(f"offer {offer_id} is not sold at {at.isoformat()}")
    return offer_of(row)


def is_deliverable(offer: Offer, *, has_endpoint: bool) -> bool:
    """Whether somebody could deliver it: its supplier, if that takes orders, or the exchange.

    Whether there are codes left of a card code is for the exchange to know.
    """
    return has_endpoint or offer.fulfilment != "direct"


def undeliverable(supplier_code: str) -> OfferUndeliverable:
    """The refusal of an offer that its supplier would have to deliver without an endpoint."""
    return OfferUndeliverable(
        f"{supplier_code} delivers this offer, and has set no endpoint that takes orders",
        supplier=supplier_code,
    )
