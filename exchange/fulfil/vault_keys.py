"""Which keys of the vault the stored secrets need, by fingerprint.

One key is the current one: everything new is encrypted with it. Keys that it replaced stay in the
table until nothing is encrypted with them any more (`comity secrets rotate`).

`encrypt`, `encrypt_for` and `current_key` share the lock of the current key's row until their
transaction ends, and `change_key` waits for that. So once a key is replaced, nothing more is
encrypted with it.

A transaction may also copy what is stored, still under an old key, to another row. So it encrypts
first, and what forgets old keys calls `hold_key` before it looks for what still needs them. In this
order neither can miss the other, and nobody who waits for the key's row holds another.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.fulfil.vault import Vault

_LOAD = text("SELECT fingerprint FROM exchange.vault_key ORDER BY is_current DESC, stated_at DESC")
_CURRENT = text("SELECT fingerprint FROM exchange.vault_key WHERE is_current FOR SHARE")
_STATE = text(
    """
    INSERT INTO exchange.vault_key (fingerprint, is_current) VALUES (:fingerprint, :is_current)
    ON CONFLICT DO NOTHING
    """
)
_REPLACE = text("UPDATE exchange.vault_key SET is_current = false WHERE is_current")
_MAKE_CURRENT = text(
    """
    INSERT INTO exchange.vault_key (fingerprint, is_current) VALUES (:fingerprint, true)
    ON CONFLICT (fingerprint) DO UPDATE
    SET is_current = true, stated_at = excluded.stated_at
    """
)
_HOLD = text("SELECT fingerprint FROM exchange.vault_key WHERE is_current FOR NO KEY UPDATE")
_FORGET = text("DELETE FROM exchange.vault_key WHERE fingerprint <> :fingerprint")


async def load_fingerprints(connection: AsyncConnection) -> list[bytes]:
    """The fingerprints of the keys that stored secrets need, the current one first.

    None is there before anything was encrypted.
    """
    return [bytes(each) for each in (await connection.execute(_LOAD)).scalars()]


async def state_keys(connection: AsyncConnection, fingerprints: list[bytes]) -> None:
    """State the keys, the current one first, where none is stated yet."""
    for position, each in enumerate(fingerprints):
        values = {"fingerprint": each, "is_current": position == 0}
        await connection.execute(_STATE, values)


async def encrypt(
    connection: AsyncConnection, vault: Vault, secret: str, *, party_id: int
) -> bytes:
    """A secret of this party, encrypted with the current key. The transaction must store it.

    One round trip, or three the first time.

    Raises:
        VaultBroken: the vault does not know the current key.
    """
    return vault.encrypt(secret, party_id=party_id, under=await current_key(connection, vault))


async def encrypt_for(
    connection: AsyncConnection, vault: Vault, value: bytes, purpose: str
) -> bytes:
    """A value that is no party's, encrypted with the current key and bound to its purpose.

    The transaction must store it. `Vault.unwrap` decrypts it. One round trip, or three the first
    time.

    Raises:
        VaultBroken: the vault does not know the current key.
    """
    return vault.wrap(value, purpose, under=await current_key(connection, vault))


async def current_key(connection: AsyncConnection, vault: Vault) -> bytes:
    """The fingerprint of the current key, which stays current until the transaction ends.

    One round trip, or three the first time.
    """
    current = (await connection.execute(_CURRENT)).scalar_one_or_none()
    if current is None:  # nothing is stated yet, or the key was replaced while we waited
        await state_keys(connection, [vault.fingerprint])
        current = (await connection.execute(_CURRENT)).scalar_one()
    return bytes(current)


async def change_key(connection: AsyncConnection, vault: Vault) -> None:
    """Make the first key of the vault the current one. Those before it stay, not current."""
    await connection.execute(_REPLACE)
    await connection.execute(_MAKE_CURRENT, {"fingerprint": vault.fingerprint})


async def hold_key(connection: AsyncConnection) -> bool:
    """Let nobody else encrypt until the transaction ends. It waits for those who have begun.

    Tells whether a key is stated. One round trip.
    """
    return (await connection.execute(_HOLD)).one_or_none() is not None


async def forget_other_keys(connection: AsyncConnection, vault: Vault) -> None:
    """Only the first key of the vault is still needed. The caller has called `hold_key`."""
    await connection.execute(_FORGET, {"fingerprint": vault.fingerprint})
