"""Settings: read once from the environment, checked, frozen, and never printed with secrets."""

import base64
import os
import stat
import sys
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.identity.sign_in_settings import domains_of
from api.kept_files import SettingsError, keep, replace_kept
from api.settings import Settings, default_data_dir

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("COMITY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COMITY_DATA_DIR", str(tmp_path))


def test_defaults_need_no_configuration() -> None:
    settings = Settings.load()
    assert settings.database_url.get_secret_value() == ""
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.workers == 1


def test_overrides_come_before_the_environment_and_none_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMITY_PORT", "9001")
    assert Settings.load(port=None).port == 9001
    assert Settings.load(port=9002).port == 9002


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_PORT", "")
    assert Settings.load().port == 8000


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATABSE_URL", "postgresql://somewhere")
    with pytest.raises(SettingsError, match="COMITY_DATABSE_URL"):
        Settings.load()


def test_a_malformed_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_PORT", "70000")
    monkeypatch.setenv("COMITY_SECRET_KEY", "hunter2")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "COMITY_PORT" in str(caught.value)
    assert "COMITY_SECRET_KEY" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_settings_are_frozen_and_their_secrets_do_not_print() -> None:
    settings = Settings.load(secret_key=KEY, database_url="postgresql://me:hunter2@host/db")
    with pytest.raises(ValidationError):
        setattr(settings, "port", 1)  # noqa: B010 - mypy also knows that it is frozen
    assert KEY not in repr(settings)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("example.org", "http://example.org:8000"),
    ],
)
def test_public_url_is_reachable(host: str, url: str) -> None:
    assert Settings.load(host=host).public_url == url


def test_exported_settings_load_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        # So monkeypatch restores what `export` changes.
        monkeypatch.setenv(f"COMITY_{name.upper()}", "")
    settings = Settings.load(
        port=9003, data_dir=tmp_path, run_worker=False, secret_key=KEY, rate_per_second=1.5
    )
    resolved = settings.with_addresses("postgresql://here", None)
    resolved.export()
    assert Settings.load() == resolved
    assert resolved.redis_url.get_secret_value() == ""


def test_the_vault_key_is_kept_in_the_data_directory(tmp_path: Path) -> None:
    Settings.load().keep_vault_key()
    (key,) = Settings.load().vault_keys
    assert len(key) == 32
    Settings.load().keep_vault_key()
    assert Settings.load().vault_keys == (key,)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert Settings.load(secret_key=KEY).vault_keys == (bytes(range(32)),)


def test_keys_that_were_replaced_come_after_the_one_in_use(tmp_path: Path) -> None:
    other = base64.b64encode(b"o" * 32).decode()
    both = (bytes(range(32)), b"o" * 32)
    assert Settings.load(secret_key=KEY, retired_secret_keys=f" {other},").vault_keys == both
    (tmp_path / "secret.key").write_text(f"{KEY}\n{other}\n")
    assert Settings.load().vault_keys == both
    with pytest.raises(SettingsError, match="COMITY_RETIRED_SECRET_KEYS"):
        Settings.load(retired_secret_keys=f"{KEY},short")


@pytest.mark.parametrize("content", ["", "\n", "short\n", f"{KEY}\nshort\n"])
def test_a_damaged_vault_key_is_refused_and_never_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(SettingsError, match=r"secret\.key"):
        _ = Settings.load().vault_keys
    if not content.strip():
        with pytest.raises(SettingsError, match=r"secret\.key is empty"):
            Settings.load().keep_vault_key()
    assert (tmp_path / "secret.key").read_text() == content


def test_a_vault_key_is_not_made_by_reading_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"secret\.key cannot be read"):
        _ = Settings.load().vault_keys
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("replaced", [False, True])
def test_a_kept_file_outlives_a_power_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, replaced: bool
) -> None:
    path = tmp_path / "data" / "secret.key"
    synced: list[tuple[str, list[str]]] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        names = [each.name for each in place.iterdir()] if place.is_dir() else []
        synced.append((place.name, names))
        fsync(descriptor)

    keep(path, lambda: "old")
    if not replaced:
        path.unlink()
    monkeypatch.setattr(os, "fsync", record)
    if replaced:
        replace_kept(path, "new")
    else:
        assert keep(path, lambda: "new") == "new"

    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # First what is in the file, then its name, once it has it, then the name of its folder.
    (content, _), *folders = synced
    assert content.startswith(".secret.key.")
    assert [name for name, _ in folders] == ["data", tmp_path.name]
    assert "secret.key" in folders[0][1]
    assert folders[1][1] == ["data"]


def test_of_many_who_keep_at_once_one_wins(tmp_path: Path) -> None:
    gate = threading.Barrier(8)
    kept: list[str] = []

    def run(number: int) -> None:
        gate.wait()
        kept.append(keep(tmp_path / "deep" / "file", lambda: str(number)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 8
    assert len(set(kept)) == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("user", "environment", "expected"),
    [
        (0, {"HOME": "/root"}, "/var/lib/comity"),
        (1000, {"XDG_DATA_HOME": "/data", "HOME": "/home/me"}, "/data/comity"),
        (1000, {"XDG_DATA_HOME": "", "HOME": "/home/me"}, "/home/me/.local/share/comity"),
    ],
)
def test_default_data_dir(
    monkeypatch: pytest.MonkeyPatch, user: int, environment: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_data_dir() == Path(expected)


ISSUER = {"oidc_issuer": "https://login.example.com/realm", "oidc_client_id": "comity"}


def test_an_issuer_is_named_with_tls_or_on_this_machine() -> None:
    assert Settings.load().oidc_issuer == ""
    loaded = Settings.load(**ISSUER, oidc_domains="Example.com, sister.example.org")
    assert domains_of(loaded.oidc_domains) == {"example.com", "sister.example.org"}
    for url in ("http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080/realm"):
        assert Settings.load(**{**ISSUER, "oidc_issuer": url}).oidc_issuer == url


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"oidc_issuer": "http://login.example.com"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "http://10.0.0.7"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "login.example.com"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://me:secret@login.example.com"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://login.example.com:port"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://login.example.com?realm=1"}, "OIDC_ISSUER"),
        ({"oidc_issuer": ""}, "OIDC_CLIENT_ID"),
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID"),
        ({"oidc_domains": "@example.com"}, "OIDC_DOMAINS"),
        ({"oidc_domains": "localhost"}, "OIDC_DOMAINS"),
    ],
)
def test_half_an_issuer_is_refused_by_name(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"^COMITY_{named}: ") as caught:
        Settings.load(**{**ISSUER, **changed})
    assert "me:secret" not in str(caught.value)


def test_an_issuer_needs_the_extra_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib", None)
    Settings.load()
    with pytest.raises(SettingsError, match=r"COMITY_OIDC_ISSUER.*pip install 'comity\[oidc\]'"):
        Settings.load(**ISSUER)
