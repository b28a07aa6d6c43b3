"""Files that wait to be reconciled, and whose turn it is.

Requests add uploads and say all the time that they still want them. Workers take one at a time and
say all the time that they are still at it. Whoever falls silent is gone: an upload that nobody
wants is dropped, and one whose worker is gone is taken again. Instants are those of the database.

Adding and taking count rows. So both first take one advisory lock, which is held for a few
statements. All other statements here change one row each.

| what happens | what follows |
|---|---|
| the client leaves | nobody wants the upload any more, its worker stops and gives it back |
| another request has the same key | both want one upload, and both get its outcome |
| the worker dies | the lease ends, and another worker takes the upload |
| the worker only seemed dead | its lease is another's, so it can neither go on nor end the upload |
| the worker dies after the run was stored | the next one finds that run by its inputs |
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, Refusal
from ledger.idempotency import KeyReused
from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.refusals import refusal_of
from settlement.reconcile.runs import Result, read_result

UPLOADS_PER_PARTY_MAX = 3
"""The most files of one party that wait or are worked on. One of them is worked on at a time."""
UPLOADS_AT_WORK_MAX = 2
"""The most files that are worked on at once, in all processes."""
WANTED_SECONDS = 10
"""An upload is dropped when nobody has asked for it for so long."""
LEASE_SECONDS = 15
"""An upload is taken again when its worker has been silent for so long."""
RETRY_AFTER_SECONDS = 5


class TooManyUploads(Refusal):
    """The party has its share of files to reconcile at the service. Nothing was done with this one.

    Retry-After says when to try again.
    """

    code: ClassVar[str] = "too-many-uploads"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many files wait to be reconciled."
    is_transient: ClassVar[bool] = True

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, retry_after_seconds=RETRY_AFTER_SECONDS)


_IS_OPEN = "(file IS NOT NULL OR partner_file_id IS NOT NULL)"
"""A file comes with its upload, or was kept before. Neither is named once the work has ended."""


class UploadFailed(Exception):
    """The work on an upload failed, and not by the file's fault."""


# An instant further ahead than the longest lease was set while the database's clock was wrong. It
# counts as over.
_IS_HELD = f"""leased_until BETWEEN clock_timestamp()
        AND clock_timestamp() + interval '{LEASE_SECONDS} seconds'"""
_IS_WANTED = f"""wanted_until BETWEEN clock_timestamp()
        AND clock_timestamp() + interval '{WANTED_SECONDS} seconds'"""

