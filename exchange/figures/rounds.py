"""The round that keeps figures of members by day, so that no request reads a whole book.

A round of the worker does this for one book:

    look     one transaction finds the cheapest right that every member could have now.
    pass     on a day's first round, and whenever that price has fallen: all wallets are looked at,
             page by page, for who could spend as much. That is what members carried into the day,
             or have when a cheaper right appears.
    journal  the records since the round before are read once, page by page: who could spend as
             much right before or after each of them, who redeemed, how many points moved, which
             redemptions were refused. Each page is one transaction with the place it came to.
    rank     on a day's first round: how much of each offer is used.

So a member reached the cheapest right of a day if at some instant it could spend what the cheapest
right cost, as far as the rounds saw prices. A day is measured once its pass is made. Days on which
no round ran are not, and what was recorded on them is credited to them all the same.

Races: two rounds at once. Both change days under the lock of the book's row in `figure_round`, and
add to what is there. A pass that is made twice adds the same members. A page is read from where the
row says under that lock, so no record is counted twice. A round that is killed loses its page, or
its pass: the next one does them again.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DATE, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import find_party_by_id
from exchange.figures.cheapest import cheapest_right
from exchange.figures.member_sets import MemberSet
from exchange.figures.ranks import rank_offers
from exchange.redeem.request import RIGHT
from exchange.redeem.shopper import Shopper
from ledger import Database, read_clock
from ledger.book import Programme, programme_day
from ledger.read import (
    Stretch,
    able_to_spend,
    heads_of,
    read_stretch,
    wallets_opened,
)

RECORDS_READ_MAX = 50_000
"""So many records at the most are read in one transaction."""
OFFER_REFERENCE = "offer "
"""How the operation that pays for a right names its offer."""

_BEGIN = text(
    """
    INSERT INTO exchange.figure_round (book_id, heads, looked_at) VALUES (:book_id, :heads, :now)
    ON CONFLICT (book_id) DO NOTHING
    """
).bindparams(bindparam("heads", type_=ARRAY(INTEGER)))

_LOCK = text("SELECT heads FROM exchange.figure_round WHERE book_id = :book_id FOR NO KEY UPDATE")

_MOVE = text(
    """
    UPDATE exchange.figure_round SET heads = :heads, looked_at = :now WHERE book_id = :book_id
    """
).bindparams(bindparam("heads", type_=ARRAY(INTEGER)))

_DAYS = text(
    """
    SELECT day, is_measured, cheapest_points, reached, redeemed FROM exchange.figure_day
    WHERE book_id = :book_id AND day = ANY(:days)
    """
).bindparams(bindparam("days", type_=ARRAY(DATE)))

_KEEP = text(
    """
    INSERT INTO exchange.figure_day AS d (
        book_id, day, is_measured, cheapest_points, issued, issue_reversed, redeemed_points,
        reached, redeemed
    ) VALUES (
        :book_id, :day, :is_measured, :cheapest_points, :issued, :issue_reversed,
        :redeemed_points, :reached, :redeemed
    )
    ON CONFLICT (book_id, day) DO UPDATE SET
        is_measured = excluded.is_measured, cheapest_points = excluded.cheapest_points,
        issued = d.issued + excluded.issued,
        issue_reversed = d.issue_reversed + excluded.issue_reversed,
        redeemed_points = d.redeemed_points + excluded.redeemed_points,
        reached = excluded.reached, redeemed = excluded.redeemed
    """
)

_KEEP_ASKED = text(
    """
    INSERT INTO exchange.asked_day AS a (book_id, day, offer_id, code, times)
    SELECT :book_id, day, offer_id, code, times
    FROM unnest(:days, :offer_ids, :codes, :times) AS t (day, offer_id, code, times)
    ORDER BY day, offer_id, code
    ON CONFLICT (book_id, day, offer_id, code) DO UPDATE SET times = a.times + excluded.times
    """
).bindparams(
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("codes", type_=ARRAY(TEXT)),
    bindparam("times", type_=ARRAY(BIGINT)),
)


@dataclass(slots=True)
class _Day:
    """What is kept of a day, and what is added to it."""

    is_measured: bool = False
    cheapest: int | None = None
    reached: MemberSet = field(default_factory=MemberSet)
    redeemed: MemberSet = field(default_factory=MemberSet)
    issued: int = 0
    issue_reversed: int = 0
    redeemed_points: int = 0


async def keep_figures(
    database: Database, programme: Programme, now: datetime | None = None
) -> int:
    """Do a round for one book. Returns how many records were read.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    book_id = programme.book_id
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        day = programme_day(now, programme.time_zone)
        begun = {"book_id": book_id, "heads": [0] * programme.lanes, "now": now}
        await connection.execute(_BEGIN, begun)
        known = (await _load(connection, book_id, [day])).get(day)
        brand = await find_party_by_id(connection, programme.party_id)
        cheapest = await cheapest_right(connection, brand, Shopper(programme, now, None))
    if known is None or not known.is_measured or _is_lower(cheapest, known.cheapest):
        await _pass(database, programme, day, cheapest)
    if known is None or not known.is_measured:
        await rank_offers(database, programme, now)
    records = 0
    while True:
        read, is_last = await _read_on(database, programme, now)
        records += read
        if is_last:
            return records


