"""Everything that can be configured, each setting from an environment variable `COMITY_<NAME>`.

No other module reads or writes the environment. Values are frozen after they are read. Secrets do
not print.
"""

import base64
import os
import pwd
import secrets
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.identity import sign_in_settings as users
from api.kept_files import SettingsError, keep, read_kept
from api.member_settings import AccountDays, VerifyDir
from catalog import SupplierNetworks

Network: TypeAlias = IPv4Network | IPv6Network

PREFIX = "COMITY_"
SECRET_KEY_BYTES = 32
SECRET_KEY_FILE = "secret.key"
OPERATOR_KEY_FILE = "operator.key"
DATABASE_PASSWORD_FILE = "database.password"
DATABASE_PASSWORD_BYTES = 24

_ANY_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to


def default_data_dir() -> Path:
    """The data directory by default.

    It is /var/lib/comity for root. For other users it is in their XDG data directory.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/comity")
    if data_home := os.environ.get("XDG_DATA_HOME"):
        return Path(data_home) / "comity"
    # An unset or empty HOME is normal in containers and services.
    home = os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir
    return Path(home) / ".local" / "share" / "comity"


def _default_public_url(values: dict[str, Any]) -> str:
    return f"http://{_authority(values['host'], values['port'])}"


def _authority(host: str, port: int) -> str:
    reachable = _ANY_ADDRESSES.get(host, host)
    return f"[{reachable}]:{port}" if ":" in reachable else f"{reachable}:{port}"


class Settings(BaseSettings):
    """The settings of one process. Durations are in seconds, sizes in bytes, rates per second."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database_url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL 18 to use; if empty, our own is started"
    )
    database_password: SecretStr = Field(
        SecretStr(""),
        description="the password of the database login comity_service; if empty, one is made and "
        "kept in data_dir where database_url has a password",
    )
    redis_url: SecretStr = Field(
        SecretStr(""), description="Valkey or Redis to use; if empty, our own is started"
    )
    data_dir: Path = Field(
        default_factory=default_data_dir, description="where our own servers and keys live"
    )

    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="TCP port to listen on")
    operations_host: str = Field(
        "", description="address for operations_port to listen on; if empty, that of host"
    )
    operations_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        0,
        description="TCP port for health checks, metrics and the description, which then are not "
        "on port; 0 leaves them there",
    )
    public_url: str = Field(
        default_factory=_default_public_url,
        description="how suppliers reach this service, for their callbacks",
    )
    proxies: str = Field(
        "127.0.0.1, ::1",
        description="addresses or networks of proxies in front, with commas between them; their "
        "X-Forwarded-For is believed",
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(1, description="server processes")
    run_worker: bool = Field(
        default=True, description="do background work inside each server process"
    )
    shutdown_timeout: Annotated[int, Field(ge=1, le=600)] = Field(
        30, description="seconds that requests in flight may take after the service is told to stop"
    )

    supplier_networks: str = Field(
        "",
        description="networks besides the public internet where suppliers may be, such as "
        "10.20.0.0/16,127.0.0.0/8; http is allowed there",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least severity that is logged"
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="one JSON object per line, or text to read"
    )

    secret_key: SecretStr = Field(
        SecretStr(""),
        description="32 bytes in base64 that encrypt secrets at rest; if empty, they are made and "
        "kept in data_dir",
    )
    retired_secret_keys: SecretStr = Field(
        SecretStr(""),
        description="keys that secret_key replaces, separated by commas, until everything that "
        "they encrypted is encrypted again",
    )
    operator_key: SecretStr = Field(
        SecretStr(""),
        description="the operator's first API key; if empty, one is made and kept in data_dir",
    )

    totp_roles: users.TotpRoles = ""
    oidc_issuer: users.Issuer = ""
    oidc_client_id: users.ClientId = ""
    oidc_client_secret: users.ClientSecret = SecretStr("")
    oidc_domains: users.Domains = ""
    service_adjust_points_max: users.AdjustPointsMax = 1_000
    account_days: AccountDays = 90
    wechat_verify_dir: VerifyDir = ""
    write_off_minor_max: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        100, description="the most minor units of one break that the operator may write off"
    )
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = Field(
        10, description="connections kept per process"
    )
    request_bytes_max: Annotated[int, Field(ge=1024)] = Field(
        8 * 1024 * 1024, description="largest request body"
    )
    body_timeout: Annotated[int, Field(ge=1, le=3600)] = Field(
        60, description="seconds a request's body may take to arrive"
    )
    requests_in_flight_max: Annotated[int, Field(ge=1)] = Field(
        2_048, description="requests in work per process; any more get 503 with Retry-After"
    )
    rate_per_second: Annotated[float, Field(gt=0)] = Field(
        2_000.0,
        description="tokens a second per party; a request costs one for each 10 items or 4,096 "
        "bytes begun",
    )
    rate_burst: Annotated[float, Field(ge=1)] = Field(
        10_000.0, description="tokens at once per party"
    )
    code_misses_per_second: Annotated[float, Field(gt=0)] = Field(
        0.2,
        description="unknown coupon codes a second per API key and shop, once the burst is used up",
    )
    code_misses_burst: Annotated[float, Field(ge=1)] = Field(
        50.0, description="unknown coupon codes at once per API key and shop"
    )
    wrong_keys_per_second: Annotated[float, Field(gt=0)] = Field(
        1.0, description="wrong API keys a second per address, once the burst is used up"
    )
    wrong_keys_burst: Annotated[float, Field(ge=1)] = Field(
        100.0, description="wrong API keys at once per address"
    )

    @field_validator("operations_port")
    @classmethod
    def _another_port(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("port"):
            message = "must be another port than COMITY_PORT"
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "must start with http:// or https://"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _proxy_networks(cls, value: str) -> str:
        _networks_of(value)
        return value

    @field_validator("supplier_networks")
    @classmethod
    def _supplier_networks(cls, value: str) -> str:
        SupplierNetworks.read(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _thirty_two_bytes(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _decoded(value.get_secret_value())
        return value

    @field_validator("retired_secret_keys")
    @classmethod
    def _each_thirty_two_bytes(cls, value: SecretStr) -> SecretStr:
        for each in _listed(value):
            _decoded(each)
        return value

    @field_validator("database_password")
    @classmethod
    def _ascii(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().isascii():
            message = "must be ASCII"
            raise ValueError(message)
        return value

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment. `overrides` that are not None come before it.

        Raises:
            SettingsError: a value is malformed, or a variable with our prefix is unknown. With a
                misspelt COMITY_DATABASE_URL, a new and empty database would be started.
        """
        known = {f"{PREFIX}{name.upper()}" for name in cls.model_fields}
        unknown = sorted(
            name for name in os.environ if name.startswith(PREFIX) and name not in known
        )
        if unknown:
            message = f"unknown settings in the environment: {', '.join(unknown)}"
            raise SettingsError(message)
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            problems = (
                f"{PREFIX}{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
                for each in error.errors()
                if each["type"] != "default_factory_not_called"
            )
            raise SettingsError("; ".join(problems)) from None

    @property
    def listen_url(self) -> str:
        """The address at which this machine reaches the service."""
        return f"http://{_authority(self.host, self.port)}"

    @property
    def operations_address(self) -> str:
        """The address to listen on for those who run the service."""
        return self.operations_host or self.host

    @property
    def operations_url(self) -> str:
        """Where this machine reaches health checks, metrics and the description."""
        if not self.operations_port:
            return self.listen_url
        return f"http://{_authority(self.operations_address, self.operations_port)}"

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The networks of the proxies in front."""
        return _networks_of(self.proxies)

    @property
    def networks(self) -> SupplierNetworks:
        """Where suppliers may be reached."""
        return SupplierNetworks.read(self.supplier_networks)

    @property
    def secret_key_file(self) -> Path:
        """Where the keys of the vault are kept if none is configured, one in each line."""
        return self.data_dir / SECRET_KEY_FILE

    @property
    def vault_keys(self) -> tuple[bytes, ...]:
        """The keys of the vault, each of 32 bytes: the one in use, then those that it replaces.

        They are configured, or kept in the data directory. None is made here: `keep_vault_key`
        makes the first.

        Raises:
            SettingsError: those in the data directory are missing or cannot be read.
        """
        retired = [_decoded(each) for each in _listed(self.retired_secret_keys)]
        if configured := self.secret_key.get_secret_value():
            return (_decoded(configured), *retired)
        path = self.secret_key_file
        try:
            return (*map(_decoded, read_kept(path).split()), *retired)
        except ValueError as error:
            message = f"{path}: {error}"
            raise SettingsError(message) from None
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}"
            raise SettingsError(message) from error

    def keep_vault_key(self) -> None:
        """Make the key of the vault and keep it, unless one is configured or kept already.

        Raises:
            SettingsError: it can neither be read nor written.
        """
        if not self.secret_key.get_secret_value():
            keep(self.secret_key_file, new_secret_key)

    @property
    def login_password(self) -> str:
        """The password of the service's login: configured, or kept in the data directory.

        It is empty if the owner of the database needs none. Then the service needs none either.

        Raises:
            SettingsError: the one in the data directory cannot be read or written.
        """
        if configured := self.database_password.get_secret_value():
            return configured
        if not _has_password(self.database_url.get_secret_value()):
            return ""
        return keep(
            self.data_dir / DATABASE_PASSWORD_FILE,
            lambda: secrets.token_urlsafe(DATABASE_PASSWORD_BYTES),
        )

    def with_database(self, url: str) -> Self:
        """The same settings, with another address of the database, and no password beside it."""
        changes = {"database_url": SecretStr(url), "database_password": SecretStr("")}
        return self.model_copy(update=changes)

    def with_addresses(self, database_url: str | None, redis_url: str | None) -> Self:
        """The same settings, with the addresses of servers that we started ourselves."""
        changes = {"database_url": database_url, "redis_url": redis_url}
        return self.model_copy(
            update={name: SecretStr(url) for name, url in changes.items() if url is not None}
        )

    def export(self) -> None:
        """Put all values into the environment of this process, for its children to `load`."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            os.environ[f"{PREFIX}{name.upper()}"] = text


def new_secret_key() -> str:
    """A new key for the vault, as text."""
    return base64.b64encode(secrets.token_bytes(SECRET_KEY_BYTES)).decode()


def _listed(keys: SecretStr) -> Sequence[str]:
    return [each.strip() for each in keys.get_secret_value().split(",") if each.strip()]


def _networks_of(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _has_password(url: str) -> bool:
    """Whether an address has a password. A malformed one has none."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != SECRET_KEY_BYTES:
        message = f"must be {SECRET_KEY_BYTES} bytes in base64"
        raise ValueError(message)
    return key
