"""The statements of a lane transaction, in their order. One owner of these tables, one place that writes them.

Round trips of a transaction, whatever the number of its operations: begin; lock the lanes; find keys; load wallets with their lots (skipped
where all are remembered); load holds (only for captures and releases); store everything, by one statement for few operations, by COPY of
operations, COPY of entries and one statement for many; write holds (only if any); commit. Lock and read are separate statements because a
statement that waited for a lock still sees the rows as they were before it waited.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, SMALLINT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.decide import Decider
from ledger.operations import Answer, Issue, Operation, OperationKind
from ledger.wallet import HeldPoints, HoldState, LaneState, Lot, Wallet

INLINE_OPERATIONS_MAX = 250

_LOCK_LANES = text(
    """
    SELECT lane, seq, accounts, swept_before, clock_timestamp() FROM ledger.lane
    WHERE book_id = :book_id AND lane = ANY(:lanes) ORDER BY lane FOR UPDATE
    """
).bindparams(bindparam("lanes", type_=ARRAY(SMALLINT)))

# The look-ups go key by key (LATERAL, and OFFSET 0 so that they stay so): what the planner believes of a young or fast-growing table would
# now and then have it read a whole book instead.
_FIND_OPERATIONS = """
    SELECT o.* FROM unnest($2::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT key, fingerprint, kind, lane, seq, points, spendable, occurred_at, expires_on, refusal, detail
        FROM ledger.operation WHERE operation.book_id = $1 AND operation.key = wanted.key OFFSET 0
    ) o
"""

_LOAD_WALLETS = """
    SELECT a.account_id, a.member, a.balance, a.held, a.sequence, a.lots,
           l.lot, l.available_on, l.expires_on, l.funder, l.remaining
    FROM unnest($2::text[]) AS wanted(member)
    CROSS JOIN LATERAL (
        SELECT account_id, member, balance, held, sequence, lots FROM ledger.account
        WHERE account.book_id = $1 AND account.member = wanted.member OFFSET 0
    ) a
    LEFT JOIN LATERAL (
        SELECT lot, available_on, expires_on, funder, remaining FROM ledger.lot
        WHERE lot.book_id = $1 AND lot.account_id = a.account_id AND lot.remaining > 0 OFFSET 0
    ) l ON true
"""

_LOAD_HOLDS = """
    SELECT wanted.key, h.account_id, h.seq, h.points, h.expires_at, h.state,
           l.lot, l.available_on, l.expires_on, l.funder, l.remaining, part.amount
    FROM unnest($2::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT account_id, seq FROM ledger.operation
        WHERE operation.book_id = $1 AND operation.key = wanted.key OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        SELECT * FROM ledger.hold
        WHERE hold.book_id = $1 AND hold.account_id = o.account_id AND hold.seq = o.seq OFFSET 0
    ) h
    CROSS JOIN LATERAL unnest(h.lots, h.amounts) AS part(lot, amount)
    CROSS JOIN LATERAL (
        SELECT lot, available_on, expires_on, funder, remaining FROM ledger.lot
        WHERE lot.book_id = $1 AND lot.account_id = h.account_id AND lot.lot = part.lot OFFSET 0
    ) l
"""

_OPERATION_COLUMNS = (
    "book_id",
    "lane",
    "seq",
    "kind",
    "key",
    "fingerprint",
    "account_id",
    "points",
    "spendable",
    "occurred_at",
    "available_on",
    "expires_on",
    "funder",
    "hold_seq",
    "refusal",
    "detail",
    "store",
    "channel",
    "reference",
)

_ENTRY_COLUMNS = (
    "book_id",
    "account_id",
    "sequence",
    "seq",
    "amount",
    "balance",
    "held",
    "lot",
    "from_kind",
    "to_kind",
)

# One statement for all that is not appended. Rows are found by their key and in no other way, whatever the planner thinks of a table's size:
# ON CONFLICT looks each one up, and so does an index on `= ANY`; a join would be free to read the whole book. An account that is opened and
# a lot in it are stored together: PostgreSQL checks the foreign key at the end of the statement. Arrays of numbers and dates arrive as
# array literals, see `_columns`.
_STATE = """
    wallets AS (
        INSERT INTO ledger.account (book_id, account_id, member, balance, held, sequence, lots)
        SELECT $1, * FROM unnest(
            $2::text::bigint[], $3::text[], $4::text::bigint[], $5::text::bigint[], $6::text::bigint[], $7::text::integer[]
        )
        ON CONFLICT (book_id, account_id) DO UPDATE
        SET balance = excluded.balance, held = excluded.held, sequence = excluded.sequence, lots = excluded.lots
    ), lots AS (
        INSERT INTO ledger.lot (book_id, account_id, lot, available_on, expires_on, funder, remaining)
        SELECT $1, * FROM unnest(
            $8::text::bigint[], $9::text::integer[], $10::text::date[], $11::text::date[], $12::text[], $13::text::bigint[]
        )
        ON CONFLICT (book_id, account_id, lot) DO UPDATE SET remaining = excluded.remaining
    ), lanes AS (
        UPDATE ledger.lane SET
            seq = ($15::text::bigint[])[array_position($14::text::smallint[], lane)],
            accounts = ($16::text::bigint[])[array_position($14::text::smallint[], lane)],
            swept_before = ($17::text::date[])[array_position($14::text::smallint[], lane)]
        WHERE book_id = $1 AND lane = ANY($14::text::smallint[])
    )
    UPDATE ledger.account SET
        balance = balance + ($19::text::bigint[])[array_position($18::text::bigint[], account_id)]
    WHERE book_id = $1 AND account_id = ANY($18::text::bigint[])
