import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, outbox
from settlement import list_periods
from settlement.months import MonthInvalid, month_of, next_month
from settlement.periods import PeriodOutOfOrder
from settlement.rating import list_rejected, rate_pending, retry_rejected, set_contract
from settlement.rating.contracts import hold_terms
from settlement.rating.rate import UNREADABLE_ATTEMPTS_MAX
from settlement.rating.uses import TOPICS, Use
from settlement.statements import Closing, PeriodHasPendingUses, close_period, verify_statements
from settlement.statements.close import REASONS_MAX, PeriodNotEnded
from settlement.statements.totals import totals
from tests.settlement.fixtures import (
    JANUARY,
    LATER,
    World,
    code_of,
    create_world,
    lines,
    rate_uses,
    renamed,
    reverse_rated,
    send_reversal,
    send_uses,
    use,
)

FEBRUARY = datetime(2017, 2, 10, 12, tzinfo=UTC)
MARCH = datetime(2017, 3, 10, 12, tzinfo=UTC)


async def close(database: Database, month: str) -> Closing:
    async with database.transaction() as connection:
        return await close_period(connection, month, LATER)


async def rate(database: Database, *uses: Use) -> int:
    async with database.transaction() as connection:
        return await rate_uses(connection, uses)


async def pending(database: Database) -> int:
    async with database.transaction() as connection:
        return await outbox.pending(connection, TOPICS)


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


def test_months() -> None:
    assert month_of(datetime(2017, 12, 31, 23, tzinfo=UTC)) == "2017-12"
    assert (next_month("2017-12"), next_month("2017-01")) == ("2018-01", "2017-02")


async def test_a_use_is_charged_once_with_its_calculation(database: Database) -> None:
    world = await create_world(database, cost="60.5", fee="10.49")
    uses = [use(world, 1), use(world, 2, home=1)]
    assert await rate(database, *uses) == 4
    assert await rate(database, *uses) == 0
    cost, fee, *_ = await lines(database)
    assert (cost.leg, cost.amount_minor, cost.calculation) == (
        "coupon_cost",
        61,
        "1 use x 60.5 = 61 USD minor (half_up)",
    )
    assert (fee.leg, fee.amount_minor, fee.contract_version) == ("platform_fee", 10, 1)
    assert (cost.payer_party_id, cost.payee_party_id) == (
        world.homes[0].party_id,
        world.suppliers[0].party_id,
    )
    assert (fee.payer_party_id, fee.payee_party_id) == (
        world.homes[0].party_id,
        world.operator.party_id,
    )
    assert (cost.month, cost.late) == ("2017-01", False)


async def test_lines_are_append_only_and_bound_to_open_months(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    for change in (
        "UPDATE settlement.line SET month = '2017-02'",
        "DELETE FROM settlement.line",
        "DELETE FROM settlement.period",
        "UPDATE settlement.period SET state = 'closed', closed_at = now()",
    ):
        with pytest.raises(DBAPIError, match="RestrictViolation"):
            async with database.transaction() as connection:
                await connection.execute(text(change))
    await close(database, "2017-01")
    with pytest.raises(DBAPIError, match="not open"):
        await insert_copy(database, use_id="other")


async def insert_copy(database: Database, *, use_id: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text("CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM settlement.line")
        )
        await connection.execute(text("UPDATE copied SET use_id = :use_id"), {"use_id": use_id})
        await connection.execute(text("INSERT INTO settlement.line SELECT * FROM copied"))


async def test_a_late_use_goes_to_the_next_open_month(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1), use(world, 3, MARCH))
    await close(database, "2017-01")
    await rate(database, use(world, 2), use(world, 4, FEBRUARY))
    months = {(line.use_id, line.month, line.late) for line in await lines(database)}
    assert months == {
        ("1.1", "2017-01", False),
        ("2.1", "2017-02", True),
        ("3.1", "2017-03", False),
        ("4.1", "2017-02", False),
    }
    closing = await close(database, "2017-02")
    assert (closing.totals.statements, closing.totals.late_lines, closing.totals.billed_minor) == (
        1,
        2,
        140,
    )


