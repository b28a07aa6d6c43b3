"""The bill of a supplier and a day: what was used at it and what was taken back, as a zipped CSV.

The layout is that of the bills of payment platforms, which finance departments read every morning.
Days are those of the settlement calendar. A use stands on the day it was made, a reversal on the
day of the reversal.

A bill is made when it is first asked for, and kept: whoever asks again gets the same bytes. Of two
who ask at once the second waits for the first. It is made once the day is over and nothing of it
waits to be rated, or else GRACE_DAYS later. What is rated after that is on the statement of the
month alone. So is what depends on the month's sums: a line says here what it costs by itself, and
its tax by its own rate, rounded by itself.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal, allow_time, driver, outbox
from settlement.calendar import load_calendar
from settlement.files.details import IN_MEMORY_BYTES, PART_BYTES
from settlement.files.kept import fetch_daily_bill
from settlement.files.layout import text_of
from settlement.files.zipped import Zipped, parts_of
from settlement.money import currency_decimals, major
from settlement.period_lines import tax_of
from settlement.rating.uses import INSTANT_KEYS, TOPICS

DAILY_TIMEOUT_SECONDS = 120
GRACE_DAYS = 3
"""So many days after its end, a day's bill no longer waits for what cannot be rated."""
LINES_AT_ONCE = 5_000
LEADING = "`"
"""Before each field, as in the bills of payment platforms: a spreadsheet takes it for text."""

HEADINGS = (
    *("用券时间", "平台流水号", "商户单号", "请求单号", "券码后四位", "券SHA256", "商品编码"),
    *("门店", "类型", "状态", "面值", "订单金额", "实付", "单价", "金额", "税额", "币种"),
    *("费率版本", "备注"),
)
TOTAL_HEADINGS = ("总笔数", "用券笔数", "撤销笔数", "总金额", "撤销金额", "总税额", "币种")

_KEPT = text(
    """
    SELECT line_count, file_sha256, written_at FROM settlement.daily_bill
    WHERE supplier_party_id = :supplier AND day = :day
    """
)

_LOCK = text(
    """
    SELECT pg_advisory_xact_lock(
        hashtextextended('settlement.daily_bill:' || CAST(:supplier AS text), :number)
    )
    """
)

_LINES = """
    SELECT occurred_at, book_id || ':' || use_id AS line, reference, request_number,
        coupon_code_tail, encode(coupon_code_sha256, 'hex') AS digest, offer_code, store, kind,
        face_minor, order_minor, paid_minor, rate_minor, amount_minor, currency,
        contract_id || ' v' || contract_version AS terms, used_at, late,
        kind = 'charge' AND EXISTS (
            SELECT FROM settlement.line AS reversal
            WHERE reversal.book_id = line.book_id AND reversal.use_id = line.use_id
                AND reversal.leg = line.leg AND reversal.kind = 'reversal'
        ) AS is_reversed, tax_rate, tax_inclusive
    FROM settlement.line AS line
    WHERE supplier_party_id = $1 AND payee_party_id = $1 AND coupon_id IS NOT NULL
        AND occurred_at >= $2 AND occurred_at < $3
    ORDER BY occurred_at, book_id, use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"
"""

_KEEP = text(
    """
    INSERT INTO settlement.daily_bill
        (supplier_party_id, day, line_count, file_bytes, file_sha256, written_at)
    VALUES (:supplier, :day, :line_count, :file_bytes, :file_sha256, :written_at)
    """
)

_KEEP_PART = text(
    """
    INSERT INTO settlement.daily_bill_part (supplier_party_id, day, part, content)
    VALUES (:supplier, :day, :part, :content)
    """
)

CROSS_BOOK: tuple[str | TextClause, ...] = (_LINES,)
"""The statement here that names no book: a supplier is used by members of many.

It reads lines, which do not change, and locks none. A cluster sends it to every node.
"""


class DailyBillNotReady(Refusal):
    """The day is not over, or uses of it still wait to be rated. Ask again later."""

    code: ClassVar[str] = "daily-bill-not-ready"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The bill of this day is not ready yet."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DailyBill:
    """A bill that was written to `path`, and what to send it with."""

    path: Path
    file_name: str
    sha256: str
    line_count: int
    written_at: datetime


@dataclass(slots=True)
class _Sums:
    uses: int = 0
    reversals: int = 0
    amount_minor: int = 0
    reversed_minor: int = 0
    tax_minor: int = 0


async def give_daily_bill(
    connection: AsyncConnection, supplier: Party, day: date, now: datetime, target: Path
) -> DailyBill:
    """Write the bill of a supplier's day to `target`. It is made if it never was.

    Raises:
        DailyBillNotReady: the day is not over at `now`, or uses of it wait to be rated.
        RoleMissing: the party is no supplier.
    """
    supplier.require("supplier")
    await allow_time(connection, DAILY_TIMEOUT_SECONDS)
    key = {"supplier": supplier.party_id, "day": day}
    row = (await connection.execute(_KEPT, key)).one_or_none()
    if row is None:
        await _make(connection, supplier.party_id, day, now)
        row = (await connection.execute(_KEPT, key)).one()
    await fetch_daily_bill(connection, (supplier.party_id, day), row.file_sha256, target)
    return DailyBill(
        target,
        f"{supplier.code}_{day.isoformat()}_1.csv.gz",
        row.file_sha256.hex(),
        row.line_count,
        row.written_at,
    )


