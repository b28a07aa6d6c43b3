"""Data keys: they outlive a rotation of the vault's key, and a start needs that key for them."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from api.kept_files import SettingsError
from api.process.bootstrap import prepare
from api.process.rotation import rotate
from api.process.stored_secrets import VaultCheck, load_stored, open_vault
from api.settings import Settings
from exchange.fulfil import DataKeys, Vault, VaultBroken, load_data_keys
from ledger import Database, service_url
from tests.api.process.stored import NEW, OLD, configured, needed

PLAIN = "13800001234"


@pytest.fixture
def kept(database_url: str, tmp_path: Path) -> Settings:
    """Settings with the key in the data directory."""
    return Settings.load(database_url=SecretStr(service_url(database_url)), data_dir=tmp_path)


async def test_members_are_found_and_accounts_are_read_after_a_rotation(
    kept: Settings, database: Database
) -> None:
    await prepare(kept)
    running = DataKeys(database, open_vault(kept))
    before = await running.accounts()
    encrypted = before.encrypt(PLAIN, 1, "k")
    known = (await running.digester(1)).identify("phone", PLAIN)
    (old,) = kept.vault_keys
    done = await rotate(database, kept)
    assert (done.renewed, done.unreadable) == (3, [])
    (new,) = kept.vault_keys
    assert await needed(database) == [Vault(new).fingerprint]
    with pytest.raises(VaultBroken):
        await DataKeys(database, Vault(old)).accounts()
    after = DataKeys(database, Vault(new))
    accounts = await after.accounts()
    assert accounts.decrypt(encrypted, 1, "k") == PLAIN
    assert accounts.mark(1, PLAIN) == before.mark(1, PLAIN)
    assert (await after.digester(1)).identify("phone", PLAIN) == known
    fresh = accounts.encrypt(PLAIN, 1, "k")
    assert not before.knows(fresh), "new accounts are encrypted with a new key"
    assert (await running.accounts([fresh])).decrypt(fresh, 1, "k") == PLAIN
    async with database.transaction() as connection:
        purposes = [each.purpose for each in await load_data_keys(connection)]
    assert sorted(purposes) == ["account", "account", "identifier", "signing", "signing"]


async def test_a_start_without_the_key_of_data_keys_is_refused(
    kept: Settings, database: Database
) -> None:
    settings = configured(kept, OLD)
    await prepare(settings)
    vault = open_vault(settings)
    await DataKeys(database, vault).accounts()
    assert await VaultCheck(database, vault).state() == "ok"
    async with database.transaction() as connection:
        assert len(await load_stored(connection)) == 3
    with pytest.raises(SettingsError, match="is not the key"):
        await prepare(configured(kept, NEW))
    async with database.transaction() as connection:
        await connection.execute(
            text("UPDATE exchange.data_key SET encrypted_key = '\\x7331' WHERE purpose = 'account'")
        )
    assert "data keys" in await VaultCheck(database, vault).state()


async def test_what_a_lost_key_has_digested_is_given_up(kept: Settings, database: Database) -> None:
    """The key of the vault is lost. New members can be described all the same."""
    await prepare(configured(kept, OLD))
    lost = DataKeys(database, open_vault(configured(kept, OLD)))
    encrypted = (await lost.accounts()).encrypt(PLAIN, 1, "k")
    known = (await lost.digester(1)).identify("phone", PLAIN)
    settings = configured(kept, NEW)
    done = await rotate(database, settings, give_up=True)
    assert len(done.unreadable) == 3
    assert all(each.startswith("the data key") for each in done.unreadable)
    after = DataKeys(database, open_vault(settings))
    accounts = await after.accounts()
    assert not accounts.knows(encrypted)
    assert accounts.decrypt(accounts.encrypt(PLAIN, 1, "k"), 1, "k") == PLAIN
    assert (await after.digester(1)).identify("phone", PLAIN) != known
