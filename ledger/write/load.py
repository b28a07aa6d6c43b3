"""What a lane transaction reads, once its lanes are locked.

The look-ups go key by key: LATERAL, with OFFSET 0 so that they stay so. What the planner believes
of a young or fast-growing table would now and then have it read a whole book instead.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from ledger.asks.answer import Answer
from ledger.asks.operation import Operation, OperationKind
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.decide.sheet import MOVES_TO
from ledger.decide.wallet import (
    LANE_BITS,
    LANE_MASK,
    WALLET,
    HoldState,
    Lot,
    Subject,
    Wallet,
    note_later,
)
from ledger.write.journal import instant_text, literal, numbers, texts

_CAPTURE, _REVERSE = int(OperationKind.CAPTURE), int(OperationKind.REVERSE)

# Parameters: $1 is the book, $2 the keys or members as one array literal.

_LOAD_OPERATIONS = """
    SELECT o.* FROM unnest($2::text::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT key, fingerprint, kind, lane, seq, points, spendable, occurred_at, last_day,
            refusal, detail
        FROM ledger.operation
        WHERE operation.book_id = $1 AND operation.key = wanted.key OFFSET 0
    ) o
"""

_LOAD_WALLETS = """
    SELECT a.* FROM unnest($2::text::text[]) AS wanted(member)
    CROSS JOIN LATERAL (
        SELECT member, account_id, balance, held, debt, last_seq, slides_until, merged_into,
            latest_on, lots::text, usage::text
        FROM ledger.account
        WHERE account.book_id = $1 AND account.member = wanted.member OFFSET 0
    ) a
"""

# `owner` is who has the points of the operation's wallet now: its member, or the one that member
# was merged into, and so on. `counted`: the day of a capture is that of its hold, because the caps
# counted it then.
_LOAD_SUBJECTS = f"""
    SELECT wanted.key, o.kind, o.lane, o.seq, o.account_id, owner.member, o.points,
        coalesce(counted.occurred_at, o.occurred_at) AS occurred_at,
        o.owner, h.expires_at, h.state, reversed.points AS reversed_points,
        e.to_kind, e.available_on, e.expires_on, e.funder, e.amount
    FROM unnest($2::text::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT * FROM ledger.operation
        WHERE operation.book_id = $1 AND operation.key = wanted.key
            AND refusal IS NULL AND account_id IS NOT NULL OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        WITH RECURSIVE heir(member, merged_into) AS (
            SELECT member, merged_into FROM ledger.account
            WHERE book_id = $1 AND account_id = o.account_id
            UNION ALL
            SELECT account.member, account.merged_into FROM heir JOIN ledger.account
                ON account.book_id = $1 AND account.member = heir.merged_into
        )
        SELECT member FROM heir WHERE merged_into IS NULL
    ) owner
    LEFT JOIN LATERAL (
        SELECT expires_at, state FROM ledger.hold
        WHERE hold.book_id = $1 AND hold.lane = o.lane AND hold.seq = o.seq OFFSET 0
    ) h ON true
    LEFT JOIN LATERAL (
        SELECT occurred_at FROM ledger.operation AS c
        WHERE c.book_id = $1 AND c.lane = o.subject & {LANE_MASK}
            AND c.seq = o.subject >> {LANE_BITS} AND o.kind = {_CAPTURE} OFFSET 0
    ) counted ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(points), 0)::bigint AS points FROM ledger.operation AS r
        WHERE r.book_id = $1 AND r.subject = o.seq::bigint << {LANE_BITS} | o.lane
            AND r.kind = {_REVERSE} AND r.refusal IS NULL
    ) reversed
    LEFT JOIN LATERAL (
        SELECT part, to_kind, available_on, expires_on, funder, amount FROM ledger.entry
        WHERE entry.book_id = $1 AND entry.lane = o.lane AND entry.seq = o.seq OFFSET 0
    ) e ON true
    ORDER BY o.lane, o.seq, e.part
"""


# The wallets' records, the latest first, each found by the one after it. No record is dated much
# later than it was recorded, so a chain ends where all earlier ones were recorded before the
# instant that is looked back to. The day is for clocks that were once set back.
_LOAD_LATER = f"""
    WITH RECURSIVE chain(account_id, since, seq, previous, recorded_at) AS (
        SELECT wanted.account_id, since, j.seq, j.previous, j.recorded_at
        FROM unnest($2::text::bigint[], $3::text::integer[], $4::text::timestamptz[])
            AS wanted(account_id, last_seq, since)
        CROSS JOIN LATERAL (
            SELECT seq, previous, recorded_at FROM ledger.journal
            WHERE journal.book_id = $1
                AND journal.lane = (wanted.account_id & {LANE_MASK})::smallint
                AND journal.seq = wanted.last_seq AND journal.part = 0 OFFSET 0
        ) j
        UNION ALL
        SELECT chain.account_id, since, j.seq, j.previous, j.recorded_at
        FROM chain CROSS JOIN LATERAL (
            SELECT seq, previous, recorded_at FROM ledger.journal
            WHERE journal.book_id = $1
                AND journal.lane = (chain.account_id & {LANE_MASK})::smallint
                AND journal.seq = chain.previous AND journal.part = 0 OFFSET 0
        ) j
        WHERE chain.recorded_at > chain.since - interval '1 day'
    )
    SELECT chain.account_id, o.occurred_at, e.available_on, e.expires_on, e.funder, e.gained
    FROM chain
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM ledger.operation
        WHERE operation.book_id = $1
            AND operation.lane = (chain.account_id & {LANE_MASK})::smallint
            AND operation.seq = chain.seq AND operation.occurred_at >= chain.since OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        SELECT available_on, expires_on, funder,
            CASE WHEN to_kind = {WALLET} THEN amount ELSE -amount END AS gained
        FROM ledger.entry
        WHERE entry.book_id = $1 AND entry.lane = (chain.account_id & {LANE_MASK})::smallint
            AND entry.seq = chain.seq AND {WALLET} IN (from_kind, to_kind) OFFSET 0
    ) e
