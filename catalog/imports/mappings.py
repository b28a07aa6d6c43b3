"""Saved mappings: how the files of a party are to be read, by name."""

import re
from typing import ClassVar

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import CODE_LENGTH_MAX, SLUG_PATTERN
from catalog.imports.headings import FileMapping, Kind, MappingInvalid, require_mapping
from ledger import Refusal

_NAME = re.compile(SLUG_PATTERN)


class MappingNotFound(Refusal):
    """The party has saved no mapping with this name, or it is for another kind of file."""

    code: ClassVar[str] = "import-mapping-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such mapping of columns."


_PUT = text(
    """
    INSERT INTO catalog.import_mapping (party_id, kind, name, document)
    VALUES (:party_id, :kind, :name, CAST(:document AS jsonb))
    ON CONFLICT (party_id, name) DO UPDATE
    SET kind = excluded.kind, document = excluded.document, changed_at = excluded.changed_at,
        recorded_by = excluded.recorded_by
    """
)

_FIND = text(
    """
    SELECT kind, document FROM catalog.import_mapping
    WHERE party_id = :party_id AND name = :name
    """
)


async def save_mapping(
    connection: AsyncConnection, party_id: int, kind: Kind, name: str, mapping: FileMapping
) -> None:
    """Save a mapping under a name, in place of the one that has it. One round trip.

    Raises:
        MappingInvalid: the mapping, or its name, is not valid.
    """
    if len(name) > CODE_LENGTH_MAX or _NAME.fullmatch(name) is None:
        raise MappingInvalid(
            f"a mapping is named by lower-case letters, digits and hyphens, at most"
            f" {CODE_LENGTH_MAX} characters",
            field="name",
        )
    require_mapping(kind, mapping)
    values = {
        "party_id": party_id,
        "kind": kind,
        "name": name,
        "document": orjson.dumps(mapping.document()).decode(),
    }
    await connection.execute(_PUT, values)


async def find_mapping(
    connection: AsyncConnection, party_id: int, name: str
) -> tuple[Kind, FileMapping]:
    """The mapping with this name and its kind, or MappingNotFound. One round trip."""
    values = {"party_id": party_id, "name": name}
    row = (await connection.execute(_FIND, values)).one_or_none()
    if row is None:
        raise MappingNotFound(f"there is no mapping {name}")
    return row.kind, FileMapping.of_document(row.document)
