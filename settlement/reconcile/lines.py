"""Our side of a comparison: what is copied out of the database for it.

Each COPY is of one instant. The number of the supplier's newest run is read before them: claims of
a run that is stored after that are missed, and whoever stores then begins anew. The look for what
is known elsewhere comes later, when it is clear which rows nobody knows.

| file | what it has |
|---|---|
| `ours.csv` | the lines of the scope: a month, or all |
| `claims.csv` | which lines other runs have claimed, or have found in another month's file |
| `elsewhere.csv` | lines of other months or suppliers, found by the names of rows |
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers import load_offer_codes
from ledger import Database, allow_time, driver, read_clock
from settlement.calendar import ZONE_SQL, load_calendar
from settlement.money import Rounding, round_minor
from settlement.months import first_day, month_of_day, next_month

RECONCILE_TIMEOUT_SECONDS = 600

_SPACES = "".join(rf"\u{code:04x}" for code in range(0x3001) if chr(code).isspace())
"""What `strip` takes off a field of the partner's file, as PostgreSQL writes it."""

# What a line comes to once its month is closed: with its share of what depends on sums.
_COME_TO = "coalesce(allocation.effective_minor, line.amount_minor)"
_WITH_SHARES = """LEFT JOIN settlement.allocation
        ON allocation.book_id = line.book_id AND allocation.use_id = line.use_id
        AND allocation.leg = line.leg AND allocation.kind = line.kind"""

# The partner's fields lose the spaces at their ends when they are read. So must ours, or a padded
# reference could never match. A reversal has the day of the reversal.
_COLUMNS = f"""
    line.book_id, line.use_id, line.kind = 'reversal', line.home_party_id, line.month,
        encode(substr(line.coupon_code_sha256, 1, 16), 'hex'),
        nullif(btrim(line.reference, E'{_SPACES}'), ''),
        nullif(btrim(line.request_number, E'{_SPACES}'), ''), line.offer_code,
        nullif(btrim(line.store, E'{_SPACES}'), ''),
        ((CASE WHEN line.kind = 'reversal' THEN line.occurred_at ELSE line.used_at END)
            AT TIME ZONE {ZONE_SQL})::date,
        {_COME_TO},
        CASE WHEN line.tax_inclusive THEN round({_COME_TO} / (1 + line.tax_rate))
            ELSE {_COME_TO} END,
        CASE WHEN line.tax_inclusive IS FALSE THEN round({_COME_TO} * (1 + line.tax_rate))
            ELSE {_COME_TO} END,
        line.currency
"""

_OURS = f"""
    SELECT row_number() OVER (ORDER BY line.book_id, line.use_id COLLATE "C", line.kind),
        {_COLUMNS}
    FROM settlement.line {_WITH_SHARES}
    WHERE line.supplier_party_id = $1 AND line.leg = 'coupon_cost'
        AND ($2::text IS NULL OR line.month = $2::text)
    ORDER BY line.book_id, line.use_id COLLATE "C", line.kind
"""

# Of the lines that two runs have claimed, the later run is named. An open run of the same scope
# claims nothing: the new one takes its place.
_CLAIMED_BY = """
    SELECT claimed.book, claimed.use_id, claimed.is_reversal, max(run.reconciliation_id) AS run,
        claimed.is_cut_off
    FROM settlement.reconciliation AS run
    CROSS JOIN LATERAL (
        SELECT named.book, named.use_id, named.is_reversal, FALSE AS is_cut_off
        FROM settlement.reconciliation_match AS matched
        CROSS JOIN LATERAL unnest(matched.books, matched.uses, matched.are_reversals)
            AS named (book, use_id, is_reversal)
        WHERE matched.reconciliation_id = run.reconciliation_id
            AND (run.month IS NULL OR {month}::text IS NULL OR {at_months})
        UNION ALL
        SELECT found.of_book, found.use_id, found.is_reversal, found.category = 'cut_off'
        FROM settlement.reconciliation_break AS found
        WHERE found.reconciliation_id = run.reconciliation_id
            AND (found.is_claim OR found.category = 'cut_off' AND found.row_number IS NOT NULL)
            AND (found.month IS NULL OR {month}::text IS NULL OR {at_lines})
    ) AS claimed
    WHERE run.supplier_party_id = $1 AND run.state <> 'replaced'
        AND NOT (run.state = 'open' AND run.month IS NOT DISTINCT FROM {month}::text)
    GROUP BY claimed.book, claimed.use_id, claimed.is_reversal, claimed.is_cut_off
"""
_CLAIMS = _CLAIMED_BY.format(
    month="$2", at_months="run.month = $2::text", at_lines="found.month = $2::text"
)

