"""How the server goes about the statements that touch every wallet.

By the key, whatever it believes of the size of a table.
"""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, Ledger, driver
from ledger.asks import Issue
from ledger.book import Programme
from ledger.finish import sweep
from ledger.write import draft, lock, store
from tests.conftest import owner_transaction


async def test_plans_are_kept_only_once_a_lane_has_grown(
    database: Database, programme: Programme
) -> None:
    async def settings(connection: AsyncConnection) -> list[object]:
        names = ("plan_cache_mode", "enable_seqscan", "enable_hashjoin", "enable_mergejoin")
        return [(await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in names]

    async def set_by(records: int, wallets: int, operations: int) -> list[object]:
        async with database.transaction() as connection:
            sql = text(
                "UPDATE ledger.lane SET seq = :seq, accounts = :accounts WHERE book_id = :book_id"
            )
            await connection.execute(
                sql, {"book_id": programme.book_id, "seq": records, "accounts": wallets}
            )
            await lock.lock_lanes(connection, programme.book_id, [0], operations)
            return await settings(connection)

    records, wallets, large = (
        lock.YOUNG_LANE_RECORDS,
        lock.YOUNG_LANE_WALLETS,
        store.INLINE_RECORDS_MAX,
    )
    assert await set_by(records - 1, wallets, 1) == ["force_custom_plan", "on", "on", "on"]
    assert await set_by(records, wallets - 1, large) == ["force_custom_plan", "off", "off", "off"]
    assert await set_by(records, wallets - 1, 1) == ["auto", "on", "on", "on"], (
        "few wallets are stored without a join"
    )
    assert await set_by(records, wallets, large) == ["auto", "off", "off", "off"]
    async with database.transaction() as connection:
        assert await settings(connection) == ["auto", "on", "on", "on"], (
            "it is the transaction's alone"
        )


@pytest.mark.parametrize("is_analyzed", [False, True])
async def test_wallets_are_found_by_their_key_whatever_is_believed_of_the_table(
    database: Database, ledger: Ledger, programme: Programme, is_analyzed: bool
) -> None:
    issues = [Issue(key=f"i{n}", member=f"m{n}", points=1) for n in range(lock.YOUNG_LANE_WALLETS)]
    assert all(answer.accepted for answer in await ledger.submit(programme, issues))
    if is_analyzed:
        async with owner_transaction(database) as connection:
            await connection.execute(text("ANALYZE ledger.account"))
    async with database.transaction() as connection:
        states, _ = await lock.lock_lanes(
            connection, programme.book_id, range(programme.lanes), 1_000
        )
        raw = await driver(connection)
        await raw.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await raw.execute(f"PREPARE stored AS {store.STORE_STATE}")
        parameters = [
            "NULL" if each == [] else f"'{each}'"
            for each in [
                *draft.lanes_and_holds(states, {}),
                *draft.wallet_arrays([], with_members=False),
            ]
        ]
        rows = await raw.fetch(
            f"EXPLAIN EXECUTE stored ({programme.book_id}, {', '.join(parameters)})"
        )
    plan = [row[0].strip() for row in rows]
    found = next(
        number
        for number, line in enumerate(plan)
        if "Index Scan using account_pkey on account" in line
    )
    assert (
        plan[found + 1] == "Index Cond: ((book_id = new.book_id) AND (account_id = new.account_id))"
    )


async def test_a_sweep_reads_its_page_by_the_key(
    database: Database, ledger: Ledger, programme: Programme
) -> None:
    issues = [Issue(key=f"i{n}", member=f"m{n}", points=1) for n in range(lock.YOUNG_LANE_WALLETS)]
    assert all(answer.accepted for answer in await ledger.submit(programme, issues))
    async with database.transaction() as connection:
        await connection.execute(sweep._BY_KEY)
        where = {"book_id": programme.book_id, "day": date(2026, 1, 1), "after": 0, "wallets": 10}
        plan = (
            (await connection.execute(text(f"EXPLAIN {sweep._DUE_WALLETS.text}"), where))
            .scalars()
            .all()
        )
    assert any("Index Scan using account_pkey" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan
