"""The ledger's front: operations in, answers out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import text

from ledger.companion import Companion
from ledger.database import Database
from ledger.decide import FUTURE_MAX
from ledger.expiry import programme_day
from ledger.idempotency import KeyReused
from ledger.lanes import Lanes
from ledger.operations import Answer, ExpireBook, Operation, OperationKind, Sweep
from ledger.programme import Programme
from ledger.store import lock_lanes

SWEEP_WALLETS = 4_000

_STORED = text("SELECT 1 FROM ledger.operation WHERE book_id = :book_id AND key = :key")

_LANES = text("SELECT lane FROM ledger.lane WHERE book_id = :book_id ORDER BY lane")

# A lot that expired before the lane's `swept_before` is empty, so the lots of years past are not read again.
_DUE_WALLETS = text(
    """
    SELECT DISTINCT account.account_id, account.member
    FROM ledger.lot JOIN ledger.account USING (book_id, account_id)
    WHERE lot.book_id = :book_id AND lot.expires_on < :day AND lot.remaining > 0 AND lot.account_id & 255 = :lane
        AND lot.expires_on >= coalesce(
            (SELECT swept_before FROM ledger.lane WHERE book_id = :book_id AND lane = :lane), date '-infinity'
        )
    """
)

_MARK_SWEPT = text(
    """
    UPDATE ledger.lane SET swept_before = greatest(swept_before, :day) WHERE book_id = :book_id AND lane = :lane
    """
)

# The children's keys are those that start with the parent's key and a slash; "0" follows "/" in the key's byte order.
_SWEPT = text(
    """
    SELECT count(*) FILTER (WHERE points > 0), coalesce(sum(points), 0)::bigint FROM ledger.operation
    WHERE book_id = :book_id AND key > :key || '/' AND key < :key || '0' AND kind = :kind AND reference = :key
    """
)


class Ledger:
    """Takes operations for any programme; safe for concurrent use by the tasks of one event loop, and by any number of processes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lanes = Lanes(database)

    async def submit(
        self,
        programme: Programme,
        operations: Sequence[Operation],
        *,
        companion: Companion | None = None,
        payloads: Sequence[object] | None = None,
    ) -> list[Answer]:
        """Decide and commit operations, each by itself; answers in their order, after the commit.

        A business refusal is an answer, stored under the operation's key; a key that was used with another body is answered with
        `idempotency-key-reused` and nothing is stored. `companion` adds the rest of a use case to the same transaction, with
        `payloads` one to an operation.

        Raises:
            LedgerBusy: too many operations wait; nothing was taken in.
        """
        return await self._lanes.submit(programme, operations, companion, payloads)

    async def expire_book(self, programme: Programme, key: str, occurred_at: datetime | None = None) -> Answer:
        """Take every point of the book whose last day is past; the answer counts points and wallets.

        Each wallet is swept by an operation of its own, keyed `key/account`, so a sweep that stopped goes on where it was when it is sent
        again, and its totals come out the same.

        Raises:
            OperationInvalid: the key is too long.
            LedgerBusy: too many operations wait; send the same again later.
        """
        record = ExpireBook(key=key, occurred_at=occurred_at)
        where = {"book_id": programme.book_id, "key": key}
        async with self.database.transaction() as connection:
            is_stored = (await connection.execute(_STORED, where)).first() is not None
            lanes = (await connection.execute(_LANES, where)).scalars().all()
        if not is_stored:
            now = datetime.now(UTC)
            is_future = occurred_at is not None and occurred_at > now + FUTURE_MAX
            for lane in () if is_future else lanes:
                await self._sweep_lane(programme, lane, programme_day(occurred_at or now, programme.time_zone), record)
            async with self.database.transaction() as connection:
                kind = int(OperationKind.SWEEP)
                wallets, points = (await connection.execute(_SWEPT, {**where, "kind": kind})).one()
            record = ExpireBook(key=key, occurred_at=occurred_at, points=points, wallets=wallets)
        return (await self.submit(programme, [record]))[0]

    async def _sweep_lane(self, programme: Programme, lane: int, day: date, record: ExpireBook) -> None:
        where = {"book_id": programme.book_id, "lane": lane, "day": day}
        async with self.database.transaction() as connection:
            due = (await connection.execute(_DUE_WALLETS, where)).all()
        for start in range(0, len(due), SWEEP_WALLETS):
            sweeps = [
                Sweep(
                    key=f"{record.key}/{row.account_id}",
                    member=row.member,
                    occurred_at=record.occurred_at,
                    reference=record.key,
                )
                for row in due[start : start + SWEEP_WALLETS]
            ]
            for answer in await self.submit(programme, sweeps):
                if answer.refusal is not None and answer.refusal["code"] == KeyReused.code:
                    raise KeyReused(answer.refusal["detail"])
        async with self.database.transaction() as connection:
            # Under the lane's lock nothing can come in between the look and the mark.
            await lock_lanes(connection, programme.book_id, [lane])
            if (await connection.execute(_DUE_WALLETS, where)).first() is None:
                await connection.execute(_MARK_SWEPT, where)
