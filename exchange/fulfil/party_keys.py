"""The keys of parties, opened by the vault."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    FindPartyKey,
    PartyKey,
    keep_encrypted_key,
    load_encrypted_keys,
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
    found = await load_encrypted_keys(connection, party_id)
    if not found:
        return await add_party_key(vault, connection, party_id, 1)
    opened = {
        each.party_key_id: vault.decrypt(each.value, party_id=party_id)
        for each in found
        if each.party_key_id is not None
    }
    return party_key_of(party_id, opened)


async def add_party_key(
    vault: Vault, connection: AsyncConnection, party_id: int, generation: int
) -> PartyKey:
    """Make a further key of a party, unless it has one of the generation by now.

    Everything is sealed with it once the transaction is committed.

    Raises:
        VaultBroken: no known key of the vault decrypts one of the party's keys.
    """
    value = await encrypt(connection, vault, new_party_key(), party_id=party_id)
    await keep_encrypted_key(connection, party_id, value, generation=generation)
    return await find_party_key(vault, connection, party_id)


def party_keys_of(vault: Vault) -> FindPartyKey:
    """`find_party_key` with this vault, for the packages below, which know none."""
    return partial(find_party_key, vault)
