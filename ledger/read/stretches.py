"""Stretches of the journal, and who could spend so much: what figures of a book are made of.

A stretch is a part of each lane, from one record to another. Whoever reads one after the other
reads each record once, and stops where it likes. Days are those on which records were made, in the
programme's time zone: a day that was read never changes.

A wallet's place is its number in the book, from 0 and nearly without gaps. A set of members is
small when it is kept as a bit for each place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.book.programme import Programme
from ledger.decide.wallet import LANE_BITS, LANE_MASK, ORDINAL_FIRST_WALLET

WALLETS_READ_MAX = 32_768
"""So many wallets are looked at by one statement."""

_REDEEM, _HOLD, _CAPTURE = OperationKind.REDEEM, OperationKind.HOLD, OperationKind.CAPTURE
_SPENDS = ", ".join(
    str(int(kind)) for kind in (_REDEEM, _HOLD, OperationKind.GIFT, OperationKind.CONVERT)
)
_DAY = "CAST(j.recorded_at AT TIME ZONE CAST(:time_zone AS text) AS date)"
_PLACE = (
    f"((account_id >> {LANE_BITS}) - {ORDINAL_FIRST_WALLET}) * CAST(:lanes AS integer)"
    f" + (account_id & {LANE_MASK})"
)
_STRETCH = """
    FROM unnest(:lane_numbers, :afters, :ends) AS stretch(lane, after, until)
    JOIN ledger.journal j ON j.book_id = :book_id AND j.lane = stretch.lane
        AND j.seq > stretch.after AND j.seq <= stretch.until AND j.part = 0
"""
_LISTS = [bindparam(name, type_=ARRAY(INTEGER)) for name in ("lane_numbers", "afters", "ends")]

_HEADS = text("SELECT lane, seq FROM ledger.lane WHERE book_id = :book_id")

# What a wallet had before it spent is what it had after, and what it spent. Points that moved
# without being spent, such as those taken back, count as the record before them left them.
_MEMBERS = text(
    f"""
    SELECT day, array_agg(place) AS places, array_agg(highest) AS highests,
        array_agg(place) FILTER (WHERE has_redeemed) AS redeemed
    FROM (
        SELECT {_DAY} AS day, {_PLACE} AS place,
            max(coalesce(j.spendable, j.balance, 0)
                + CASE WHEN j.kind IN ({_SPENDS}) THEN coalesce(j.points, j.amount) ELSE 0 END
            )::bigint AS highest,
            coalesce(bool_or(j.owner = :owner AND j.kind IN ({int(_REDEEM)}, {int(_HOLD)})
                AND coalesce(j.points, j.amount) > 0), false) AS has_redeemed
        {_STRETCH}
        WHERE j.refusal IS NULL AND j.account_id IS NOT NULL
        GROUP BY 1, 2
    ) AS of_member GROUP BY day
    """
).bindparams(*_LISTS)

# A reversal counts by what it reverses, and a captured hold by what was captured.
_FLOWS = text(
    f"""
    SELECT {_DAY} AS day,
        coalesce(sum(coalesce(j.points, j.amount))
            FILTER (WHERE j.kind = {int(OperationKind.ISSUE)}), 0)::bigint AS issued,
        coalesce(sum(coalesce(j.points, j.amount))
            FILTER (WHERE s.kind = {int(OperationKind.ISSUE)}), 0)::bigint AS issue_reversed,
        coalesce(sum(coalesce(j.points, j.amount))
            FILTER (WHERE j.kind IN ({int(_REDEEM)}, {int(_CAPTURE)})), 0)::bigint AS redeemed
    {_STRETCH}
    LEFT JOIN LATERAL (
        SELECT r.kind FROM ledger.journal r
        WHERE j.kind = {int(OperationKind.REVERSE)} AND r.book_id = :book_id
            AND r.lane = (j.subject & {LANE_MASK})::smallint
            AND r.seq = (j.subject >> {LANE_BITS})::integer AND r.part = 0
        OFFSET 0
    ) s ON true
    WHERE j.refusal IS NULL
    GROUP BY 1
    """
).bindparams(*_LISTS)

_ASKED = text(
    f"""
    SELECT {_DAY} AS day, j.reference, coalesce(j.refusal ->> 'code', '') AS code,
        count(*) AS times
    {_STRETCH}
    WHERE j.owner = :owner AND j.kind IN ({int(_REDEEM)}, {int(_HOLD)})
        AND j.reference IS NOT NULL
    GROUP BY 1, 2, 3
    """
).bindparams(*_LISTS)

# Of most wallets the balance tells enough. Only where it does, the lots are looked into.
_ABLE = text(
    f"""
    SELECT array_agg({_PLACE}) AS places FROM ledger.account
    WHERE book_id = :book_id AND account_id >= :first AND account_id < :last
        AND merged_into IS NULL AND balance - debt >= :points
        AND (
            SELECT coalesce(sum(l.points), 0)
            FROM json_to_recordset(lots) AS l(available_on date, expires_on date, points bigint)
            WHERE (l.available_on IS NULL OR l.available_on <= :day)
                AND coalesce(l.expires_on, slides_until, 'infinity') >= :day
        ) - debt >= :points
    """
)

_OPENED = text(
    "SELECT coalesce(max(accounts), 0)::bigint AS opened FROM ledger.lane WHERE book_id = :book_id"
)

Heads = Mapping[int, int]
"""The number of a record in each lane."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The records after `after` up to `until`, in each lane."""

    after: Heads
    until: Heads


