"""What is usually written instead.

An ORM, three tables, a row lock on either account, and one transaction for each operation.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

import asyncpg
from sqlalchemy import BigInteger, ForeignKey, Identity, MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

from ledger import engine_url
from ledger.asks import Issue, Operation, points_asked
from loadtests.ledger.work import OPENING_POINTS

TASKS = 8
SCHEMA = "rowlocks"
ISSUER = "issuer"


class Base(DeclarativeBase):
    metadata = MetaData(schema=SCHEMA)


class AccountRow(Base):
    """A member, or the issuer."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member: Mapped[str] = mapped_column(unique=True)
    balance: Mapped[int] = mapped_column(BigInteger)


class OperationRow(Base):
    """What was asked for, under its key."""

    __tablename__ = "operation"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    points: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EntryRow(Base):
    """One side of it, with the balance after it."""

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey(OperationRow.id))
    account_id: Mapped[int] = mapped_column(ForeignKey(AccountRow.id), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int] = mapped_column(BigInteger)


class RowLocks:
    """The ledger a competent user writes in an afternoon."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(engine_url(url), pool_size=TASKS)
        self._sessions = async_sessionmaker(self._engine)

    async def set_up(self, session: asyncpg.Connection, members: int) -> None:
        """The tables, with as many members as the book has."""
        async with self._engine.begin() as connection:
            await connection.execute(CreateSchema(SCHEMA))
            await connection.run_sync(Base.metadata.create_all)
        await session.execute(
            f"INSERT INTO {SCHEMA}.account (member, balance) SELECT 'issuer', 0 "
            f"UNION ALL SELECT 'member-' || lpad(i::text, 7, '0'), {OPENING_POINTS} "
            "FROM generate_series(0, $1::int - 1) AS i",
            members,
        )

    async def close(self) -> None:
        await self._engine.dispose()

    async def apply(self, operation: Operation) -> None:
        """One operation in one transaction; a key that is known already does nothing."""
        async with self._sessions() as session, session.begin():
            accounts = await session.scalars(
                select(AccountRow)
                .where(AccountRow.member.in_([ISSUER, operation.member]))
                .order_by(AccountRow.id)
                .with_for_update()
            )
            issuer, member = accounts.all()
            if (
                await session.scalar(
                    select(OperationRow.id).where(OperationRow.key == operation.key)
                )
                is not None
            ):
                return
            await self._enter(session, operation, issuer, member)

    async def _enter(
        self, session: AsyncSession, operation: Operation, issuer: AccountRow, member: AccountRow
    ) -> None:
        issues = isinstance(operation, Issue)
        if not issues and member.balance < points_asked(operation):
            raise ValueError("not enough points")
        row = OperationRow(
            key=operation.key, kind=operation.KIND.name, points=points_asked(operation)
        )
        session.add(row)
        await session.flush()
        amount = points_asked(operation) if issues else -points_asked(operation)
        for account, moved in ((member, amount), (issuer, -amount)):
            account.balance += moved
            session.add(
                EntryRow(
                    operation_id=row.id,
                    account_id=account.id,
                    amount=moved,
                    balance=account.balance,
                )
            )

    async def run(self, operations: Sequence[Operation], seconds: float) -> list[float]:
        """Work for so long with concurrent tasks; the latency of each transaction."""
        waiting: Iterator[Operation] = itertools.chain(operations)
        until = time.perf_counter() + seconds
        latencies: list[float] = []

        async def work() -> None:
            for operation in waiting:
                before = time.perf_counter()
                if before > until:
                    return
                await self.apply(operation)
                latencies.append(time.perf_counter() - before)

        await asyncio.gather(*(work() for _ in range(TASKS)))
        return latencies
