"""Reconcile a supplier's file with what we billed for its coupons.

One COPY writes our lines, as of one instant, into a temporary folder. A process of its own checks
the partner's file there and matches it with them. The run is stored under the digests of both
inputs. The same file against the same lines is one run, and answers again with its result.

There are three transactions: the COPY, the look for an earlier run, and the INSERT of this one. No
connection is held in between, while files are read and matched. Of two equal runs at once, the
unique key lets one in, and the other finds it.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time, driver
from settlement.calendar import load_calendar
from settlement.months import require_month
from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.reading import Reading
from settlement.reconcile.apart import compare_apart
from settlement.reconcile.matching import Matching
from settlement.reconcile.theirs import load_reading, state_reading

RECONCILE_TIMEOUT_SECONDS = 600

_SPACES = "".join(rf"\u{code:04x}" for code in range(0x3001) if chr(code).isspace())
"""What `strip` takes off a field of the partner's file, as PostgreSQL writes it."""

# The partner's fields lose the spaces at their ends when they are read. So must ours, or a padded
# reference could never match.
#
# A use that is reversed in the same scope comes to nothing. It is kept to recognise a partner's
# record that bills it.
_OURS = f"""
    SELECT row_number() OVER (ORDER BY charge.book_id, charge.use_id COLLATE "C"),
        charge.book_id, charge.use_id, encode(charge.coupon_code_sha256, 'hex'),
        nullif(btrim(charge.reference, E'{_SPACES}'), ''), charge.offer_code,
        btrim(charge.member, E'{_SPACES}'),
        (charge.used_at AT TIME ZONE 'UTC')::date, charge.amount_minor, reversal.use_id IS NOT NULL
    FROM settlement.line AS charge
    LEFT JOIN settlement.line AS reversal
        ON (reversal.book_id, reversal.use_id, reversal.leg, reversal.kind)
            = (charge.book_id, charge.use_id, charge.leg, 'reversal')
        AND ($2::text IS NULL OR reversal.month = $2::text)
    WHERE charge.supplier_party_id = $1 AND charge.leg = 'coupon_cost' AND charge.kind = 'charge'
        AND ($2::text IS NULL OR charge.month = $2::text)
    ORDER BY charge.book_id, charge.use_id COLLATE "C"
"""

_STORE = text(
    """
    INSERT INTO settlement.reconciliation
        (supplier_party_id, month, file_sha256, lines_sha256, mapping_sha256, ran_at, matched,
        break_count, result, reading)
    VALUES (:supplier_party_id, :month, :file_sha256, :lines_sha256, :mapping_sha256, :ran_at,
        :matched, :break_count, CAST(:result AS jsonb), CAST(:reading AS jsonb))
    ON CONFLICT ON CONSTRAINT reconciliation_input_key DO NOTHING
    RETURNING reconciliation_id
    """
)

_FIND = text(
    """
    SELECT reconciliation_id, month, ran_at, result, reading FROM settlement.reconciliation
    WHERE supplier_party_id = :supplier_party_id AND month IS NOT DISTINCT FROM :month
      AND file_sha256 = :file_sha256 AND lines_sha256 = :lines_sha256
      AND mapping_sha256 IS NOT DISTINCT FROM :mapping_sha256
    """
)

_FIND_BY_NUMBER = text(
    """
    SELECT reconciliation_id, month, ran_at, result, reading FROM settlement.reconciliation
    WHERE reconciliation_id = :reconciliation_id
    """
)

CROSS_BOOK: tuple[str, ...] = (_OURS,)
"""The statement here that names no book: a supplier's charges are of all books that use it.

A cluster sends it to every node.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One run. Ages in `matching.breaks` count to `ran_at`.

    `replayed`: the same inputs had been reconciled before. `reading`: what was found in the file
    beside its rows; None of runs that are older than that.
    """

    reconciliation_id: int
    month: str | None
    ran_at: datetime
    matching: Matching
    reading: Reading | None
    replayed: bool

    @property
    def matched(self) -> int:
        """How many of the partner's records agree with one of our uses."""
        return self.matching.matched

    @property
    def break_count(self) -> int:
        """How many records of either side do not agree."""
        return self.matching.break_count