def _is_lower(cheapest: int | None, known: int | None) -> bool:
    return cheapest is not None and (known is None or cheapest < known)


async def _pass(database: Database, programme: Programme, day: date, cheapest: int | None) -> None:
    """Find who can spend what the cheapest right costs, and have the day measured."""
    able = MemberSet()
    if cheapest is not None:
        async with database.transaction() as connection:
            opened = await wallets_opened(connection, programme.book_id)
        first = 0
        while first < opened:
            async with database.transaction() as connection:
                places, first = await able_to_spend(connection, programme, cheapest, day, first)
            # Page by page: a set of all members at once would keep others waiting.
            able.add(places)
    async with database.transaction() as connection:
        await connection.execute(_LOCK, {"book_id": programme.book_id})
        kept = (await _load(connection, programme.book_id, [day])).get(day, _Day())
        kept.is_measured = True
        kept.reached.join(able)
        if _is_lower(cheapest, kept.cheapest):
            kept.cheapest = cheapest
        await _keep(connection, programme.book_id, {day: kept})


async def _read_on(database: Database, programme: Programme, now: datetime) -> tuple[int, bool]:
    """Read a page of the journal. Returns how many records, and whether it was the last page."""
    book_id = programme.book_id
    page = max(1, RECORDS_READ_MAX // programme.lanes)
    async with database.transaction() as connection:
        row = (await connection.execute(_LOCK, {"book_id": book_id})).one()
        after = dict(enumerate(row.heads))
        heads = await heads_of(connection, book_id)
        until = {lane: min(seq, after[lane] + page) for lane, seq in heads.items()}
        stretch = Stretch(after, until)
        records = sum(until[lane] - after[lane] for lane in until)
        if records:
            await _credit(connection, programme, stretch)
        moved = [until.get(lane, seq) for lane, seq in after.items()]
        await connection.execute(_MOVE, {"book_id": book_id, "heads": moved, "now": now})
    return records, until == heads


async def _credit(connection: AsyncConnection, programme: Programme, stretch: Stretch) -> None:
    """Add what a stretch says to its days."""
    members, flows, asked = await read_stretch(connection, programme, stretch, RIGHT)
    touched = {each.day for each in members} | {each.day for each in flows}
    days = defaultdict(_Day, await _load(connection, programme.book_id, sorted(touched)))
    for each in members:
        kept = days[each.day]
        kept.redeemed.add(each.redeemed)
        if kept.cheapest is not None:
            least = kept.cheapest
            kept.reached.add(
                place
                for place, highest in zip(each.places, each.highests, strict=True)
                if highest >= least
            )
    for flow in flows:
        kept = days[flow.day]
        kept.issued += flow.issued
        kept.issue_reversed += flow.issue_reversed
        kept.redeemed_points += flow.redeemed
    await _keep(connection, programme.book_id, days)
    of_offers = [each for each in asked if each.reference.startswith(OFFER_REFERENCE)]
    if of_offers:
        await connection.execute(
            _KEEP_ASKED,
            {
                "book_id": programme.book_id,
                "days": [each.day for each in of_offers],
                "offer_ids": [
                    int(each.reference.removeprefix(OFFER_REFERENCE)) for each in of_offers
                ],
                "codes": [each.code for each in of_offers],
                "times": [each.times for each in of_offers],
            },
        )


async def _load(connection: AsyncConnection, book_id: int, days: list[date]) -> dict[date, _Day]:
    rows = (await connection.execute(_DAYS, {"book_id": book_id, "days": days})).mappings()
    return {row["day"]: _day_of(row) for row in rows}


def _day_of(row: RowMapping) -> _Day:
    return _Day(
        row["is_measured"],
        row["cheapest_points"],
        MemberSet(row["reached"]),
        MemberSet(row["redeemed"]),
    )


async def _keep(connection: AsyncConnection, book_id: int, days: Mapping[date, _Day]) -> None:
    for day in sorted(days):
        kept = days[day]
        await connection.execute(
            _KEEP,
            {
                "book_id": book_id,
                "day": day,
                "is_measured": kept.is_measured,
                "cheapest_points": kept.cheapest,
                "issued": kept.issued,
                "issue_reversed": kept.issue_reversed,
                "redeemed_points": kept.redeemed_points,
                "reached": kept.reached.stored(),
                "redeemed": kept.redeemed.stored(),
            },
        )