async def test_a_reversal_undoes_the_charge_at_its_own_rate(database: Database) -> None:
    world = await create_world(database, cost="60.5")
    await rate(database, use(world, 1))
    await close(database, "2017-01")
    for expected in (2, 0):
        async with database.transaction() as connection:
            assert await reverse_rated(connection, [use(world, 1)]) == expected
    reversals = [line for line in await lines(database) if line.kind == "reversal"]
    assert [(line.leg, line.amount_minor, line.month, line.late) for line in reversals] == [
        ("coupon_cost", -61, "2017-02", True),
        ("platform_fee", -10, "2017-02", True),
    ]
    closing = await close(database, "2017-02")
    assert (closing.totals.uses, closing.totals.reversals, closing.totals.billed_minor) == (
        0,
        1,
        -71,
    )
    async with database.transaction() as connection:
        assert (await totals(connection)).billed_minor == 0


async def test_months_close_in_order_and_empty_ones_too(database: Database) -> None:
    world = await create_world(database)
    with pytest.raises(MonthInvalid):
        await close(database, "2017-13")
    with pytest.raises(PeriodNotEnded):
        async with database.transaction() as connection:
            await close_period(connection, "2017-01", datetime(2017, 1, 31, 23, 59, tzinfo=UTC))
    await rate(database, use(world, 1), use(world, 2, MARCH))
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close(database, "2017-03")
    assert refusal.value.extra == {"next": "2017-01"}
    first = await close(database, "2017-01")
    assert (first.replayed, first.totals.statements) == (False, 1)
    again = await close(database, "2017-01")
    assert again.replayed
    assert (again.totals, again.period) == (first.totals, first.period)
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close(database, "2017-05")
    assert refusal.value.extra == {"next": "2017-02"}
    assert (await close(database, "2017-02")).totals.statements == 0
    async with database.transaction() as connection:
        states = [(period.month, period.state) for period in await list_periods(connection)]
    assert states == [("2017-01", "closed"), ("2017-02", "closed"), ("2017-03", "open")]


async def test_the_outbox_is_rated_once_and_closing_waits_for_it(database: Database) -> None:
    world = await create_world(database)
    uses = [use(world, number, home=number % 2) for number in range(1, 8)]
    async with database.transaction() as connection:
        await send_reversal(connection, uses[0], JANUARY + timedelta(days=1))
    assert await rate_pending(database) == 1
    async with database.transaction() as connection:
        await send_uses(connection, uses + uses[:2])
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close(database, "2017-01")
    assert refusal.value.extra == {"pending": 10, "reasons": ["the use is not rated yet"]}
    handled = 0
    while count := await rate_pending(database, limit=4):
        handled += count
    assert (handled, await pending(database)) == (
        9,
        1,
    )  # the reversal came before its use, and tries again later
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE ledger.outbox SET available_at = now()"))
    assert await rate_pending(database) == 1
    assert await pending(database) == 0
    closing = await close(database, "2017-01")
    assert (closing.totals.uses, closing.totals.reversals, closing.totals.billed_minor) == (
        7,
        1,
        420,
    )


