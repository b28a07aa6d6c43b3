"""Messages that rating cannot read: set aside, kept whole, and billed once they can be read."""

import asyncio

import pytest
from sqlalchemy import text

from ledger import Database, outbox
from settlement.closing.freeze import PeriodHasPendingUses
from settlement.rating import load_rejected, rate_pending, retry_rejected
from settlement.rating.rate import UNREADABLE_ATTEMPTS_MAX
from settlement.rating.uses import TOPICS
from tests.settlement.fixtures import (
    JANUARY,
    close,
    code_of,
    create_world,
    lines,
    pending,
    send_reversal,
    send_uses,
    use,
)


def payload_with(**changes: object) -> dict[str, object]:
    parties = {"home_party_id": 2, "supplier_id": 4}
    described = {
        "offer_code": "offer-1",
        "programme": "mint",
        "member": "member-1",
        "points": 20,
        "face_value_minor": 100,
        "currency": "USD",
        "store": None,
        "reference": None,
    }
    event = {"book_id": 1, "use": 1, "coupon_id": 9, "code": code_of(9), "offer_id": 1}
    return event | parties | described | {"used_at": JANUARY.isoformat()} | changes


UNREADABLE: tuple[dict[str, object], ...] = (
    {"book_id": 1, "used_at": "2017-01-09T12:00:00+00:00"},
    {"used_at": "oops"},
    {},
    payload_with(used_at="0001-01-01T00:00:00+14:00"),
    payload_with(book_id=2**31),
    payload_with(coupon_id=2**63),
)


@pytest.mark.parametrize("unreadable", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_cannot_be_read_is_set_aside_and_kept(
    database: Database, unreadable: dict[str, object]
) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await outbox.append(connection, 1, TOPICS[0], [unreadable])
        await send_uses(connection, [use(world, 1)])
    for attempt in range(UNREADABLE_ATTEMPTS_MAX):
        with pytest.raises(PeriodHasPendingUses):
            await close(database, "2017-01")
        assert await rate_pending(database) == (1 if attempt else 2)
        async with database.transaction() as connection:
            await connection.execute(text("UPDATE ledger.outbox SET available_at = now()"))
    assert await pending(database) == 0
    assert (await close(database, "2017-01")).totals.uses == 1
    async with database.transaction() as connection:
        (rejected,) = await load_rejected(connection)
        payload = (
            await connection.execute(text("SELECT payload FROM settlement.rejected_message"))
        ).scalar_one()
    assert (rejected.book_id, rejected.topic, payload) == (1, TOPICS[0], unreadable)
    assert rejected.reason.startswith("unreadable payload: ")
    assert str(rejected).startswith(
        f"coupon.used 1/{rejected.outbox_id} is not billed: unreadable payload"
    )


async def test_what_was_set_aside_is_billed_once_when_it_can_be_read(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1), use(world, 2)])
        await send_reversal(connection, use(world, 1), JANUARY)
        await connection.execute(
            text(
                "WITH gone AS ("
                " DELETE FROM ledger.outbox WHERE topic <> 'event'"
                " RETURNING book_id, outbox_id, topic, payload)"
                " INSERT INTO settlement.rejected_message SELECT *, 5, 'an older release' FROM gone"
            )
        )

    async def retry() -> int:
        async with database.transaction() as connection:
            return await retry_rejected(connection)

    assert sorted(await asyncio.gather(retry(), retry(), retry())) == [0, 0, 3]
    async with database.transaction() as connection:
        assert await load_rejected(connection) == []
    assert await rate_pending(database) == 3
    assert [
        (line.use_id, line.kind) for line in await lines(database) if line.leg == "coupon_cost"
    ] == [*(("1.1", "charge"), ("1.1", "reversal"), ("2.1", "charge"))]
