"""Points past their last day leave a whole book, wallet by wallet."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, text

from ledger.asks.answer import Answer
from ledger.asks.kinds import ExpireBook, Sweep
from ledger.asks.operation import FUTURE_MAX, OperationKind
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.database import read_clock
from ledger.idempotency import KeyReused
from ledger.service import Ledger

SWEEP_WALLETS = 4_000
SWEEPERS = 3
"""How many pages of a sweep are under way at once: while some are stored, the next is decided."""

_STORED = text("SELECT 1 FROM ledger.operation WHERE book_id = :book_id AND key = :key")

# A sweep that stopped and goes on does not find the wallets it has swept: they are no longer due.
# The wallets are read by their key. An index of their days would cost every change of a wallet more
# than it saves here.
_DUE_WALLETS = text(
    """
    SELECT member, account_id FROM ledger.account
    WHERE book_id = :book_id AND account_id > :after AND next_expiry < :day AND merged_into IS NULL
    ORDER BY account_id LIMIT :wallets
    """
)

# For the planner, whatever it believes is due: a page that had to be sorted would take a reading of
# the whole table.
_BY_KEY = text("SET LOCAL enable_sort = off")

# The keys of a sweep's operations start with its own key and a space, which no key that comes by
# HTTP has. "!" follows " " in the byte order of keys.
_SWEPT = text(
    """
    SELECT count(*) FILTER (WHERE points > 0), coalesce(sum(points), 0)::bigint
    FROM ledger.operation
    WHERE book_id = :book_id AND key > :key || ' ' AND key < :key || '!' AND kind = :kind
        AND reference = :key
    """
)


async def expire_book(
    ledger: Ledger, programme: Programme, key: str, occurred_at: datetime | None = None
) -> Answer:
    """Take every point of the book whose last day is past; the answer counts points and wallets.

    Each wallet is swept by an operation of its own, under the key `key account`. So a sweep that
    stopped goes on where it was when it is sent again, and its totals come out the same.

    Raises:
        OperationInvalid: the key is too long.
        LedgerBusy: too many operations wait; send the same again later.
    """
    record = ExpireBook(key=key, occurred_at=occurred_at)
    where = {"book_id": programme.book_id, "key": key}
    async with ledger.database.transaction() as connection:
        is_stored = (await connection.execute(_STORED, where)).first() is not None
        now = await read_clock(connection)
    if not is_stored:
        if occurred_at is None or occurred_at <= now + FUTURE_MAX:
            await _sweep(
                ledger, programme, programme_day(occurred_at or now, programme.time_zone), record
            )
        async with ledger.database.transaction() as connection:
            kind = int(OperationKind.SWEEP)
            wallets, points = (await connection.execute(_SWEPT, {**where, "kind": kind})).one()
        record = ExpireBook(key=key, occurred_at=occurred_at, points=points, wallets=wallets)
    return (await ledger.submit(programme, [record]))[0]


async def _sweep(ledger: Ledger, programme: Programme, day: date, record: ExpireBook) -> None:
    after, is_over = 0, False
    one_reader = asyncio.Lock()

    async def due() -> Sequence[Row[str, int]]:
        nonlocal after, is_over
        async with one_reader:
            if is_over:
                return []
            where = {
                "book_id": programme.book_id,
                "day": day,
                "after": after,
                "wallets": SWEEP_WALLETS,
            }
            async with ledger.database.transaction() as connection:
                await connection.execute(_BY_KEY)
                page = (await connection.execute(_DUE_WALLETS, where)).all()
            is_over = len(page) < SWEEP_WALLETS
            after = page[-1].account_id if page else after
            return page

    async def sweep() -> None:
        while page := await due():
            sweeps = [
                Sweep(
                    key=f"{record.key} {account_id}",
                    member=member,
                    occurred_at=record.occurred_at,
                    reference=record.key,
                )
                for member, account_id in page
            ]
            for answer in await ledger.submit(programme, sweeps):
                if answer.refusal is not None and answer.refusal["code"] == KeyReused.code:
                    raise KeyReused(answer.refusal["detail"])

    await asyncio.gather(*(sweep() for _ in range(SWEEPERS)))