async def test_what_cannot_be_rated_waits_with_its_reason(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(
            connection, [use(world, 1, datetime(1999, 1, 1, tzinfo=UTC)), use(world, 2)]
        )
        await outbox.append(connection, 1, TOPICS[0], [{"book_id": 1}])
    assert await rate_pending(database) == 3
    assert await rate_pending(database) == 0
    async with database.transaction() as connection:
        errors = [
            row.last_error
            for row in await connection.execute(
                text("SELECT last_error FROM ledger.outbox ORDER BY 1")
            )
        ]
    missing = "no contract covers uses of offer offer-1 in programme mint in 1999-01"
    assert errors == [missing, "unreadable payload: KeyError('code')"]
    assert {line.use_id for line in await lines(database)} == {"2.1"}


async def contract_of_1999(connection: AsyncConnection, world: World) -> None:
    await set_contract(
        connection,
        home_party_id=None,
        supplier_party_id=None,
        operator_party_id=world.operator.party_id,
        coupon_cost_minor=50,
        platform_fee_minor=5,
        currency="USD",
        valid_from=date(1999, 1, 1),
        valid_until=date(2000, 1, 1),
    )


OF_1999 = datetime(1999, 1, 1, tzinfo=UTC)


async def test_a_contract_that_was_missing_lets_what_waited_be_rated_at_once(
    database: Database,
) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(
            connection, [use(world, 1, OF_1999), use(world, 4, OF_1999), use(world, 2, OF_1999)]
        )
    assert await rate_pending(database) == 3
    with pytest.raises(
        PeriodHasPendingUses, match="3 messages wait to be rated: no contract covers uses"
    ) as refusal:
        await close(database, "1999-01")
    reasons = [
        f"no contract covers uses of offer offer-{number} in programme mint in 1999-01"
        for number in (1, 2)
    ]
    assert refusal.value.extra == {"pending": 3, "reasons": reasons}
    async with database.transaction() as connection:
        await contract_of_1999(connection, world)
    assert await rate_pending(database) == 3
    assert (await close(database, "1999-01")).totals.billed_minor == 165


async def test_the_reasons_told_are_bounded(database: Database) -> None:
    world = await create_world(database)
    uses = [
        renamed(use(world, number, OF_1999), offer_code=f"offer-{number}")
        for number in range(1, 20)
    ]
    async with database.transaction() as connection:
        await send_uses(connection, uses)
    await rate_pending(database)
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close(database, "1999-01")
    assert len(refusal.value.extra["reasons"]) == REASONS_MAX


async def test_a_contract_and_a_rater_at_once_leave_nothing_waiting(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1, OF_1999)])
    async with database.transaction() as rating:
        await hold_terms(rating)
        (message,) = await outbox.claim(rating, TOPICS, 10)

        async def state() -> None:
            async with database.transaction() as connection:
                await contract_of_1999(connection, world)

        stating = asyncio.create_task(state())
        await asyncio.sleep(0.2)
        assert not stating.done()
        await outbox.postpone(
            rating, message, delay_seconds=60, error="looked before the contract was there"
        )
    await stating
    assert await rate_pending(database) == 1
    assert await pending(database) == 0


async def test_a_rater_waits_for_a_contract_that_is_being_stated(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await contract_of_1999(connection, world)
        async with database.transaction() as other:
            await send_uses(other, [use(world, 1, OF_1999)])
        rating = asyncio.create_task(rate_pending(database))
        await asyncio.sleep(0.2)
        assert not rating.done()
    assert await rating == 1
    assert await pending(database) == 0


async def test_what_happened_later_does_not_hold_up_a_month(database: Database) -> None:
    world = await create_world(database)
    terms = text("UPDATE settlement.contract SET validity = daterange('2000-01-01', '2017-03-01')")
    async with database.transaction() as connection:
        await connection.execute(terms)
        await send_uses(connection, [use(world, 1), use(world, 2, MARCH)])
        # The reversal of a use of January is told by its own month.
        await send_reversal(connection, use(world, 3), MARCH)
    assert await rate_pending(database) == 3
    assert (await close(database, "2017-01")).totals.uses == 1
    await close(database, "2017-02")
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close(database, "2017-03")
    assert refusal.value.extra["pending"] == 2
    assert await pending(database) == 2


async def test_the_last_moment_of_a_month_and_an_earlier_month_hold_it_up(
    database: Database,
) -> None:
    world = await create_world(database)
    last = datetime(2017, 1, 31, 23, 59, 59, 999999, UTC)
    async with database.transaction() as connection:
        await send_uses(
            connection, [renamed(use(world, 1), used_at=last + timedelta(microseconds=1))]
        )
    await close(database, "2016-12")
    assert (await close(database, "2017-01")).totals.uses == 0
    async with database.transaction() as connection:
        await send_uses(connection, [renamed(use(world, 2), used_at=last)])
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close(database, "2017-02")
    assert refusal.value.extra["pending"] == 2


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
        (rejected,) = await list_rejected(connection)
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
                "WITH gone AS (DELETE FROM ledger.outbox RETURNING book_id, outbox_id, topic, payload)"
                " INSERT INTO settlement.rejected_message SELECT *, 5, 'an older release' FROM gone"
            )
        )

    async def retry() -> int:
        async with database.transaction() as connection:
            return await retry_rejected(connection)

    assert sorted(await asyncio.gather(retry(), retry(), retry())) == [0, 0, 3]
    async with database.transaction() as connection:
        assert await list_rejected(connection) == []
    assert await rate_pending(database) == 3
    assert [
        (line.use_id, line.kind) for line in await lines(database) if line.leg == "coupon_cost"
    ] == [*(("1.1", "charge"), ("1.1", "reversal"), ("2.1", "charge"))]


