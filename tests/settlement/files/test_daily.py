"""The bill of a supplier's day, and who parties are on invoices."""

import asyncio
import csv
import gzip
import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog import Party
from ledger import Database
from settlement.files import BillingProfile, find_profile, give_daily_bill, state_profile
from settlement.files.daily import (
    GRACE_DAYS,
    HEADINGS,
    TOTAL_HEADINGS,
    DailyBill,
    DailyBillNotReady,
)
from settlement.files.profiles import BillingProfileNotFound, CreditCodeInvalid, profiles_at
from tests.settlement.fixtures import (
    World,
    create_world,
    rate_uses,
    renamed,
    reverse_rated,
    send_uses,
    use,
)

DAY = date(2017, 1, 10)
EVENING = datetime(2017, 1, 9, 16, 30, tzinfo=UTC)
"""Half past midnight of DAY, where the calendar's clocks are."""
OVER = datetime(2017, 1, 10, 16, tzinfo=UTC)


async def given(
    database: Database, supplier: Party, folder: Path, day: date = DAY, now: datetime = OVER
) -> DailyBill:
    async with database.transaction() as connection:
        return await give_daily_bill(connection, supplier, day, now, folder / f"bill-{day}")


async def used(database: Database) -> World:
    """Films has three uses and a reversal on DAY, and one use of another day; music has one."""
    world = await create_world(database)
    uses = [
        renamed(use(world, 1, EVENING), reference="=订单-1", member="secret-member"),
        use(world, 2, EVENING),
        use(world, 3, EVENING, home=1),
        use(world, 4, EVENING, supplier=1),
        use(world, 5, EVENING - timedelta(days=1)),
    ]
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE settlement.calendar SET time_zone = 'Asia/Shanghai'"))
        await rate_uses(connection, uses)
        await reverse_rated(connection, [uses[1]], EVENING + timedelta(hours=2))
    return world


async def test_the_bill_of_a_day(database: Database, tmp_path: Path) -> None:
    world = await used(database)
    films = world.suppliers[0]
    with pytest.raises(DailyBillNotReady, match="is not over"):
        await given(database, films, tmp_path, now=OVER - timedelta(microseconds=1))
    first, again = await asyncio.gather(
        *(given(database, films, folder) for folder in (tmp_path, tmp_path.parent))
    )
    assert first.path.read_bytes() == again.path.read_bytes()
    content = first.path.read_bytes()
    assert first.sha256 == hashlib.sha256(content).hexdigest()
    assert (first.file_name, first.line_count) == ("films_2017-01-10_1.csv.gz", 4)
    shown = gzip.decompress(content).decode("utf-8-sig")
    heading, *rows, total_heading, totals = csv.reader(shown.splitlines())
    assert (heading, total_heading) == (list(HEADINGS), list(TOTAL_HEADINGS))
    assert all(cell.startswith("`") for row in (*rows, totals) for cell in row)
    records = [dict(zip(HEADINGS, (cell[1:] for cell in row), strict=True)) for row in rows]
    assert [(each["平台流水号"], each["类型"], each["状态"], each["金额"]) for each in records] == [
        ("1:1.1", "用券", "成功", "0.60"),
        ("1:2.1", "用券", "已撤销", "0.60"),
        ("2:3.1", "用券", "成功", "0.60"),
        ("1:2.1", "撤销", "成功", "-0.60"),
    ]
    assert records[0]["用券时间"] == "2017-01-10 00:30:01"
    assert (records[0]["商户单号"], records[0]["单价"]) == ("=订单-1", "0.6")
    assert records[3]["备注"] == "用券时间 2017-01-10 00:30:02"
    assert totals == ["`4", "`3", "`1", "`1.20", "`0.60", "`0.00", "`USD"]
    assert "secret-member" not in shown


async def test_a_bill_that_was_given_stays(database: Database, tmp_path: Path) -> None:
    world = await used(database)
    films, music = world.suppliers
    first = (await given(database, films, tmp_path)).path.read_bytes()
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 6, EVENING)])
    # A use of that day waits to be rated: for a while, others' bills wait for it.
    with pytest.raises(DailyBillNotReady, match="1 messages"):
        await given(database, music, tmp_path)
    later = OVER + timedelta(days=GRACE_DAYS)
    assert (await given(database, music, tmp_path, now=later)).line_count == 1
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 7, EVENING)])
    assert (await given(database, films, tmp_path)).path.read_bytes() == first
    empty = await given(database, films, tmp_path, date(2017, 1, 1), now=later)
    assert (
        gzip.decompress(empty.path.read_bytes()).decode().splitlines()[-1] == "`0,`0,`0,`0,`0,`0,`"
    )


async def test_who_a_party_is_on_invoices(database: Database) -> None:
    world = await create_world(database)
    films, music = (each.party_id for each in world.suppliers)
    name = BillingProfile("影院有限公司", "91430111MA4L16JQ9B", None, None, None, None)
    moved = BillingProfile("影院有限公司", "91430111MA4L16JQ9B", "长沙市", None, None, None)
    long_ago, early, later = (datetime(2017, month, 1, tzinfo=UTC) for month in (1, 2, 3))
    async with database.transaction() as connection:
        with pytest.raises(BillingProfileNotFound):
            await find_profile(connection, films)
        wrong = BillingProfile("x", "91430111MA4L16JQ90", None, None, None, None)
        with pytest.raises(CreditCodeInvalid):
            await state_profile(connection, films, wrong, early)
        first = await state_profile(connection, films, name, early)
        assert await state_profile(connection, films, name, later) == first
        assert (await state_profile(connection, films, moved, later)).version == 2
        assert (await find_profile(connection, films)).profile == moved
        for instant, expected in ((early, name), (later, moved), (long_ago, name)):
            assert await profiles_at(connection, [films, music], instant) == {films: expected}
