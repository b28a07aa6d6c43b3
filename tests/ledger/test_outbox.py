"""The outbox: who is given which messages, in what order, and what becomes of them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, outbox, read_clock
from ledger.outbox import Message

TOPIC, OTHER_TOPIC = "test.happened", "test.ended"


async def written(
    connection: AsyncConnection, numbers: Sequence[tuple[int, int]], topic: str = TOPIC
) -> None:
    """Messages of books, each a minute younger than the one before."""
    age = text(
        "UPDATE ledger.outbox SET available_at = now() - :minutes * interval '1 minute'"
        " WHERE topic = :topic AND (payload ->> 'n')::integer = :number"
    )
    for place, (book_id, number) in enumerate(numbers):
        await outbox.append(connection, book_id, topic, [{"n": number}])
        await connection.execute(age, {"minutes": 100 - place, "topic": topic, "number": number})


def numbers_of(messages: Sequence[Message]) -> list[int]:
    return [message.payload["n"] for message in messages]


async def claimed(database: Database, limit: int = 10) -> list[int]:
    """What somebody else is given meanwhile."""
    async with database.transaction() as connection:
        return numbers_of(await outbox.claim(connection, [TOPIC], limit))


async def test_the_book_that_has_waited_longest_comes_first_and_its_oldest_message(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await written(connection, [(2, 1), (1, 2), (2, 3), (1, 4)])
        await written(connection, [(3, 0)], OTHER_TOPIC)
    async with database.transaction() as connection:
        assert numbers_of(await outbox.claim(connection, [TOPIC], 10)) == [1, 3, 2, 4]
        assert numbers_of(await outbox.claim(connection, [OTHER_TOPIC, TOPIC], 10)) == [
            0,
            1,
            3,
            2,
            4,
        ]
        assert numbers_of(await outbox.claim(connection, [OTHER_TOPIC, TOPIC], 4)) == [0, 1, 3, 2]
        assert await outbox.claim(connection, [TOPIC], 0) == []


async def test_no_message_is_given_to_two_and_others_get_what_is_left(database: Database) -> None:
    async with database.transaction() as connection:
        await written(connection, [(1, 1), (1, 2), (2, 3), (1, 4)])
    async with database.transaction() as connection:
        assert numbers_of(await outbox.claim(connection, [TOPIC], 2)) == [1, 2]
        assert await claimed(database, limit=2) == [4, 3]
        assert await claimed(database, limit=1) == [4]
    assert await claimed(database) == [1, 2, 4, 3]


async def test_a_book_is_reached_though_others_hold_all_that_is_older(database: Database) -> None:
    async with database.transaction() as connection:
        await written(connection, [(1, 1), (1, 2), (2, 3)])
    async with database.transaction() as connection:
        assert numbers_of(await outbox.claim(connection, [TOPIC], 2)) == [1, 2]
        assert await claimed(database, limit=1) == [3]


async def test_what_is_done_is_gone_and_what_is_postponed_waits(database: Database) -> None:
    async with database.transaction() as connection:
        await written(connection, [(1, 1), (2, 2), (1, 3), (2, 4)])
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [TOPIC], 10)
        first, third, second, fourth = messages
        await outbox.done(connection, [second, first, fourth])
        await outbox.postpone(connection, third, delay_seconds=60, error="later")
    assert await claimed(database) == []
    async with database.transaction() as connection:
        assert await outbox.pending(connection, [TOPIC]) == 1
        assert await outbox.count_by_error(connection, [TOPIC], 10) == {"later": 1}
        assert await outbox.hasten(connection, [TOPIC]) == 1
        assert await outbox.hasten(connection, [TOPIC]) == 0
    async with database.transaction() as connection:
        (message,) = await outbox.claim(connection, [TOPIC], 10)
        assert (message.book_id, message.payload, message.attempts) == (1, {"n": 3}, 1)


async def test_only_the_statements_that_are_listed_name_no_book() -> None:
    statements = {name: each for name, each in vars(outbox).items() if hasattr(each, "text")}
    without_book = {name for name, each in statements.items() if ":book_id" not in each.text}
    listed = {name for name, each in statements.items() if each in outbox.CROSS_BOOK}
    assert without_book == listed
    assert not any("FOR UPDATE" in each.text for each in outbox.CROSS_BOOK)


async def test_free_messages_are_found_behind_books_that_others_hold(database: Database) -> None:
    """Others hold the oldest messages of many books: the next books have their turn."""
    held, free = range(1, 1 + 3 * outbox.LOOK_AHEAD), 99
    async with database.transaction() as connection:
        for book_id in (*held, free):
            await outbox.append(connection, book_id, TOPIC, [{"book": book_id}])
    async with database.transaction() as other:
        taken = await outbox.claim(other, [TOPIC], len(held))
        assert {message.book_id for message in taken} == set(held)
        async with database.transaction() as connection:
            (message,) = await outbox.claim(connection, [TOPIC], 1)
            assert message.book_id == free


async def test_what_a_wrong_clock_put_too_far_ahead_is_due(database: Database) -> None:
    ahead = {1: 0.5, 2: 0.9, 3: 1.5, 4: 99.0}
    async with database.transaction() as connection:
        for number, share in ahead.items():
            available_at = await read_clock(connection) + timedelta(
                seconds=share * outbox.DELAY_SECONDS_MAX
            )
            await outbox.append(
                connection, number, TOPIC, [{"n": number}], available_at=available_at
            )
    assert await claimed(database) == [], "the first look finds and recalls them"
    assert sorted(await claimed(database)) == [3, 4]
