"""What a programme has consented to, and nothing beyond it, comes in from another."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from ledger import Database, outbox
from ledger.asks import Answer, Convert, Issue, Merge
from ledger.book import (
    BALANCE_MAX,
    CONSENT_PRICE_MINOR_MAX,
    CONVERSION_RATE_MAX,
    Consent,
    end_consent,
    give_consent,
    load_consents,
    publish_conversion_rate,
)
from ledger.book.consents import ConsentInvalid, ConsentNotFound
from ledger.finish import CONVERTED, deliver_conversions
from ledger.read import totals
from tests.ledger.fixtures import Book, code, generous


@pytest.fixture
async def books(database: Database) -> tuple[Book, Book]:
    """A point of the tea club is worth two of the airline's, which has not consented."""
    tea = await Book.open(database, code="tea-club", party_id=1)
    air = await Book.open(database, code="air-miles", party_id=2)
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 2, 1)
    await tea.do(Issue, points=1000)
    return tea, air


async def consent(books: tuple[Book, Book], **changes: Any) -> Consent:
    tea, air = books
    async with tea.database.transaction() as connection:
        return await give_consent(connection, air.programme, tea.programme, generous(**changes))


async def end(books: tuple[Book, Book]) -> Consent:
    tea, air = books
    async with tea.database.transaction() as connection:
        return await end_consent(connection, air.programme, tea.programme)


async def send(books: tuple[Book, Book], points: int, to_member: str = "eve") -> Answer:
    return await books[0].do(Convert, points=points, to_programme="air-miles", to_member=to_member)


async def assert_arrived(books: tuple[Book, Book], credited: int) -> None:
    """Everything under way arrives or comes back; `credited` points are there in the end."""
    tea, air = books
    while await deliver_conversions(tea.ledger):
        pass
    async with tea.database.transaction() as connection:
        ours, theirs = [await totals(connection, book.programme) for book in books]
    assert (theirs.converted_in, theirs.issued, theirs.outstanding) == (credited, 0, credited)
    assert (ours.converted_out, ours.redeemed, ours.converting) == (credited // 2, 0, 0)
    assert ours.outstanding == 1000 - credited // 2
    await tea.assert_sound()
    await air.assert_sound()


async def test_without_consent_nothing_is_converted(books: tuple[Book, Book]) -> None:
    """A published rate alone lets nobody make points of another programme."""
    assert code(await send(books, 10)) == "conversion-not-consented"
    await assert_arrived(books, 0)
    await consent(books)
    assert code(await send(books, 10)) == "ok"
    await assert_arrived(books, 20)


TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"valid_from": TODAY + timedelta(3)}, "conversion-not-consented"),
        ({"valid_until": TODAY - timedelta(3)}, "conversion-not-consented"),
        ({"valid_from": TODAY - timedelta(3), "valid_until": TODAY + timedelta(3)}, "ok"),
        ({"numerator": 199, "denominator": 100}, "conversion-not-consented"),
        ({"numerator": 2}, "ok"),
        ({"member_month_points_max": 19}, "conversion-limit-reached"),
        ({"member_month_points_max": 20}, "ok"),
        ({"points_max": 19}, "conversion-limit-reached"),
        ({"points_max": 20}, "ok"),
    ],
)
async def test_both_ends_refuse_what_is_not_consented_to(
    books: tuple[Book, Book], changes: dict[str, Any], refusal: str
) -> None:
    await consent(books)
    assert code(await send(books, 10)) == "ok"
    # The consent is changed while the points are under way: now the other end judges.
    await consent(books, **changes)
    await assert_arrived(books, 20 if refusal == "ok" else 0)
    await consent(books, **changes)
    assert code(await send(books, 10, "bob")) == refusal


async def test_a_consent_that_ends_sends_back_what_is_under_way(books: tuple[Book, Book]) -> None:
    await consent(books)
    assert code(await send(books, 10)) == "ok"
    ended = await end(books)
    assert ended.ended_at is not None
    await assert_arrived(books, 0)
    assert code(await send(books, 10)) == "conversion-not-consented"
    with pytest.raises(ConsentNotFound):
        await end(books)


