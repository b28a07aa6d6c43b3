"""What a lane transaction writes, and in which statements.

The round trips of a transaction, whatever the number of its operations:

- begin;
- lock the lanes (`lock`);
- look keys up: after a recent replay, for batches decided together, and with companions;
- load wallets: skipped where all are remembered;
- load subjects: only for what ends or reverses another operation;
- load later moves: only for what spends points on a day before the wallet's latest (`load` has all
  four);
- store: few records by one statement; many by one for the new wallets, if there are any, one for
  what changed, and a COPY of the journal;
- the outbox: only for conversions;
- commit.
"""

from collections.abc import Iterable

import asyncpg

from ledger.database import AnyConnection, driver
from ledger.decide.wallet import HoldState
from ledger.outbox import append
from ledger.write import journal
from ledger.write.draft import (
    HOLD_COLUMNS,
    LANE_COLUMNS,
    WALLET_COLUMNS,
    Draft,
    WalletRow,
    lanes_and_holds,
    wallet_arrays,
)

INLINE_RECORDS_MAX = 120

# The parameters: $1 is the book. Then come arrays, one for each column, as `draft` and `journal`
# make them: the lanes', the holds', the wallets' and the records'. With the wallets' members, they
# have one array more. `INSERT INTO` statements for new wallets alone start with these.
_BOOK = 1
_LANES_FIRST = _BOOK + 1
_HOLDS_FIRST = _LANES_FIRST + len(LANE_COLUMNS)
_WALLETS_FIRST = _HOLDS_FIRST + len(HOLD_COLUMNS)
_RECORDS_FIRST = _WALLETS_FIRST + 1 + len(WALLET_COLUMNS)
_NEW_WALLETS_FIRST = _BOOK + 1


def _parameters(first: int, types: Iterable[str]) -> list[str]:
    """`$first::type` and so on: a parameter for each of the types."""
    return [f"${number}::{type_}" for number, type_ in enumerate(types, first)]


def _wallets_from(first: int) -> str:
    """The rows of `draft.wallet_arrays` without members; ${first} is their first parameter."""
    arrays = _parameters(first, WALLET_COLUMNS.values())
    return ", ".join(
        f"unnest({array}) AS {name}" for array, name in zip(arrays, WALLET_COLUMNS, strict=True)
    )


def _put_wallets(first: int) -> str:
    """Wallets old and new: parameter ${first} has their members, the rest follows it."""
    return f"""
        INSERT INTO ledger.account (
            book_id, member, account_id, balance, held, debt, last_seq, next_expiry, slides_until,
            merged_into, latest_on, lots, usage
        )
        SELECT ${_BOOK}, member, account_id, balance, coalesce(held, 0), coalesce(debt, 0),
            last_seq, next_expiry, slides_until, merged_into, latest_on, lots::json, usage::json
        FROM (SELECT unnest(${first}::text::text[]) AS member, {_wallets_from(first + 1)}) AS new
        ON CONFLICT (book_id, account_id) DO UPDATE SET balance = excluded.balance,
            held = excluded.held, debt = excluded.debt, last_seq = excluded.last_seq,
            next_expiry = excluded.next_expiry, slides_until = excluded.slides_until,
            merged_into = excluded.merged_into, latest_on = excluded.latest_on,
            lots = excluded.lots, usage = excluded.usage
    """


_CHANGED_OF_LANE = [name for name in LANE_COLUMNS if name != "lane"]
_PUT_LANES = f"""
    INSERT INTO ledger.lane (book_id, {", ".join(LANE_COLUMNS)})
    SELECT ${_BOOK}, * FROM unnest({", ".join(_parameters(_LANES_FIRST, LANE_COLUMNS.values()))})
    ON CONFLICT (book_id, lane)
        DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGED_OF_LANE)}
"""

