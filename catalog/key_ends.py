"""API keys that end soon, so that their parties are told in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.tables import api_key


@dataclass(frozen=True, slots=True)
class EndingKey:
    """A key that holds until a stated instant."""

    key_id: int
    party_id: int
    label: str
    expires_at: datetime


async def load_ending_keys(
    connection: AsyncConnection, now: datetime, until: datetime
) -> Sequence[EndingKey]:
    """The keys that still hold and end before an instant. One round trip."""
    key = api_key.c
    rows = await connection.execute(
        select(key.key_id, key.party_id, key.label, key.expires_at)
        .where(key.revoked_at.is_(None), key.expires_at > now, key.expires_at < until)
        .order_by(key.key_id)
    )
    return [EndingKey(*row) for row in rows]
