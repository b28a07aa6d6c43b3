"""`comity secrets rotate`: at every moment, everything that is stored can be decrypted."""

import asyncio
import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.second_factor import begin_totp, find_factor, secret_of
from api.identity.users import invite_user
from api.kept_files import SettingsError
from api.process import rotation
from api.process.bootstrap import prepare
from api.process.rotation import rotate
from api.process.stored_secrets import (
    OTHER_KEY,
    Stored,
    VaultCheck,
    load_stored,
    open_vault,
    opens,
)
from api.settings import Settings
from catalog import (
    find_endpoint,
    load_retired_secrets,
    load_secrets,
    retire_secret,
    set_endpoint,
)
from catalog.party_keys import SealBroken
from exchange.fulfil import Vault, VaultBroken, encrypt, party_keys_of
from exchange.fulfil.vault import fingerprint
from ledger import Database, service_url
from tests.api.process.stored import (
    NEW,
    OLD,
    SECRET,
    add_endpoint,
    configured,
    needed,
)
from tests.races.waiting import until_it_waits


@pytest.fixture
def kept(database_url: str, tmp_path: Path) -> Settings:
    """Settings with the key in the data directory."""
    return Settings.load(database_url=SecretStr(service_url(database_url)), data_dir=tmp_path)


async def fill(database: Database, vault: Vault) -> None:
    """Two suppliers' secrets, and one that was replaced."""
    await add_endpoint(database, vault, "cinema")
    party_id = await add_endpoint(database, vault, "theatre")
    value = vault.encrypt("whsec_before", party_id=party_id)
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO catalog.retired_secret (party_id, encrypted_secret, valid_until)"
                " VALUES (:party_id, :value, now() + interval '1 day')"
            ),
            {"party_id": party_id, "value": value},
        )


async def unopened(database: Database, vault: Vault) -> int:
    """How many of the three stored values this vault cannot decrypt."""
    async with database.transaction() as connection:
        stored = await load_secrets(connection)
    assert len(stored) == 3
    return sum(not opens(vault, each) for each in stored)


async def test_a_key_in_the_data_directory_is_changed_beside_a_running_service(
    kept: Settings, database: Database
) -> None:
    await prepare(kept)
    running = open_vault(kept)
    await fill(database, running)
    (old,) = kept.vault_keys
    done = await rotate(database, kept)
    assert (done.renewed, done.unreadable) == (3, [])
    (new,) = kept.vault_keys
    assert new != old
    assert await needed(database) == [fingerprint(new)]
    assert await unopened(database, Vault(new)) == 0
    assert await unopened(database, Vault(old)) == 3
    assert await VaultCheck(database, running).state() == "ok"
    assert await unopened(database, running) == 0
    await add_endpoint(database, running, "opera")
    await prepare(kept)


@pytest.mark.parametrize(
    ("step", "calls"),
    [
        ("change_key", 1),
        ("replace_secret", 1),
        ("replace_secret", 3),
        ("forget_other_keys", 1),
    ],
)
async def test_an_interrupted_rotation_goes_on(
    kept: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, step: str, calls: int
) -> None:
    await prepare(kept)
    running = open_vault(kept)
    await fill(database, running)
    monkeypatch.setattr(rotation, "BATCH_SECRETS", 1)
    real, made = getattr(rotation, step), 0

    async def fail(*arguments: object) -> None:
        nonlocal made
        made += 1
        if made == calls:
            raise ConnectionResetError
        await real(*arguments)

    with monkeypatch.context() as broken:
        broken.setattr(rotation, step, fail)
        with pytest.raises(ConnectionResetError):
            await rotate(database, kept)
    new, _ = kept.vault_keys
    assert await unopened(database, running) == 0
    assert await unopened(database, open_vault(kept)) == 0
    await prepare(kept)  # a start in the middle finds both keys
    await rotate(database, kept)
    assert kept.vault_keys == (new,), "it goes on with the key that it began with"
    assert await needed(database) == [fingerprint(new)]
    assert await unopened(database, Vault(new)) == 0


async def test_a_party_key_is_encrypted_again_and_what_it_sealed_stays_as_it_is(
    kept: Settings, database: Database
) -> None:
    """So a million card codes cost one row of the rotation."""
    await prepare(kept)
    party_id = await add_endpoint(database, open_vault(kept))
    async with database.transaction() as connection:
        before = await party_keys_of(open_vault(kept))(connection, party_id)
    sealed, digest = before.seal(b"7001-0001", b"this code"), before.digest(b"7001-0001")
    old = open_vault(kept)
    done = await rotate(database, kept)
    assert (done.renewed, done.unreadable) == (2, [])
    (new,) = kept.vault_keys
    async with database.transaction() as connection:
        after = await party_keys_of(Vault(new))(connection, party_id)
    assert (after.open(sealed, b"this code"), after.digest(b"7001-0001")) == (
        b"7001-0001",
        digest,
    )
    for wrong in (b"another code", b""):
        with pytest.raises(SealBroken):
            after.open(sealed, wrong)
    with pytest.raises(VaultBroken):
        async with database.transaction() as connection:
            await party_keys_of(Vault(b"x" * 32))(connection, party_id)
    assert old.fingerprint != Vault(new).fingerprint


