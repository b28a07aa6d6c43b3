"""What time alone brings about: parties are told of API keys that end soon.

Each is told of once. That it was told is stored in the transaction that tells it.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT

from catalog import load_ending_keys
from ledger import NO_BOOK, Database, Event, read_clock, tell

KEY_DAYS = 7
"""So many days before a key ends its party is told."""

_TELL_ONCE = text(
    """
    INSERT INTO api.told_once (party_id, subject)
    SELECT party_id, subject FROM unnest(:parties, :subjects) AS t(party_id, subject)
    ORDER BY party_id, subject
    ON CONFLICT (party_id, subject) DO NOTHING
    RETURNING subject
    """
).bindparams(bindparam("parties", type_=ARRAY(INTEGER)), bindparam("subjects", type_=ARRAY(TEXT)))


async def tell_of_ending_keys(database: Database, now: datetime | None = None) -> int:
    """Tell parties of their keys that end within KEY_DAYS. Returns of how many.

    A key that was given another end is told of again. Four round trips.
    """
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        keys = await load_ending_keys(connection, now, now + timedelta(days=KEY_DAYS))
        by_subject = {f"key:{each.key_id}:{each.expires_at.isoformat()}": each for each in keys}
        named = {
            "parties": [each.party_id for each in by_subject.values()],
            "subjects": list(by_subject),
        }
        new = (await connection.execute(_TELL_ONCE, named)).scalars().all()
        events = [
            Event(
                by_subject[subject].party_id,
                "key.expiring",
                {
                    "key_id": by_subject[subject].key_id,
                    "label": by_subject[subject].label,
                    "expires_at": by_subject[subject].expires_at,
                },
            )
            for subject in new
        ]
        await tell(connection, NO_BOOK, events)
        return len(events)