async def reconcile(
    database: Database,
    supplier_party_id: int,
    file: Path | bytes,
    *,
    month: str | None,
    now: datetime,
    mapping: FileMapping | None = None,
    actor: int | None = None,
) -> Result:
    """Compare a supplier's file with our charges for its coupons: those billed in a month, or all.

    `mapping`: how the file is to be read, as far as that is not found out.

    When it is cancelled, the process that compares is ended, and nothing is stored.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PartnerFileTooLarge: the file is over a limit. Nothing is stored.
        PartnerFileInvalid: the file cannot be read, or too many of its rows cannot. It is refused
            whole, and nothing is stored.
    """
    if month is not None:
        require_month(month)
    with tempfile.TemporaryDirectory(prefix="comity-reconcile-") as folder:
        work = Path(folder)
        ours = work / "ours.csv"
        if isinstance(file, bytes):
            theirs = work / "partner.csv"
            await asyncio.to_thread(theirs.write_bytes, file)
        else:
            theirs = file
        await _copy_lines(database, supplier_party_id, month, ours)
        inputs = {
            "supplier_party_id": supplier_party_id,
            "month": month,
            "file_sha256": await asyncio.to_thread(_digest, theirs),
            "lines_sha256": await asyncio.to_thread(_digest, ours),
            "mapping_sha256": mapping and mapping.digest(),
        }
        async with database.transaction() as connection:
            state_reading(work, mapping, (await load_calendar(connection)).time_zone)
            known = await _find(connection, inputs, replayed=True)
        if known is not None:
            return known
        matching = await compare_apart(ours, theirs, now.astimezone(UTC).date(), work)
        reading = load_reading(work)
    async with database.transaction(actor=actor) as connection:
        return await _store(connection, inputs, matching, reading, now)


async def find_run(connection: AsyncConnection, reconciliation_id: int) -> Result:
    """A stored run."""
    found = await connection.execute(_FIND_BY_NUMBER, {"reconciliation_id": reconciliation_id})
    return _result(found.one(), replayed=True)


async def _copy_lines(
    database: Database, supplier_party_id: int, month: str | None, target: Path
) -> None:
    async with database.transaction() as connection:
        # The transaction begins with its first statement. Without one the driver would copy outside
        # of it.
        await allow_time(connection, RECONCILE_TIMEOUT_SECONDS)
        raw = await driver(connection)
        await raw.copy_from_query(
            _OURS,
            supplier_party_id,
            month,
            output=target,
            format="csv",
            timeout=RECONCILE_TIMEOUT_SECONDS,
        )


async def _store(
    connection: AsyncConnection,
    inputs: Mapping[str, object],
    matching: Matching,
    reading: Reading,
    now: datetime,
) -> Result:
    stored = await connection.execute(
        _STORE,
        {
            **inputs,
            "ran_at": now,
            "matched": matching.matched,
            "break_count": matching.break_count,
            "result": orjson.dumps(matching.document()).decode(),
            "reading": orjson.dumps(reading.document()).decode(),
        },
    )
    result = await _find(connection, inputs, replayed=stored.one_or_none() is None)
    assert result is not None, "a run is found under the key it was stored by"
    return result


async def _find(
    connection: AsyncConnection, inputs: Mapping[str, object], *, replayed: bool
) -> Result | None:
    row = (await connection.execute(_FIND, inputs)).one_or_none()
    return None if row is None else _result(row, replayed=replayed)


def _result(row: Row[Any], *, replayed: bool) -> Result:
    matching = Matching.of_document(row.result)
    reading = row.reading and Reading.of_document(row.reading)
    return Result(row.reconciliation_id, row.month, row.ran_at, matching, reading, replayed)


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