"""

_STORE_STATE = f"WITH {_STATE}"

# For few operations a round trip costs more than the rows: everything goes with one statement.
_STORE_ALL = f"""
    WITH operations AS (
        INSERT INTO ledger.operation ({", ".join(_OPERATION_COLUMNS)})
        SELECT $1, lane, seq, kind, key, decode(fingerprint, 'hex'), account_id, points, spendable, occurred_at,
            available_on, expires_on, funder, hold_seq, refusal::json, detail::json, store, channel, reference
        FROM unnest(
            $20::text::smallint[], $21::text::bigint[], $22::text::smallint[], $23::text[], $24::text[],
            $25::text::bigint[], $26::text::bigint[], $27::text::bigint[], $28::text::timestamptz[],
            $29::text::date[], $30::text::date[], $31::text[], $32::text::bigint[], $33::text[], $34::text[],
            $35::text[], $36::text[], $37::text[]
        ) AS new(lane, seq, kind, key, fingerprint, account_id, points, spendable, occurred_at,
            available_on, expires_on, funder, hold_seq, refusal, detail, store, channel, reference)
    ), entries AS (
        INSERT INTO ledger.entry ({", ".join(_ENTRY_COLUMNS)})
        SELECT $1, * FROM unnest(
            $38::text::bigint[], $39::text::bigint[], $40::text::bigint[], $41::text::bigint[], $42::text::bigint[],
            $43::text::bigint[], $44::text::integer[], $45::text::smallint[], $46::text::smallint[]
        )
    ), {_STATE}
"""

# An ended hold never changes again: the condition keeps that true even where the lane's lock were forgotten.
_STORE_HOLDS = """
    INSERT INTO ledger.hold (book_id, account_id, seq, points, expires_at, state, lots, amounts)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (book_id, account_id, seq) DO UPDATE SET state = excluded.state WHERE hold.state = 0
"""


async def lock_lanes(
    connection: AsyncConnection, book_id: int, lanes: Iterable[int]
) -> tuple[dict[int, LaneState], datetime]:
    """Lock lanes in their order until the transaction ends; their states without wallets, and the database's time."""
    rows = (await connection.execute(_LOCK_LANES, {"book_id": book_id, "lanes": sorted(lanes)})).all()
    return {row[0]: LaneState(row[0], row[1], row[2], {}, {}, row[3]) for row in rows}, rows[0][4]


async def find_operations(
    connection: asyncpg.Connection, book_id: int, keys: Sequence[str]
) -> dict[str, asyncpg.Record]:
    """The operations stored under these keys."""
    return {row["key"]: row for row in await connection.fetch(_FIND_OPERATIONS, book_id, keys)}


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
        expires_on=row["expires_on"],
        refusal=row["refusal"],
        detail=row["detail"],
        replayed=True,
    )


async def load_wallets(
    connection: asyncpg.Connection, book_id: int, members: Sequence[str]
) -> dict[str, Wallet | None]:
    """The wallets of members with the lots that still hold points; None for a member without a wallet."""
    wallets: dict[str, Wallet | None] = dict.fromkeys(members)
    for account_id, member, balance, held, sequence, lots, *lot in await connection.fetch(
        _LOAD_WALLETS, book_id, members
    ):
        wallet = wallets[member]
        if wallet is None:
            wallet = wallets[member] = Wallet(account_id, member)
            wallet.balance, wallet.held, wallet.sequence, wallet.lot_count = balance, held, sequence, lots
        if lot[0] is not None:
            wallet.lots.append(Lot(*lot))
    for wallet in wallets.values():
        if wallet is not None:
            wallet.lots.sort(key=Lot.order)
    return wallets


