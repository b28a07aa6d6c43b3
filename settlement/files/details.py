"""The detail file of each statement: written once, before it has a number, and kept.

`write_details` takes the drafts of a month that have no file. For each it reads the lines in their
order by COPY, and a thread zips them as they come into a temporary file. A transaction takes a few
drafts, locks them in order of their ids, stores the files in parts, and sets their SHA-256 on the
statements. So a crash leaves whole files only, and another call goes on behind them. Of two calls
at once the second waits for a draft that the first has locked, and then passes it over.

Lines of a month that is closing do not change, so what they come to is read once for the month.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_party_codes
from ledger import Database, allow_time, driver
from settlement.calendar import load_calendar
from settlement.files.layout import (
    HEADINGS,
    LAYOUT,
    Bill,
    PeriodLine,
    Sums,
    Taxed,
    closing_rows,
    period_rows,
    text_of,
)
from settlement.files.zipped import BUFFER_BYTES, Zipped, parts_of
from settlement.money import currency_decimals

Progress = Callable[[int, int], None]
"""Told how many files of the month are written, and of how many."""

DETAILS_TIMEOUT_SECONDS = 600
DRAFTS_AT_ONCE = 25
WRITERS = 2
"""How many transactions write at the same time: while one's rows are zipped, another's are read."""
PART_BYTES = 1024 * 1024
IN_MEMORY_BYTES = 8 * 1024 * 1024
"""A longer file waits on the disk until it is stored."""

_INSTANT = "to_char({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')"
_KEY = "month, payer_party_id, payee_party_id, operator_party_id, currency"
# What a line comes to with its share of the lines of its period, and the tax in that. The column
# of `tax_inclusive` is null where a line has no tax.
_WORTH = """
    coalesce(allocation.effective_minor, line.amount_minor) AS effective,
    coalesce(allocation.tax_minor, 0) AS tax,
    CASE WHEN line.tax_inclusive THEN 0 ELSE coalesce(allocation.tax_minor, 0) END AS added
"""
_OF_THE_MONTH = """settlement.line
        LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
    WHERE line.month = {0}"""

_ROWS = f"""
    SELECT book_id || ':' || use_id, kind, leg, {_INSTANT.format("used_at")},
        CASE WHEN kind = 'reversal' THEN {_INSTANT.format("occurred_at")} END,
        offer_code, coupon_code_tail, encode(coupon_code_sha256, 'hex'), reference,
        request_number, store, programme, points,
        face_minor * $6::numeric, order_minor * $6::numeric, paid_minor * $6::numeric,
        contract_id || ' v' || contract_version,
        trim_scale(rate_minor * $6::numeric), amount_minor * $6::numeric,
        (effective - amount_minor) * $6::numeric, effective * $6::numeric,
        trim_scale(tax_rate), (effective + added - tax) * $6::numeric, tax * $6::numeric,
        (effective + added) * $6::numeric, currency, CASE WHEN late THEN 'late' END,
        CASE WHEN kind = 'reversal' THEN $7::jsonb ->> (
            SELECT charge.month FROM settlement.line AS charge
            WHERE charge.book_id = rated.book_id AND charge.use_id = rated.use_id
                AND charge.leg = rated.leg AND charge.kind = 'charge'
        ) END, calculation
    FROM (
        SELECT line.*, {_WORTH} FROM {_OF_THE_MONTH.format("$1::text")}
            AND payer_party_id = $2 AND payee_party_id = $3 AND operator_party_id = $4
            AND currency = $5
    ) AS rated
    ORDER BY used_at, book_id, use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"