# Another supplier's lines are found by what only the partner at the till can know: the code, or by
# our own name of a line. Nothing of them is shown.
_ELSEWHERE = f"""
    SELECT row_number() OVER (ORDER BY line.book_id, line.use_id COLLATE "C", line.kind),
        {_COLUMNS}, line.supplier_party_id <> $1, claim.run
    FROM settlement.line {_WITH_SHARES}
    LEFT JOIN (
        {
    _CLAIMED_BY.format(
        month="$2", at_months="run.month = ANY ($3)", at_lines="found.month = ANY ($3)"
    )
}
    ) AS claim ON NOT claim.is_cut_off AND line.supplier_party_id = $1
        AND (claim.book, claim.use_id, claim.is_reversal)
            = (line.book_id, line.use_id, line.kind = 'reversal')
    WHERE line.leg = 'coupon_cost' AND line.month = ANY ($3)
        AND (line.supplier_party_id <> $1 OR line.month <> $2::text)
        AND (
            substr(line.coupon_code_sha256, 1, 16) = ANY ($4::bytea[])
            OR line.book_id || ':' || line.use_id = ANY ($5::text[])
            OR line.supplier_party_id = $1 AND (
                lower(btrim(line.request_number, E'{_SPACES}')) = ANY ($6::text[])
                OR lower(btrim(line.reference, E'{_SPACES}')) = ANY ($7::text[])
            )
        )
    ORDER BY line.book_id, line.use_id COLLATE "C", line.kind
"""

_RATES = text(
    """
    SELECT DISTINCT nullif(home_party_id, 0) AS home, coupon_cost_minor, rounding
    FROM settlement.contract WHERE supplier_party_id IN (:supplier_party_id, 0)
    """
)

_NEWEST = text(
    """
    SELECT coalesce(max(reconciliation_id), 0) FROM settlement.reconciliation
    WHERE supplier_party_id = :supplier_party_id
    """
)

CROSS_BOOK: tuple[str, ...] = (_OURS, _ELSEWHERE)
"""The statements here that name no book: a supplier's charges are of all books that use it.

A cluster sends them to every node.
"""


@dataclass(frozen=True, slots=True)
class OurSide:
    """What was copied, and what else decides what is found."""

    offers: tuple[str, ...]
    rates: tuple[tuple[int | None, int], ...]
    today: date
    newest_run: int


async def copy_our_side(
    database: Database, supplier_party_id: int, month: str | None, folder: Path
) -> OurSide:
    """Write `ours.csv` and `claims.csv`."""
    async with database.transaction() as connection:
        # The transaction begins with its first statement. Without one the driver would copy outside
        # of it.
        await allow_time(connection, RECONCILE_TIMEOUT_SECONDS)
        newest = await newest_run(connection, supplier_party_id)
        for statement, name in ((_OURS, "ours.csv"), (_CLAIMS, "claims.csv")):
            await _copy(connection, statement, folder / name, supplier_party_id, month)
        offers = await load_offer_codes(connection, supplier_party_id)
        rates = await _load_rates(connection, supplier_party_id)
        today = await _today(connection)
    return OurSide(offers, rates, today, newest)


async def copy_elsewhere(
    database: Database,
    supplier_party_id: int,
    month: str | None,
    wanted: Sequence[tuple[Any, ...]],
    target: Path,
) -> None:
    """Write the lines that these rows may mean, of other months or suppliers.

    A row is its number, our name of a line, the code, the request number, the reference, the day.
    """
    days = {date.fromisoformat(row[5]) for row in wanted if row[5] is not None}
    months = _months_of(month, days)
    named: list[list[Any]] = [[], [], [], []]
    for _, line_key, code, request_number, reference, _ in wanted:
        values = (None if code is None else cast("UUID", code).bytes, line_key)
        for names, value in zip(named, (*values, request_number, reference), strict=True):
            if value is not None:
                names.append(value)
    async with database.transaction() as connection:
        await allow_time(connection, RECONCILE_TIMEOUT_SECONDS)
        await _copy(connection, _ELSEWHERE, target, supplier_party_id, month, months, *named)


async def newest_run(connection: AsyncConnection, supplier_party_id: int) -> int:
    """The number of the supplier's newest run, or 0. Claims are those of the runs up to it."""
    found = await connection.execute(_NEWEST, {"supplier_party_id": supplier_party_id})
    newest: int = found.scalar_one()
    return newest


async def _copy(connection: AsyncConnection, statement: str, target: Path, *values: object) -> None:
    raw = await driver(connection)
    await raw.copy_from_query(
        statement, *values, output=target, format="csv", timeout=RECONCILE_TIMEOUT_SECONDS
    )


async def _load_rates(
    connection: AsyncConnection, supplier_party_id: int
) -> tuple[tuple[int | None, int], ...]:
    rows = await connection.execute(_RATES, {"supplier_party_id": supplier_party_id})
    return tuple(
        (row.home, round_minor(Decimal(row.coupon_cost_minor), cast("Rounding", row.rounding)))
        for row in rows
    )


async def _today(connection: AsyncConnection) -> date:
    calendar = await load_calendar(connection)
    return (await read_clock(connection)).astimezone(calendar.zone).date()


def _months_of(month: str | None, days: Collection[date]) -> list[str]:
    """The month and its neighbours, or those of the days and their neighbours."""
    months = {month} if month else {month_of_day(day) for day in days}
    around = set(months)
    for each in months:
        around |= {next_month(each), _month_before(each)}
    return sorted(around)


def _month_before(month: str) -> str:
    first = first_day(month)
    year, number = (first.year - 1, 12) if first.month == 1 else (first.year, first.month - 1)
    return f"{year:04}-{number:02}"
