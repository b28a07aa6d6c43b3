"""What a programme's rules do to its points, with one example for each rule."""

from datetime import date, timedelta

import pytest

from ledger import Database, Ledger
from ledger.asks import Capture, Expire, Gift, Hold, Issue, Merge, Redeem, Release, Reverse
from ledger.book import (
    Cap,
    Capped,
    DatedRules,
    DebtPolicy,
    ExpiryKind,
    ExpiryPlan,
    Rules,
    Window,
)
from ledger.book.calendar import months
from ledger.read import balance_as_of
from tests.ledger.fixtures import NEW_YEAR, Book, code


@pytest.mark.parametrize(
    ("plan", "day", "last_day"),
    [
        (ExpiryPlan(), date(2026, 1, 31), None),
        (ExpiryPlan(ExpiryKind.DAYS, 30), date(2026, 1, 31), date(2026, 3, 2)),
        (months(0), date(2026, 1, 31), date(2026, 1, 31)),
        (months(13), date(2026, 1, 31), date(2027, 2, 28)),
        (ExpiryPlan(ExpiryKind.DATES, 0, ((12, 31),)), date(2026, 12, 31), date(2026, 12, 31)),
        (
            ExpiryPlan(ExpiryKind.DATES, 1, ((6, 30), (12, 31))),
            date(2026, 7, 1),
            date(2027, 12, 31),
        ),
        (ExpiryPlan(ExpiryKind.DATES, 0, ((2, 29),)), date(2026, 3, 1), date(2027, 2, 28)),
        (ExpiryPlan(ExpiryKind.DATES, 1, ((2, 29),)), date(2026, 3, 1), date(2028, 2, 29)),
    ],
)
async def test_a_plan_gives_points_their_last_day(
    database: Database, plan: ExpiryPlan, day: date, last_day: date | None
) -> None:
    book = await Book.open(database, Rules(expiry=plan))
    book.day = min(day, date(2026, 11, 1))
    assert plan.last_day(day) == last_day
    assert (await book.do(Issue, points=5)).expires_on == plan.last_day(book.day)


async def test_points_slide_with_activity_and_lapse_without(database: Database) -> None:
    book = await Book.open(database, Rules(expiry=ExpiryPlan(ExpiryKind.SLIDING, 30)))
    await book.do(Issue, points=10)
    book.day = NEW_YEAR + timedelta(30)
    assert (await book.do(Redeem, points=1)).balance == 9
    book.day += timedelta(30)
    assert (await book.balance()).spendable == 9
    book.day += timedelta(1)
    assert code(await book.do(Redeem, points=1)) == "insufficient-points"
    renewed = await book.do(Issue, points=5)
    assert (renewed.balance, renewed.expires_on) == (5, book.day + timedelta(30))
    assert (await book.balance()).expired == 0, (
        "what had lapsed was written off by the next activity"
    )


async def test_issued_points_wait_for_the_return_window_to_pass(database: Database) -> None:
    book = await Book.open(database, Rules(available_after_days=14))
    assert (await book.do(Issue, points=5)).balance == 0
    assert (await book.balance()).pending == 5
    book.day += timedelta(14)
    assert (await book.do(Redeem, points=5)).accepted


@pytest.mark.parametrize(
    ("policy", "answer", "taken", "balance", "debt"),
    [
        (DebtPolicy.REFUSE, "issue-spent", 100, 40, 0),
        (DebtPolicy.TAKE, "ok", 40, 0, 0),
        (DebtPolicy.OWE, "ok", 100, -60, 60),
    ],
)
async def test_the_policy_decides_about_spent_points_that_are_clawed_back(  # noqa: PLR0917 - the example's values
    database: Database, policy: DebtPolicy, answer: str, taken: int, balance: int, debt: int
) -> None:
    book = await Book.open(database, Rules(debt=policy))
    await book.do(Issue, key="purchase", points=100)
    await book.do(Redeem, points=60)
    reversed_ = await book.do(Reverse, operation_key="purchase")
    assert (code(reversed_), reversed_.points if reversed_.accepted else taken) == (answer, taken)
    assert (reversed_.balance, (await book.balance()).debt) == (balance, debt)


async def test_a_debt_keeps_from_spending_and_later_issues_repay_it(database: Database) -> None:
    book = await Book.open(database, Rules(debt=DebtPolicy.OWE))
    await book.do(Issue, key="purchase", points=100)
    await book.do(Redeem, key="spent", points=100)
    await book.do(Reverse, operation_key="purchase")
    assert (await book.do(Issue, points=70)).balance == -30
    assert code(await book.do(Redeem, points=1)) == "insufficient-points"
    assert (await book.do(Issue, points=50)).balance == 20
    assert (await book.balance()).debt == 0


async def test_what_expired_unspent_is_not_owed(database: Database) -> None:
    book = await Book.open(database, Rules(debt=DebtPolicy.OWE, expiry=months(1)))
    await book.do(Issue, key="purchase", points=100)
    book.day = date(2026, 3, 1)
    await book.do(Expire)
    reversed_ = await book.do(Reverse, operation_key="purchase")
    assert (code(reversed_), reversed_.points, reversed_.balance) == ("ok", 0, 0)