"""

_SUMS = text(
    f"""
    SELECT payer_party_id, payee_party_id, operator_party_id, currency, leg, tax_rate,
        tax_inclusive, count(*), count(*) FILTER (WHERE late), CAST(sum(amount_minor) AS bigint),
        CAST(sum(effective - amount_minor) AS bigint), CAST(sum(effective) AS bigint),
        CAST(sum(effective + added - tax) AS bigint), CAST(sum(tax) AS bigint),
        CAST(sum(effective + added) AS bigint)
    FROM (SELECT line.*, {_WORTH} FROM {_OF_THE_MONTH.format(":month")}) AS rated
    GROUP BY payer_party_id, payee_party_id, operator_party_id, currency, leg, tax_rate,
        tax_inclusive
    """
)

_DRAFTS = text(
    """
    SELECT statement_id FROM settlement.statement
    WHERE month = :month AND state <> 'void' AND file_sha256 IS NULL ORDER BY statement_id
    """
)

_TAKE = text(
    f"""
    SELECT statement_id, billed_minor, {_KEY} FROM settlement.statement
    WHERE statement_id = ANY(:statement_ids) AND file_sha256 IS NULL
    ORDER BY statement_id FOR UPDATE
    """
)

_PERIOD_LINES = text(
    f"""
    SELECT {", ".join(PeriodLine.__slots__)} FROM settlement.period_line
    WHERE month = :month AND payer_party_id = :payer_party_id AND payee_party_id = :payee_party_id
        AND operator_party_id = :operator_party_id AND currency = :currency
    ORDER BY period_line_id COLLATE "C"
    """
)

# Of statements that replace each other the first: it is there before a reversal of what it billed.
_EARLIER = text(
    """
    SELECT coalesce(jsonb_object_agg(month, statement_id), '{}')::text FROM (
        SELECT month, min(statement_id) AS statement_id FROM settlement.statement
        WHERE payer_party_id = :payer_party_id AND payee_party_id = :payee_party_id
            AND operator_party_id = :operator_party_id AND currency = :currency
            AND month < :month
        GROUP BY month
    ) AS earlier
    """
)

_ZONE = text(
    """
    SELECT current_setting('TimeZone')
    """
)

_SET_ZONE = text(
    """
    SELECT set_config('TimeZone', :zone, true)
    """
)

_KEEP = text(
    """
    INSERT INTO settlement.statement_file
        (statement_id, layout, line_count, file_bytes, text_sha256)
    VALUES (:statement_id, :layout, :line_count, :file_bytes, :text_sha256)
    """
)

_KEEP_PART = text(
    """
    INSERT INTO settlement.statement_file_part (statement_id, part, content)
    VALUES (:statement_id, :part, :content)
    """
)

_SET_HASH = text(
    """
    UPDATE settlement.statement SET file_sha256 = :file_sha256 WHERE statement_id = :statement_id
    """
)

CROSS_BOOK: tuple[str | TextClause, ...] = (_ROWS, _SUMS)
"""The statements here that name no book: a bill is between parties, whatever books its uses are of.

They read lines, which no longer change, and lock none. A cluster sends them to every node.
"""

_Key = tuple[int, int, int, str]
SumsOfMonth = dict[_Key, dict[Taxed, Sums]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement whose file is written."""

    statement_id: int
    billed_minor: int
    month: str
    payer_party_id: int
    payee_party_id: int
    operator_party_id: int
    currency: str

    @property
    def key(self) -> _Key:
        """What its lines are found by, in their month."""
        return (
            self.payer_party_id,
            self.payee_party_id,
            self.operator_party_id,
            self.currency,
        )

    @property
    def named(self) -> dict[str, object]:
        """The same with the month, by the names of the columns."""
        names = ("month", "payer_party_id", "payee_party_id", "operator_party_id", "currency")
        return {name: getattr(self, name) for name in names}


async def write_details(database: Database, month: str, progress: Progress | None = None) -> None:
    """Write the file of each statement of a month that has none. Idempotent.

    The month's lines and lines of the period are all there, and no longer change.
    """
    async with database.transaction() as connection:
        await allow_time(connection, DETAILS_TIMEOUT_SECONDS)
        drafts = await _without_file(connection, month)
        sums = await load_sums(connection, month) if drafts else {}
    done, failed = 0, False
    batches = iter(
        [drafts[at : at + DRAFTS_AT_ONCE] for at in range(0, len(drafts), DRAFTS_AT_ONCE)]
    )

    async def work() -> None:
        nonlocal done, failed
        for batch in batches:
            if failed:
                break
            try:
                async with database.transaction() as connection:
                    await allow_time(connection, DETAILS_TIMEOUT_SECONDS)
                    await _write(connection, batch, sums)
            except BaseException:
                failed = True
                raise
            done += len(batch)
            if progress is not None:
                progress(done, len(drafts))

    # Whoever is not at fault ends its own files before the fault is told.
    ended = await asyncio.gather(*(work() for _ in range(WRITERS)), return_exceptions=True)
    for each in ended:
        if each is not None:
            raise each


async def write_details_within(connection: AsyncConnection, month: str) -> None:
    """The same within a transaction of the caller, who holds the month."""
    drafts = await _without_file(connection, month)
    if drafts:
        await _write(connection, drafts, await load_sums(connection, month))


