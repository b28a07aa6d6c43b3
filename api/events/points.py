"""Events of points: told of programmes that ask for them, by reading their journals.

A file of members may hold hundreds of thousands of operations, so these events are told only where
somebody asks for them, type by type. Whoever moves points knows nothing of it, and does no more
than before: a round reads the journal behind them, from where the last one stopped.

A round takes a page of one programme in one transaction, under the lock of its row: it reads the
records, writes the events into the log, and notes how far it came. So a record is told of once,
whenever a worker dies. A lane's records are numbered without gaps, so none is missed, whichever
writer commits first. The events of a member come in the order of its records. Against events of
other kinds they have no order: they may come a while later.

The digest of what expires soon is told on the first round of a programme's day.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, DATE, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import ASKED_FOR, TYPES, EventTypeUnknown
from api.events.log import Told, write_events
from ledger import JSON, Database, read_clock
from ledger.asks import OperationKind
from ledger.book import Programme, find_programme_by_book, programme_day
from ledger.read import (
    ExpiringSoon,
    PointsRecord,
    Stretch,
    expiring_soon,
    heads_of,
    read_records,
)

RECORDS_READ_MAX = 1_000
"""So many records at the most are read in one transaction."""
EXPIRING_DAYS = 30
"""How far ahead the digest looks."""
EXPIRING = "points.expiring"
KINDS: Mapping[str, tuple[OperationKind, ...]] = {
    "points.issued": (OperationKind.ISSUE, OperationKind.CREDIT),
    "points.redeemed": (OperationKind.REDEEM, OperationKind.CAPTURE),
    "points.adjusted": (OperationKind.ADJUST,),
    "points.reversed": (OperationKind.REVERSE,),
    "points.expired": (OperationKind.EXPIRE, OperationKind.SWEEP),
    "hold.released": (OperationKind.RELEASE,),
}
"""Which records each type tells of."""
_TYPE_OF = {kind: name for name, kinds in KINDS.items() for kind in kinds}

_FIND = text("SELECT types, since, digest_on FROM api.points_feed WHERE book_id = :book_id")

_ASK = text(
    """
    INSERT INTO api.points_feed AS f (book_id, party_id, types, heads)
    VALUES (:book_id, :party_id, :types, :heads)
    ON CONFLICT (book_id) DO UPDATE SET types = excluded.types
    RETURNING types, since
    """
).bindparams(bindparam("types", type_=ARRAY(TEXT)), bindparam("heads", type_=ARRAY(INTEGER)))

_END = text("DELETE FROM api.points_feed WHERE book_id = :book_id")

_BOOKS = text("SELECT book_id FROM api.points_feed ORDER BY book_id")

CROSS_BOOK = (_BOOKS,)
"""The statements here that name no book: they find the books whose points are told of."""

# Another worker may be at it.
_LOCK = text(
    """
    SELECT party_id, types, heads FROM api.points_feed
    WHERE book_id = :book_id FOR NO KEY UPDATE SKIP LOCKED
    """
)

_MOVE = text("UPDATE api.points_feed SET heads = :heads WHERE book_id = :book_id").bindparams(
    bindparam("heads", type_=ARRAY(INTEGER))
)

_DIGESTED = text(
    """
    UPDATE api.points_feed SET digest_on = :day
    WHERE book_id = :book_id AND :type = ANY(types) AND digest_on IS DISTINCT FROM :day
    RETURNING party_id
    """
).bindparams(bindparam("day", type_=DATE))


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The types that are told of a programme's points, and since when it asks for any."""

    types: Sequence[str]
    since: datetime | None


async def find_asked_for(connection: AsyncConnection, programme: Programme) -> AskedFor:
    """Which events of its points are told of a programme. One round trip."""
    row = (await connection.execute(_FIND, {"book_id": programme.book_id})).one_or_none()
    return AskedFor((), None) if row is None else AskedFor(row.types, row.since)


async def ask_for(
    connection: AsyncConnection, programme: Programme, types: Sequence[str]
) -> AskedFor:
    """Have these events told of a programme's points from now on, and no others.

    Two round trips.

    Raises:
        EventTypeUnknown: one of them is none of those that are asked for.
    """
    if unknown := sorted(set(types) - ASKED_FOR):
        raise EventTypeUnknown(f"{unknown[0]} is no type that is asked for", field="types")
    if not types:
        await connection.execute(_END, {"book_id": programme.book_id})
        return AskedFor((), None)
    heads = await heads_of(connection, programme.book_id)
    asked = {
        "book_id": programme.book_id,
        "party_id": programme.party_id,
        "types": [name for name in TYPES if name in set(types)],
        "heads": [heads[lane] for lane in sorted(heads)],
    }
    row = (await connection.execute(_ASK, asked)).one()
    return AskedFor(row.types, row.since)