async def test_a_key_in_the_environment_is_changed(kept: Settings, database: Database) -> None:
    old, both, new = configured(kept, OLD), configured(kept, NEW, OLD), configured(kept, NEW)
    await prepare(old)
    await fill(database, open_vault(old))
    with pytest.raises(SettingsError, match="COMITY_SECRET_KEY is the key in use"):
        await rotate(database, old)
    with pytest.raises(SettingsError, match="COMITY_RETIRED_SECRET_KEYS"):
        await rotate(database, new)
    assert (await rotate(database, both)).renewed == 3
    assert (await rotate(database, both)).renewed == 0
    await prepare(new)
    assert await unopened(database, open_vault(new)) == 0
    with pytest.raises(SettingsError):
        await prepare(old)
    assert await VaultCheck(database, open_vault(old)).state() == OTHER_KEY


async def test_what_no_key_decrypts_keeps_the_old_keys_until_it_is_given_up(
    kept: Settings, database: Database
) -> None:
    await prepare(kept)
    await fill(database, open_vault(kept))
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE catalog.endpoint SET encrypted_secret = 's1:' WHERE url LIKE '%'"
                " AND party_id = (SELECT party_id FROM catalog.party WHERE code = 'cinema')"
            )
        )
    check = VaultCheck(database, open_vault(kept))
    assert await check.state() == "secrets of 1 suppliers cannot be decrypted"
    done = await rotate(database, kept)
    assert (done.renewed, done.unreadable) == (2, ["the signing secret of cinema"])
    assert len(kept.vault_keys) == len(await needed(database)) == 2
    kept.secret_key_file.unlink()  # and now all of it is lost
    with pytest.raises(SettingsError):
        await prepare(kept)
    assert len((await rotate(database, kept, give_up=True)).unreadable) == 3
    await prepare(kept)
    assert await needed(database) == [fingerprint(kept.vault_keys[0])]


async def test_a_secret_that_is_replaced_during_a_rotation_still_holds(
    kept: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rotation has read what to encrypt again. Then a supplier changes its secret."""
    await prepare(kept)
    running = open_vault(kept)
    party_id = await add_endpoint(database, running)
    now = datetime.now(UTC)
    interrupted = False

    async def load(connection: AsyncConnection) -> list[Stored]:
        nonlocal interrupted
        secrets = await load_stored(connection)
        if not interrupted:
            interrupted = True
            async with database.transaction() as other:
                value = await encrypt(other, running, "whsec_next", party_id=party_id)
                until = now + timedelta(days=1)
                await retire_secret(other, party_id, valid_until=until, now=now)
                await set_endpoint(
                    other, party_id, url="https://rights.example", encrypted_secret=value
                )
        return secrets

    monkeypatch.setattr(rotation, "load_stored", load)
    await rotate(database, kept)
    async with database.transaction() as connection:
        (replaced,) = await load_retired_secrets(connection, party_id, now)
        in_use = await find_endpoint(connection, party_id)
    (key,) = kept.vault_keys
    assert Vault(key).decrypt(replaced.value, party_id=party_id) == SECRET
    assert Vault(key).decrypt(in_use.encrypted_secret, party_id=party_id) == "whsec_next"


async def test_a_rotation_waits_for_those_who_encrypt_with_the_key_before(
    kept: Settings, database: Database
) -> None:
    """A transaction that has begun to encrypt may still store what the old key encrypted."""
    await prepare(kept)
    running = open_vault(kept)
    party_id = await add_endpoint(database, running)
    now = datetime.now(UTC)
    async with database.transaction() as other:
        value = await encrypt(other, running, "whsec_next", party_id=party_id)
        rotating = asyncio.create_task(rotate(database, kept))
        await until_it_waits(database, rotating)
        until = now + timedelta(days=1)
        await retire_secret(other, party_id, valid_until=until, now=now)
        await set_endpoint(other, party_id, url="https://rights.example", encrypted_secret=value)
    await rotating
    (key,) = kept.vault_keys
    async with database.transaction() as connection:
        stored = await load_secrets(connection)
    assert len(stored) == 2
    assert all(opens(Vault(key), each) for each in stored)


async def test_one_rotation_runs_at_a_time(kept: Settings, database: Database) -> None:
    await prepare(kept)
    descriptor = os.open(kept.data_dir, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(SettingsError, match="already"):
            await rotate(database, kept)
    finally:
        os.close(descriptor)
    assert len(kept.vault_keys) == 1


async def test_a_second_factor_is_encrypted_again_and_still_works(
    kept: Settings, database: Database
) -> None:
    await prepare(kept)
    vault = open_vault(kept)
    async with database.transaction() as connection:
        invited = await invite_user(connection, 1, email="a@b.example", name="A", role="operator")
        user_id = invited.user.user_id
        await begin_totp(connection, vault, user_id)
        before = await find_factor(connection, user_id)
        secret = secret_of(vault, user_id, before)
    found = await rotate(database, kept)
    assert found.unreadable == []
    async with database.transaction() as connection:
        factor = await find_factor(connection, user_id)
    assert factor.encrypted != before.encrypted
    assert secret_of(open_vault(kept), user_id, factor) == secret
