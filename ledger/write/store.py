"""The statements of a lane transaction, in their order.

One owner of these tables, one place that writes them.

Round trips of a transaction, whatever the number of its operations: begin; lock the lanes; find
keys (where replays are about, and for batches decided together and operations with companions);
load wallets (skipped where all are remembered); load subjects (only for what ends or reverses
another operation); store everything: few records by one statement, many by one for the new wallets
if there are any, one for what is changed and a COPY of the journal; the outbox (only for
conversions); commit. Lock and read are separate statements because a statement that waited for a
lock still sees the rows as they were before it waited.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache

import asyncpg
import orjson

from ledger.asks.answer import Answer
from ledger.asks.operation import Operation, OperationKind
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.database import AnyConnection, driver, fetch
from ledger.decide.sheet import MOVES_TO
from ledger.decide.wallet import HoldState, LaneState, Lot, Subject, Wallet
from ledger.outbox import append
from ledger.write import journal
from ledger.write.draft import OWN_ACCOUNTS, WALLET_COLUMNS, Draft, lanes_and_holds, wallet_arrays
from ledger.write.journal import texts

INLINE_RECORDS_MAX = 120
YOUNG_LANE_RECORDS = 2_000
YOUNG_LANE_WALLETS = 500

# The clock is read outside of what locks, and that of the last lane counts: whoever wrote one of
# the lanes before did so at an earlier time. While a lane is young its transactions' statements are
# planned each time: the tables may be as young, and a plan that was made and kept when they had a
# page or two would go on reading them whole (decision 0001 has figures). The last lane's mode
# counts here, too. Large transactions join the wallets they change, and are left no join but by
# key; what their companions ask is planned under the same.
_LOCK_LANES = f"""
    SELECT set_config(
            'plan_cache_mode',
            CASE
                WHEN seq < {YOUNG_LANE_RECORDS} OR accounts < {YOUNG_LANE_WALLETS} AND $3::boolean THEN 'force_custom_plan'
                ELSE 'auto'
            END,
            true
        ),
        clock_timestamp(), locked.*
    FROM (
        SELECT lane, seq, accounts, {", ".join(OWN_ACCOUNTS)} FROM ledger.lane
        WHERE book_id = $1 AND lane = ANY($2::smallint[]) ORDER BY lane FOR UPDATE
    ) AS locked
    LEFT JOIN (
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true)
        WHERE $3::boolean OFFSET 0
    ) AS by_key ON true
"""

# The look-ups go key by key (LATERAL, and OFFSET 0 so that they stay so): what the planner believes
# of a young or fast-growing table would now and then have it read a whole book instead.
_FIND_OPERATIONS = """
    SELECT o.* FROM unnest($2::text::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT key, fingerprint, kind, lane, seq, points, spendable, occurred_at, last_day, refusal, detail
        FROM ledger.operation WHERE operation.book_id = $1 AND operation.key = wanted.key OFFSET 0
    ) o
"""

_LOAD_WALLETS = """
    SELECT a.* FROM unnest($2::text::text[]) AS wanted(member)
    CROSS JOIN LATERAL (
        SELECT member, account_id, balance, held, debt, last_seq, slides_until, merged_into, lots::text, usage::text
        FROM ledger.account WHERE account.book_id = $1 AND account.member = wanted.member OFFSET 0
    ) a