async def _without_file(connection: AsyncConnection, month: str) -> list[int]:
    return list((await connection.execute(_DRAFTS, {"month": month})).scalars())


async def load_sums(connection: AsyncConnection, month: str) -> SumsOfMonth:
    """What the lines of a month come to, by parties, leg and tax. One round trip."""
    found: SumsOfMonth = defaultdict(dict)
    for row in await connection.execute(_SUMS, {"month": month}):
        payer, payee, operator, currency, leg, rate, inclusive, *sums = row
        found[payer, payee, operator, currency][leg, rate, inclusive] = Sums(*sums)
    return found


async def _write(
    connection: AsyncConnection, statement_ids: Sequence[int], sums: SumsOfMonth
) -> None:
    taken = await connection.execute(_TAKE, {"statement_ids": list(statement_ids)})
    drafts = [Draft(*row) for row in taken]
    parties = {party_id for draft in drafts for party_id in draft.key[:3]}
    codes = await load_party_codes(connection, parties)
    zone = (await load_calendar(connection)).time_zone
    before = await set_zone(connection, zone)
    for draft in drafts:
        payer, payee, operator = (codes[party_id] for party_id in draft.key[:3])
        bill = Bill(draft.month, payer, payee, operator, draft.currency, zone)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            zipped = Zipped(spool)
            counted, gross = await write_text(connection, draft, bill, sums, zipped)
            # A file that disagrees with its statement is never kept.
            assert gross == draft.billed_minor, (draft, gross)
            await _keep(connection, draft, zipped, spool, counted)
    await set_zone(connection, before)


async def set_zone(connection: AsyncConnection, zone: str) -> str:
    """Have the database write instants as in this zone. Returns the zone before."""
    before: str = (await connection.execute(_ZONE)).scalar_one()
    await connection.execute(_SET_ZONE, {"zone": zone})
    return before


async def write_text(
    connection: AsyncConnection,
    draft: Draft,
    bill: Bill,
    sums: SumsOfMonth,
    zipped: Zipped,
) -> tuple[int, int]:
    """Write the file of a statement. Returns how many lines it has, and what they come to."""
    by_leg: dict[str, Sums] = defaultdict(Sums)
    of_lines = sums.get(draft.key, {})
    for (leg, *_), each in of_lines.items():
        by_leg[leg].add(each)
    await asyncio.to_thread(zipped.write, text_of([HEADINGS]))
    await _copy_lines(connection, draft, zipped)
    rows: list[Sequence[object]] = []
    period_lines = await connection.execute(_PERIOD_LINES, draft.named)
    stored = [PeriodLine(*row) for row in period_lines]
    for row, leg, each in period_rows(bill, stored, of_lines):
        rows.append(row)
        by_leg[leg].add(each)
    closing = closing_rows(bill, by_leg)
    await asyncio.to_thread(zipped.write, text_of([*rows, *closing]))
    await asyncio.to_thread(zipped.end)
    everything = by_leg.values()
    return sum(each.lines for each in everything), sum(each.gross for each in everything)


async def _copy_lines(connection: AsyncConnection, draft: Draft, zipped: Zipped) -> None:
    earlier = await connection.scalar(_EARLIER, draft.named)
    raw = await driver(connection)
    held = bytearray()

    async def take(data: bytes) -> None:
        held.extend(data)
        if len(held) >= BUFFER_BYTES:
            await asyncio.to_thread(zipped.write, bytes(held))
            held.clear()

    await raw.copy_from_query(
        _ROWS,
        draft.month,
        *draft.key,
        Decimal(1).scaleb(-currency_decimals(draft.currency)),
        earlier,
        output=take,
        format="csv",
    )
    await asyncio.to_thread(zipped.write, bytes(held))


async def _keep(
    connection: AsyncConnection, draft: Draft, zipped: Zipped, spool: IO[bytes], lines: int
) -> None:
    spool.seek(0)
    values = {
        "statement_id": draft.statement_id,
        "layout": LAYOUT,
        "line_count": lines,
        "file_bytes": zipped.file_bytes,
        "text_sha256": zipped.text_sha256,
    }
    await connection.execute(_KEEP, values)
    for part, content in enumerate(parts_of(spool, PART_BYTES)):
        await connection.execute(
            _KEEP_PART, {"statement_id": draft.statement_id, "part": part, "content": content}
        )
    await connection.execute(
        _SET_HASH, {"statement_id": draft.statement_id, "file_sha256": zipped.file_sha256}
    )
