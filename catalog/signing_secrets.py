"""What the vault has encrypted: signing secrets in use or replaced, and keys of parties.

A supplier that changes its secret cannot change it in all of its processes at once. So the secret
before still holds for callbacks, until an instant that was set with the new one.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.import_tables import party_key
from catalog.tables import endpoint, retired_secret

OVERLAP_SECONDS = 86_400
"""How long a replaced secret still holds, unless the caller says otherwise."""
OVERLAP_SECONDS_MAX = 604_800
_NO_ID = cast(null(), BigInteger)
RETIRED_SECRETS_MAX = 5
"""Secrets of one supplier that still hold after they were replaced. The newest are kept."""


@dataclass(frozen=True, slots=True)
class EncryptedSecret:
    """A secret of a party, encrypted.

    It is the signing secret in use, unless one of the two ids says that it is a replaced one or the
    party's own key.
    """

    party_id: int
    value: bytes = field(repr=False)
    retired_secret_id: int | None = None
    party_key_id: int | None = None

    @property
    def name(self) -> str:
        """What it is, for people."""
        return "signing secret" if self.party_key_id is None else "key"


async def retire_secret(
    connection: AsyncConnection, party_id: int, *, valid_until: datetime, now: datetime
) -> None:
    """Let the secret of the supplier's endpoint hold until then, after it is replaced.

    Those whose time is over are removed. Two round trips.
    """
    in_use = select(endpoint.c.party_id, endpoint.c.encrypted_secret, literal(valid_until)).where(
        endpoint.c.party_id == party_id
    )
    columns = ["party_id", "encrypted_secret", "valid_until"]
    await connection.execute(insert(retired_secret).from_select(columns, in_use))
    newest = (
        select(retired_secret.c.retired_secret_id)
        .where(retired_secret.c.party_id == party_id)
        .order_by(retired_secret.c.retired_secret_id.desc())
        .limit(RETIRED_SECRETS_MAX)
    )
    await connection.execute(
        delete(retired_secret).where(
            retired_secret.c.party_id == party_id,
            or_(
                retired_secret.c.valid_until <= now,
                retired_secret.c.retired_secret_id.not_in(newest),
            ),
        )
    )


async def end_retired_secrets(connection: AsyncConnection, party_id: int) -> None:
    """From now on, only the supplier's secret in use holds. One round trip."""
    await connection.execute(delete(retired_secret).where(retired_secret.c.party_id == party_id))


async def retired_until(
    connection: AsyncConnection, party_id: int, now: datetime
) -> datetime | None:
    """Until when a replaced secret of the supplier holds. None if none does. One round trip."""
    statement = select(func.max(retired_secret.c.valid_until)).where(
        retired_secret.c.party_id == party_id, retired_secret.c.valid_until > now
    )
    found: datetime | None = (await connection.execute(statement)).scalar_one()
    return found


async def load_retired_secrets(
    connection: AsyncConnection, party_id: int, now: datetime
) -> list[EncryptedSecret]:
    """Replaced secrets of a supplier that still hold, the newest first. One round trip."""
    rows = await connection.execute(
        select(retired_secret)
        .where(retired_secret.c.party_id == party_id, retired_secret.c.valid_until > now)
        .order_by(retired_secret.c.retired_secret_id.desc())
    )
    return [EncryptedSecret(party_id, row.encrypted_secret, row.retired_secret_id) for row in rows]


async def load_secrets(connection: AsyncConnection) -> list[EncryptedSecret]:
    """All that the vault has encrypted, of all parties. One round trip."""
    in_use = select(endpoint.c.party_id, endpoint.c.encrypted_secret, _NO_ID, _NO_ID)
    replaced = select(
        retired_secret.c.party_id,
        retired_secret.c.encrypted_secret,
        retired_secret.c.retired_secret_id,
        _NO_ID,
    )
    table = party_key.c
    of_parties = select(table.party_id, table.encrypted_key, _NO_ID, table.party_key_id)
    found = await connection.execute(union_all(in_use, replaced, of_parties))
    return [EncryptedSecret(*row) for row in found]


async def replace_secret(
    connection: AsyncConnection, secret: EncryptedSecret, value: bytes
) -> None:
    """Store the same secret in another form. If it was changed meanwhile, nothing happens.

    One round trip.
    """
    if secret.party_key_id is not None:
        column, row = party_key.c.encrypted_key, party_key.c.party_key_id == secret.party_key_id
    elif secret.retired_secret_id is not None:
        column = retired_secret.c.encrypted_secret
        row = retired_secret.c.retired_secret_id == secret.retired_secret_id
    else:
        column, row = endpoint.c.encrypted_secret, endpoint.c.party_id == secret.party_id
    await connection.execute(
        update(column.table).where(row, column == secret.value).values({column: value})
    )