async def tell_of_points(database: Database, limit: int = RECORDS_READ_MAX) -> int:
    """Tell of a page of records of each programme that asks for it. Returns how many were read."""
    async with database.transaction() as connection:
        books = (await connection.execute(_BOOKS)).scalars().all()
    return sum([await _tell_page(database, book_id, limit) for book_id in books])


async def _tell_page(database: Database, book_id: int, limit: int) -> int:
    async with database.transaction() as connection:
        row = (await connection.execute(_LOCK, {"book_id": book_id})).one_or_none()
        if row is None:
            return 0
        heads = await heads_of(connection, book_id)
        until = page_after(row.heads, [heads[lane] for lane in sorted(heads)], limit)
        read: int = sum(until) - sum(row.heads)
        if read:
            programme = await find_programme_by_book(connection, book_id)
            stretch = Stretch(dict(enumerate(row.heads)), dict(enumerate(until)))
            kinds = [kind for name in row.types for kind in KINDS.get(name, ())]
            records = await read_records(connection, programme, stretch, kinds) if kinds else []
            told = [_told(each, programme, row.party_id) for each in in_time(records)]
            await write_events(connection, told, await read_clock(connection))
            await connection.execute(_MOVE, {"book_id": book_id, "heads": until})
        return read


def page_after(after: Sequence[int], heads: Sequence[int], limit: int) -> list[int]:
    """Where the next page ends in each lane. Lanes have equal parts of it. Pure.

    What one has no use for is shared by the others.
    """
    until = list(after)
    waiting = {lane: heads[lane] - place for lane, place in enumerate(after)}
    lanes = sorted(waiting, key=lambda lane: waiting[lane])
    left = max(limit, len(lanes))
    for place, lane in enumerate(lanes):
        part = min(waiting[lane], left // (len(lanes) - place))
        until[lane] += part
        left -= part
    return until


def in_time(records: Sequence[PointsRecord]) -> list[PointsRecord]:
    """Records of several lanes by time, as far as each lane's own order allows it. Pure."""
    lanes: dict[int, list[PointsRecord]] = {}
    for each in records:
        lanes.setdefault(each.lane, []).append(each)
    return list(heapq.merge(*lanes.values(), key=lambda each: each.recorded_at))


def _told(record: PointsRecord, programme: Programme, party_id: int) -> Told:
    data: dict[str, JSON] = {
        "programme": programme.code,
        "operation": record.operation,
        "kind": record.kind.name.lower(),
        "key": record.key,
        "member": record.member,
        "points": record.points,
        "balance": record.balance,
        "occurred_at": record.occurred_at,
        "expires_on": record.expires_on,
        "subject": record.subject,
        "subject_key": record.subject_key,
        "store": record.store,
        "channel": record.channel,
        "staff": record.staff,
        "reference": record.reference,
    }
    return Told(party_id, _TYPE_OF[record.kind], record.recorded_at, orjson.dumps(data).decode())


async def tell_what_expires(database: Database, now: datetime | None = None) -> int:
    """Tell of what expires soon, once on each day of a programme that asks for it.

    Returns of how many programmes it looked at the wallets.
    """
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        books = (await connection.execute(_BOOKS)).scalars().all()
    return sum([await _tell_digest(database, book_id, now) for book_id in books])


async def _tell_digest(database: Database, book_id: int, now: datetime) -> int:
    async with database.transaction() as connection:
        programme = await find_programme_by_book(connection, book_id)
        day = programme_day(now, programme.time_zone)
        row = (await connection.execute(_FIND, {"book_id": book_id})).one_or_none()
    if row is None or EXPIRING not in row.types or row.digest_on == day:
        return 0
    until = day + timedelta(days=EXPIRING_DAYS)
    soon = await expiring_soon(database, programme, day, until)
    async with database.transaction() as connection:
        digested = {"book_id": book_id, "day": day, "type": EXPIRING}
        party_id = await connection.scalar(_DIGESTED, digested)
        # Else another worker has told it, or nobody asks for it any more.
        if party_id is not None and soon.points:
            data = _digest(programme, day, until, soon)
            told = Told(party_id, EXPIRING, now, orjson.dumps(data).decode())
            await write_events(connection, [told], now)
    return 1


def _digest(programme: Programme, day: date, until: date, soon: ExpiringSoon) -> dict[str, JSON]:
    return {
        "programme": programme.code,
        "day": day,
        "until": until,
        "points": sum(soon.points.values()),
        "members": soon.members,
        "expiring": [
            {"expires_on": last_day, "points": points} for last_day, points in soon.points.items()
        ],
    }
