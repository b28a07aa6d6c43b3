"""What a review broke, so that it stays mended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from api.process.migrate import head_revision, migrate
from ledger import Database, Ledger
from ledger.asks import BatchMode, Capture, Convert, Gift, Hold, Issue, Item, Redeem
from ledger.asks.kinds import ExpireBook
from ledger.asks.operation import POINTS_MAX
from ledger.book import CONVERSION_RATE_MAX, publish_conversion_rate
from ledger.decide.wallet import lane_of
from ledger.finish import deliver_conversions, expire_book
from tests.ledger.fixtures import Book, code


async def test_a_conversion_to_more_points_than_a_wallet_holds_is_refused(
    database: Database,
) -> None:
    book, target = await Book.open(database), await Book.open(database, code="other")
    async with database.transaction() as connection:
        await publish_conversion_rate(
            connection, book.programme, target.programme, CONVERSION_RATE_MAX, 1
        )
    await book.do(Issue, points=POINTS_MAX)
    for points in (
        POINTS_MAX,
        10_000_000_000,
        1_000_001,
    ):  # beyond 64 bits, beyond a bigint, beyond a wallet
        assert (
            code(await book.do(Convert, points=points, to_programme="other")) == "balance-too-large"
        )
    assert code(await book.do(Convert, points=1_000_000, to_programme="other")) == "ok"
    assert await deliver_conversions(book.ledger) == 1
    assert (await target.balance()).spendable == 1_000_000 * CONVERSION_RATE_MAX


async def test_an_atomic_batch_counts_a_key_that_is_refused_to_another_meanwhile(
    database: Database,
) -> None:
    book = await Book.open(database)
    spend = book.make(Redeem, "zoe", key="spend", points=10)
    give = book.make(Issue, key="give", points=1)
    _, batch = await asyncio.gather(
        book.ledger.submit(book.programme, [spend]),
        book.ledger.submit(book.programme, [give, spend], mode=BatchMode.ATOMIC),
    )
    assert [code(answer) for answer in batch] == ["batch-aborted", "member-not-found"]


async def test_what_one_batch_did_not_try_is_decided_for_another(database: Database) -> None:
    book = await Book.open(database)
    spend = book.make(Redeem, "zoe", key="spend", points=10)
    give = book.make(Issue, key="give", points=1)
    stopped, alone = await asyncio.gather(
        book.ledger.submit(book.programme, [spend, give], mode=BatchMode.STOP_ON_ERROR),
        book.ledger.submit(book.programme, [give]),
    )
    assert [code(answer) for answer in (*stopped, *alone)] == [
        "member-not-found",
        "batch-stopped",
        "ok",
    ]


async def test_the_sweep_of_a_book_is_the_same_whatever_the_offset_of_its_time(
    database: Database,
) -> None:
    book = await Book.open(database)
    instant = book.make(Issue, points=1).occurred_at
    assert instant is not None
    elsewhere = instant.astimezone(timezone(timedelta(hours=2)))
    sweeps = [ExpireBook(key="sweep", occurred_at=each) for each in (elsewhere, instant)]
    assert sweeps[0].fingerprint() == sweeps[1].fingerprint()
    first = await expire_book(book.ledger, book.programme, "sweep", elsewhere)
    again = await expire_book(book.ledger, book.programme, "sweep", instant)
    assert str(first.document()) == str(again.document())


async def test_the_records_of_a_lane_are_in_the_order_of_their_times_across_processes(
    database: Database,
) -> None:
    book = await Book.open(database)
    members = {lane_of(f"m{number}", book.programme.lanes): f"m{number}" for number in range(50)}
    low, high = members[0], members[3]
    await book.do(Issue, low, points=10)
    await book.do(Issue, high, points=10)
    lane = {"book_id": book.programme.book_id, "lane": 3}
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE ledger.lane SET accounts = accounts WHERE book_id = :book_id AND lane = :lane"
            ),
            lane,
        )
        spending = asyncio.create_task(
            Ledger(database).submit(book.programme, [Redeem(key="spend", member=high, points=1)])
        )
        await asyncio.sleep(0.2)
        giving = asyncio.create_task(
            Ledger(database).submit(
                book.programme, [Gift(key="gift", member=low, to_member=high, points=1)]
            )
        )
        await asyncio.sleep(0.2)
    await asyncio.gather(spending, giving)
    async with database.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT recorded_at FROM ledger.operation WHERE book_id = :book_id AND lane = :lane ORDER BY seq"
            ),
            lane,
        )
        times = list(rows.scalars())
    assert times == sorted(times)


async def test_whoever_may_not_create_roles_migrates_where_the_services_role_is_there(
    database_url: str, worker_name: str
) -> None:
    name = f"plain_{worker_name}"
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'DROP ROLE IF EXISTS "{name}"')
        await connection.execute(f"""CREATE ROLE "{name}" LOGIN PASSWORD 'plain'""")
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        address = make_url(database_url).set(username=name, password="plain", database=name)
        assert await migrate(address.render_as_string(hide_password=False)) == head_revision()
    finally:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'DROP ROLE IF EXISTS "{name}"')
        await connection.close()


@dataclass(frozen=True, slots=True)
class Noting:
    """A companion that adds to every answer."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Check nothing."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Add a note."""
        for item in items:
            item.detail = {"note": "seen"}


async def test_a_companion_adds_to_what_the_ledger_tells(database: Database) -> None:
    book = await Book.open(database)
    await book.batch(book.make(Issue, points=10), book.make(Hold, key="hold", points=5))
    capture = book.make(Capture, hold_key="hold", points=3)
    answers = await book.ledger.submit(book.programme, [capture], companion=Noting())
    assert answers[0].detail == {"released": 2, "note": "seen"}
    assert (await book.batch(capture))[0].document() == answers[0].document()
