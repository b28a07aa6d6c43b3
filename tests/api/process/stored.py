"""Stored secrets for tests: keys, a supplier's endpoint, an answer with an API key."""

import base64

from pydantic import SecretStr

from api.settings import Settings
from catalog import create_party, find_party, set_endpoint
from exchange.fulfil import Vault, encrypt, load_fingerprints
from ledger import Database, idempotency
from ledger.idempotency import NO_BOOK

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


async def store_answer(database: Database, vault: Vault, key: str = "made") -> int:
    """The stored answer of the operator to a new API key."""
    async with database.transaction() as connection:
        party_id = (await find_party(connection, "operator")).party_id

    async def act(connection: object) -> object:
        value = vault.encrypt("cmt_key", party_id=party_id)
        return {"party": "cinema", "label": "x", "key": encoded(value), "permissions": []}

    await idempotency.once(
        database, book_id=NO_BOOK, party_id=party_id, key=key, body=b"", action=act
    )
    return party_id


async def needed(database: Database) -> list[bytes]:
    async with database.transaction() as connection:
        return await load_fingerprints(connection)