async def load_holds(connection: asyncpg.Connection, book_id: int, keys: Sequence[str]) -> dict[str, HeldPoints]:
    """The holds made under these keys, with the lots they were taken from."""
    holds: dict[str, HeldPoints] = {}
    for key, account_id, seq, points, expires_at, state, *lot, amount in await connection.fetch(
        _LOAD_HOLDS, book_id, keys
    ):
        hold = holds.get(key)
        if hold is None:
            hold = holds[key] = HeldPoints(account_id, seq, points, expires_at, HoldState(state), [])
        hold.parts.append((Lot(*lot), amount))
    return holds


async def store(
    connection: asyncpg.Connection,
    book_id: int,
    decider: Decider,
    operations: Sequence[tuple[Operation, Answer, bytes]],
) -> None:
    """Write everything a transaction decided."""
    rows = [_operation_row(book_id, decider, *stored) for stored in operations]
    state = _state_parameters(decider)
    if len(rows) <= INLINE_OPERATIONS_MAX:
        appended = [(*row[1:5], row[5].hex(), *row[6:]) for row in rows]
        entries = [row[1:] for row in decider.entries]
        await connection.execute(
            _STORE_ALL,
            book_id,
            *state,
            *_columns(appended, count=len(_OPERATION_COLUMNS) - 1, texts={3, 4, 11, 13, 14, 15, 16, 17}),
            *_columns(entries, count=len(_ENTRY_COLUMNS) - 1),
        )
    else:
        for table, columns, records in (
            ("operation", _OPERATION_COLUMNS, rows),
            ("entry", _ENTRY_COLUMNS, decider.entries),
        ):
            await connection.copy_records_to_table(table, schema_name="ledger", columns=columns, records=records)
        await connection.execute(_STORE_STATE, book_id, *state)
    if decider.holds:
        await connection.executemany(_STORE_HOLDS, [_hold_row(book_id, hold) for hold in decider.holds])


def _state_parameters(decider: Decider) -> list[str | list[object]]:
    wallets = [
        (wallet.account_id, wallet.member, wallet.balance, wallet.held, wallet.sequence, wallet.lot_count)
        for wallet in decider.wallets.values()
    ]
    lots = [
        (account_id, lot.number, lot.available_on, lot.expires_on, lot.funder, lot.remaining)
        for (account_id, _), lot in decider.lots.items()
    ]
    lanes = [(lane.lane, lane.seq, lane.accounts, lane.swept_before) for lane in decider.lanes.values()]
    return [
        *_columns(wallets, count=6, texts={1}),
        *_columns(lots, count=6, texts={4}),
        *_columns(lanes, count=4),
        *_columns(list(decider.system.items()), count=2),
    ]


def _columns(rows: Sequence[tuple[object, ...]], *, count: int, texts: Container[int] = ()) -> list[str | list[object]]:
    """Rows as `count` array parameters, column by column.

    All but the columns in `texts` travel as array literals: the driver's own encoding of an array of numbers costs ten times as much.
    """
    columns: Iterable[tuple[object, ...]] = zip(*rows, strict=True) if rows else [()] * count
    return [list(column) if number in texts else _literal(column) for number, column in enumerate(columns)]


def _literal(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of values that need no quotes: numbers, dates, NULL."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _operation_row(
    book_id: int, decider: Decider, operation: Operation, answer: Answer, fingerprint: bytes
) -> tuple[Any, ...]:
    wallet = decider.wallet(operation.member, answer.lane)
    return (
        book_id,
        answer.lane,
        answer.seq,
        int(operation.KIND),
        operation.key,
        fingerprint,
        wallet.account_id if wallet is not None else None,
        answer.points,
        answer.balance,
        answer.occurred_at,
        operation.available_on if isinstance(operation, Issue) else None,
        answer.expires_on,
        operation.funder if isinstance(operation, Issue) else None,
        answer.hold_seq,
        orjson.dumps(answer.refusal).decode() if answer.refusal is not None else None,
        orjson.dumps(answer.detail).decode() if answer.detail is not None else None,
        operation.store,
        operation.channel,
        operation.reference,
    )


def _hold_row(book_id: int, hold: HeldPoints) -> tuple[object, ...]:
    return (
        book_id,
        hold.account_id,
        hold.seq,
        hold.points,
        hold.expires_at,
        int(hold.state),
        [lot.number for lot, _ in hold.parts],
        [amount for _, amount in hold.parts],
    )