# An ended hold never changes again. The condition keeps that true even if the lane's lock were
# forgotten.
_PUT_HOLDS = f"""
    INSERT INTO ledger.hold (book_id, {", ".join(HOLD_COLUMNS)})
    SELECT ${_BOOK}, * FROM unnest({", ".join(_parameters(_HOLDS_FIRST, HOLD_COLUMNS.values()))})
    ON CONFLICT (book_id, lane, seq)
        DO UPDATE SET state = excluded.state WHERE hold.state = {int(HoldState.OPEN)}
"""

# For transactions that may change a wallet with every operation. It costs less than ON CONFLICT,
# which locks the row and says so in the WAL before it changes it. But a join is open to the
# planner: what `lock` leaves of its freedom, and the book as a column of what is joined, have it
# go by the key.
_CHANGE_WALLETS = f"""
    UPDATE ledger.account SET balance = new.balance, held = coalesce(new.held, 0),
        debt = coalesce(new.debt, 0), last_seq = new.last_seq, next_expiry = new.next_expiry,
        slides_until = new.slides_until, merged_into = new.merged_into, latest_on = new.latest_on,
        lots = new.lots::json, usage = new.usage::json
    FROM (
        SELECT ${_BOOK}::integer AS book_id, {_wallets_from(_WALLETS_FIRST)} OFFSET 0
    ) AS new
    WHERE account.book_id = new.book_id AND account.account_id = new.account_id
"""

_NEW_WALLETS = _put_wallets(_NEW_WALLETS_FIRST)

# Its count of rows is that of the wallets.
STORE_STATE = f"WITH lanes AS ({_PUT_LANES}), holds AS ({_PUT_HOLDS}) {_CHANGE_WALLETS}"

# Wallets first: a cluster runs the parts in this order, and holds refer to wallets.
_STORE_ALL = f"""
    WITH wallets AS ({_put_wallets(_WALLETS_FIRST)}),
        holds AS ({_PUT_HOLDS}),
        records AS ({journal.insert_from(_RECORDS_FIRST)})
    {_PUT_LANES}
"""


async def store(connection: AnyConnection, draft: Draft) -> None:
    """Write everything a transaction decided.

    Raises:
        RuntimeError: a wallet that was read, or remembered, is not there.
    """
    sheet = draft.decider.sheet
    raw = await driver(connection)
    if draft.copy.is_empty and len(sheet.records) <= INLINE_RECORDS_MAX:
        await _store_few(raw, draft)
    else:
        await _store_many(raw, draft)
    for topic in {message.topic for message in sheet.outgoing}:
        payloads = [message.payload for message in sheet.outgoing if message.topic == topic]
        await append(connection, sheet.programme.book_id, topic, payloads)


async def _store_few(raw: asyncpg.Connection, draft: Draft) -> None:
    """Write everything by one statement."""
    sheet, now = draft.decider.sheet, draft.decider.now
    rows = journal.rows_of(sheet.records, now)
    await raw.execute(
        _STORE_ALL,
        sheet.programme.book_id,
        *lanes_and_holds(sheet.lanes, sheet.holds),
        *wallet_arrays(draft.wallets(), with_members=True),
        now,
        *journal.parameters_of(rows),
    )


async def _store_many(raw: asyncpg.Connection, draft: Draft) -> None:
    """Write the new wallets, then what changed, then the journal by COPY."""
    sheet = draft.decider.sheet
    book_id = sheet.programme.book_id
    draft.take()
    wallets = draft.wallets()
    if sheet.opened:
        new: list[WalletRow] = [row for row in wallets if row[-1] in sheet.opened]
        await raw.execute(_NEW_WALLETS, book_id, *wallet_arrays(new, with_members=True))
        wallets = [row for row in wallets if row[-1] not in sheet.opened]
    status = await raw.execute(
        STORE_STATE,
        book_id,
        *lanes_and_holds(sheet.lanes, sheet.holds),
        *wallet_arrays(wallets, with_members=False),
    )
    if status != f"UPDATE {len(wallets)}":
        raise RuntimeError(f"{len(wallets)} wallets of book {book_id} were to be changed: {status}")
    await raw.copy_to_table(
        "journal",
        schema_name="ledger",
        columns=journal.COLUMNS,
        source=memoryview(draft.copy.data()),
        format="binary",
    )
