"""Whose pages may have the member pages in a frame: none, unless the brand has named them.

Locks: whoever sets the origins of a party holds an advisory lock of the party until the end. So two
at once do not add up to a list that nobody wanted.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

FRAME_ORIGINS_MAX = 10
FRAME_ORIGIN_LENGTH_MAX = 200
FRAME_ORIGIN_PATTERN = r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{1,4})?"
"""One exact origin. It stands in a header as it is, so it has no sign that means anything there."""

_TAKE_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('api.frame_origin', :party_id))")

_LOAD = text("SELECT origin FROM api.frame_origin WHERE party_id = :party_id ORDER BY origin")

_FORGET = text(
    "DELETE FROM api.frame_origin WHERE party_id = :party_id AND NOT origin = ANY(:origins)"
).bindparams(bindparam("origins", type_=ARRAY(TEXT)))

_ADD = text(
    """
    INSERT INTO api.frame_origin (party_id, origin)
    SELECT :party_id, unnest(:origins) ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("origins", type_=ARRAY(TEXT)))


async def load_frame_origins(connection: AsyncConnection, party_id: int) -> list[str]:
    """The origins that may frame the member pages of a brand. One round trip."""
    return list(await connection.scalars(_LOAD, {"party_id": party_id}))


async def set_frame_origins(
    connection: AsyncConnection, party_id: int, origins: Sequence[str]
) -> list[str]:
    """Let these origins frame the member pages of a brand, and no others. Four round trips."""
    assert len(origins) <= FRAME_ORIGINS_MAX, len(origins)
    wanted = {"party_id": party_id, "origins": sorted(set(origins))}
    await connection.execute(_TAKE_TURN, {"party_id": party_id})
    await connection.execute(_FORGET, wanted)
    await connection.execute(_ADD, wanted)
    return await load_frame_origins(connection, party_id)
