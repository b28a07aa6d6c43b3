"""Imports as they are stored, and whose turn it is.

A file that comes again is the same import: its identity is the SHA-256 of its bytes and of how they
are to be read. Requests add imports. Workers take one at a time, and say all the time that they are
still at it. Who falls silent is gone, and another worker goes on where the last transaction ended.
Instants are those of the database.

Adding and taking count rows. So both first take one advisory lock, which is held for a few
statements. All other statements here change one row each, and only while its lease is the worker's.

| what happens | what follows |
|---|---|
| the same file comes while it waits or is worked on | both are one import |
| it comes again after it was refused or only checked | it is checked again |
| it comes again after it is done | nothing is done: the answer is what came of it |
| the worker dies | the lease ends, and another worker goes on after the last chunk |
| the worker only seemed dead | its lease is another's, so its next transaction is rolled back |
| somebody cancels it | its worker stops before the next chunk; what was applied stays |
"""

import hashlib
from datetime import datetime

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import is_whole
from catalog.identifiers import IDENTIFIER_MAX, new_identifier
from catalog.imports.job import (
    IMPORT_FIELDS,
    Import,
    ImportCancelled,
    ImportNotFound,
    ImportStep,
    Taken,
    TooManyImports,
    Wish,
    about_file,
    import_of,
)
from catalog.party_keys import PartyKey
from ledger import Database

IMPORTS_PER_PARTY_MAX = 3
"""The most files of one party that wait or are worked on. One of them is worked on at a time."""
IMPORTS_AT_WORK_MAX = 2
"""The most files that are worked on at once, in all processes."""
LEASE_SECONDS = 15
"""An import is taken again when its worker has been silent for so long."""
ROWS_KEPT_DAYS = 30
"""How long it is known what became of each row, and the rejected ones can be fetched."""

_COLUMNS = ", ".join(IMPORT_FIELDS)
_IS_OPEN = "state IN ('received', 'applying')"
# An instant further ahead than the longest lease was set while the database's clock was wrong. It
# counts as over.
_IS_HELD = f"""leased_until BETWEEN clock_timestamp()
        AND clock_timestamp() + interval '{LEASE_SECONDS} seconds'"""

_TAKE_TURN = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('catalog.import_job', 0))
    """
)

_SAME = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.import_job
    WHERE party_id = :party_id AND kind = :kind AND identity = :identity
    """
)

_COUNT = text(
    f"""
    SELECT count(*) FROM catalog.import_job WHERE party_id = :party_id AND {_IS_OPEN}
    """
)

_ADD = text(
    f"""
    INSERT INTO catalog.import_job (
        import_id, party_id, kind, identity, sha256, offer_id, options, may_apply,
        accept_partial, state, sealed_file
    )
    VALUES (
        :import_id, :party_id, :kind, :identity, :sha256, :offer_id,
        CAST(:options AS jsonb), :may_apply, :accept_partial, 'received', :sealed_file
    )
    RETURNING {_COLUMNS}
    """
)

