"""Points past their last day leave a whole book."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger import Database, Ledger
from ledger.asks import Hold, Issue, Operation, Release
from ledger.asks.kinds import ExpireBook
from ledger.book import Programme
from ledger.finish import expire_book
from tests.ledger.fixtures import Book

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)


async def accepted(
    ledger: Ledger, programme: Programme, operations: Sequence[Operation]
) -> list[bool]:
    return [answer.accepted for answer in await ledger.submit(programme, operations)]


async def test_a_sweep_counts_its_own_wallets_only(ledger: Ledger, programme: Programme) -> None:
    march, june = date(2026, 3, 31), date(2026, 6, 30)
    await ledger.submit(
        programme,
        [
            Issue(key="a", member="ann", points=5, occurred_at=JANUARY, expires_on=march),
            Issue(key="b", member="ann", points=7, occurred_at=JANUARY, expires_on=june),
        ],
    )
    april, july = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert (await expire_book(ledger, programme, "sweep/2026-04", april)).points == 5
    assert (await expire_book(ledger, programme, "sweep", july)).points == 7


async def test_a_sweep_finds_points_given_back_to_a_day_it_has_passed(
    ledger: Ledger, programme: Programme
) -> None:
    march = date(2026, 3, 31)
    await ledger.submit(
        programme,
        [
            Issue(key="a", member="ann", points=5, occurred_at=JANUARY, expires_on=march),
            Hold(key="h", member="ann", points=5, occurred_at=JANUARY),
        ],
    )
    april, may = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    assert (await expire_book(ledger, programme, "april", april)).points == 0
    await ledger.submit(
        programme, [Release(key="r", member="ann", hold_key="h", occurred_at=april)]
    )
    assert (await expire_book(ledger, programme, "may", may)).points == 5


async def test_a_sweep_goes_through_the_book_page_by_page(
    ledger: Ledger, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.finish.sweep.SWEEP_WALLETS", 2)
    last_days = {f"m{n}": date(2026, 3, 31) if n % 3 else date(2026, 5, 31) for n in range(20)}
    issues: list[Operation] = [
        Issue(key=f"i-{member}", member=member, points=1, occurred_at=JANUARY, expires_on=last_day)
        for member, last_day in last_days.items()
    ]
    assert all(await accepted(ledger, programme, issues))
    dead = sum(last_day == date(2026, 3, 31) for last_day in last_days.values())
    swept = await expire_book(ledger, programme, "april", datetime(2026, 4, 2, tzinfo=UTC))
    assert (swept.points, swept.detail) == (dead, {"wallets": dead})
    assert (
        await expire_book(ledger, programme, "june", datetime(2026, 6, 2, tzinfo=UTC))
    ).points == 20 - dead


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
