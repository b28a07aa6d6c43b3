"""API keys: who may come in."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import text

from catalog import (
    KeyTaken,
    PartyNotFound,
    Unauthenticated,
    authenticate,
    create_key,
    ensure_key,
    load_keys,
    new_key_text,
    revoke_key,
)
from catalog.fields import NameInvalid
from catalog.keys import (
    KEYS_PER_PARTY_MAX,
    SECRET_LENGTH,
    KeyMalformed,
    KeyNotFound,
    PermissionUnknown,
    TooManyKeys,
    _checksum,
    require_key_text,
)
from ledger import Database
from tests.catalog.fixtures import trader


async def test_a_key_stands_for_its_party_and_permissions(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        plain = await create_key(connection, party.party_id, label="till")
        importing = await create_key(
            connection, party.party_id, label="history", permissions=["import"]
        )
        first, second = (
            await authenticate(connection, plain),
            await authenticate(connection, importing),
        )
        assert (first.party, first.permissions) == (party, frozenset())
        assert (second.party, second.permissions) == (party, frozenset({"import"}))
        assert [(key.key_id, key.label) for key in await load_keys(connection, party.party_id)] == [
            (first.key_id, "till"),
            (second.key_id, "history"),
        ]


async def test_only_the_digest_is_stored(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        key = await create_key(connection, party.party_id, label="till")
        row = (await connection.execute(text("SELECT * FROM catalog.api_key"))).mappings().one()
        assert row["digest"] == hashlib.sha256(key.encode()).digest()
        secret = key.removeprefix(f"cmty_{row['prefix']}_")
        assert not any(secret in str(value) for value in row.values())


def test_every_single_mistyped_letter_is_noticed() -> None:
    key = new_key_text()
    assert key.startswith(f"cmty_{require_key_text(key)}_")
    for place, letter in enumerate(key):
        mistyped = key[:place] + ("x" if letter != "x" else "y") + key[place + 1 :]
        with pytest.raises(Unauthenticated):
            require_key_text(mistyped)


@pytest.mark.parametrize("text", ["", "cmty_", "钥匙", "x" * 10_000, "cmty_aaaaaaaaaa_" + "a" * 33])
async def test_a_mistyped_key_is_refused_without_the_database(
    database: Database, text: str
) -> None:
    connection = database.engine.connect()  # never opened: a statement on it would fail
    with pytest.raises(Unauthenticated):
        await authenticate(connection, text)


async def test_an_unknown_or_forged_key_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        key = await create_key(connection, party.party_id, label="till")
        with pytest.raises(Unauthenticated):
            await authenticate(connection, new_key_text())
        with pytest.raises(Unauthenticated):
            await authenticate(connection, _with_prefix(require_key_text(key)))


async def test_a_revoked_key_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        party, other = (
            await trader(connection, "brand", None),
            await trader(connection, "other", None),
        )
        key = await create_key(connection, party.party_id, label="till")
        key_id = (await authenticate(connection, key)).key_id
        for foreign in (
            (other.party_id, key_id),
            (party.party_id, key_id + 1),
            (party.party_id, 2**40),
        ):
            with pytest.raises(KeyNotFound):
                await revoke_key(connection, *foreign)
        await revoke_key(connection, party.party_id, key_id)
        revoked = await load_keys(connection, party.party_id)
        await revoke_key(connection, party.party_id, key_id)
        assert await load_keys(connection, party.party_id) == revoked
        with pytest.raises(Unauthenticated):
            await authenticate(connection, key)
        with pytest.raises(KeyTaken):
            await ensure_key(connection, party.party_id, key)


async def test_a_known_key_is_ensured_once(database: Database) -> None:
    key = new_key_text()
    async with database.transaction() as connection:
        party, other = (
            await trader(connection, "brand", None),
            await trader(connection, "other", None),
        )
        await ensure_key(connection, party.party_id, key)
        await ensure_key(connection, party.party_id, key, permissions=["import"])
        assert len(await load_keys(connection, party.party_id)) == 1
        assert (await authenticate(connection, key)).permissions == {"import"}
        with pytest.raises(KeyTaken):
            await ensure_key(connection, other.party_id, key)
        with pytest.raises(KeyTaken):
            await ensure_key(connection, party.party_id, _with_prefix(require_key_text(key)))


async def test_a_bad_key_is_refused(database: Database) -> None:
    bad: list[tuple[type[Exception], dict[str, Any]]] = [
        (KeyMalformed, {"text": "secret"}),
        (NameInvalid, {"label": ""}),
        (PermissionUnknown, {"permissions": ["everything"]}),
        (PartyNotFound, {"party_id": 1_000}),
    ]
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        for refusal, change in bad:
            good: dict[str, Any] = {
                "party_id": party.party_id,
                "text": new_key_text(),
                "label": "till",
                "permissions": [],
            }
            with pytest.raises(refusal):
                await ensure_key(connection, **(good | change))
        assert await load_keys(connection, party.party_id) == []


async def test_a_party_has_a_limited_number_of_keys(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        keys = [
            await create_key(connection, party.party_id, label="till")
            for _ in range(KEYS_PER_PARTY_MAX)
        ]
        with pytest.raises(TooManyKeys):
            await create_key(connection, party.party_id, label="till")
        await ensure_key(connection, party.party_id, keys[0])
        await revoke_key(
            connection, party.party_id, (await authenticate(connection, keys[0])).key_id
        )
        await create_key(connection, party.party_id, label="till")


def _with_prefix(prefix: str) -> str:
    """Another well-formed key with this prefix."""
    secret = new_key_text().split("_")[2][:SECRET_LENGTH]
    body = f"cmty_{prefix}_{secret}"
    return body + _checksum(body)
