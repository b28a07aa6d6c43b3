"""Decisions about stored offers, for those who list, send, explain or change something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.isolation.decide import Offered, RulesInForce, Verdict
from catalog.isolation.known import NOW_OF_RULES, Known, known_at, known_now, read_known
from catalog.isolation.words import Decision, explain
from catalog.parties import Party

CLOSING_MAX = 1_000
"""So many offers that would close are named."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The classes that are left out of what a buyer is shown, as one reading of the rules says."""

    isolated: list[int]
    known: Known
    judged_at: datetime

    def knows(self, class_ids: Iterable[int]) -> bool:
        """Whether it has decided on all of these. One it does not know may be isolated."""
        return all(each in self.known.classes for each in class_ids)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The decision about one class of offers for a brand, and how many offers are of it."""

    owner: str
    supplier: str
    category: str | None
    offers: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Closing:
    """An offer that a brand has stock of, and may not have any more."""

    buyer: str
    offer_id: int
    supplier: str
    code: str
    decision: Decision


_CLASSES = text(
    f"""
    SELECT w.place, v.class_id, {NOW_OF_RULES}
    FROM unnest(:offer_ids, :versions) WITH ORDINALITY AS w (offer_id, version, place)
    JOIN catalog.offer_version v ON v.offer_id = w.offer_id AND v.version = w.version
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("versions", type_=ARRAY(INTEGER))
)

_OFFERS_BY_CLASS = text(
    """
    SELECT v.class_id, count(*) AS offers
    FROM catalog.offer o
    JOIN catalog.offer_version v ON v.offer_id = o.offer_id AND v.version = o.latest_version
    GROUP BY v.class_id
    """
)

# What brands have stock of, and asked for.
_IN_STOCK = text(
    """
    SELECT DISTINCT p.buyer_id, o.offer_id, o.code, v.class_id
    FROM catalog.procurement p
    JOIN catalog.allotment a ON a.book_id = p.book_id AND a.offer_id = p.offer_id
    JOIN catalog.offer o ON o.offer_id = p.offer_id
    JOIN catalog.offer_version v ON v.offer_id = o.offer_id AND v.version = o.latest_version
    WHERE p.state = 'granted' AND a.remaining > 0
        AND (a.window_until IS NULL OR a.window_until > clock_timestamp())
    ORDER BY p.buyer_id, o.offer_id
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_IN_STOCK,)
"""Whom a change of categories concerns is asked of all brands' stock at once."""


async def cut_for(connection: AsyncConnection, buyer: Party) -> Cut:
    """The classes that are isolated from the buyer now. One round trip, two after a change."""
    known, judged_at = await known_now(connection, buyer)
    return Cut(known.isolated(buyer.party_id, judged_at), known, judged_at)


async def cut_anew(connection: AsyncConnection, buyer: Party, cut: Cut, seen: Iterable[int]) -> Cut:
    """The cut again, with the classes that were seen and that `cut` does not know.

    One round trip, two where nobody else has read them yet.
    """
    known, judged_at = await known_now(connection, buyer, [*cut.known.classes, *seen])
    return Cut(known.isolated(buyer.party_id, judged_at), known, judged_at)


async def decide_offers(
    connection: AsyncConnection, wanted: Sequence[tuple[int, int, int]]
) -> list[Verdict]:
    """For each buyer's id, offer and version, in order, what is decided now. All must exist.

    One round trip for all, two after a change.
    """
    if not wanted:
        return []
    bound = {
        "offer_ids": [offer_id for _, offer_id, _ in wanted],
        "versions": [version for _, _, version in wanted],
    }
    rows = {row.place - 1: row for row in await connection.execute(_CLASSES, bound)}
    known, at = await known_at(
        connection,
        rows[0].rules_mark,
        rows[0].judged_at,
        {buyer_id for buyer_id, _, _ in wanted},
        {row.class_id for row in rows.values()},
    )
    return [
        known.decide(buyer_id, rows[place].class_id, at)
        for place, (buyer_id, _, _) in enumerate(wanted)
    ]


@dataclass(frozen=True, slots=True)
class Explained:
    """What was decided at the instant that was asked for, and whether the offer is isolated now."""

    then: Decision
    isolated_now: bool


async def explain_class(
    connection: AsyncConnection, buyer: Party, class_id: int | None, at: datetime | None
) -> Explained | None:
    """What is decided about a class at `at`, or now, with its words. One round trip, or two.

    None for no class: a missing offer is asked about all the same, so that it takes the same steps.
    """
    classes = [] if class_id is None else [class_id]
    known, now = await known_now(connection, buyer, classes)
    if class_id is None:
        return None
    return Explained(
        _explain(known, known.parties[buyer.party_id], class_id, at or now),
        known.decide(buyer.party_id, class_id, now).isolated,
    )


async def load_matrix(
    connection: AsyncConnection, buyer: Party, at: datetime | None = None
) -> list[MatrixRow]:
    """What is decided about each class of offers for a brand, at `at` or now. Two round trips.

    Classes that no offer is of any more are left out.
    """
    known = await read_known(connection)
    counted = {row.class_id: row.offers for row in await connection.execute(_OFFERS_BY_CLASS)}
    seen_by, instant = known.parties[buyer.party_id], at or known.judged_at
    rows = [
        MatrixRow(
            offered.owner.code,
            offered.carrier.code,
            offered.category,
            counted[class_id],
            _explain(known, seen_by, class_id, instant),
        )
        for class_id, offered in known.classes.items()
        if class_id in counted
    ]
    return sorted(rows, key=lambda row: (row.owner, row.supplier, row.category or ""))


async def closing_offers(
    connection: AsyncConnection, changed: Party, categories: Sequence[str]
) -> list[Closing]:
    """The offers that brands have stock of, and that would be closed to them.

    They would be if the party had these categories. At most CLOSING_MAX. Two round trips.
    """
    known = await read_known(connection)
    at = known.judged_at
    in_force = RulesInForce(known.rules, known.groups, at)
    after = replace(changed, categories=tuple(dict.fromkeys(categories)))

    def then(party: Party) -> Party:
        return after if party.party_id == changed.party_id else party

    closing: list[Closing] = []
    for row in (await connection.execute(_IN_STOCK)).all():
        buyer, offered = known.parties[row.buyer_id], known.classes.get(row.class_id)
        if offered is None or len(closing) >= CLOSING_MAX:
            continue
        later = Offered(then(offered.owner), then(offered.carrier), offered.category)
        if in_force.view_of(buyer).decide(offered).isolated:
            continue
        if in_force.view_of(then(buyer)).decide(later).isolated:
            decision = explain(
                then(buyer), later, known.rules, known.groups, at, rules_version=known.version
            )
            closing.append(
                Closing(buyer.code, row.offer_id, offered.carrier.code, row.code, decision)
            )
    return closing


def _explain(known: Known, buyer: Party, class_id: int, at: datetime) -> Decision:
    offered = known.classes[class_id]
    return explain(buyer, offered, known.rules, known.groups, at, rules_version=known.version)