_TAKE_TURN = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('settlement.upload', 0))
    """
)

_DROP = text(
    f"""
    DELETE FROM settlement.upload
    WHERE NOT ({_IS_WANTED}) AND ({_IS_HELD}) IS NOT TRUE
    """
)

_SAME_KEY = text(
    """
    SELECT upload_id, fingerprint FROM settlement.upload WHERE party_id = :party_id AND key = :key
    """
)

_COUNT = text(
    f"""
    SELECT count(*) FROM settlement.upload WHERE party_id = :party_id AND {_IS_OPEN}
    """
)

_ADD = text(
    f"""
    INSERT INTO settlement.upload
        (party_id, key, fingerprint, supplier_party_id, month, file, partner_file_id, mapping,
        wanted_until)
    VALUES (:party_id, :key, :fingerprint, :supplier_party_id, :month, :file, :partner_file_id,
        CAST(:mapping AS jsonb),
        clock_timestamp() + interval '{WANTED_SECONDS} seconds')
    RETURNING upload_id
    """
)

_WANT = text(
    f"""
    UPDATE settlement.upload
    SET wanted_until = clock_timestamp() + interval '{WANTED_SECONDS} seconds'
    WHERE upload_id = :upload_id
    RETURNING {_IS_OPEN} AS is_open
    """
)

_OUTCOME = text(
    f"""
    SELECT supplier_party_id, reconciliation_id, refusal FROM settlement.upload
    WHERE party_id = :party_id AND key = :key AND fingerprint = :fingerprint
      AND NOT {_IS_OPEN}
    """
)

_TAKE = text(
    f"""
    UPDATE settlement.upload
    SET lease = gen_random_uuid(),
        leased_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
    WHERE upload_id = (
        SELECT waiting.upload_id FROM settlement.upload AS waiting
        WHERE {_IS_OPEN} AND waiting.{_IS_WANTED}
          AND (waiting.{_IS_HELD}) IS NOT TRUE
          AND NOT EXISTS (
            SELECT FROM settlement.upload AS other
            WHERE other.party_id = waiting.party_id AND other.{_IS_HELD}
          )
          AND (
            SELECT count(*) FROM settlement.upload AS taken WHERE taken.{_IS_HELD}
          ) < {UPLOADS_AT_WORK_MAX}
        ORDER BY waiting.upload_id LIMIT 1
    )
    RETURNING upload_id, supplier_party_id, month, file, partner_file_id, mapping, lease,
        recorded_by,
        clock_timestamp() AS taken_at
    """
)

_KEEP = text(
    f"""
    UPDATE settlement.upload
    SET leased_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
    WHERE upload_id = :upload_id AND lease = :lease AND {_IS_WANTED}
    RETURNING upload_id
    """
)

_GIVE_BACK = text(
    """
    UPDATE settlement.upload SET lease = NULL, leased_until = NULL
    WHERE upload_id = :upload_id AND lease = :lease
    """
)

_END = text(
    """
    UPDATE settlement.upload
    SET file = NULL, partner_file_id = NULL, lease = NULL, leased_until = NULL,
        reconciliation_id = :reconciliation_id,
        refusal = CAST(:refusal AS jsonb)
    WHERE upload_id = :upload_id AND lease = :lease
    """
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which file reconciled, and under which idempotency key."""

    party_id: int
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that a worker has taken. It has its file, or names one that is kept."""

    upload_id: int
    supplier_party_id: int
    month: str | None
    file: bytes | None
    partner_file_id: int | None
    mapping: FileMapping | None
    lease: UUID
    recorded_by: int | None
    taken_at: datetime


async def add_upload(
    database: Database,
    wish: Wish,
    *,
    supplier_party_id: int,
    month: str | None,
    file: bytes | int,
    mapping: FileMapping | None = None,
    actor: int | None = None,
) -> int:
    """Add a file to those that wait, or join the one that has the same key.

    `file` is its bytes, or the number of one that is kept.

    What comes of it names the `actor`.

    Raises:
        KeyReused: the file that waits under this key came with another request.
        TooManyUploads: the party has its share of files here.
    """
    where = {"party_id": wish.party_id, "key": wish.key}
    async with database.transaction(actor=actor) as connection:
        await connection.execute(_TAKE_TURN)
        await connection.execute(_DROP)
        same = (await connection.execute(_SAME_KEY, where)).one_or_none()
        if same is not None:
            if bytes(same.fingerprint) != wish.fingerprint:
                raise KeyReused(f"key {wish.key!r} was first used with another request")
            upload_id: int = same.upload_id
            await connection.execute(_WANT, {"upload_id": upload_id})
            return upload_id
        if (await connection.execute(_COUNT, where)).scalar_one() >= UPLOADS_PER_PARTY_MAX:
            raise TooManyUploads(f"{UPLOADS_PER_PARTY_MAX} files of this party wait already")
        added = await connection.execute(
            _ADD,
            {
                **where,
                "fingerprint": wish.fingerprint,
                "supplier_party_id": supplier_party_id,
                "month": month,
                "file": file if isinstance(file, bytes) else None,
                "partner_file_id": file if isinstance(file, int) else None,
                "mapping": mapping and orjson.dumps(mapping.document()).decode(),
            },
        )
        new_id: int = added.scalar_one()
    return new_id


async def is_upload_open(database: Database, upload_id: int) -> bool:
    """Say that an upload is still wanted. False if its work has ended, or if it is not there."""
    async with database.transaction() as connection:
        wanted = await connection.execute(_WANT, {"upload_id": upload_id})
        row = wanted.one_or_none()
    return row is not None and row.is_open


async def find_outcome(connection: AsyncConnection, wish: Wish) -> Result | None:
    """What came of an upload. None if it is still open, or is not there.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: lines of the file are at fault.
        UploadFailed: the work failed.
    """
    row = (
        await connection.execute(
            _OUTCOME,
            {"party_id": wish.party_id, "key": wish.key, "fingerprint": wish.fingerprint},
        )
    ).one_or_none()
    if row is None:
        return None
    if row.refusal is not None:
        raise refusal_of(row.refusal)
    if row.reconciliation_id is None:
        raise UploadFailed
    return await read_result(
        connection, row.supplier_party_id, row.reconciliation_id, replayed=True
    )


async def take_upload(database: Database) -> Upload | None:
    """Take the file that has waited longest. None if there is none, or if enough is at work."""
    async with database.transaction() as connection:
        await connection.execute(_TAKE_TURN)
        await connection.execute(_DROP)
        row = (await connection.execute(_TAKE)).one_or_none()
    if row is None:
        return None
    fields = {
        **row._mapping,  # noqa: SLF001 - its name avoids columns'
        "file": row.file and bytes(row.file),
        "mapping": row.mapping and FileMapping.of_document(row.mapping),
    }
    return Upload(**fields)


async def keep_upload(database: Database, upload: Upload) -> bool:
    """Say that the work goes on. False if nobody wants it any more, or if it is another's now."""
    async with database.transaction() as connection:
        kept = await connection.execute(_KEEP, _lease(upload))
        return kept.one_or_none() is not None


async def give_back(database: Database, upload: Upload) -> None:
    """Leave an upload to others. Should nobody want it, it is dropped."""
    async with database.transaction() as connection:
        await connection.execute(_GIVE_BACK, _lease(upload))


async def end_upload(database: Database, upload: Upload, outcome: Result | Refusal | None) -> None:
    """Say what came of an upload: nothing if the work failed. Its file is not needed any more."""
    refusal = outcome.document() if isinstance(outcome, Refusal) else None
    result = outcome if isinstance(outcome, Result) else None
    async with database.transaction() as connection:
        await connection.execute(
            _END,
            {
                **_lease(upload),
                "reconciliation_id": result and result.reconciliation_id,
                "refusal": refusal and orjson.dumps(refusal).decode(),
            },
        )


def _lease(upload: Upload) -> dict[str, object]:
    return {"upload_id": upload.upload_id, "lease": upload.lease}
