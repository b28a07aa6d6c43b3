"""Stored secrets for tests: keys, and a supplier's endpoint."""

import base64

from pydantic import SecretStr

from api.settings import Settings
from catalog import create_party, set_endpoint
from exchange.fulfil import Vault, encrypt, load_fingerprints
from ledger import Database

OLD, NEW = b"o" * 32, b"n" * 32
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def configured(settings: Settings, key: bytes, *retired: bytes) -> Settings:
    """The same settings with the key in the environment."""
    return settings.model_copy(
        update={
            "secret_key": SecretStr(encoded(key)),
            "retired_secret_keys": SecretStr(",".join(map(encoded, retired))),
        }
    )


async def add_endpoint(database: Database, vault: Vault, code: str = "cinema") -> int:
    async with database.transaction() as connection:
        party = await create_party(
            connection, code=code, name="Cinema", roles=["supplier"], category=None
        )
        value = await encrypt(connection, vault, SECRET, party_id=party.party_id)
        await set_endpoint(
            connection, party.party_id, url="https://rights.example", encrypted_secret=value
        )
    return party.party_id


async def needed(database: Database) -> list[bytes]:
    async with database.transaction() as connection:
        return await load_fingerprints(connection)
