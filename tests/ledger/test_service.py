"""The ledger through its front, on a real database."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger import Database, Ledger
from ledger.asks import (
    Adjust,
    Answer,
    Capture,
    Expire,
    Hold,
    Issue,
    Operation,
    OperationInvalid,
    Redeem,
    Release,
)
from ledger.audit import verify_book
from ledger.book import Programme, Rules, create_programme
from ledger.book.calendar import months
from ledger.book.rules import ProgrammeInvalid
from ledger.finish import expire_book
from ledger.read import balance, balances, history, totals

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)
JULY_31 = datetime(2026, 7, 31, 23, 59, tzinfo=UTC)
AUGUST_1 = datetime(2026, 8, 1, tzinfo=UTC)


async def one(ledger: Ledger, programme: Programme, operation: Operation) -> Answer:
    return (await ledger.submit(programme, [operation]))[0]


async def assert_sound(database: Database, programme: Programme) -> None:
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []


async def test_points_issued_are_spendable_and_a_redemption_takes_them(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    issued = await one(
        ledger, programme, Issue(key="i", member="ann", points=100, occurred_at=JANUARY)
    )
    spent = await one(
        ledger, programme, Redeem(key="r", member="ann", points=30, occurred_at=JANUARY)
    )
    assert (issued.accepted, issued.balance, issued.expires_on) == (True, 100, date(2026, 7, 31))
    assert (spent.accepted, spent.points, spent.balance) == (True, 30, 70)
    async with database.transaction() as connection:
        summed = await totals(connection, programme)
        assert (summed.issued, summed.redeemed, summed.outstanding, summed.members) == (
            100,
            30,
            70,
            1,
        )
    await assert_sound(database, programme)


async def test_a_replay_answers_byte_for_byte_and_moves_nothing(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    issue = Issue(key="i", member="ann", points=100)
    refused = Redeem(key="r", member="ann", points=101)
    first = [await one(ledger, programme, issue), await one(ledger, programme, refused)]
    await one(ledger, programme, Issue(key="later", member="ann", points=50))
    again = await Ledger(database).submit(programme, [issue, refused])
    assert [answer.document() for answer in again] == [answer.document() for answer in first]
    assert [answer.replayed for answer in again] == [True, True]
    assert again[1].refusal is not None
    assert again[1].refusal["code"] == "insufficient-points"
    async with database.transaction() as connection:
        assert (await balance(connection, programme, "ann", JANUARY)).spendable == 150
    await assert_sound(database, programme)


async def test_a_key_with_another_body_is_refused_and_stores_nothing(
    ledger: Ledger, programme: Programme
) -> None:
    await one(ledger, programme, Issue(key="i", member="ann", points=100))
    for other in (
        Issue(key="i", member="ann", points=101),
        Issue(key="i", member="bob", points=100),
        Redeem(key="i", member="ann", points=100),
    ):
        answer = await one(ledger, programme, other)
        assert answer.refusal is not None
        assert answer.refusal["code"] == "idempotency-key-reused"
        assert answer.operation is None
    answers = await ledger.submit(
        programme, [Issue(key="j", member="ann", points=1), Issue(key="j", member="ann", points=2)]
    )
    assert [answer.accepted for answer in answers] == [True, False]


async def test_the_earliest_expiry_is_spent_first(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    await ledger.submit(
        programme,
        [
            Issue(
                key="late",
                member="ann",
                points=10,
                occurred_at=JANUARY,
                expires_on=date(2026, 12, 31),
            ),
            Issue(
                key="early",
                member="ann",
                points=10,
                occurred_at=JANUARY,
                expires_on=date(2026, 2, 28),
            ),
            Redeem(key="r", member="ann", points=15, occurred_at=JANUARY),
        ],
    )
    async with database.transaction() as connection:
        after = await balance(connection, programme, "ann", JANUARY)
    assert (after.spendable, after.next_expiry, after.expiring_points) == (5, date(2026, 12, 31), 5)


async def test_points_live_through_their_last_day_and_not_a_moment_longer(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    await one(ledger, programme, Issue(key="i", member="ann", points=100, occurred_at=JANUARY))
    assert (
        await one(ledger, programme, Redeem(key="a", member="ann", points=1, occurred_at=JULY_31))
    ).accepted
    late = await one(
        ledger, programme, Redeem(key="b", member="ann", points=1, occurred_at=AUGUST_1)
    )
    assert late.refusal is not None
    assert late.refusal["spendable"] == 0
    swept = await expire_book(ledger, programme, "sweep", AUGUST_1)
    assert (swept.points, swept.detail) == (99, {"wallets": 1})
    again = await expire_book(ledger, programme, "sweep", AUGUST_1)
    assert (again.document(), again.replayed) == (swept.document(), True)
    await assert_sound(database, programme)


async def test_midnight_is_the_programmes_own(database: Database, ledger: Ledger) -> None:
    async with database.transaction() as connection:
        shanghai = await create_programme(
            connection,
            code="sh",
            party_id=1,
            name="Shanghai",
            time_zone="Asia/Shanghai",
            rules=Rules(expiry=months(0)),
        )
    # 23:30 in Shanghai on 31 January is 15:30 UTC; half an hour later it is February there.
    await one(
        ledger,
        shanghai,
        Issue(key="i", member="ann", points=5, occurred_at=datetime(2026, 1, 31, 15, tzinfo=UTC)),
    )
    last = Redeem(
        key="a", member="ann", points=1, occurred_at=datetime(2026, 1, 31, 15, 59, tzinfo=UTC)
    )
    late = Redeem(
        key="b", member="ann", points=1, occurred_at=datetime(2026, 1, 31, 16, tzinfo=UTC)
    )
    assert (await one(ledger, shanghai, last)).accepted
    assert not (await one(ledger, shanghai, late)).accepted


async def test_points_not_yet_available_wait_for_their_day(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    await one(
        ledger,
        programme,
        Issue(
            key="i", member="ann", points=10, occurred_at=JANUARY, available_on=date(2026, 1, 20)
        ),
    )
    early = Redeem(
        key="a", member="ann", points=1, occurred_at=datetime(2026, 1, 19, 23, tzinfo=UTC)
    )
    ready = Redeem(key="b", member="ann", points=1, occurred_at=datetime(2026, 1, 20, tzinfo=UTC))
    assert not (await one(ledger, programme, early)).accepted
    async with database.transaction() as connection:
        assert (await balance(connection, programme, "ann", JANUARY)).pending == 10
    assert (await one(ledger, programme, ready)).accepted


@pytest.mark.parametrize("ending", [Capture, Release])
async def test_a_hold_ends_once(
    database: Database, ledger: Ledger, programme: Programme, ending: type[Capture] | type[Release]
) -> None:
    await one(ledger, programme, Issue(key="i", member="ann", points=20, occurred_at=JANUARY))
    held = await one(ledger, programme, Hold(key="h", member="ann", points=20, occurred_at=JANUARY))
    assert held.balance == 0
    ended = await one(
        ledger, programme, ending(key="e", member="ann", hold_key="h", occurred_at=JANUARY)
    )
    assert (ended.points, ended.balance) == (20, 0 if ending is Capture else 20)
    for index, other in enumerate((Capture, Release)):
        refused = await one(ledger, programme, other(key=f"x{index}", member="ann", hold_key="h"))
        assert refused.refusal is not None
        assert refused.refusal["code"] == "hold-closed"
    unknown = await one(ledger, programme, Capture(key="u", member="ann", hold_key="nothing"))
    assert unknown.refusal is not None
    assert unknown.refusal["code"] == "hold-not-found"
    await assert_sound(database, programme)


async def test_a_hold_is_not_captured_after_its_time(ledger: Ledger, programme: Programme) -> None:
    await one(ledger, programme, Issue(key="i", member="ann", points=20, occurred_at=JANUARY))
    await one(
        ledger,
        programme,
        Hold(key="h", member="ann", points=5, occurred_at=JANUARY, expires_at=JULY_31),
    )
    late = await one(
        ledger, programme, Capture(key="c", member="ann", hold_key="h", occurred_at=AUGUST_1)
    )
    assert late.refusal is not None
    assert late.refusal["code"] == "hold-expired"
    assert (
        await one(
            ledger, programme, Release(key="r", member="ann", hold_key="h", occurred_at=AUGUST_1)
        )
    ).accepted


async def test_an_unknown_member_is_refused_and_stays_unknown(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    for operation in (
        Redeem(key="r", member="nobody", points=1),
        Expire(key="e", member="nobody"),
        Hold(key="h", member="nobody", points=1),
    ):
        answer = await one(ledger, programme, operation)
        assert answer.refusal is not None
        assert answer.refusal["code"] == "member-not-found"
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).members == 0
        assert [
            b.spendable for b in await balances(connection, programme, ["nobody"], JANUARY)
        ] == [0]


@pytest.mark.parametrize("points", [0, -1, 10**12 + 1])
def test_a_malformed_amount_is_no_operation(points: int) -> None:
    with pytest.raises(OperationInvalid, match="points"):
        Issue(key="i", member="ann", points=points)


async def test_history_has_one_line_for_each_event_and_pages(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    issues: list[Operation] = [
        Issue(
            key=f"i{number}",
            member="ann",
            points=1,
            occurred_at=JANUARY,
            expires_on=date(2026, 2, 1 + number),
        )
        for number in range(5)
    ]
    await ledger.submit(
        programme, [*issues, Redeem(key="r", member="ann", points=4, occurred_at=JANUARY)]
    )
    async with database.transaction() as connection:
        seen = []
        cursor = None
        while True:
            lines, cursor = await history(connection, programme, "ann", before=cursor, limit=2)
            seen += [(line.key, line.balance) for line in lines]
            if cursor is None:
                break
    assert seen == [("r", 1), ("i4", 5), ("i3", 4), ("i2", 3), ("i1", 2), ("i0", 1)]


async def test_concurrent_submissions_share_transactions_and_lose_nothing(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    async def send(number: int) -> Answer:
        return await one(
            ledger,
            programme,
            Issue(key=f"k{number % 200}", member=f"m{number % 7}", points=number % 200 + 1),
        )

    # 7 does not divide 200: numbers 200 apart send the same key with another member, which is
    # refused.
    answers = await asyncio.gather(*(send(number) for number in range(400)))
    assert sum(answer.accepted for answer in answers) == 200
    await assert_sound(database, programme)


async def test_nothing_is_dated_in_the_future(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    await one(ledger, programme, Issue(key="i", member="ann", points=5))
    ahead = datetime.now(UTC) + timedelta(days=400)
    for operation in (
        Issue(key="a", member="ann", points=1, occurred_at=ahead),
        Expire(key="b", member="ann", occurred_at=ahead),
    ):
        answer = await one(ledger, programme, operation)
        assert answer.refusal is not None
        assert answer.refusal["code"] == "occurred-in-future"
    swept = await expire_book(ledger, programme, "sweep", ahead)
    assert swept.refusal is not None
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).outstanding == 5
    skewed = Redeem(
        key="c", member="ann", points=1, occurred_at=datetime.now(UTC) + timedelta(minutes=4)
    )
    assert (await one(ledger, programme, skewed)).accepted


@pytest.mark.parametrize("time_zone", ["localtime", "Factory", "Mars/Olympus", "", "../etc/passwd"])
async def test_a_time_zone_is_one_that_everybody_knows(database: Database, time_zone: str) -> None:
    with pytest.raises(ProgrammeInvalid, match="time_zone"):
        async with database.transaction() as connection:
            await create_programme(
                connection, code="x", party_id=1, name="X", time_zone=time_zone, rules=Rules()
            )


@pytest.mark.parametrize("year", [1, 1899, 9001, 9999])
def test_an_instant_outside_the_calendar_in_use_is_no_operation(year: int) -> None:
    with pytest.raises(OperationInvalid, match="occurred_at"):
        Issue(key="i", member="ann", points=1, occurred_at=datetime(year, 1, 1, tzinfo=UTC))
    with pytest.raises(OperationInvalid, match="expires_on"):
        Issue(key="i", member="ann", points=1, expires_on=date(year, 1, 1))
    with pytest.raises(OperationInvalid, match="available_on"):
        Issue(key="i", member="ann", points=1, available_on=date(year, 1, 1))
    with pytest.raises(OperationInvalid, match="expires_on"):
        Adjust(key="i", member="ann", points=1, reason="r", actor="a", expires_on=date(year, 1, 1))