async def _make(connection: AsyncConnection, supplier_id: int, day: date, now: datetime) -> None:
    key = {"supplier": supplier_id, "day": day}
    await connection.execute(_LOCK, {"supplier": str(supplier_id), "number": day.toordinal()})
    if (await connection.execute(_KEPT, key)).one_or_none() is not None:
        return
    zone = (await load_calendar(connection)).zone
    begins_at, ends_at = _begins(day, zone), _begins(day + timedelta(days=1), zone)
    await _require_rated(connection, day, ends_at, now)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
        zipped = Zipped(spool)
        count = await _write(connection, (supplier_id, begins_at, ends_at), zone, zipped)
        await connection.execute(
            _KEEP,
            key
            | {
                "line_count": count,
                "file_bytes": zipped.file_bytes,
                "file_sha256": zipped.file_sha256,
                "written_at": now,
            },
        )
        spool.seek(0)
        for part, content in enumerate(parts_of(spool, PART_BYTES)):
            await connection.execute(_KEEP_PART, key | {"part": part, "content": content})


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


async def _require_rated(
    connection: AsyncConnection, day: date, ends_at: datetime, now: datetime
) -> None:
    if now < ends_at:
        raise DailyBillNotReady(f"{day} is not over", day=day.isoformat())
    if now >= ends_at + timedelta(days=GRACE_DAYS):
        return
    happened = outbox.HappenedBefore(ends_at, INSTANT_KEYS)
    if waiting := await outbox.pending(connection, TOPICS, happened=happened):
        raise DailyBillNotReady(
            f"{waiting} messages wait to be rated", day=day.isoformat(), pending=waiting
        )


async def _write(
    connection: AsyncConnection,
    key: tuple[int, datetime, datetime],
    zone: tzinfo,
    zipped: Zipped,
) -> int:
    await asyncio.to_thread(zipped.write, "\ufeff".encode() + text_of([HEADINGS]))
    raw = await driver(connection)
    cursor = await raw.cursor(_LINES, *key)
    sums: dict[str, _Sums] = defaultdict(_Sums)
    while records := await cursor.fetch(LINES_AT_ONCE):
        for record in records:
            _count(sums[record["currency"]], record["kind"], record["amount_minor"], _tax(record))
        rows = [_led(_cells(record, zone)) for record in records]
        await asyncio.to_thread(zipped.write, text_of(rows))
    totals = [_led(_totals(currency, each)) for currency, each in sorted(sums.items())]
    if not totals:
        totals = [_led([*(0,) * (len(TOTAL_HEADINGS) - 1), ""])]
    await asyncio.to_thread(zipped.write, text_of([TOTAL_HEADINGS, *totals]))
    await asyncio.to_thread(zipped.end)
    return sum(each.uses + each.reversals for each in sums.values())


def _tax(record: Mapping[str, Any]) -> int:
    """The tax in a line or on it, by itself. The bill of the month rounds that of the sum."""
    rate = record["tax_rate"]
    if rate is None:
        return 0
    return tax_of(record["amount_minor"], rate, inclusive=record["tax_inclusive"])


def _count(sums: _Sums, kind: str, amount_minor: int, tax_minor: int) -> None:
    if kind == "reversal":
        sums.reversals += 1
        sums.reversed_minor -= amount_minor
    else:
        sums.uses += 1
    sums.amount_minor += amount_minor
    sums.tax_minor += tax_minor


def _totals(currency: str, sums: _Sums) -> list[object]:
    return [
        sums.uses + sums.reversals,
        sums.uses,
        sums.reversals,
        _money(sums.amount_minor, currency),
        _money(sums.reversed_minor, currency),
        _money(sums.tax_minor, currency),
        currency,
    ]


def _cells(record: Any, zone: tzinfo) -> list[object]:
    occurred_at, line, reference, request_number, tail, digest, offer, store, kind = record[:9]
    face, order, paid, rate, amount, currency, terms, used_at, late, is_reversed = record[9:19]
    assert isinstance(occurred_at, datetime)
    assert isinstance(used_at, datetime)
    assert isinstance(rate, Decimal)
    currency = str(currency)
    is_use = kind == "charge"
    notes = [] if is_use else [f"用券时间 {_local(used_at, zone)}"]
    if late:
        notes.append("补记")
    return [
        *(_local(occurred_at, zone), line, reference, request_number, tail, digest, offer, store),
        "用券" if is_use else "撤销",
        "已撤销" if is_reversed else "成功",
        *(_money(each, currency) for each in (face, order, paid)),
        f"{(rate.scaleb(-currency_decimals(currency))).normalize():f}",
        *(_money(amount, currency), _money(_tax(record), currency), currency, terms),
        " ".join(notes),
    ]


def _local(instant: datetime, zone: tzinfo) -> str:
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _money(minor: object, currency: str) -> str:
    return f"{major(minor, currency):f}" if isinstance(minor, int) else ""


def _led(cells: Sequence[object]) -> list[str]:
    return [f"{LEADING}{'' if cell is None else cell}" for cell in cells]
