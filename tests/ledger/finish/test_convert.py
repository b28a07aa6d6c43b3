"""Points of one programme turned into another's: whole, refused, and stopped at every step."""

import asyncio
from typing import Any

import pytest

from ledger import Database, Ledger
from ledger.asks import Capture, Convert, Issue, Redeem
from ledger.asks.kinds import EndConversion
from ledger.asks.operation import POINTS_MAX
from ledger.book import (
    CONVERSION_RATE_MAX,
    Cap,
    Capped,
    Rules,
    Window,
    give_consent,
    load_conversion_rates,
    publish_conversion_rate,
)
from ledger.finish import deliver_conversions
from ledger.read import totals, trial_balance
from tests.ledger.fixtures import Book, code, generous


async def two_books(
    database: Database, *, balance_max: int | None = None, caps: tuple[Cap, ...] = ()
) -> tuple[Book, Book]:
    tea = await Book.open(database, Rules(caps=caps), code="tea-club")
    air = await Book.open(database, Rules(balance_max=balance_max), code="air-miles")
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 2, 3)
        await give_consent(connection, air.programme, tea.programme, generous())
    await tea.do(Issue, points=100)
    return tea, air


async def assert_settled(tea: Book, air: Book, *, left: int, credited: int) -> None:
    await tea.assert_sound()
    await air.assert_sound()
    assert (await tea.balance()).spendable == left
    async with tea.database.transaction() as connection:
        assert dict(await trial_balance(connection, tea.programme))["clearing"] == 0
        assert (await totals(connection, air.programme)).converted_in == credited


async def test_points_leave_one_book_and_enter_the_other_rounded_down(database: Database) -> None:
    tea, air = await two_books(database)
    converted = await tea.do(Convert, points=10, to_programme="air-miles", to_member="ann")
    assert converted.detail == {
        "to": "air-miles",
        "to_member": "ann",
        "rate_version": 1,
        "credited": 6,
    }
    assert (await tea.balance()).held == 10
    assert await deliver_conversions(tea.ledger) == 1
    await assert_settled(tea, air, left=90, credited=6)
    assert await deliver_conversions(tea.ledger) == 0


async def test_a_rate_is_versioned_and_a_conversion_may_name_its_version(
    database: Database,
) -> None:
    tea, air = await two_books(database)
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 1, 1)
        assert [
            (rate.version, rate.numerator, rate.denominator)
            for rate in await load_conversion_rates(connection, tea.programme)
        ] == [
            (1, 2, 3),
            (2, 1, 1),
        ]
    assert (
        await tea.do(Convert, key="a", points=9, to_programme="air-miles", to_member="ann")
    ).detail["credited"] == 9  # type: ignore[index]
    first = await tea.do(
        Convert, points=9, to_programme="air-miles", to_member="ann", rate_version=1
    )
    assert first.detail is not None
    assert first.detail["credited"] == 6
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 5, 1)
    again = await tea.do(Convert, key="a", points=9, to_programme="air-miles", to_member="ann")
    assert (again.replayed, again.detail and again.detail["credited"]) == (True, 9)


async def test_what_cannot_be_converted_is_refused(database: Database) -> None:
    tea, _ = await two_books(database)
    assert (
        code(await tea.do(Convert, points=1, to_programme="air-miles", to_member="ann"))
        == "conversion-too-small"
    )
    assert (
        code(
            await tea.do(
                Convert, points=9, to_programme="air-miles", to_member="ann", rate_version=7
            )
        )
        == "conversion-rate-not-found"
    )
    assert (
        code(await tea.do(Convert, points=9, to_programme="nowhere", to_member="ann"))
        == "conversion-rate-not-found"
    )
    assert (
        code(await tea.do(Convert, points=101, to_programme="air-miles", to_member="ann"))
        == "insufficient-points"
    )
    converted = await tea.do(Convert, key="c", points=9, to_programme="air-miles", to_member="ann")
    assert converted.accepted
    assert code(await tea.do(Capture, hold_key="c")) == "hold-not-found"