async def test_raters_and_a_closer_at_once_bill_every_use_once(database: Database) -> None:
    world = await create_world(database)
    uses = [
        use(
            world,
            number,
            JANUARY if number % 2 else FEBRUARY,
            home=number % 2,
            supplier=number % 3 % 2,
        )
        for number in range(1, 301)
    ]
    async with database.transaction() as connection:
        await send_uses(connection, uses)

    async def rater() -> None:
        while await rate_pending(database, limit=7):
            pass

    async def repeater() -> None:
        for start in range(0, 300, 20):
            async with database.transaction() as connection:
                await send_uses(connection, uses[start : start + 20])
            await rater()

    async def closer() -> None:
        for month in ("2017-01", "2017-02", "2017-03"):
            while True:
                try:
                    await close(database, month)
                    break
                except PeriodHasPendingUses:
                    await asyncio.sleep(0.005)

    await asyncio.wait_for(asyncio.gather(rater(), rater(), repeater(), closer(), closer()), 60)
    rated = await lines(database)
    assert len(rated) == 600
    assert len({(line.book_id, line.use_id, line.leg) for line in rated}) == 600
    async with database.transaction() as connection:
        for month in ("2017-01", "2017-02", "2017-03"):
            assert await verify_statements(connection, month) == []
        sums = await totals(connection)
    assert (sums.uses, sums.billed_minor) == (300, 300 * 70)


async def test_a_rater_that_waits_for_a_closer_is_late(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1), use(world, 9, MARCH))
    async with database.transaction() as connection:
        await close_period(connection, "2017-01", LATER)
        rating = asyncio.create_task(rate(database, use(world, 2)))
        await asyncio.sleep(0.2)
        assert not rating.done()
    await rating
    assert [(line.month, line.late) for line in await lines(database) if line.use_id == "2.1"] == [
        ("2017-02", True)
    ] * 2


async def test_a_closer_waits_for_a_rater_and_bills_its_lines(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1)])
        closing = asyncio.create_task(close(database, "2017-01"))
        await asyncio.sleep(0.2)
        assert not closing.done()
    assert (await closing).totals.uses == 1


async def many_statements(database: Database, world: World) -> None:
    await rate(
        database,
        *(
            renamed(
                use(world, number, moment, home=home, supplier=supplier),
                use_id=f"{number}.{number}",
            )
            for number, (moment, home, supplier) in enumerate(
                (moment, home, supplier)
                for moment in (JANUARY, FEBRUARY)
                for home in (0, 1)
                for supplier in (0, 1)
            )
        ),
    )


async def test_numbers_have_no_gaps_under_concurrent_closers_and_rollbacks(
    database: Database,
) -> None:
    world = await create_world(database)
    await many_statements(database, world)

    async def failing() -> None:
        async with database.transaction() as connection:
            await close_period(connection, "2017-01", LATER)
            raise LookupError

    with pytest.raises(LookupError):
        await failing()
    await asyncio.gather(*(close(database, "2017-01") for _ in range(4)))
    await asyncio.gather(*(close(database, "2017-02") for _ in range(4)))
    async with database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT number FROM settlement.statement ORDER BY sequence")
        )
        assert [row.number for row in rows] == [f"2017-{n:06}" for n in range(1, 9)]
