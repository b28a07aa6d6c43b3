"""A case begins once, whoever finds it, and is not asked again because a supplier repeats it."""

import asyncio

from sqlalchemy import text

from exchange.cases import CaseKind
from exchange.cases.open import CaseNotFound, NewCase, book_of_case, open_case
from tests.exchange.fixtures import World, held


async def test_eight_who_find_the_same_open_one_case(world: World) -> None:
    coupon_id = await held(world)
    found = NewCase(
        book_id=world.programme.book_id,
        kind=CaseKind.STUCK,
        supplier_id=world.supplier.party_id,
        home_party_id=world.brand.party_id,
        coupon_id=coupon_id,
        evidence={"said": "nothing"},
    )

    async def find() -> str | None:
        async with world.database.transaction() as connection:
            return await open_case(connection, found)

    opened = [each for each in await asyncio.gather(*(find() for _ in range(8))) if each]
    assert len(opened) == 1
    assert book_of_case(opened[0]) == world.programme.book_id
    assert (await world.steps(coupon_id)).count("disputed") == 1
    messages = "SELECT count(*) FROM ledger.outbox WHERE topic = 'case.opened'"
    assert await world.scalar(messages) == 1
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE exchange.coupon_case SET state = 'RESOLVED', decision = 'keep',"
                " reason = 'seen', decided_at = now()"
            )
        )
    assert await find() is None, "it was decided"
    async with world.database.transaction() as connection:
        await connection.execute(
            text("UPDATE exchange.coupon_case SET waits_until = now() - interval '1 second'")
        )
    assert await find() is not None, "the wait is over"


def test_other_numbers_name_no_case() -> None:
    for number in ("", "CS-", "FO-1", "CS-0000"):
        try:
            book_of_case(number)
        except CaseNotFound:
            continue
        raise AssertionError(number)
