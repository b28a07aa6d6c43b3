"""Measure the roll-forward of a large book: frozen once, month after month, and reported.

The entries are made by SQL, as the ledger would have stored them: a year of issues, redemptions and
expiries of one programme, with the lanes' balances. No figure is judged.
"""

import time
from collections.abc import Awaitable, Iterator
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.process.login import ensure_login
from catalog import create_party
from ledger import JSON, Database, engine_url, service_url
from ledger.book import Programme, create_programme
from ledger.book.calendar import months
from ledger.book.rules import Rules
from settlement.liability import freeze_months, load_report, see_one_snapshot

ENTRIES = 20_000_000
LANES = 16
MONTHS = 12
YEAR = 2024
Result = TypeVar("Result")

# Of ten records of a wallet, seven are issues, two redemptions, one an expiry of the rest. All are
# of months that are over, and each wallet has ten of them a year.
_ACCOUNT = f"(16 + w / {LANES})::bigint << 8 | (w % {LANES})"
_WALLETS = f"""
    INSERT INTO ledger.account (
        book_id, account_id, balance, held, debt, last_seq, member, lots
    )
    SELECT :book_id, {_ACCOUNT}, 40, 0, 0, NULL, 'm' || w, '[]'
    FROM generate_series(0, CAST(:wallets AS integer) - 1) AS w
"""
_JOURNAL = f"""
    INSERT INTO ledger.journal (
        book_id, lane, part, seq, account_id, amount, balance, recorded_at, kind, from_kind,
        to_kind, expires_on, key, fingerprint, detail
    )
    SELECT :book_id, w % {LANES}, 0, (w / {LANES}) * 10 + n, {_ACCOUNT}, 10, 0,
        CAST('{YEAR}-01-01' AS timestamptz) + interval '1 minute' * (
            ((w / {LANES})::bigint * 10 + n) * 525000 * {LANES} / (CAST(:wallets AS bigint) * 10)
        ),
        CASE WHEN n <= 7 THEN 1 WHEN n <= 9 THEN 2 ELSE 6 END,
        CASE WHEN n <= 7 THEN 0 ELSE 15 END,
        CASE WHEN n <= 7 THEN 15 WHEN n <= 9 THEN 1 ELSE 2 END,
        CAST('{YEAR}-01-31' AS date) + n * 30, 'k' || w || '-' || n, 1,
        CASE WHEN n = 8 THEN CAST('{{"supplier": "cinema"}}' AS json) END
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS w
    CROSS JOIN generate_series(1, 10) AS n
"""
_LANES = """
    UPDATE ledger.lane SET seq = s.seq, accounts = s.accounts, issuance = -70 * s.accounts,
        redemption = 20 * s.accounts, breakage = 10 * s.accounts
    FROM (
        SELECT (account_id & 255)::smallint AS lane, count(*) AS accounts, count(*) * 10 AS seq
        FROM ledger.account WHERE book_id = :book_id GROUP BY 1
    ) AS s
    WHERE lane.book_id = :book_id AND lane.lane = s.lane
"""


async def _fill(url: str, programme: Programme, wallets: int) -> None:
    """Make the book."""
    owner = create_async_engine(engine_url(url))
    where = {"book_id": programme.book_id, "wallets": wallets}
    try:
        async with owner.begin() as connection:
            await connection.execute(text(_WALLETS), where)
        step = 100_000
        for first in range(0, wallets, step):
            async with owner.begin() as connection:
                part = {"first": first, "last": min(first + step, wallets) - 1}
                await connection.execute(text(_JOURNAL), {**where, **part})
        async with owner.begin() as connection:
            await connection.execute(text(_LANES), {"book_id": programme.book_id})
            await connection.execute(text("ANALYZE ledger.journal"))
    finally:
        await owner.dispose()


async def _timed(work: Awaitable[Result]) -> tuple[Result, float]:
    begun = time.perf_counter()
    return await work, time.perf_counter() - begun


async def _report(database: Database, programme: Programme, month: str) -> bool:
    async with database.transaction() as connection:
        await see_one_snapshot(connection)
        return (await load_report(connection, programme, month)).ties


async def measure(url: str, *, scale: float) -> JSON:
    """Fill a database, and measure there."""
    entries = round(ENTRIES * scale)
    await ensure_login(url, "")
    database = await Database.open(service_url(url), pool_size=2)
    try:
        async with database.transaction() as connection:
            party = await create_party(
                connection, code="brand", name="Brand", roles=["brand"], category=None
            )
            programme = await create_programme(
                connection,
                code="points",
                party_id=party.party_id,
                name="Points",
                time_zone="Asia/Shanghai",
                rules=Rules(expiry=months(12)),
                lanes=LANES,
            )
        wallets = max(LANES, entries // 10 // LANES * LANES)
        _, filled = await _timed(_fill(url, programme, wallets))
        _, frozen = await _timed(freeze_months(database, programme, f"{YEAR + 1}-01"))
        ties, reported = await _timed(_report(database, programme, f"{YEAR}-{MONTHS}"))
        _, opened = await _timed(_report(database, programme, f"{YEAR + 1}-02"))
    finally:
        await database.close()
    return {
        "entries": wallets * 10,
        "filled_seconds": round(filled, 2),
        "frozen_from_nothing_seconds": round(frozen, 2),
        "entries_a_second": round(wallets * 10 / frozen),
        "frozen_month_report_seconds": round(reported, 3),
        "open_month_report_seconds": round(opened, 3),
        "ties": ties,
    }


def lines(figures: Any) -> Iterator[str]:
    """The figures in words."""
    ties = "all sums tie" if figures["ties"] else "the sums do NOT tie"
    yield (
        f"{figures['entries']:,} entries are frozen from nothing in"
        f" {figures['frozen_from_nothing_seconds']} s, and {ties}"
    )
    yield (
        f"  the report of a frozen month: {figures['frozen_month_report_seconds']} s; of an open"
        f" month: {figures['open_month_report_seconds']} s"
    )