"""

# The day of a capture is that of its hold: the caps counted it then. Who owns the points of an
# operation's wallet now: its member, or whoever that one was merged into, and so on.
_LOAD_SUBJECTS = """
    SELECT wanted.key, o.kind, o.lane, o.seq, o.account_id, owner.member, o.points,
        coalesce(counted.occurred_at, o.occurred_at) AS occurred_at,
        o.owner, h.expires_at, h.state, reversed.points AS reversed_points,
        e.to_kind, e.available_on, e.expires_on, e.funder, e.amount
    FROM unnest($2::text::text[]) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT * FROM ledger.operation
        WHERE operation.book_id = $1 AND operation.key = wanted.key AND refusal IS NULL AND account_id IS NOT NULL OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        WITH RECURSIVE heir(member, merged_into) AS (
            SELECT member, merged_into FROM ledger.account WHERE book_id = $1 AND account_id = o.account_id
            UNION ALL
            SELECT account.member, account.merged_into FROM heir JOIN ledger.account
                ON account.book_id = $1 AND account.member = heir.merged_into
        )
        SELECT member FROM heir WHERE merged_into IS NULL
    ) owner
    LEFT JOIN LATERAL (
        SELECT expires_at, state FROM ledger.hold WHERE hold.book_id = $1 AND hold.lane = o.lane AND hold.seq = o.seq OFFSET 0
    ) h ON true
    LEFT JOIN LATERAL (
        SELECT occurred_at FROM ledger.operation AS c
        WHERE c.book_id = $1 AND c.lane = o.subject & 255 AND c.seq = o.subject >> 8 AND o.kind = 4 OFFSET 0
    ) counted ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(points), 0)::bigint AS points FROM ledger.operation AS r
        WHERE r.book_id = $1 AND r.subject = o.seq::bigint << 8 | o.lane AND r.kind = 9 AND r.refusal IS NULL
    ) reversed
    LEFT JOIN LATERAL (
        SELECT part, to_kind, available_on, expires_on, funder, amount FROM ledger.entry
        WHERE entry.book_id = $1 AND entry.lane = o.lane AND entry.seq = o.seq OFFSET 0
    ) e ON true
    ORDER BY o.lane, o.seq, e.part
"""

# Arrays of numbers and dates arrive as array literals, see `journal.literal`.
_LANES = f"""
    INSERT INTO ledger.lane (book_id, lane, seq, accounts, {", ".join(OWN_ACCOUNTS)})
    SELECT $1, * FROM unnest(
        $2::text::smallint[], $3::text::integer[], $4::text::bigint[],
        {", ".join(f"${number}::text::bigint[]" for number in range(5, 5 + len(OWN_ACCOUNTS)))}
    )
    ON CONFLICT (book_id, lane) DO UPDATE SET seq = excluded.seq, accounts = excluded.accounts,
        {", ".join(f"{name} = excluded.{name}" for name in OWN_ACCOUNTS)}
"""
# An ended hold never changes again: the condition keeps that true even where the lane's lock were
# forgotten.
_HOLDS = """
    INSERT INTO ledger.hold (book_id, lane, seq, account_id, points, expires_at, state)
    SELECT $1, * FROM unnest(
        $13::text::smallint[], $14::text::integer[], $15::text::bigint[], $16::text::bigint[], $17::text::timestamptz[],
        $18::text::smallint[]
    )
    ON CONFLICT (book_id, lane, seq) DO UPDATE SET state = excluded.state WHERE hold.state = 0
"""


def _wallets_from(first: int) -> str:
    """The rows of `draft.wallet_arrays`, the first of them being parameter ${first}."""
    return ", ".join(
        f"unnest(${number}::{kind}) AS {name}"
        for number, (name, kind) in enumerate(WALLET_COLUMNS.items(), first)
    )


def _put_wallets(first: int) -> str:
    """Wallets old and new: parameter ${first} has their members, and those of `draft.wallet_arrays` follow."""
    return f"""
        INSERT INTO ledger.account (
            book_id, member, account_id, balance, held, debt, last_seq, next_expiry, slides_until, merged_into, lots, usage
        )
        SELECT $1, member, account_id, balance, coalesce(held, 0), coalesce(debt, 0), last_seq, next_expiry, slides_until,
            merged_into, lots::json, usage::json
        FROM (SELECT unnest(${first}::text::text[]) AS member, {_wallets_from(first + 1)}) AS new
        ON CONFLICT (book_id, account_id) DO UPDATE SET balance = excluded.balance, held = excluded.held, debt = excluded.debt,
            last_seq = excluded.last_seq, next_expiry = excluded.next_expiry, slides_until = excluded.slides_until,
            merged_into = excluded.merged_into, lots = excluded.lots, usage = excluded.usage
    """


# Where there may be a wallet to every operation. It costs less than ON CONFLICT, which locks the
# row and says so in the WAL before it changes it; but a join is open to the planner. What
# `_LOCK_LANES` leaves of its freedom, and the book as a column of what is joined, has it go by the
# key.
_CHANGE_WALLETS = f"""
    UPDATE ledger.account SET balance = new.balance, held = coalesce(new.held, 0), debt = coalesce(new.debt, 0),
        last_seq = new.last_seq, next_expiry = new.next_expiry, slides_until = new.slides_until,
        merged_into = new.merged_into, lots = new.lots::json, usage = new.usage::json
    FROM (SELECT $1::integer AS book_id, {_wallets_from(19)} OFFSET 0) AS new
    WHERE account.book_id = new.book_id AND account.account_id = new.account_id
