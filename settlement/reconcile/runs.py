"""Reconcile a supplier's file with what we billed for its coupons.

One COPY writes our lines, as of one instant, into a temporary folder. A thread checks the partner's
file there and matches it with them. The run is stored under the digests of both inputs. The same
file against the same lines is one run, and answers again with its result.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import JSON, allow_time, driver
from settlement.months import require_month
from settlement.reconcile.matching import Break, Matching, Suggestion, match
from settlement.reconcile.partner_file import read_partner_file

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
        (supplier_party_id, month, file_sha256, lines_sha256, ran_at, matched, break_count, result)
    VALUES (:supplier_party_id, :month, :file_sha256, :lines_sha256, :ran_at,
        :matched, :break_count, CAST(:result AS jsonb))
    ON CONFLICT ON CONSTRAINT reconciliation_input_key DO NOTHING
    RETURNING reconciliation_id
    """
)

_FIND = text(
    """
    SELECT reconciliation_id, month, ran_at, result FROM settlement.reconciliation
    WHERE supplier_party_id = :supplier_party_id AND month IS NOT DISTINCT FROM :month
      AND file_sha256 = :file_sha256 AND lines_sha256 = :lines_sha256
    """
)

CROSS_BOOK: tuple[str, ...] = (_OURS,)
"""The statement here that names no book: a supplier's charges are of all books that use it.

A cluster sends it to every node.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One run. Ages in `matching.breaks` count to `ran_at`.

    `replayed`: the same inputs had been reconciled before.
    """

    reconciliation_id: int
    month: str | None
    ran_at: datetime
    matching: Matching
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
    connection: AsyncConnection,
    supplier: Party,
    file: Path | bytes,
    *,
    month: str | None,
    now: datetime,
) -> Result:
    """Compare a supplier's file with our charges for its coupons: those billed in a month, or all.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PartnerFileTooLarge: the file is over a limit. Nothing is stored.
        PartnerFileInvalid: lines of the file are at fault. It is refused whole, and nothing is
            stored.
    """
    if month is not None:
        require_month(month)
    with tempfile.TemporaryDirectory(prefix="comity-reconcile-") as folder:
        work = Path(folder)
        ours, theirs = work / "ours.csv", work / "theirs.csv"
        read = await asyncio.to_thread(read_partner_file, file, theirs)
        # The transaction begins with its first statement. Without one the driver would copy outside
        # of it.
        await allow_time(connection, RECONCILE_TIMEOUT_SECONDS)
        raw = await driver(connection)
        await raw.copy_from_query(_OURS, supplier.party_id, month, output=ours, format="csv")
        inputs = {
            "supplier_party_id": supplier.party_id,
            "month": month,
            "file_sha256": read.sha256,
            "lines_sha256": await asyncio.to_thread(_digest, ours),
        }
        known = await _stored(connection, inputs, replayed=True)
        if known is not None:
            return known
        matching = await asyncio.to_thread(match, ours, theirs, now.astimezone(UTC).date(), work)
    return await _store(connection, inputs, matching, now)


async def _store(
    connection: AsyncConnection, inputs: Mapping[str, object], matching: Matching, now: datetime
) -> Result:
    # Of two equal runs at once the unique key lets one in. The other finds it.
    stored = await connection.execute(
        _STORE,
        {
            **inputs,
            "ran_at": now,
            "matched": matching.matched,
            "break_count": matching.break_count,
            "result": orjson.dumps(_document(matching)).decode(),
        },
    )
    result = await _stored(connection, inputs, replayed=stored.one_or_none() is None)
    assert result is not None, "a run is found under the key it was stored by"
    return result


async def _stored(
    connection: AsyncConnection, inputs: Mapping[str, object], *, replayed: bool
) -> Result | None:
    row = (await connection.execute(_FIND, inputs)).one_or_none()
    if row is None:
        return None
    return Result(row.reconciliation_id, row.month, row.ran_at, _matching(row.result), replayed)


def _document(matching: Matching) -> dict[str, JSON]:
    document = asdict(matching)
    document["breaks"] = [
        {**each, "used_on": each["used_on"].isoformat()} for each in document["breaks"]
    ]
    document["suggestions"] = list(document["suggestions"])
    return document


def _matching(document: dict[str, JSON]) -> Matching:
    breaks = tuple(
        Break(**{**each, "used_on": date.fromisoformat(each["used_on"])})
        for each in document["breaks"]
    )
    suggestions = tuple(Suggestion(**each) for each in document["suggestions"])
    return Matching(**{**document, "breaks": breaks, "suggestions": suggestions})


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
