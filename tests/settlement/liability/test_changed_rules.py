"""A programme's plan and value change: what members had keeps its day, its cohort and its price."""

from datetime import UTC, date, datetime
from decimal import Decimal

from catalog import create_party
from ledger import Database
from ledger.asks import Issue, Redeem
from ledger.book import (
    ExpiryKind,
    ExpiryPlan,
    Programme,
    Rules,
    RulesFromDay,
    change_rules_from,
)
from settlement.liability import freeze_months, load_report, verify_liability
from settlement.liability.estimates import with_values
from settlement.liability.overview import load_overview
from settlement.liability.report import see_one_snapshot
from settlement.liability.valuation import Estimate
from tests.ledger.fixtures import Book

OPENED = Rules(
    expiry=ExpiryPlan(ExpiryKind.MONTHS, 24), point_value=Decimal("0.01"), currency="CNY"
)


async def change(book: Book, now: date, since: date | None, wanted: RulesFromDay) -> Programme:
    """Change the rules as on a day that has been."""
    noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
    async with book.database.transaction() as connection:
        book.programme = await change_rules_from(
            connection, book.programme, wanted, since=since, now=noon
        )
    return book.programme


async def test_points_keep_what_they_were_given_with(database: Database) -> None:
    async with database.transaction() as connection:
        await create_party(connection, code="b", name="B", roles=["brand"], category=None)
    book = await Book.open(database, OPENED)
    book.day = date(2024, 1, 20)
    await book.do(Issue, points=100)
    await book.do(Issue, points=7, expires_on=date(2030, 6, 15))
    await freeze_months(database, book.programme, "2024-01")
    # From February on points live for 12 months, and a point is worth twice as much.
    shorter = RulesFromDay(expiry=ExpiryPlan(ExpiryKind.MONTHS, 12), point_value=Decimal("0.02"))
    await change(book, date(2024, 1, 20), date(2024, 2, 1), shorter)
    answer = await book.do(Issue, points=10)
    assert answer.expires_on == date(2026, 1, 31)
    book.day = date(2024, 2, 1)
    answer = await book.do(Issue, points=1_000)
    assert answer.expires_on == date(2025, 2, 28)
    await book.do(Redeem, points=300)
    await freeze_months(database, book.programme, "2024-02")
    book.day = date(2025, 3, 1)
    answer = await book.do(Issue, points=50)
    assert answer.expires_on == date(2026, 3, 31)

    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        february = await load_report(connection, book.programme, "2024-02")
        march = await load_report(connection, book.programme, "2025-03")
    # 100 and 10 points at 0.01 came in January or were told late of it; the new ones at 0.02.
    assert february.money is not None
    assert february.money.deferred == 10 * 2 + 1_000 * 2
    # The points by hand end with those of June 2028 by the first plan.
    assert february.states["2028-06"].points == 7
    # Issued in February, they end with those that the first plan gave in February 2023.
    assert february.states["2023-02"].points == 700
    assert february.states["2024-01"].points == 110
    # What no point of the first plan ends with is named by the month of issue again.
    assert march.states["2025-03"].points == 50
    assert sum(1 for state in march.states.values() if state.points) == 4
    async with database.transaction() as connection:
        assert await verify_liability(connection, book.programme) == []
    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        overview = await load_overview(connection, book.programme, "b", 1)
    assert overview.records_left == 0


def test_a_value_changes_no_rate() -> None:
    def at(version: int, month: str, value: int, rate: str = "1", cohort: str = "") -> Estimate:
        rates = Decimal(rate), Decimal(1), Decimal(value), Decimal(0)
        return Estimate(version, month, cohort or None, *rates)

    rules = [at(0, "", 1), at(0, "2024-03", 2), at(0, "2024-06", 3)]
    approved = [
        at(1, "2024-02", 9, "0.5"),
        at(2, "2024-06", 8, "0.4"),
        at(3, "2024-04", 7, "0.3", "x"),
    ]
    found = set(with_values(approved, rules))
    assert found == {
        at(0, "", 1),
        *approved,
        at(1, "2024-03", 2, "0.5"),
        at(3, "2024-06", 3, "0.3", "x"),
    }
    assert with_values([], rules[1:]) == (rules[1], rules[2])