@dataclass(frozen=True, slots=True)
class MembersOfDay:
    """Whom the records of one day are about: places, and the most that each could spend then.

    `redeemed` are those who spent points through the use case that was asked about.
    """

    day: date
    places: Sequence[int]
    highests: Sequence[int]
    redeemed: Sequence[int]


@dataclass(frozen=True, slots=True)
class FlowOfDay:
    """Points that were issued, taken back of those issued, and redeemed on one day."""

    day: date
    issued: int
    issue_reversed: int
    redeemed: int


@dataclass(frozen=True, slots=True)
class AskedOnDay:
    """How often a use case asked for points under a reference. No code: it was given them."""

    day: date
    reference: str
    code: str
    times: int


async def heads_of(connection: AsyncConnection, book_id: int) -> dict[int, int]:
    """The last record of each lane that is committed."""
    rows = await connection.execute(_HEADS, {"book_id": book_id})
    return {row.lane: row.seq for row in rows}


async def read_stretch(
    connection: AsyncConnection, programme: Programme, stretch: Stretch, owner: str
) -> tuple[list[MembersOfDay], list[FlowOfDay], list[AskedOnDay]]:
    """What the records of a stretch say, by day. Three statements.

    `owner` is the use case whose redemptions are told apart.
    """
    lanes = sorted(stretch.until)
    bound = {
        "book_id": programme.book_id,
        "time_zone": programme.time_zone,
        "lane_numbers": lanes,
        "afters": [stretch.after.get(lane, 0) for lane in lanes],
        "ends": [stretch.until[lane] for lane in lanes],
    }
    about = {**bound, "owner": owner}
    members = [
        MembersOfDay(row.day, row.places, row.highests, row.redeemed or ())
        for row in await connection.execute(_MEMBERS, {**about, "lanes": programme.lanes})
    ]
    flows = [FlowOfDay(*row) for row in await connection.execute(_FLOWS, bound)]
    return members, flows, [AskedOnDay(*row) for row in await connection.execute(_ASKED, about)]


async def wallets_opened(connection: AsyncConnection, book_id: int) -> int:
    """How many wallets the fullest lane has opened."""
    return int((await connection.execute(_OPENED, {"book_id": book_id})).scalar_one())


async def able_to_spend(
    connection: AsyncConnection, programme: Programme, points: int, day: date, first: int
) -> tuple[Sequence[int], int]:
    """The places of those who can spend so many points on a day, a page of them.

    `first` is 0, or what came with the page before. Returns what comes after this page.
    """
    following = first + max(1, WALLETS_READ_MAX // programme.lanes)
    bound = {
        "book_id": programme.book_id,
        "lanes": programme.lanes,
        "first": (first + ORDINAL_FIRST_WALLET) << LANE_BITS,
        "last": (following + ORDINAL_FIRST_WALLET) << LANE_BITS,
        "points": points,
        "day": day,
    }
    places = (await connection.execute(_ABLE, bound)).scalar_one()
    return places or (), following