async def test_limits_count_what_was_credited(books: tuple[Book, Book]) -> None:
    await consent(books, member_month_points_max=50, points_max=70)
    for points, member in ((20, "eve"), (20, "eve"), (10, "bob"), (10, "dan"), (5, "eve")):
        assert code(await send(books, points, member)) == "ok"
    # eve 40 and not 40 more, bob 20, dan not 20 more, eve 10.
    await assert_arrived(books, 70)
    refused = await send(books, 5, "eve")
    assert refused.refusal is not None
    assert (refused.refusal["limit"], refused.refusal["remaining"]) == ("member_month", 0)
    refused = await send(books, 5, "bob")
    assert refused.refusal is not None
    assert (refused.refusal["limit"], refused.refusal["remaining"]) == ("in_all", 0)
    # A new version counts all points anew, and those of the month on.
    assert (await consent(books, member_month_points_max=50)).points == 0
    assert code(await send(books, 5, "bob")) == "ok"
    assert code(await send(books, 5, "eve")) == "conversion-limit-reached"
    await assert_arrived(books, 80)
    tea, air = books
    async with tea.database.transaction() as connection:
        found = await load_consents(connection, air.programme)
    assert [(each.version, each.points, each.ended_at is None) for each in found] == [
        (1, 70, False),
        (2, 10, True),
    ]


async def test_the_limit_of_a_month_follows_members_who_are_merged(
    books: tuple[Book, Book],
) -> None:
    """Else every new card that is merged into the old one brings a month's points once more."""
    _, air = books
    await consent(books, member_month_points_max=50)
    for member in ("eve", "bob", "dan"):
        assert code(await send(books, 10, member)) == "ok"
    await assert_arrived(books, 60)
    assert code(await air.do(Merge, "eve", into_member="bob")) == "ok"
    assert code(await send(books, 10, "dan")) == "ok"
    assert code(await send(books, 10, "dan")) == "ok"
    # dan has 20 and 20 under way, and 20 more are too many once bob's 40 are dan's.
    assert code(await air.do(Merge, "bob", into_member="dan")) == "ok"
    await assert_arrived(books, 60)
    refused = await send(books, 10, "dan")
    assert refused.refusal is not None
    assert (refused.refusal["limit"], refused.refusal["remaining"]) == ("member_month", 0)


async def test_a_conversion_is_told_of_once_with_its_price(books: tuple[Book, Book]) -> None:
    await consent(books, price_minor=Decimal("12.5"))
    await send(books, 10)
    await assert_arrived(books, 20)
    async with books[0].database.transaction() as connection:
        (message,) = await outbox.claim(connection, [CONVERTED], 10)
    assert message.book_id == books[1].programme.book_id
    told = {name: message.payload[name] for name in ("member", "points", "price_minor")}
    assert told == {"member": "eve", "points": 20, "price_minor": "12.500000"}
    assert message.payload["from_programme"] == "tea-club"


async def test_a_party_is_not_told_of_conversions_between_its_own_programmes(
    database: Database,
) -> None:
    """Nobody owes anything to itself."""
    tea = await Book.open(database, code="tea-club")
    air = await Book.open(database, code="air-miles")
    async with database.transaction() as connection:
        await publish_conversion_rate(connection, tea.programme, air.programme, 2, 1)
    await tea.do(Issue, points=1000)
    await consent((tea, air), price_minor=Decimal("12.5"))
    await send((tea, air), 10)
    await assert_arrived((tea, air), 20)
    async with database.transaction() as connection:
        assert await outbox.claim(connection, [CONVERTED], 10) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"numerator": 0},
        {"denominator": CONVERSION_RATE_MAX + 1},
        {"member_month_points_max": 0},
        {"points_max": BALANCE_MAX + 1},
        {"price_minor": Decimal(-1)},
        {"price_minor": Decimal("NaN")},
        {"price_minor": Decimal(CONSENT_PRICE_MINOR_MAX) + 1},
        {"price_minor": Decimal("0.0000001")},
        {"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 2)},
    ],
)
async def test_terms_out_of_range_are_refused(
    books: tuple[Book, Book], changes: dict[str, Any]
) -> None:
    with pytest.raises(ConsentInvalid):
        await consent(books, **changes)
    with pytest.raises(ConsentInvalid):
        await consent((books[0], books[0]))


@pytest.mark.parametrize(
    "change", ["numerator = 9", "points_max = 9", "points = 0", "valid_until = now()::date"]
)
async def test_what_was_consented_to_never_changes(
    books: tuple[Book, Book], database_url: str, change: str
) -> None:
    """The owner of the tables is stopped, too, and nobody takes back an end."""
    await consent(books)
    await send(books, 10)
    await assert_arrived(books, 20)
    owner = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.PostgresError, match="never changes"):
            await owner.execute(f"UPDATE ledger.consent SET {change}")
        await end(books)
        with pytest.raises(asyncpg.PostgresError, match="never changes"):
            await owner.execute("UPDATE ledger.consent SET ended_at = NULL")
    finally:
        await owner.close()
