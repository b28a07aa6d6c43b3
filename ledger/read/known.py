"""Which keys have an answer already."""

from collections.abc import Collection

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

_KNOWN = text(
    "SELECT key FROM ledger.operation WHERE book_id = :book_id AND key = ANY(:keys)"
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))


async def known_keys(
    connection: AsyncConnection, book_id: int, keys: Collection[str]
) -> frozenset[str]:
    """Those of the keys under which an operation was stored, accepted or refused. One round trip.

    Without a lock: an operation under way is not seen.
    """
    rows = await connection.execute(_KNOWN, {"book_id": book_id, "keys": list(keys)})
    return frozenset(rows.scalars())