_AGAIN = text(
    f"""
    UPDATE catalog.import_job
    SET state = 'received', may_apply = :may_apply, accept_partial = :accept_partial,
        sealed_file = :sealed_file, sealed_mended = NULL, refusal = NULL,
        line_done = 0, ended_at = NULL, received_at = clock_timestamp(),
        recorded_by = nullif(current_setting('comity.actor', true), '')::integer
    WHERE import_id = :import_id
    RETURNING {_COLUMNS}
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.import_job
    WHERE party_id = :party_id AND import_id = :import_id
    """
)

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.import_job
    WHERE party_id = :party_id AND (
        CAST(:at AS timestamptz) IS NULL OR (received_at, import_id) < (:at, :number)
    )
    ORDER BY received_at DESC, import_id DESC LIMIT :limit
    """
)

_LOCK = text(
    f"""
    SELECT {_COLUMNS}, sealed_file IS NOT NULL AS has_file FROM catalog.import_job
    WHERE party_id = :party_id AND import_id = :import_id
    FOR NO KEY UPDATE
    """
)

_APPLY = text(
    f"""
    UPDATE catalog.import_job
    SET state = 'received', may_apply = true, accept_partial = :accept_partial,
        ended_at = NULL,
        recorded_by = nullif(current_setting('comity.actor', true), '')::integer
    WHERE import_id = :import_id
    RETURNING {_COLUMNS}
    """
)

_CANCEL = text(
    f"""
    UPDATE catalog.import_job
    SET state = 'refused', refusal = CAST(:refusal AS jsonb), sealed_file = NULL, lease = NULL,
        leased_until = NULL, ended_at = clock_timestamp()
    WHERE import_id = :import_id
    RETURNING {_COLUMNS}
    """
)

_TAKE = text(
    f"""
    UPDATE catalog.import_job
    SET lease = gen_random_uuid(),
        leased_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
    WHERE import_id = (
        SELECT waiting.import_id FROM catalog.import_job AS waiting
        WHERE waiting.{_IS_OPEN} AND (waiting.{_IS_HELD}) IS NOT TRUE
          AND (CAST(:import_id AS bigint) IS NULL OR waiting.import_id = :import_id)
          AND NOT EXISTS (
            SELECT FROM catalog.import_job AS other
            WHERE other.party_id = waiting.party_id AND other.{_IS_HELD}
          )
          AND (
            SELECT count(*) FROM catalog.import_job AS taken WHERE taken.{_IS_HELD}
          ) < {IMPORTS_AT_WORK_MAX}
        ORDER BY waiting.received_at, waiting.import_id LIMIT 1
    )
    RETURNING {_COLUMNS}, party_id, lease, sealed_file, recorded_by
    """
)

_KEEP = text(
    f"""
    UPDATE catalog.import_job
    SET leased_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
    WHERE import_id = :import_id AND lease = :lease AND {_IS_OPEN}
    RETURNING import_id
    """
)

_GIVE_BACK = text(
    """
    UPDATE catalog.import_job SET lease = NULL, leased_until = NULL
    WHERE import_id = :import_id AND lease = :lease
    """
)


async def add_import(
    connection: AsyncConnection, party_id: int, wish: Wish, key: PartyKey
) -> Import:
    """Add a file to those that wait, or find the import that it is already.

    Raises:
        TooManyImports: the party has its share of files here.
    """
    identity = wish.identity()
    where = {"party_id": party_id, "kind": wish.kind, "identity": identity}
    await connection.execute(_TAKE_TURN)
    row = (await connection.execute(_SAME, where)).mappings().one_or_none()
    same = None if row is None else import_of(row)
    if same is not None and same.state not in {"checked", "refused"}:
        return same
    if (await connection.execute(_COUNT, where)).scalar_one() >= IMPORTS_PER_PARTY_MAX:
        raise TooManyImports(f"{IMPORTS_PER_PARTY_MAX} files of this party wait already")
    import_id = new_identifier() if same is None else same.import_id
    values = {
        **where,
        "import_id": import_id,
        "sha256": hashlib.sha256(wish.file).digest(),
        "offer_id": wish.offer_id,
        "options": orjson.dumps(wish.options).decode(),
        "may_apply": wish.may_apply,
        "accept_partial": wish.accept_partial,
        "sealed_file": key.seal(wish.file, about_file(import_id)),
    }
    statement = _ADD if same is None else _AGAIN
    return import_of((await connection.execute(statement, values)).mappings().one())


async def find_import(connection: AsyncConnection, party_id: int, import_id: int) -> Import:
    """An import of the party, or ImportNotFound. One round trip."""
    _require_id(import_id)
    values = {"party_id": party_id, "import_id": import_id}
    row = (await connection.execute(_FIND, values)).mappings().one_or_none()
    if row is None:
        raise ImportNotFound(f"there is no import {import_id}")
    return import_of(row)


async def list_imports(
    connection: AsyncConnection,
    party_id: int,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[Import]:
    """A party's imports, those that were received last first. One round trip.

    `before` is the instant and the id of the last one of the page before.
    """
    at, number = (None, 0) if before is None else before
    values = {"party_id": party_id, "at": at, "number": number, "limit": limit}
    return [import_of(row) for row in (await connection.execute(_LIST, values)).mappings()]


async def apply_import(
    connection: AsyncConnection,
    party_id: int,
    import_id: int,
    *,
    accept_partial: bool,
) -> Import:
    """Let an import that was checked be applied. It is checked once more before.

    Raises:
        ImportNotFound: the party has none of this id.
        ImportStep: it was refused, or it has rejected rows and `accept_partial` is not said.
    """
    job, has_file = await _lock(connection, party_id, import_id)
    if job.state in {"received", "applying", "done"} and job.may_apply:
        return job
    if not has_file or job.state == "refused":
        raise ImportStep(f"the import is {job.state}: send the file again")
    if job.state == "checked" and job.rejected and not accept_partial:
        raise ImportStep(
            f"{job.rejected} rows are rejected: mend them, or say accept_partial",
            rejected=job.rejected,
        )
    values = {
        "import_id": import_id,
        "accept_partial": accept_partial,
    }
    return import_of((await connection.execute(_APPLY, values)).mappings().one())


async def cancel_import(connection: AsyncConnection, party_id: int, import_id: int) -> Import:
    """Stop an import. What was applied of it stays. If it has ended already, nothing changes.

    Raises:
        ImportNotFound: the party has none of this id.
    """
    job, _ = await _lock(connection, party_id, import_id)
    if job.state in {"done", "refused"}:
        return job
    refusal = ImportCancelled("somebody of the party has cancelled it").document()
    values = {"import_id": import_id, "refusal": orjson.dumps(refusal).decode()}
    return import_of((await connection.execute(_CANCEL, values)).mappings().one())


async def take_import(database: Database, import_id: int | None = None) -> Taken | None:
    """Take the file that has waited longest, or this one. None if there is none to take."""
    async with database.transaction() as connection:
        await connection.execute(_TAKE_TURN)
        found = await connection.execute(_TAKE, {"import_id": import_id})
        row = found.mappings().one_or_none()
    if row is None:
        return None
    return Taken(
        import_of(row), row["party_id"], row["lease"], bytes(row["sealed_file"]), row["recorded_by"]
    )


async def keep_import(database: Database, taken: Taken) -> bool:
    """Say that the work goes on. False if it was cancelled, or if it is another's now."""
    async with database.transaction() as connection:
        kept = await connection.execute(_KEEP, lease_of(taken))
        return kept.one_or_none() is not None


async def give_back(database: Database, taken: Taken) -> None:
    """Leave an import to others."""
    async with database.transaction() as connection:
        await connection.execute(_GIVE_BACK, lease_of(taken))


def lease_of(taken: Taken) -> dict[str, object]:
    """The import and the lease under which it is changed."""
    return {"import_id": taken.job.import_id, "lease": taken.lease}


async def _lock(connection: AsyncConnection, party_id: int, import_id: int) -> tuple[Import, bool]:
    _require_id(import_id)
    values = {"party_id": party_id, "import_id": import_id}
    row = (await connection.execute(_LOCK, values)).mappings().one_or_none()
    if row is None:
        raise ImportNotFound(f"there is no import {import_id}")
    return import_of(row), row["has_file"]


def _require_id(import_id: int) -> None:
    if not is_whole(import_id, 1, IDENTIFIER_MAX):
        raise ImportNotFound(f"there is no import {import_id}")
