"""Several ledgers write to one book at once, as several processes do, on real connections."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from ledger import Database, Ledger
from ledger.asks import (
    Answer,
    Capture,
    Expire,
    Gift,
    Hold,
    Issue,
    Merge,
    Operation,
    Redeem,
    Release,
    Reverse,
)
from ledger.audit import verify_book
from ledger.book import Programme, Rules, create_programme
from ledger.book.calendar import months
from ledger.decide.wallet import lane_of
from ledger.finish import release_overdue
from ledger.read import balances, heirs, totals
from ledger.write import lanes, lock

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
async def programme(database: Database) -> Programme:
    async with database.transaction() as connection:
        return await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name="Tea Club",
            time_zone="UTC",
            rules=Rules(expiry=months(6)),
            lanes=4,
        )


@pytest.fixture(
    autouse=True, params=[0, 200], ids=["keys looked up after a clash", "keys looked up"]
)
def wary_transactions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WARY_TRANSACTIONS", request.param)


async def assert_sound(database: Database, programme: Programme) -> None:
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []


def ledgers(database: Database, count: int) -> list[Ledger]:
    """Ledgers that remember their lanes separately, as those of several processes do."""
    return [Ledger(database) for _ in range(count)]


async def test_one_key_sent_eight_times_at_once_moves_points_once(
    database: Database, programme: Programme
) -> None:
    for number in range(20):
        operation = Issue(key=f"k{number}", member="ann", points=7)
        sent = await asyncio.gather(
            *(ledger.submit(programme, [operation]) for ledger in ledgers(database, 8))
        )
        answers = [answer for answers in sent for answer in answers]
        assert sum(not answer.replayed for answer in answers) == 1
        assert len({str(answer.document()) for answer in answers}) == 1
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 140
    await assert_sound(database, programme)


async def test_one_key_sent_to_two_lanes_at_once_is_taken_by_one(
    database: Database, programme: Programme
) -> None:
    for number in range(40):
        sent = await asyncio.gather(
            *(
                ledger.submit(programme, [Issue(key=f"k{number}", member=member, points=1)])
                for ledger, member in zip(ledgers(database, 4), ("a", "b", "c", "d"), strict=True)
            )
        )
        assert sum(answers[0].accepted for answers in sent) == 1
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 40
    await assert_sound(database, programme)


async def test_two_endings_of_one_hold_race_and_one_wins(
    database: Database, programme: Programme
) -> None:
    first, second = ledgers(database, 2)
    for number in range(30):
        await first.submit(
            programme,
            [
                Issue(key=f"i{number}", member="ann", points=5),
                Hold(key=f"h{number}", member="ann", points=5),
            ],
        )
        endings: list[Operation] = [
            Capture(key=f"c{number}", member="ann", hold_key=f"h{number}"),
            Capture(key=f"d{number}", member="ann", hold_key=f"h{number}"),
            Release(key=f"r{number}", member="ann", hold_key=f"h{number}"),
        ]
        sent = await asyncio.gather(
            *(
                ledger.submit(programme, [ending])
                for ledger, ending in zip((first, second, first), endings, strict=True)
            )
        )
        assert sum(answers[0].accepted for answers in sent) == 1
    await assert_sound(database, programme)


async def test_a_redemption_and_an_expiry_race_for_the_last_points(
    database: Database, programme: Programme
) -> None:
    first, second = ledgers(database, 2)
    for number in range(30):
        member = f"m{number}"
        await first.submit(
            programme, [Issue(key=f"i{number}", member=member, points=5, occurred_at=JANUARY)]
        )
        redeemed, expired = await asyncio.gather(
            first.submit(
                programme, [Redeem(key=f"r{number}", member=member, points=5, occurred_at=JANUARY)]
            ),
            second.submit(programme, [Expire(key=f"e{number}", member=member, occurred_at=AUGUST)]),
        )
        assert (redeemed[0].accepted, expired[0].points) in {(True, 0), (False, 5)}
    await assert_sound(database, programme)


async def test_gifts_both_ways_at_once_neither_deadlock_nor_lose(
    database: Database, programme: Programme
) -> None:
    ann, bob = "ann", next(f"b{n}" for n in range(100) if lane_of(f"b{n}", 4) != lane_of("ann", 4))
    writers = ledgers(database, 4)
    await writers[0].submit(
        programme, [Issue(key=f"i{member}", member=member, points=2_000) for member in (ann, bob)]
    )

    async def give(number: int) -> Answer:
        giver, receiver = (ann, bob) if number % 2 else (bob, ann)
        gift = Gift(key=f"g{number}", member=giver, to_member=receiver, points=3)
        return (await writers[number % 4].submit(programme, [gift]))[0]

    answers = await asyncio.gather(*(give(number) for number in range(400)))
    assert all(answer.accepted for answer in answers)
    async with database.transaction() as connection:
        after = await balances(connection, programme, [ann, bob], datetime.now(UTC))
    assert [balance.spendable for balance in after] == [2_000, 2_000]
    await assert_sound(database, programme)


async def test_a_capture_and_the_timeout_race_and_one_wins(
    database: Database, programme: Programme
) -> None:
    first, second = ledgers(database, 2)
    for number in range(20):
        member, over = f"m{number}", datetime.now(UTC) - timedelta(seconds=1)
        await first.submit(
            programme,
            [
                Issue(key=f"i{number}", member=member, points=5),
                Hold(key=f"h{number}", member=member, points=5, expires_at=over, occurred_at=over),
            ],
        )
        capture = Capture(key=f"c{number}", member=member, hold_key=f"h{number}", occurred_at=over)
        captured, released = await asyncio.gather(
            first.submit(programme, [capture]), release_overdue(second)
        )
        assert (captured[0].accepted, released) in {(True, 0), (False, 1)}
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).held == 0
    await assert_sound(database, programme)


async def test_a_merge_and_redemptions_race_and_every_point_is_somewhere(
    database: Database, programme: Programme
) -> None:
    first, second, third = ledgers(database, 3)
    for number in range(20):
        old, new = f"old{number}", f"new{number}"
        await first.submit(
            programme, [Issue(key=f"i{member}", member=member, points=10) for member in (old, new)]
        )
        redeemed, merged, given = await asyncio.gather(
            first.submit(programme, [Redeem(key=f"r{number}", member=old, points=4)]),
            second.submit(programme, [Merge(key=f"m{number}", member=old, into_member=new)]),
            third.submit(programme, [Redeem(key=f"s{number}", member=new, points=10)]),
        )
        assert merged[0].accepted
        assert merged[0].points == (6 if redeemed[0].accepted else 10)
        assert given[0].accepted
    await assert_sound(database, programme)


async def test_two_merges_into_each_other_race_and_one_is_refused(
    database: Database, programme: Programme
) -> None:
    """Both lock both members' lanes, in the order of the lanes: the second sees the first."""
    first, second = ledgers(database, 2)
    for number in range(20):
        pair = f"left{number}", f"right{number}"
        await first.submit(
            programme, [Issue(key=f"i{member}", member=member, points=10) for member in pair]
        )
        merges = [
            Merge(key=f"m{member}", member=member, into_member=other)
            for member, other in (pair, pair[::-1])
        ]
        answers = await asyncio.gather(
            *(
                ledger.submit(programme, [merge])
                for ledger, merge in zip((first, second), merges, strict=True)
            )
        )
        accepted, refused = sorted((answer for (answer,) in answers), key=lambda a: not a.accepted)
        assert accepted.accepted
        assert refused.refusal is not None
        assert refused.refusal["code"] == "member-merged"
        async with database.transaction() as connection:
            told = await balances(connection, programme, pair, datetime.now(UTC))
            gone = await heirs(connection, programme, pair)
        assert sorted(each.spendable for each in told) == [0, 20]
        assert gone == {accepted.member: refused.member}
    await assert_sound(database, programme)


