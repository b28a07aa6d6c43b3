"""What a run leaves in the database: its row, its breaks, and its matches in chunks.

All of it is stored in one transaction, in this order:

1. The supplier's turn is taken: an advisory lock, so that no two runs of a supplier are stored at
   once. Claims of other runs were read before the comparison. If another run has been stored since,
   they are out of date, and the comparison is made again (`ClaimsOutOfDate`).
2. The run, unless one with the same inputs is there.
3. Its breaks and matches, by COPY.
4. Open runs of the same scope are replaced. Breaks that were found before keep their age; those of
   a replaced run also keep what was done with them, unless they say something else now.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_operators
from ledger import NO_BOOK, Event, driver, tell
from settlement.reconcile.lines import RECONCILE_TIMEOUT_SECONDS, newest_run
from settlement.reconcile.matching import (
    BREAK_COLUMNS,
    BREAKS_FILE,
    MATCH_COLUMNS,
    MATCHES_FILE,
    Matching,
)
from settlement.reconcile.theirs import load_reading

CHUNK_BYTES = 1 << 20


class ClaimsOutOfDate(Exception):
    """Another run of the supplier was stored during the comparison."""


_TAKE_TURN = text(
    """
    SELECT pg_advisory_xact_lock(
        hashtextextended('settlement.reconciliation ' || :supplier_party_id, 0))
    """
)

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
    SELECT reconciliation_id FROM settlement.reconciliation
    WHERE supplier_party_id = :supplier_party_id AND month IS NOT DISTINCT FROM :month
      AND file_sha256 = :file_sha256 AND lines_sha256 = :lines_sha256
      AND mapping_sha256 IS NOT DISTINCT FROM :mapping_sha256
    """
)

_REPLACE = text(
    """
    UPDATE settlement.reconciliation SET state = 'replaced', replaced_by = :reconciliation_id
    WHERE supplier_party_id = :supplier_party_id AND month IS NOT DISTINCT FROM :month
      AND state = 'open' AND reconciliation_id <> :reconciliation_id
    """
)

_CARRY = text(
    """
    UPDATE settlement.reconciliation_break AS found
    SET opened_on = former.opened_on, carried_from = former.break_id,
        assignee = former.assignee,
        state = CASE WHEN former.is_kept THEN former.state ELSE found.state END,
        adjustment_id = CASE WHEN former.is_kept THEN former.adjustment_id END
    FROM (
        SELECT DISTINCT ON (mine.break_id) mine.break_id AS own_id, earlier.break_id,
            earlier.opened_on, earlier.assignee, earlier.state, earlier.adjustment_id,
            run.replaced_by = :reconciliation_id AND earlier.category = mine.category
                AND earlier.difference_minor = mine.difference_minor AS is_kept
        FROM settlement.reconciliation_break AS mine
        JOIN settlement.reconciliation_break AS earlier
            ON earlier.key = mine.key AND earlier.break_id < mine.break_id
        JOIN settlement.reconciliation AS run
            ON run.reconciliation_id = earlier.reconciliation_id
        WHERE mine.reconciliation_id = :reconciliation_id
          AND run.reconciliation_id <> :reconciliation_id
          AND run.supplier_party_id = :supplier_party_id
        ORDER BY mine.break_id, earlier.break_id DESC
    ) AS former
    WHERE found.break_id = former.own_id
    """
)


async def find_known(connection: AsyncConnection, inputs: Mapping[str, object]) -> int | None:
    """The number of the run with the same inputs, if there is one."""
    found: int | None = (await connection.execute(_FIND, inputs)).scalar_one_or_none()
    return found


async def store_run(
    connection: AsyncConnection,
    inputs: Mapping[str, object],
    matching: Matching,
    folder: Path,
    *,
    newest_known: int,
) -> tuple[int, bool]:
    """Store a run with all that it found. Returns its number, and whether it was there already.

    Raises:
        ClaimsOutOfDate: another run of the supplier was stored after `newest_known`.
    """
    supplier = {"supplier_party_id": inputs["supplier_party_id"]}
    await connection.execute(_TAKE_TURN, {"supplier_party_id": str(inputs["supplier_party_id"])})
    known = await find_known(connection, inputs)
    if known is not None:
        return known, True
    if await newest_run(connection, int(str(inputs["supplier_party_id"]))) != newest_known:
        raise ClaimsOutOfDate
    stored = await connection.execute(
        _STORE,
        {
            **inputs,
            "matched": matching.matched,
            "break_count": matching.break_count,
            "result": orjson.dumps(matching.document()).decode(),
            "reading": orjson.dumps(load_reading(folder).document()).decode(),
        },
    )
    number: int = stored.scalar_one()
    tables = (
        ("reconciliation_break", BREAKS_FILE, BREAK_COLUMNS),
        ("reconciliation_match", MATCHES_FILE, MATCH_COLUMNS),
    )
    for table, name, columns in tables:
        await _copy(connection, table, folder / name, columns, number)
    run = {"reconciliation_id": number, **supplier}
    await connection.execute(_REPLACE, {**run, "month": inputs["month"]})
    await connection.execute(_CARRY, run)
    told = {
        "reconciliation_id": number,
        "month": inputs["month"],
        "matched": matching.matched,
        "break_count": matching.break_count,
    }
    parties = {int(str(inputs["supplier_party_id"])), *await load_operators(connection)}
    events = [Event(party_id, "reconciliation.finished", told) for party_id in sorted(parties)]
    await tell(connection, NO_BOOK, events)
    return number, False


async def _copy(
    connection: AsyncConnection, table: str, path: Path, columns: tuple[str, ...], number: int
) -> None:
    raw = await driver(connection)
    await raw.copy_to_table(
        table,
        schema_name="settlement",
        source=_numbered(path, number),
        columns=["reconciliation_id", *columns],
        format="csv",
        timeout=RECONCILE_TIMEOUT_SECONDS,
    )


async def _numbered(path: Path, number: int) -> AsyncIterator[bytes]:
    """The lines of the file, each with the number of the run before it."""
    prefix = f"{number},".encode()
    gathered = bytearray()
    with path.open("rb") as file:
        for line in file:
            gathered += prefix + line
            if len(gathered) >= CHUNK_BYTES:
                yield bytes(gathered)
                gathered.clear()
    if gathered:
        yield bytes(gathered)