async def test_points_that_the_other_book_refuses_come_back(database: Database) -> None:
    tea, air = await two_books(database, balance_max=5)
    await tea.do(Convert, points=30, to_programme="air-miles", to_member="ann")
    assert await deliver_conversions(tea.ledger) == 1
    await assert_settled(tea, air, left=100, credited=0)


async def test_a_conversion_neither_counts_against_caps_nor_gives_back_to_them(
    database: Database,
) -> None:
    tea, _ = await two_books(database, balance_max=1, caps=(Cap(Capped.REDEEM, Window.MONTH, 10),))
    await tea.do(Redeem, points=8)
    await tea.do(Convert, points=9, to_programme="air-miles", to_member="ann")
    assert await deliver_conversions(tea.ledger) == 1
    assert (await tea.balance()).spendable == 92
    assert (await tea.do(Redeem, points=2)).accepted
    assert code(await tea.do(Redeem, points=1)) == "cap-exceeded"


class Stopped(BaseException):
    """The worker dies."""


@pytest.mark.parametrize("step", ["before the credit", "after the credit", "after the settlement"])
async def test_a_delivery_that_stops_is_finished_by_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    tea, air = await two_books(database)
    await tea.do(Convert, points=30, to_programme="air-miles", to_member="ann")
    real = Ledger.submit

    async def submit(ledger: Ledger, programme: Any, operations: Any, **more: Any) -> Any:
        is_settlement = isinstance(operations[0], EndConversion)
        if step == "before the credit" or (step == "after the credit" and is_settlement):
            raise Stopped
        answers = await real(ledger, programme, operations, **more)
        if is_settlement:
            raise Stopped
        return answers

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "submit", submit)
        with pytest.raises(Stopped):
            await deliver_conversions(tea.ledger)
    assert await deliver_conversions(Ledger(database)) == 1
    await assert_settled(tea, air, left=70, credited=20)


async def test_workers_that_deliver_at_once_credit_once(database: Database) -> None:
    tea, air = await two_books(database)
    for number in range(20):
        await tea.ledger.submit(
            tea.programme,
            [
                Convert(
                    key=f"c{number}",
                    member="ann",
                    points=3,
                    to_programme="air-miles",
                    to_member="ann",
                )
            ],
        )
    delivered = await asyncio.gather(
        *(deliver_conversions(Ledger(database), limit=5) for _ in range(6))
    )
    while await deliver_conversions(tea.ledger):
        pass
    assert sum(delivered) <= 20
    await assert_settled(tea, air, left=40, credited=40)


async def test_a_conversion_that_cannot_be_delivered_keeps_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea, air = await two_books(database)
    for key in ("stuck", "fine"):
        await tea.do(Convert, key=key, points=30, to_programme="air-miles", to_member="ann")
    real = Ledger.submit

    async def submit(ledger: Ledger, programme: Any, operations: Any, **more: Any) -> Any:
        if operations[0].reference == "stuck":
            raise ConnectionError
        return await real(ledger, programme, operations, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "submit", submit)
        assert await deliver_conversions(tea.ledger) == 1
    assert (await tea.balance()).held == 30
    async with database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE ledger.outbox SET available_at = now()")
    assert await deliver_conversions(tea.ledger) == 1
    await assert_settled(tea, air, left=40, credited=40)


async def test_a_conversion_to_more_points_than_a_wallet_holds_is_refused(
    database: Database,
) -> None:
    book, target = await Book.open(database), await Book.open(database, code="other")
    async with database.transaction() as connection:
        await publish_conversion_rate(
            connection, book.programme, target.programme, CONVERSION_RATE_MAX, 1
        )
        await give_consent(connection, target.programme, book.programme, generous())
    await book.do(Issue, points=POINTS_MAX)
    # Beyond 64 bits, beyond a bigint, beyond a wallet.
    for points in (POINTS_MAX, 10_000_000_000, 1_000_001):
        assert (
            code(await book.do(Convert, points=points, to_programme="other", to_member="ann"))
            == "balance-too-large"
        )
    assert (
        code(await book.do(Convert, points=1_000_000, to_programme="other", to_member="ann"))
        == "ok"
    )
    assert await deliver_conversions(book.ledger) == 1
    assert (await target.balance()).spendable == 1_000_000 * CONVERSION_RATE_MAX