@pytest.mark.parametrize(
    ("grace_days", "spendable", "expired"), [(None, 0, 10), (0, 10, 0), (7, 10, 0)]
)
async def test_points_that_come_back_too_late_follow_the_grace(
    database: Database, grace_days: int | None, spendable: int, expired: int
) -> None:
    book = await Book.open(database, Rules(expiry=months(0), grace_days=grace_days))
    await book.do(Issue, points=10)
    await book.do(Hold, key="order", points=10)
    book.day = date(2026, 2, 10)
    await book.do(Release, hold_key="order")
    after = await book.balance()
    assert (after.spendable, after.expired) == (spendable, expired)
    assert after.next_expiry == (None if grace_days is None else book.day + timedelta(grace_days))


async def test_a_part_of_a_redemption_is_reversed_from_its_end(database: Database) -> None:
    book = await Book.open(database)
    march, june = date(2026, 3, 31), date(2026, 6, 30)
    await book.do(Issue, points=10, expires_on=march)
    await book.do(Issue, points=10, expires_on=june)
    await book.do(Redeem, key="coffee", points=15)
    await book.do(Reverse, operation_key="coffee", points=3)
    assert (await book.balance()).expiring == ((june, 8),)
    await book.do(Reverse, operation_key="coffee", points=4)
    assert (await book.balance()).expiring == ((march, 2), (june, 10))
    assert code(await book.do(Reverse, operation_key="coffee", points=9)) == "already-reversed"
    assert (await book.do(Reverse, operation_key="coffee")).points == 8
    assert code(await book.do(Reverse, operation_key="coffee")) == "already-reversed"


async def test_a_hold_is_captured_in_part_and_the_capture_reversed(database: Database) -> None:
    book = await Book.open(database)
    await book.do(Issue, points=10)
    await book.do(Hold, key="order", points=8)
    assert code(await book.do(Capture, hold_key="order", points=9)) == "capture-too-large"
    captured = await book.do(Capture, key="paid", hold_key="order", points=5)
    assert (captured.points, captured.balance, captured.detail) == (5, 5, {"released": 3})
    assert (await book.do(Reverse, operation_key="paid")).balance == 10
    assert code(await book.do(Reverse, operation_key="order")) == "not-reversible"


async def test_caps_count_by_window_and_give_back_what_came_back(database: Database) -> None:
    caps = (Cap(Capped.ISSUE, Window.MONTH, 100), Cap(Capped.REDEEM, Window.DAY, 10))
    book = await Book.open(database, Rules(caps=caps))
    assert (await book.do(Issue, points=100)).accepted
    refused = await book.do(Issue, points=1)
    assert refused.refusal is not None
    assert (refused.refusal["code"], refused.refusal["used"]) == ("cap-exceeded", 100)
    await book.do(Hold, key="order", points=8)
    assert code(await book.do(Redeem, points=3)) == "cap-exceeded"
    await book.do(Release, hold_key="order")
    assert (await book.do(Redeem, key="spent", points=10)).accepted
    book.day += timedelta(1)
    assert (await book.do(Redeem, points=10)).accepted
    assert (await book.do(Reverse, operation_key="spent")).accepted
    assert code(await book.do(Redeem, points=1)) == "cap-exceeded", (
        "yesterday's points count in yesterday's window"
    )
    book.day = date(2026, 2, 1)
    assert (await book.do(Issue, points=100)).accepted


async def test_a_capture_counts_on_the_day_of_its_hold(database: Database) -> None:
    book = await Book.open(database, Rules(caps=(Cap(Capped.REDEEM, Window.DAY, 10),)))
    await book.do(Issue, points=100)
    await book.do(Hold, key="order", points=10)
    book.day += timedelta(1)
    await book.do(Redeem, points=10)
    await book.do(Capture, key="paid", hold_key="order")
    await book.do(Reverse, operation_key="paid")
    assert code(await book.do(Redeem, points=1)) == "cap-exceeded"


async def test_what_a_merged_member_spent_frees_no_room_of_the_heirs(database: Database) -> None:
    book = await Book.open(database, Rules(caps=(Cap(Capped.REDEEM, Window.DAY, 10),)))
    await book.do(Issue, points=20)
    await book.do(Issue, "bob", points=20)
    await book.do(Redeem, key="spent", points=10)
    await book.do(Redeem, "bob", points=10)
    await book.do(Merge, into_member="bob")
    assert (await book.do(Reverse, "bob", operation_key="spent")).accepted
    assert code(await book.do(Redeem, "bob", points=1)) == "cap-exceeded"