async def test_two_reversals_of_one_redemption_race_and_never_give_back_more(
    database: Database, programme: Programme
) -> None:
    writers = ledgers(database, 4)
    for number in range(20):
        await writers[0].submit(
            programme,
            [
                Issue(key=f"i{number}", member="ann", points=9),
                Redeem(key=f"r{number}", member="ann", points=9),
            ],
        )
        reversals = [
            Reverse(key=f"v{number}-{n}", member="ann", operation_key=f"r{number}", points=4)
            for n in range(4)
        ]
        sent = await asyncio.gather(
            *(
                writer.submit(programme, [each])
                for writer, each in zip(writers, reversals, strict=True)
            )
        )
        assert sum(answers[0].accepted for answers in sent) == 2
    await assert_sound(database, programme)


async def test_twenty_thousand_operations_with_half_the_keys_repeated_lose_and_double_nothing(
    database: Database, programme: Programme
) -> None:
    choose = random.Random(20)
    operations: list[Operation] = []
    for number in range(10_000):
        member, points = f"m{choose.randrange(50)}", choose.randrange(1, 30)
        key = f"k{number}"
        if number % 20 == 0:
            others = f"m{choose.randrange(50, 60)}"
            operations.append(
                Gift(key=key, member=member, to_member=others, points=points, occurred_at=JANUARY)
            )
        elif choose.random() < 0.6:
            expires_on = date(2026, 1 + choose.randrange(1, 12), 28)
            operations.append(
                Issue(
                    key=key,
                    member=member,
                    points=points,
                    occurred_at=JANUARY,
                    expires_on=expires_on,
                )
            )
        else:
            operations.append(Redeem(key=key, member=member, points=points, occurred_at=JANUARY))
    sent = [*operations, *operations]
    choose.shuffle(sent)
    writers = ledgers(database, 4)
    answers: list[Answer] = []

    async def write(part: int) -> None:
        mine = sent[part::16]
        for start in range(0, len(mine), 25):
            answers.extend(await writers[part % 4].submit(programme, mine[start : start + 25]))

    await asyncio.gather(*(write(part) for part in range(16)))
    assert len(answers) == len(sent)
    first = {answer.key: answer for answer in answers if not answer.replayed}
    assert len(first) == len(operations)
    assert all(answer.document() == first[answer.key].document() for answer in answers)
    accepted = [answer for answer in first.values() if answer.accepted]
    async with database.transaction() as connection:
        summed = await totals(connection, programme)
    assert summed.issued == sum(answer.points for answer in accepted if answer.kind.name == "ISSUE")
    assert summed.redeemed == sum(
        answer.points for answer in accepted if answer.kind.name == "REDEEM"
    )
    await assert_sound(database, programme)


@pytest.mark.campaign
async def test_writers_that_do_not_lock_their_lanes_are_found(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal's key refuses records that two of them give the same number.

    After a number of attempts, such submissions fail.
    """
    monkeypatch.setattr(lock, "_LOCK_LANES", lock._LOCK_LANES.replace("FOR UPDATE", ""))
    accepted = failed = 0
    for number in range(20):
        sent = (
            ledger.submit(programme, [Issue(key=f"k{number}-{writer}", member="ann", points=7)])
            for writer, ledger in enumerate(ledgers(database, 8))
        )
        results = await asyncio.gather(*sent, return_exceptions=True)
        failed += sum(isinstance(result, DBAPIError | asyncpg.PostgresError) for result in results)
        accepted += sum(isinstance(result, list) for result in results)
    assert failed
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 7 * accepted, (
            "and still nothing is lost or doubled"
        )
