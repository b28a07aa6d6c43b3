"""Closing a month: in order, with all its uses, while others rate and close as well."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger import Database
from settlement import load_periods
from settlement.closing import CloseWish, close_period, work_on_closing
from settlement.closing.finish import finish
from settlement.closing.freeze import PeriodHasPendingUses, PeriodNotEnded, freeze
from settlement.closing.steps import take_steps, take_turn
from settlement.closing.waiting import REASONS_MAX
from settlement.months import MonthInvalid
from settlement.periods import PeriodOutOfOrder
from settlement.rating import rate_pending
from settlement.rating.rate import rate_waiting
from settlement.statements import load_totals, verify_statements
from tests.races.waiting import until_it_waits
from tests.settlement.fixtures import (
    FEBRUARY,
    JANUARY,
    LATER,
    MARCH,
    OF_1999,
    World,
    close,
    contract_of_1999,
    create_world,
    lines,
    pending,
    rate,
    rate_uses,
    renamed,
    send_reversal,
    send_uses,
    use,
)


async def test_months_close_in_order_and_empty_ones_too(database: Database) -> None:
    world = await create_world(database)
    with pytest.raises(MonthInvalid):
        await close(database, "2017-13")
    with pytest.raises(PeriodNotEnded):
        await close_period(database, "2017-01", now=datetime(2017, 1, 31, 23, 59, tzinfo=UTC))
    await rate(database, use(world, 1), use(world, 2, MARCH))
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close(database, "2017-03")
    assert refusal.value.extra == {"next": "2017-01"}
    first = await close(database, "2017-01")
    assert (first.replayed, first.totals.statements) == (False, 2)
    again = await close(database, "2017-01")
    assert again.replayed
    assert (again.totals, again.period) == (first.totals, first.period)
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close(database, "2017-05")
    assert refusal.value.extra == {"next": "2017-02"}
    assert (await close(database, "2017-02")).totals.statements == 0
    async with database.transaction() as connection:
        states = [(period.month, period.state) for period in await load_periods(connection)]
    assert states == [("2017-01", "closed"), ("2017-02", "closed"), ("2017-03", "open")]


async def test_what_a_party_owes_itself_holds_up_no_month(database: Database) -> None:
    world = await create_world(database)
    own = world.suppliers[0].party_id
    await rate(database, use(world, 1), renamed(use(world, 2), home_party_id=own))
    closing = await close(database, "2017-01")
    # The coupon of mint, and the fees of mint and films. What films owes films is on no statement.
    assert (closing.totals.statements, closing.totals.billed_minor) == (3, 60 + 10 + 10)


async def test_a_month_closes_from_the_very_instant_of_its_end(database: Database) -> None:
    await create_world(database)
    for month, ends_at in (
        ("2016-12", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01", datetime(2017, 2, 1, tzinfo=UTC)),
    ):
        with pytest.raises(PeriodNotEnded):
            await close_period(database, month, now=ends_at - timedelta(microseconds=1))
        closing = await close_period(database, month, now=ends_at)
        assert (closing.period.closed_at, closing.replayed) == (ends_at, False)


async def test_who_closes_the_next_month_waits_for_who_closes_this_one(
    database: Database,
) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1), use(world, 2, FEBRUARY), use(world, 3, MARCH))
    async with database.transaction() as connection:
        await freeze(connection, "2017-01", CloseWish(), LATER, None)
        closing = asyncio.create_task(close(database, "2017-02"))
        await until_it_waits(database, closing)
    # It sees that the first month is closing, and is refused: never are two months closing.
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await closing
    assert refusal.value.extra == {"next": "2017-01"}


async def test_a_month_before_the_first_closed_one_is_not_promised_a_turn(
    database: Database,
) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1, MARCH))
    await close(database, "2017-03")
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close(database, "2017-01")
    assert refusal.value.extra == {"next": "2017-04"}
    assert "before 2017-01" not in str(refusal.value)
    assert "2017-01 lies before 2017-03, which is closed" in str(refusal.value)


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
        sums = await load_totals(connection)
    assert (sums.uses, sums.billed_minor) == (300, 300 * 70)


async def test_a_rater_that_waits_for_a_closer_is_late(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1), use(world, 9, MARCH))
    async with database.transaction() as connection:
        await freeze(connection, "2017-01", CloseWish(), LATER, None)
        rating = asyncio.create_task(rate(database, use(world, 2)))
        await until_it_waits(database, rating)
    await rating
    assert (await close(database, "2017-01")).totals.uses == 1
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


async def test_a_closer_waits_for_a_rater_and_does_not_call_its_uses_pending(
    database: Database,
) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))  # so that the month is there
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 2)])
    async with database.transaction() as connection:
        assert await rate_waiting(connection, 10) == 1
        closing = asyncio.create_task(close(database, "2017-01"))
        await until_it_waits(database, closing)
    assert (await closing).totals.uses == 2


async def test_a_closer_waits_for_a_rater_of_a_month_that_has_lines(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 2)])
        closing = asyncio.create_task(close(database, "2017-01"))
        await until_it_waits(database, closing)
    assert (await closing).totals.uses == 2
    assert len(await lines(database)) == 4


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

    async with database.transaction() as connection:
        await freeze(connection, "2017-01", CloseWish(), LATER, None)
    await take_steps(database, "2017-01")

    async def failing() -> None:
        async with database.transaction() as connection:
            await finish(connection, "2017-01", LATER)
            raise LookupError

    with pytest.raises(LookupError):
        await failing()
    await asyncio.gather(*(close(database, "2017-01") for _ in range(4)))
    await asyncio.gather(*(close(database, "2017-02") for _ in range(4)))
    async with database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT number FROM settlement.statement ORDER BY sequence")
        )
        assert [row.number for row in rows] == [f"2017-{n:06}" for n in range(1, 13)]


async def test_closing_rates_what_waits_first(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1)])
    closing = await close_period(database, "2017-01", now=LATER)
    assert closing.totals.uses == 1


async def test_closing_gives_up_on_what_cannot_be_rated(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.closing.close.CLOSING_DELAY_SECONDS", 0.001)
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1, OF_1999)])
    with pytest.raises(PeriodHasPendingUses, match="no contract covers"):
        await close_period(database, "1999-01", now=LATER)


async def test_nothing_opens_before_a_month_that_is_closing(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1, FEBRUARY))
    async with database.transaction() as connection:
        await freeze(connection, "2017-02", CloseWish(), LATER, None)
    await rate(database, use(world, 2, JANUARY))
    async with database.transaction() as connection:
        found = {period.month: period.state for period in await load_periods(connection)}
    assert found == {"2017-02": "closing", "2017-03": "open"}
    assert {line.month for line in await lines(database) if line.late} == {"2017-03"}
    with pytest.raises(PeriodOutOfOrder) as refusal:
        await close_period(database, "2017-01", now=LATER)
    assert refusal.value.extra == {"next": "2017-02"}
    assert (await close_period(database, "2017-02", now=LATER)).totals.uses == 1


async def test_one_process_at_a_time_takes_the_steps_of_a_month(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    async with database.transaction() as connection:
        await freeze(connection, "2017-01", CloseWish(), LATER, None)
    async with database.transaction() as holder:
        assert await take_turn(holder)
        assert not await take_steps(database, "2017-01")
        assert await work_on_closing(database) == 0
        closing = asyncio.create_task(close_period(database, "2017-01", now=LATER))
        await asyncio.sleep(0.05)
        assert not closing.done()
    assert (await closing).totals.statements == 2


async def test_what_was_accepted_is_billed_late_with_its_reversal(database: Database) -> None:
    world = await create_world(database)
    event = use(world, 1, OF_1999)
    async with database.transaction() as connection:
        await send_uses(connection, [event, use(world, 2, OF_1999 + timedelta(days=700))])
        await send_reversal(connection, event, OF_1999 + timedelta(days=1))
    while await rate_pending(database):
        pass
    accepted = CloseWish(frozenset({"no-contract"}), "soon")
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close_period(database, "1999-01", accepted, now=LATER)
    assert refusal.value.extra["waiting"] == {"no-contract": 1, "not-rated-yet": 1}
    assert refusal.value.extra["pending"] == 1
    both = CloseWish(frozenset({"no-contract", "not-rated-yet"}), "soon")
    closing = await close_period(database, "1999-01", both, now=LATER)
    assert (closing.totals.statements, closing.totals.currencies) == (0, [])
    async with database.transaction() as connection:
        await contract_of_1999(connection, world)
    assert (await close_period(database, "1999-02", now=LATER)).totals.billed_minor == 0
    late = [line for line in await lines(database) if line.use_id == "1.1"]
    assert {(line.kind, line.month, line.late) for line in late} == {
        ("charge", "1999-02", True),
        ("reversal", "1999-02", True),
    }
