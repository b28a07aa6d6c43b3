"""Whether a process has the keys that stored secrets need, asked at its start."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from api.kept_files import SettingsError
from api.process.bootstrap import prepare
from api.settings import Settings
from exchange.fulfil import Vault, VaultBroken
from exchange.fulfil.vault import fingerprint
from ledger import Database, service_url
from tests.api.process.stored import (
    NEW,
    OLD,
    SECRET,
    add_endpoint,
    configured,
    encoded,
    needed,
)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with the key in the data directory."""
    return Settings.load(database_url=SecretStr(service_url(database_url)), data_dir=tmp_path)


async def test_the_first_start_makes_a_key_and_states_its_fingerprint(
    settings: Settings, database: Database
) -> None:
    await prepare(settings)
    (key,) = settings.vault_keys
    assert await needed(database) == [fingerprint(key)]
    await prepare(settings)
    assert settings.vault_keys == (key,)


async def test_a_missing_key_is_refused_where_something_is_encrypted(
    settings: Settings, database: Database
) -> None:
    await prepare(settings)
    await add_endpoint(database, Vault(*settings.vault_keys))
    settings.secret_key_file.unlink()
    with pytest.raises(SettingsError, match=r"secret\.key is missing") as refused:
        await prepare(settings)
    assert "\n" not in str(refused.value)
    assert not settings.secret_key_file.exists()


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("stated", [True, False])
async def test_another_key_is_refused_where_something_is_encrypted(
    settings: Settings, database: Database, kept: bool, stated: bool
) -> None:
    await prepare(settings)
    await add_endpoint(database, Vault(*settings.vault_keys))
    if not stated:  # the secret was stored before the fingerprint was
        async with database.transaction() as connection:
            await connection.execute(text("DELETE FROM exchange.vault_key"))
    before = await needed(database)
    right = settings.secret_key_file.read_text()
    if kept:
        settings.secret_key_file.write_text(encoded(OLD))
        wrong = settings
    else:
        wrong = configured(settings, OLD)
    with pytest.raises(SettingsError, match=r"secret\.key is not" if kept else "SECRET_KEY is not"):
        await prepare(wrong)
    assert await needed(database) == before
    settings.secret_key_file.write_text(right)
    await prepare(settings)
    assert await needed(database) == [fingerprint(settings.vault_keys[0])]


async def test_another_key_takes_over_where_nothing_is_encrypted(
    settings: Settings, database: Database
) -> None:
    await prepare(settings)
    settings.secret_key_file.unlink()
    await prepare(settings)
    assert await needed(database) == [fingerprint(settings.vault_keys[0])]
    await prepare(configured(settings, OLD))
    assert await needed(database) == [fingerprint(OLD)]
    with pytest.raises(VaultBroken):  # a process that runs on with the key before
        await add_endpoint(database, Vault(*settings.vault_keys))


async def test_a_retired_key_opens_what_it_encrypted_and_encrypts_until_the_rotation(
    settings: Settings, database: Database
) -> None:
    await prepare(configured(settings, OLD))
    await prepare(configured(settings, NEW, OLD))
    party_id = await add_endpoint(database, Vault(NEW, retired=[OLD]))
    async with database.transaction() as connection:
        stored = await connection.execute(text("SELECT encrypted_secret FROM catalog.endpoint"))
        value = stored.scalar_one()
    assert Vault(OLD).decrypt(value, party_id=party_id) == SECRET
    assert await needed(database) == [fingerprint(OLD)]
