"""API keys: who may come in."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    SCOPES,
    Identity,
    KeyTaken,
    PartyNotFound,
    Unauthenticated,
    authenticate,
    create_key,
    ensure_key,
    load_keys,
    new_key_text,
    revoke_key,
    rotate_key,
    scopes_of,
)
from catalog.fields import NameInvalid, TimeInvalid
from catalog.key_text import SECRET_LENGTH, checksum, require_key_text
from catalog.keys import (
    KEYS_PER_PARTY_MAX,
    KeyEndInvalid,
    KeyMalformed,
    KeyNotFound,
    TooManyKeys,
)
from catalog.parties import Role
from catalog.scopes import Grant, KeyExceedsMaker, ScopeUnknown, granted
from ledger import Database
from tests.catalog.fixtures import trader


async def _caller(connection: AsyncConnection, text: str) -> Identity:
    return (await authenticate(connection, text)).caller


async def test_a_key_stands_for_its_party_and_scopes(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        plain = await create_key(connection, party.party_id, label="till")
        importing = await create_key(
            connection, party.party_id, label="history", scopes=["points", "import"], shop="No. 1"
        )
        first, second = (
            await _caller(connection, plain.text),
            await _caller(connection, importing.text),
        )
        assert (first.party, first.scopes) == (party, scopes_of(party.roles) - {"import", "till"})
        assert second.party == party
        assert second.scopes == frozenset({"points", "import"})
        assert (first.grant.shop, second.grant.shop) == (None, "No. 1")
        assert first.actor_id != second.actor_id
        assert [(key.key_id, key.label) for key in await load_keys(connection, party.party_id)] == [
            (first.key_id, "till"),
            (second.key_id, "history"),
        ]


async def test_only_the_digest_is_stored(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        key = (await create_key(connection, party.party_id, label="till")).text
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
        key = (await create_key(connection, party.party_id, label="till")).text
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
        key = (await create_key(connection, party.party_id, label="till")).text
        key_id = (await _caller(connection, key)).key_id
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
        await ensure_key(connection, party.party_id, key, scopes=["import"])
        assert len(await load_keys(connection, party.party_id)) == 1
        assert (await _caller(connection, key)).scopes == {"import"}
        with pytest.raises(KeyTaken):
            await ensure_key(connection, other.party_id, key)
        with pytest.raises(KeyTaken):
            await ensure_key(connection, party.party_id, _with_prefix(require_key_text(key)))


def test_a_key_can_make_none_that_may_more() -> None:
    end = datetime(2100, 1, 1, tzinfo=UTC)
    later = end + timedelta(seconds=1)
    maker = Grant(frozenset({"read", "coupons", "import"}), "No. 1", end)
    roles: list[Role] = ["supplier"]

    assert granted(roles, None, None, None, maker) == Grant(
        frozenset({"read", "coupons"}), "No. 1", end
    )
    assert granted(roles, ["import"], "No. 1", end, maker).scopes == {"import"}
    with pytest.raises(KeyExceedsMaker):
        granted(roles, ["admin"], None, None, maker)
    with pytest.raises(KeyExceedsMaker):
        granted(roles, ["read"], "No. 2", None, maker)
    with pytest.raises(KeyExceedsMaker):
        granted(roles, ["read"], None, later, maker)
    with pytest.raises(ScopeUnknown):
        granted(["brand"], ["coupons"], None, None, None)
    assert granted(["operator"], SCOPES, None, None, None).scopes == set(SCOPES)


async def test_a_key_ends_by_the_databases_clock(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        now = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        ending = await create_key(
            connection, party.party_id, label="till", expires_at=now + timedelta(minutes=1)
        )
        left = (await authenticate(connection, ending.text)).seconds_left
        assert left is not None
        assert 0 < left <= 60
        await connection.execute(text("UPDATE catalog.api_key SET expires_at = clock_timestamp()"))
        with pytest.raises(Unauthenticated, match="ended at"):
            await authenticate(connection, ending.text)
        with pytest.raises(KeyNotFound):
            await rotate_key(connection, party.party_id, ending.key.key_id)


async def test_a_replaced_key_ends_after_the_overlap(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        old = await create_key(
            connection, party.party_id, label="till", scopes=["points", "read"], shop="No. 1"
        )
        new = await rotate_key(connection, party.party_id, old.key.key_id, overlap_seconds=60)
        first = await authenticate(connection, old.text)
        second = await authenticate(connection, new.text)
        assert first.seconds_left is not None
        assert 0 < first.seconds_left <= 60
        assert second.seconds_left is None
        assert second.caller.scopes == frozenset({"points", "read"})
        assert second.caller.grant.shop == "No. 1"
        await rotate_key(connection, party.party_id, new.key.key_id, overlap_seconds=0)
        with pytest.raises(Unauthenticated, match="revoked"):
            await authenticate(connection, new.text)
        for unknown in (new.key.key_id, 2**40):
            with pytest.raises(KeyNotFound):
                await rotate_key(connection, party.party_id, unknown)
        small = Grant(frozenset({"points"}))
        with pytest.raises(KeyExceedsMaker):
            await rotate_key(connection, party.party_id, old.key.key_id, maker=small)


async def test_a_bad_key_is_refused(database: Database) -> None:
    bad: list[tuple[type[Exception], dict[str, Any]]] = [
        (KeyMalformed, {"text": "secret"}),
        (NameInvalid, {"label": ""}),
        (ScopeUnknown, {"scopes": ["everything"]}),
        (ScopeUnknown, {"scopes": []}),
        (NameInvalid, {"shop": ""}),
        (TimeInvalid, {"expires_at": datetime(2100, 1, 1)}),  # noqa: DTZ001 - that is the fault
        (KeyEndInvalid, {"expires_at": datetime(2000, 1, 1, tzinfo=UTC)}),
        (PartyNotFound, {"party_id": 1_000}),
    ]
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        for refusal, change in bad:
            good: dict[str, Any] = {
                "party_id": party.party_id,
                "text": new_key_text(),
                "label": "till",
                "scopes": ["coupons"],
            }
            with pytest.raises(refusal):
                await ensure_key(connection, **(good | change))
        assert await load_keys(connection, party.party_id) == []


async def test_a_party_has_a_limited_number_of_keys(database: Database) -> None:
    async with database.transaction() as connection:
        party = await trader(connection, "brand", None)
        keys = [
            (await create_key(connection, party.party_id, label="till")).text
            for _ in range(KEYS_PER_PARTY_MAX)
        ]
        with pytest.raises(TooManyKeys):
            await create_key(connection, party.party_id, label="till")
        await ensure_key(connection, party.party_id, keys[0])
        await revoke_key(connection, party.party_id, (await _caller(connection, keys[0])).key_id)
        await create_key(connection, party.party_id, label="till")


def _with_prefix(prefix: str) -> str:
    """Another well-formed key with this prefix."""
    secret = new_key_text().split("_")[2][:SECRET_LENGTH]
    body = f"cmty_{prefix}_{secret}"
    return body + checksum(body)