"""
_NEW_WALLETS = _put_wallets(2)
# $2 to $12 are the lanes, $13 to $18 the holds, and from $19 on the wallets: ten arrays, or eleven
# with their members, before the records. The count that `STORE_STATE` returns is that of the
# wallets.
STORE_STATE = f"WITH lanes AS ({_LANES}), holds AS ({_HOLDS}) {_CHANGE_WALLETS}"
_STORE_ALL = f"WITH holds AS ({_HOLDS}), wallets AS ({_put_wallets(19)}), records AS ({journal.insert_from(30)}) {_LANES}"


async def lock_lanes(
    connection: AnyConnection, book_id: int, lanes: Iterable[int], operations: int
) -> tuple[dict[int, LaneState], datetime]:
    """Lock lanes in their order until the transaction ends; their states without wallets, and the database's time.

    By the number of `operations` that it is for, the transaction's statements are planned.
    """
    # A gift or a merge has two records.
    is_large = 2 * operations > INLINE_RECORDS_MAX
    rows = await fetch(connection, _LOCK_LANES, book_id, sorted(lanes), is_large)
    states = {
        lane: LaneState(lane, seq, accounts, {}, own) for _, _, lane, seq, accounts, *own in rows
    }
    return states, rows[-1][1]


async def find_operations(
    connection: asyncpg.Connection, book_id: int, keys: Sequence[str]
) -> dict[str, asyncpg.Record]:
    """The operations stored under these keys."""
    return {
        row["key"]: row for row in await connection.fetch(_FIND_OPERATIONS, book_id, texts(keys))
    }


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
        lots,
        usage,
    ) in await connection.fetch(_LOAD_WALLETS, book_id, texts(members)):
        wallet = wallets[member] = Wallet(account_id, member)
        wallet.balance, wallet.held, wallet.debt, wallet.last_seq = balance, held, debt, last_seq
        wallet.slides_until, wallet.merged_into = slides_until, merged_into
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


async def load_subjects(
    connection: asyncpg.Connection, programme: Programme, keys: Sequence[str]
) -> dict[str, Subject]:
    """The accepted operations of these keys that have a wallet, with what they moved and what became of it."""
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
        if row["to_kind"] is not None and row["to_kind"] == MOVES_TO.get(
            OperationKind(row["kind"])
        ):
            subject.parts.append(
                ((row["available_on"], row["expires_on"], row["funder"]), row["amount"])
            )
    return subjects


async def store(connection: AnyConnection, draft: Draft) -> None:
    """Write everything a transaction decided.

    Raises:
        RuntimeError: a wallet that was read, or remembered, is not there.
    """
    decider = draft.decider
    book_id = decider.sheet.programme.book_id
    raw = await driver(connection)
    if draft.copy.is_empty and len(decider.sheet.records) <= INLINE_RECORDS_MAX:
        rows = journal.rows_of(decider.sheet.records, decider.now)
        state = [
            *lanes_and_holds(decider.sheet.lanes, decider.sheet.holds),
            *wallet_arrays(draft.wallets(), with_members=True),
        ]
        await raw.execute(_STORE_ALL, book_id, *state, decider.now, *journal.parameters_of(rows))
    else:
        draft.take()
        wallets = draft.wallets()
        if decider.sheet.opened:
            new = [row for row in wallets if row[-1] in decider.sheet.opened]
            await raw.execute(_NEW_WALLETS, book_id, *wallet_arrays(new, with_members=True))
            wallets = [row for row in wallets if row[-1] not in decider.sheet.opened]
        state = [
            *lanes_and_holds(decider.sheet.lanes, decider.sheet.holds),
            *wallet_arrays(wallets, with_members=False),
        ]
        status = await raw.execute(STORE_STATE, book_id, *state)
        if status != f"UPDATE {len(wallets)}":
            raise RuntimeError(
                f"{len(wallets)} wallets of book {book_id} were to be changed: {status}"
            )
        await raw.copy_to_table(
            "journal",
            schema_name="ledger",
            columns=journal.COLUMNS,
            source=memoryview(draft.copy.data()),
            format="binary",
        )
    for topic in {message.topic for message in decider.sheet.outgoing}:
        payloads = [message.payload for message in decider.sheet.outgoing if message.topic == topic]
        await append(connection, book_id, topic, payloads)
