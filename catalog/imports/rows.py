"""What became of the rows of an import, as it is stored.

A worker writes only under its lease: the first statement of each transaction changes the import,
and finds nothing if the lease is another's by now. Then all of the transaction is undone.

The rows of a chunk, what became of them and how far the import has come are committed together. So
whoever goes on after a crash begins with the first row of which nothing was done.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import require_page
from catalog.imports.job import Import, State, Taken
from catalog.imports.judge import KEYS_KEPT, JudgedRow
from ledger import Refusal

Status = Literal["created", "updated", "unchanged", "rejected"]
STATUSES: tuple[Status, ...] = get_args(Status)
INSERT_ROWS_MAX = 5_000
"""The most rows of one statement."""


class LeaseLost(Exception):
    """The import is another worker's by now, or was cancelled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row. A rejected one has a `code`, and often one of our columns."""

    status: Status
    code: str | None = None
    column: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RowOutcome(Outcome):
    """The outcome with the line of its row, and its key where it names nobody."""

    line: int = 0
    key: str | None = None


_CHECKED = text(
    """
    UPDATE catalog.import_job
    SET file = CAST(:file AS jsonb), rows_read = :rows_read, created = :created,
        updated = :updated, unchanged = :unchanged, rejected = :rejected, line_done = 0
    WHERE import_id = :import_id AND lease = :lease AND state = 'received'
    RETURNING import_id
    """
)

_BEGIN = text(
    """
    UPDATE catalog.import_job
    SET state = 'applying', created = 0, updated = 0, unchanged = 0, rejected = 0, line_done = 0
    WHERE import_id = :import_id AND lease = :lease AND state = 'received'
    RETURNING import_id
    """
)

_PROGRESS = text(
    """
    UPDATE catalog.import_job
    SET line_done = :line_done, created = created + :created, updated = updated + :updated,
        unchanged = unchanged + :unchanged, rejected = rejected + :rejected
    WHERE import_id = :import_id AND lease = :lease AND state = 'applying'
        AND line_done < :line_done
    RETURNING import_id
    """
)

_END = text(
    """
    UPDATE catalog.import_job
    SET state = :state, refusal = CAST(:refusal AS jsonb), sealed_mended = :sealed_mended,
        sealed_file = CASE WHEN :state = 'checked' THEN sealed_file END, lease = NULL,
        leased_until = NULL, ended_at = clock_timestamp()
    WHERE import_id = :import_id AND lease = :lease
    RETURNING import_id
    """
)

_HOLD = text(
    """
    SELECT import_id FROM catalog.import_job
    WHERE import_id = :import_id AND lease = :lease AND state = 'applying'
    FOR NO KEY UPDATE
    """
)

_KEPT = text(
    """
    SELECT line, status, code, column_name AS "column", detail FROM catalog.import_row
    WHERE import_id = :import_id AND line BETWEEN :first AND :last
    """
)

_DROP = text(
    """
    DELETE FROM catalog.import_row
    WHERE import_id = :import_id AND line = ANY (CAST(:lines AS integer[]))
    """
)

_FORGET = text("DELETE FROM catalog.import_row WHERE import_id = :import_id")

_FORGET_OLD = text(
    """
    WITH old AS (
        UPDATE catalog.import_job SET sealed_mended = NULL, sealed_file = NULL
        WHERE ended_at < clock_timestamp() - make_interval(days => :days)
            AND (sealed_mended IS NOT NULL OR sealed_file IS NOT NULL)
        RETURNING import_id
    )
    DELETE FROM catalog.import_row WHERE import_id IN (
        SELECT import_id FROM catalog.import_job
        WHERE ended_at < clock_timestamp() - make_interval(days => :days)
    )
    """
)

_STORE = text(
    """
    INSERT INTO catalog.import_row (import_id, line, key, status, code, column_name, detail)
    SELECT :import_id, given.*
    FROM unnest(
        CAST(:lines AS integer[]), CAST(:keys AS text[]), CAST(:statuses AS text[]),
        CAST(:codes AS text[]), CAST(:columns AS text[]), CAST(:details AS text[])
    ) AS given
    """
)

_PAGE = text(
    """
    SELECT line, key, status, code, column_name AS "column", detail FROM catalog.import_row
    WHERE import_id = :import_id AND line > :after
        AND (CAST(:status AS text) IS NULL OR status = :status)
    ORDER BY line LIMIT :limit
    """
)

_MENDED = text("SELECT sealed_mended FROM catalog.import_job WHERE import_id = :import_id")


async def end_check(
    connection: AsyncConnection,
    taken: Taken,
    file: Mapping[str, Any],
    counted: Counter[Status],
    rejected: Sequence[tuple[JudgedRow, Outcome]],
) -> None:
    """Store what the check of a file has found: the counts, and the rows that are rejected.

    Raises:
        LeaseLost: the import is another's.
    """
    values = {
        **_lease(taken),
        "file": orjson.dumps(file).decode(),
        "rows_read": counted.total(),
        **_counted(counted),
    }
    await _changed(connection, _CHECKED, values)
    await connection.execute(_FORGET, {"import_id": taken.job.import_id})
    await _store(connection, taken.job, rejected)


