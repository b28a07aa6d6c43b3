"""Writers that meet: on real connections, from several ledgers, as several processes would."""

import asyncio
import random
from datetime import UTC, date, datetime

import pytest

from ledger import Answer, Capture, Database, Expire, Hold, Issue, Ledger, Operation, Programme, Redeem, Release
from ledger.expiry import months
from ledger.programme import create_programme
from ledger.reads import totals
from ledger.rules import Rules
from ledger.verify import verify_book

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


async def assert_sound(database: Database, programme: Programme) -> None:
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []


def ledgers(database: Database, count: int) -> list[Ledger]:
    """Each remembers lanes of its own, as the ledger of another process would."""
    return [Ledger(database) for _ in range(count)]


async def test_one_key_sent_eight_times_at_once_moves_points_once(database: Database, programme: Programme) -> None:
    for number in range(20):
        operation = Issue(key=f"k{number}", member="ann", points=7)
        sent = await asyncio.gather(*(ledger.submit(programme, [operation]) for ledger in ledgers(database, 8)))
        answers = [answer for answers in sent for answer in answers]
        assert sum(not answer.replayed for answer in answers) == 1
        assert len({str(answer.document()) for answer in answers}) == 1
    async with database.transaction() as connection:
        assert (await totals(connection, programme)).issued == 140
    await assert_sound(database, programme)


async def test_one_key_sent_to_two_lanes_at_once_is_taken_by_one(database: Database, programme: Programme) -> None:
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


async def test_two_endings_of_one_hold_race_and_one_wins(database: Database, programme: Programme) -> None:
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


async def test_a_redemption_and_an_expiry_race_for_the_last_points(database: Database, programme: Programme) -> None:
    first, second = ledgers(database, 2)
    for number in range(30):
        member = f"m{number}"
        await first.submit(programme, [Issue(key=f"i{number}", member=member, points=5, occurred_at=JANUARY)])
        redeemed, expired = await asyncio.gather(
            first.submit(programme, [Redeem(key=f"r{number}", member=member, points=5, occurred_at=JANUARY)]),
            second.submit(programme, [Expire(key=f"e{number}", member=member, occurred_at=AUGUST)]),
        )
        assert (redeemed[0].accepted, expired[0].points) in {(True, 0), (False, 5)}
    await assert_sound(database, programme)


async def test_twenty_thousand_operations_with_half_the_keys_repeated_lose_and_double_nothing(
    database: Database, programme: Programme
) -> None:
    choose = random.Random(20)
    operations: list[Operation] = []
    for number in range(10_000):
        member, points = f"m{choose.randrange(50)}", choose.randrange(1, 30)
        key = f"k{number}"
        if choose.random() < 0.6:
            expires_on = date(2026, 1 + choose.randrange(1, 12), 28)
            operations.append(Issue(key=key, member=member, points=points, occurred_at=JANUARY, expires_on=expires_on))
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
    assert summed.redeemed == sum(answer.points for answer in accepted if answer.kind.name == "REDEEM")
    await assert_sound(database, programme)
