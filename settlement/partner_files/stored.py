"""Partners' files as they are kept: their bytes, packed, in parts.

A file is what it is: the same bytes of the same supplier are one file, whoever sends them again. Of
two that come at once, the unique key lets one in, and the other finds it. Nothing of a file ever
changes.
"""

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time
from settlement.partner_files.refusals import PartnerFileNotFound

PART_BYTES = 1024 * 1024
STORE_SECONDS_MAX = 300
PACKING_LEVEL = 1
"""The quickest. Tables shrink to a fifth by it."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a supplier. `replayed`: it was here before."""

    partner_file_id: int
    supplier_party_id: int
    sha256: bytes
    bytes: int
    received_at: datetime
    replayed: bool = False


_COLUMNS = "partner_file_id, supplier_party_id, sha256, bytes, received_at"

_ADD = text(
    f"""
    INSERT INTO settlement.partner_file (supplier_party_id, sha256, bytes)
    VALUES (:supplier_party_id, :sha256, :bytes)
    ON CONFLICT ON CONSTRAINT partner_file_sha256_key DO NOTHING
    RETURNING {_COLUMNS}
    """
)

_ADD_PART = text(
    """
    INSERT INTO settlement.partner_file_part (partner_file_id, part, packed)
    VALUES (:partner_file_id, :part, :packed)
    """
)

_FIND_SAME = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.partner_file
    WHERE supplier_party_id = :supplier_party_id AND sha256 = :sha256
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.partner_file WHERE partner_file_id = :partner_file_id
    """
)

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.partner_file
    WHERE (CAST(:supplier_party_id AS integer) IS NULL OR supplier_party_id = :supplier_party_id)
        AND partner_file_id > :after
    ORDER BY partner_file_id LIMIT :limit
    """
)

_PART = text(
    """
    SELECT packed FROM settlement.partner_file_part
    WHERE partner_file_id = :partner_file_id AND part = :part
    """
)


async def keep_file(
    connection: AsyncConnection, supplier_party_id: int, source: Path, sha256: bytes
) -> StoredFile:
    """Keep the bytes of a file, or find them if they are here."""
    await allow_time(connection, STORE_SECONDS_MAX)
    values: dict[str, object] = {
        "supplier_party_id": supplier_party_id,
        "sha256": sha256,
        "bytes": source.stat().st_size,
    }
    row = (await connection.execute(_ADD, values)).one_or_none()
    if row is None:
        return _stored((await connection.execute(_FIND_SAME, values)).one(), replayed=True)
    part = 0
    with source.open("rb") as stream:
        while piece := await asyncio.to_thread(stream.read, PART_BYTES):
            packed = await asyncio.to_thread(zlib.compress, piece, PACKING_LEVEL)
            where = {"partner_file_id": row.partner_file_id, "part": part, "packed": packed}
            await connection.execute(_ADD_PART, where)
            part += 1
    return _stored(row)


async def find_file(
    connection: AsyncConnection, supplier_party_id: int | None, partner_file_id: int
) -> StoredFile:
    """A file of this supplier, or of any if none is named. One round trip.

    Raises:
        PartnerFileNotFound: there is none.
    """
    found = await connection.execute(_FIND, {"partner_file_id": partner_file_id})
    row = found.one_or_none()
    if row is None or supplier_party_id not in {None, row.supplier_party_id}:
        raise PartnerFileNotFound(f"there is no file {partner_file_id}")
    return _stored(row)


async def list_files(
    connection: AsyncConnection, supplier_party_id: int | None, *, after: int, limit: int
) -> list[StoredFile]:
    """The files of this supplier, or of all, one after another. One round trip."""
    values = {"supplier_party_id": supplier_party_id, "after": after, "limit": limit}
    return [_stored(row) for row in await connection.execute(_LIST, values)]


async def parts_of(database: Database, file: StoredFile) -> AsyncIterator[bytes]:
    """The bytes of a file, a part at a time. No connection is held in between."""
    for part in range(-(-file.bytes // PART_BYTES)):
        values = {"partner_file_id": file.partner_file_id, "part": part}
        async with database.transaction() as connection:
            packed = (await connection.execute(_PART, values)).scalar_one()
        yield await asyncio.to_thread(zlib.decompress, packed)


async def write_file(database: Database, file: StoredFile, target: Path) -> None:
    """Write the bytes of a file to the disk, and make sure that they are the same."""
    digest = hashlib.sha256()
    with target.open("wb") as output:
        async for piece in parts_of(database, file):
            digest.update(piece)
            await asyncio.to_thread(output.write, piece)
    assert digest.digest() == file.sha256, f"file {file.partner_file_id} is not what it was"


def _stored(row: Row[Any], *, replayed: bool = False) -> StoredFile:
    return StoredFile(
        row.partner_file_id,
        row.supplier_party_id,
        bytes(row.sha256),
        row.bytes,
        row.received_at,
        replayed,
    )