async def begin_applying(connection: AsyncConnection, taken: Taken) -> None:
    """From now on rows are applied.

    Raises:
        LeaseLost: the import is another's.
    """
    await _changed(connection, _BEGIN, _lease(taken))
    await connection.execute(_FORGET, {"import_id": taken.job.import_id})


async def store_chunk(
    connection: AsyncConnection,
    taken: Taken,
    rows: Sequence[JudgedRow],
    outcomes: Sequence[Outcome],
) -> None:
    """Store what became of the next rows.

    Raises:
        LeaseLost: the import is another's, or it has come further already.
    """
    await advance(connection, taken, rows, outcomes)
    await keep_rows(connection, taken, rows, outcomes)


async def load_kept(
    connection: AsyncConnection, taken: Taken, rows: Sequence[JudgedRow]
) -> dict[int, Outcome]:
    """What became of those of the next rows that are kept, by their lines.

    Nobody else works on the import until the transaction ends.

    Raises:
        LeaseLost: the import is another's.
    """
    await _changed(connection, _HOLD, _lease(taken))
    where = {"import_id": taken.job.import_id, "first": rows[0].line, "last": rows[-1].line}
    return {
        row.line: Outcome(row.status, row.code, row.column, row.detail)
        for row in await connection.execute(_KEPT, where)
    }


async def keep_rows(
    connection: AsyncConnection,
    taken: Taken,
    rows: Sequence[JudgedRow],
    outcomes: Sequence[Outcome],
) -> None:
    """Store what became of rows. How far the import has come stays as it is."""
    await _store(connection, taken.job, list(zip(rows, outcomes, strict=True)))


async def correct_rows(
    connection: AsyncConnection,
    taken: Taken,
    rows: Sequence[JudgedRow],
    outcomes: Sequence[Outcome],
) -> None:
    """Store what became of rows of which something else is kept."""
    if rows:
        lines = [row.line for row in rows]
        await connection.execute(_DROP, {"import_id": taken.job.import_id, "lines": lines})
        await keep_rows(connection, taken, rows, outcomes)


async def advance(
    connection: AsyncConnection,
    taken: Taken,
    rows: Sequence[JudgedRow],
    outcomes: Sequence[Outcome],
) -> None:
    """Say that the next rows are done.

    Raises:
        LeaseLost: the import is another's, or it has come further already.
    """
    values = {**_lease(taken), "line_done": rows[-1].line, **_counts(outcomes)}
    await _changed(connection, _PROGRESS, values)


async def end_import(
    connection: AsyncConnection,
    taken: Taken,
    state: State,
    *,
    refusal: Refusal | None = None,
    sealed_mended: bytes | None = None,
) -> None:
    """Say what came of an import. Its file is not needed any more, unless it was only checked.

    Raises:
        LeaseLost: the import is another's.
    """
    document = None if refusal is None else orjson.dumps(refusal.document()).decode()
    values = {
        **_lease(taken),
        "state": state,
        "refusal": document,
        "sealed_mended": sealed_mended,
    }
    await _changed(connection, _END, values)


async def list_rows(
    connection: AsyncConnection,
    import_id: int,
    *,
    status: Status | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[RowOutcome]:
    """A page of what became of the rows, by their lines. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    values = {"import_id": import_id, "status": status, "after": after, "limit": limit}
    return [RowOutcome(**row) for row in (await connection.execute(_PAGE, values)).mappings()]


async def find_mended(connection: AsyncConnection, import_id: int) -> bytes | None:
    """The rejected rows as a file to mend, still sealed. One round trip."""
    found = await connection.scalar(_MENDED, {"import_id": import_id})
    return None if found is None else bytes(found)


async def forget_old_rows(connection: AsyncConnection, days: int) -> None:
    """Forget what became of single rows so many days after their import ended."""
    await connection.execute(_FORGET_OLD, {"days": days})


async def _changed(
    connection: AsyncConnection, statement: Any, values: Mapping[str, object]
) -> None:
    if (await connection.execute(statement, values)).one_or_none() is None:
        raise LeaseLost


async def _store(
    connection: AsyncConnection, job: Import, pairs: Sequence[tuple[JudgedRow, Outcome]]
) -> None:
    is_kept = job.kind in KEYS_KEPT
    for start in range(0, len(pairs), INSERT_ROWS_MAX):
        part = pairs[start : start + INSERT_ROWS_MAX]
        values = {
            "import_id": job.import_id,
            "lines": [row.line for row, _ in part],
            "keys": [row.key if is_kept and row.values else None for row, _ in part],
            "statuses": [outcome.status for _, outcome in part],
            "codes": [outcome.code for _, outcome in part],
            "columns": [outcome.column for _, outcome in part],
            "details": [outcome.detail for _, outcome in part],
        }
        await connection.execute(_STORE, values)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return _counted(Counter(outcome.status for outcome in outcomes))


def _counted(counter: Counter[Status]) -> dict[str, int]:
    return {status: counter[status] for status in STATUSES}


def _lease(taken: Taken) -> dict[str, object]:
    return {"import_id": taken.job.import_id, "lease": taken.lease}