async def test_of_two_windows_the_later_one_counts_after_a_merge(database: Database) -> None:
    book = await Book.open(database, Rules(caps=(Cap(Capped.REDEEM, Window.DAY, 10),)))
    for member in ("ann", "bob", "cyd"):
        await book.do(Issue, member, points=30)
    await book.do(Redeem, "ann", points=9)
    book.day += timedelta(1)
    await book.do(Redeem, "bob", key="today", points=7)
    await book.do(Merge, "ann", into_member="bob")
    assert code(await book.do(Redeem, "bob", points=4)) == "cap-exceeded"
    await book.do(Merge, "bob", into_member="cyd")
    assert code(await book.do(Redeem, "cyd", points=4)) == "cap-exceeded"
    assert (await book.do(Redeem, "cyd", points=3)).accepted
    await book.do(Reverse, "cyd", operation_key="today")
    assert (await book.do(Redeem, "cyd", points=7)).accepted


async def test_a_merge_that_moves_nothing_tells_who_counts_on(database: Database) -> None:
    book = await Book.open(database, Rules(caps=(Cap(Capped.REDEEM, Window.DAY, 10),)))
    await book.do(Issue, points=10)
    await book.do(Redeem, points=10)
    await book.do(Issue, "bob", points=10)
    async with database.transaction() as connection:
        before = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    await book.do(Merge, into_member="bob")
    assert code(await book.do(Redeem, "bob", points=1)) == "cap-exceeded"
    # Another process reads what the first one stored.
    book.ledger = Ledger(database)
    assert code(await book.do(Redeem, "bob", points=1)) == "cap-exceeded"
    async with database.transaction() as connection:
        after = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
        told = [
            await balance_as_of(connection, book.programme, "ann", instant)
            for instant in (before, after)
        ]
    assert [each.merged_into for each in told] == [None, "bob"]


async def test_a_wallet_holds_no_more_than_the_programmes_maximum(database: Database) -> None:
    book = await Book.open(database, Rules(balance_max=100))
    await book.do(Issue, points=60)
    await book.do(Hold, points=50)
    assert code(await book.do(Issue, points=41)) == "balance-too-large"
    assert (await book.do(Issue, points=40)).accepted
    await book.do(Issue, "bob", points=10)
    assert code(await book.do(Gift, "bob", to_member="ann", points=1)) == "balance-too-large"


async def test_a_gift_keeps_its_dates_and_its_funder(database: Database) -> None:
    book = await Book.open(database)
    await book.do(Issue, points=10, expires_on=date(2026, 3, 31), funder="supplier")
    given = await book.do(Gift, to_member="bob", points=4)
    assert (given.balance, given.detail) == (6, {"to": "bob"})
    assert (await book.balance("bob")).expiring == ((date(2026, 3, 31), 4),)
    async with book.database.transaction() as connection:
        lots = await connection.exec_driver_sql(
            "SELECT lots FROM ledger.account WHERE member = 'bob'"
        )
        assert lots.scalar_one() == [
            {"expires_on": "2026-03-31", "funder": "supplier", "points": 4}
        ]


async def test_a_merge_moves_points_and_debts_and_closes_the_wallet(database: Database) -> None:
    book = await Book.open(database, Rules(debt=DebtPolicy.OWE))
    await book.do(Issue, key="purchase", points=50)
    await book.do(Redeem, key="coffee", points=50)
    await book.do(Reverse, operation_key="purchase")
    await book.do(Issue, "bob", points=80)
    merged = await book.do(Merge, into_member="bob")
    assert (merged.points, merged.detail) == (0, {"into": "bob"})
    assert (await book.balance("bob")).spendable == 30
    refused = await book.do(Issue, points=1)
    assert refused.refusal is not None
    assert (refused.refusal["code"], refused.refusal["into"]) == ("member-merged", "bob")
    # What was redeemed from the closed wallet is given back to the wallet it was merged into.
    assert (await book.do(Reverse, "bob", operation_key="coffee")).balance == 80
    assert code(await book.do(Merge, "bob", into_member="nobody")) == "recipient-not-found"


async def test_a_member_with_points_set_aside_is_not_merged(database: Database) -> None:
    book = await Book.open(database)
    await book.do(Issue, points=5)
    await book.do(Issue, "bob", points=5)
    await book.do(Hold, key="order", points=1)
    assert code(await book.do(Merge, into_member="bob")) == "holds-open"
    await book.do(Release, hold_key="order")
    assert (await book.do(Merge, into_member="bob")).accepted


async def test_an_operation_follows_the_rules_of_its_day(database: Database) -> None:
    """Also one that is told late: the day on which it occurred decides."""
    dated = DatedRules(
        since=NEW_YEAR + timedelta(10),
        expiry=months(1),
        available_after_days=2,
        debt=DebtPolicy.OWE,
    )
    book = await Book.open(database, Rules(expiry=months(12), dated=(dated,)))
    await book.do(Issue, points=100, key="i1")
    await book.do(Redeem, points=100)
    assert code(await book.do(Reverse, operation_key="i1")) == "issue-spent"
    book.day = dated.since
    later = await book.do(Issue, "bob", points=5)
    assert later.expires_on == date(2026, 2, 28)
    assert (await book.balance("bob")).pending == 5
    assert code(await book.do(Reverse, operation_key="i1")) == "ok"
    assert (await book.balance()).debt == 100
    book.day = dated.since - timedelta(1)
    assert (await book.do(Issue, "bob", points=5)).expires_on == date(2027, 1, 31)