"""


async def load_operations(
    connection: asyncpg.Connection, book_id: int, keys: Sequence[str]
) -> dict[str, asyncpg.Record]:
    """The operations stored under these keys, by key."""
    rows = await connection.fetch(_LOAD_OPERATIONS, book_id, texts(keys))
    return {row["key"]: row for row in rows}


def stored_answer(operation: Operation, row: asyncpg.Record) -> Answer:
    """The answer an operation was given when its key was first used."""
    return Answer(
        key=operation.key,
        kind=OperationKind(row["kind"]),
        member=operation.member,
        lane=row["lane"],
        seq=row["seq"],
        points=row["points"],
        balance=row["spendable"],
        occurred_at=row["occurred_at"],
        expires_on=row["last_day"],
        refusal=row["refusal"],
        detail=row["detail"],
        replayed=True,
    )


async def load_wallets(
    connection: asyncpg.Connection, book_id: int, members: Sequence[str]
) -> dict[str, Wallet]:
    """The wallets of members, of those that have one."""
    wallets: dict[str, Wallet] = {}
    for (
        member,
        account_id,
        balance,
        held,
        debt,
        last_seq,
        slides_until,
        merged_into,
        latest_on,
        lots,
        usage,
    ) in await connection.fetch(_LOAD_WALLETS, book_id, texts(members)):
        wallet = wallets[member] = Wallet(account_id, member)
        wallet.balance, wallet.held, wallet.debt, wallet.last_seq = balance, held, debt, last_seq
        wallet.slides_until, wallet.merged_into = slides_until, merged_into
        wallet.latest_on = latest_on
        wallet.lots = [_lot(**stored) for stored in orjson.loads(lots)]
        if usage is not None:
            wallet.usage = {
                name: (date.fromisoformat(start), points)
                for name, (start, points) in orjson.loads(usage).items()
            }
    return wallets


def _lot(
    points: int,
    available_on: str | None = None,
    expires_on: str | None = None,
    funder: str | None = None,
) -> Lot:
    return Lot(_day(available_on), _day(expires_on), funder, points)


@lru_cache(maxsize=4096)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def load_later(
    connection: asyncpg.Connection, programme: Programme, wanted: Sequence[tuple[Wallet, date]]
) -> None:
    """Note in each of these wallets what it gained on the days after the one that comes with it."""
    wallets = {wallet.account_id: (wallet, day) for wallet, day in wanted}
    zone = ZoneInfo(programme.time_zone)
    starts = [
        datetime.combine(day + timedelta(1), time.min, zone).astimezone(UTC) for _, day in wanted
    ]
    for account_id, occurred_at, available_on, expires_on, funder, gained in await connection.fetch(
        _LOAD_LATER,
        programme.book_id,
        numbers([wallet.account_id for wallet, _ in wanted]),
        literal([wallet.last_seq for wallet, _ in wanted]),
        literal([instant_text(start) for start in starts]),
    ):
        wallet, day = wallets[account_id]
        later = programme_day(occurred_at, programme.time_zone)
        if later > day:
            note_later(wallet, (available_on, expires_on, funder), later, gained)


async def load_subjects(
    connection: asyncpg.Connection, programme: Programme, keys: Sequence[str]
) -> dict[str, Subject]:
    """The accepted operations under these keys, with what they moved and what became of it.

    Those that have no wallet are left out.
    """
    subjects: dict[str, Subject] = {}
    for row in await connection.fetch(_LOAD_SUBJECTS, programme.book_id, texts(keys)):
        subject = subjects.get(row["key"])
        if subject is None:
            subject = subjects[row["key"]] = Subject(
                kind=row["kind"],
                lane=row["lane"],
                seq=row["seq"],
                account_id=row["account_id"],
                member=row["member"],
                points=row["points"],
                day=programme_day(row["occurred_at"], programme.time_zone),
                parts=[],
                reversed_points=row["reversed_points"],
                expires_at=row["expires_at"],
                owner=row["owner"],
                state=HoldState(row["state"]) if row["state"] is not None else None,
            )
        moves_to = MOVES_TO.get(OperationKind(row["kind"]))
        if row["to_kind"] is not None and row["to_kind"] == moves_to:
            lot = (row["available_on"], row["expires_on"], row["funder"])
            subject.parts.append((lot, row["amount"]))
    return subjects
