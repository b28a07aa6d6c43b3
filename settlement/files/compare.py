"""Whether the detail files of a month still follow from its lines and lines of the period.

The text of each file is written anew, into nothing, and its SHA-256 compared with the one that was
kept. The zipped bytes are not: another edition of zlib may make others of the same text.
"""

import tempfile

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_party_codes
from settlement.calendar import load_calendar
from settlement.files.details import (
    IN_MEMORY_BYTES,
    Draft,
    load_sums,
    set_zone,
    write_text,
)
from settlement.files.layout import LAYOUT, Bill
from settlement.files.zipped import Zipped

_KEPT = text(
    """
    SELECT text_sha256, statement_id, billed_minor, month, payer_party_id, payee_party_id,
        operator_party_id, currency
    FROM settlement.statement_file JOIN settlement.statement USING (statement_id)
    WHERE month = :month AND layout = :layout ORDER BY statement_id
    """
)


async def find_changed_details(connection: AsyncConnection, month: str) -> set[int]:
    """The statements of a month whose files would be others now. A few round trips for each."""
    rows = (await connection.execute(_KEPT, {"month": month, "layout": LAYOUT})).all()
    if not rows:
        return set()
    kept = {Draft(*row[1:]): bytes(row.text_sha256) for row in rows}
    sums = await load_sums(connection, month)
    codes = await load_party_codes(
        connection, {party_id for draft in kept for party_id in draft.key[:3]}
    )
    zone = (await load_calendar(connection)).time_zone
    changed: set[int] = set()
    before = await set_zone(connection, zone)
    for draft, text_sha256 in kept.items():
        if not codes.keys() >= set(draft.key[:3]):
            changed.add(draft.statement_id)
            continue
        payer, payee, operator = (codes[party_id] for party_id in draft.key[:3])
        bill = Bill(draft.month, payer, payee, operator, draft.currency, zone)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            zipped = Zipped(spool)
            await write_text(connection, draft, bill, sums, zipped)
        if zipped.text_sha256 != text_sha256:
            changed.add(draft.statement_id)
    await set_zone(connection, before)
    return changed
