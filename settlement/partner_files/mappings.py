"""Saved mappings: how the files of a party are to be read, by name. Presets are everybody's."""

import re

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import CODE_LENGTH_MAX, SLUG_PATTERN
from settlement.partner_files.mapping import FileMapping, require_mapping
from settlement.partner_files.presets import PRESETS
from settlement.partner_files.refusals import MappingInvalid, MappingNotFound

MAPPINGS_PER_PARTY_MAX = 100

_NAME = re.compile(SLUG_PATTERN)

_PUT = text(
    """
    INSERT INTO settlement.file_mapping (party_id, name, document)
    VALUES (:party_id, :name, CAST(:document AS jsonb))
    ON CONFLICT (party_id, name) DO UPDATE
    SET document = excluded.document, changed_at = excluded.changed_at,
        recorded_by = excluded.recorded_by
    """
)

_COUNT_OTHERS = text(
    """
    SELECT count(*) FROM settlement.file_mapping WHERE party_id = :party_id AND name <> :name
    """
)

_FIND = text(
    """
    SELECT document FROM settlement.file_mapping WHERE party_id = :party_id AND name = :name
    """
)

_LIST = text(
    """
    SELECT name, document FROM settlement.file_mapping WHERE party_id = :party_id
    ORDER BY name COLLATE "C"
    """
)


async def save_mapping(
    connection: AsyncConnection, party_id: int, name: str, mapping: FileMapping
) -> None:
    """Save a mapping under a name, in place of the one that has it. Two round trips.

    Raises:
        MappingInvalid: the mapping or its name is not valid, or the party has too many others.
    """
    if len(name) > CODE_LENGTH_MAX or _NAME.fullmatch(name) is None:
        raise MappingInvalid(
            f"a mapping is named by lower-case letters, digits and hyphens, at most"
            f" {CODE_LENGTH_MAX} characters",
            field="name",
        )
    if name in PRESETS:
        raise MappingInvalid(f"{name} is a preset, which stays as it is", field="name")
    require_mapping(mapping)
    where: dict[str, object] = {"party_id": party_id, "name": name}
    if (await connection.execute(_COUNT_OTHERS, where)).scalar_one() >= MAPPINGS_PER_PARTY_MAX:
        raise MappingInvalid(f"a party has at most {MAPPINGS_PER_PARTY_MAX} mappings")
    await connection.execute(_PUT, {**where, "document": orjson.dumps(mapping.document()).decode()})


async def find_mapping(connection: AsyncConnection, party_id: int, name: str) -> FileMapping:
    """The party's mapping with this name, or the preset. One round trip.

    Raises:
        MappingNotFound: there is none.
    """
    if name in PRESETS:
        return PRESETS[name]
    found = await connection.execute(_FIND, {"party_id": party_id, "name": name})
    row = found.one_or_none()
    if row is None:
        raise MappingNotFound(f"there is no mapping {name}")
    return FileMapping.of_document(row.document)


async def list_mappings(connection: AsyncConnection, party_id: int) -> dict[str, FileMapping]:
    """The presets and the party's own mappings, by their names. One round trip."""
    rows = await connection.execute(_LIST, {"party_id": party_id})
    return {**PRESETS, **{row.name: FileMapping.of_document(row.document) for row in rows}}
