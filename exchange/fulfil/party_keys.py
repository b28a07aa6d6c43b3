"""The keys of parties, opened by the vault."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    FindPartyKey,
    PartyKey,
    find_encrypted_key,
    keep_encrypted_key,
    new_party_key,
    party_key_of,
)
from exchange.fulfil.vault import Vault
from exchange.fulfil.vault_keys import encrypt


async def find_party_key(vault: Vault, connection: AsyncConnection, party_id: int) -> PartyKey:
    """The party key of a party. The first time, it is made: the transaction must commit it.

    One round trip, or some more the first time.

    Raises:
        VaultBroken: no known key of the vault decrypts it.
    """
    found = await find_encrypted_key(connection, party_id)
    if found is None:
        value = await encrypt(connection, vault, new_party_key(), party_id=party_id)
        await keep_encrypted_key(connection, party_id, value)
        found = await find_encrypted_key(connection, party_id)
    assert found is not None
    assert found.party_key_id is not None
    return party_key_of(found.party_key_id, party_id, vault.decrypt(found.value, party_id=party_id))


def party_keys_of(vault: Vault) -> FindPartyKey:
    """`find_party_key` with this vault, for the packages below, which know none."""
    return partial(find_party_key, vault)
