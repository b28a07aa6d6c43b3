"""Everything that can be configured, each from one environment variable `COMITY_<NAME>`.

The only module that reads or writes the environment. Values are frozen once read; secrets do not
print.
"""

import base64
import os
import pwd
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "COMITY_"
SECRET_KEY_BYTES = 32
SECRET_KEY_FILE = "secret.key"
OPERATOR_KEY_FILE = "operator.key"

_ANY_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to


class SettingsError(Exception):
    """A setting is missing, unknown or malformed; the message names its environment variable."""


def default_data_dir() -> Path:
    """Where data lives when nobody says: /var/lib/comity for root, else the user's XDG data directory."""
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
        SecretStr(""), description="PostgreSQL 18 to use; empty starts our own"
    )
    redis_url: SecretStr = Field(
        SecretStr(""), description="Valkey or Redis to use; empty starts our own"
    )
    data_dir: Path = Field(
        default_factory=default_data_dir, description="where our own servers and keys live"
    )

    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="TCP port to listen on")
    public_url: str = Field(
        default_factory=_default_public_url,
        description="how suppliers reach this service, for their callbacks",
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(1, description="server processes")
    run_worker: bool = Field(
        default=True, description="do background work inside each server process"
    )
    shutdown_timeout: Annotated[int, Field(ge=1, le=600)] = Field(
        30, description="seconds that requests in hand may take when the service is told to stop"
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least severity logged"
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="one JSON object a line, or for reading"
    )

    secret_key: SecretStr = Field(
        SecretStr(""),
        description="32 bytes in base64 that encrypt secrets at rest; empty keeps one in the data directory",
    )
    operator_key: SecretStr = Field(
        SecretStr(""),
        description="the operator's first API key; empty makes one and keeps it in the data directory",
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
        2_048, description="requests in hand per process; beyond, 503 with Retry-After"
    )
    rate_per_second: Annotated[float, Field(gt=0)] = Field(
        2_000.0, description="requests a second per party"
    )
    rate_burst: Annotated[float, Field(ge=1)] = Field(
        10_000.0, description="requests at once per party"
    )
    code_misses_per_second: Annotated[float, Field(gt=0)] = Field(
        0.2, description="unknown coupon codes a second per supplier, once the burst is used up"
    )
    code_misses_burst: Annotated[float, Field(ge=1)] = Field(
        50.0, description="unknown coupon codes at once"
    )

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "must start with http:// or https://"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _thirty_two_bytes(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _decoded(value.get_secret_value())
        return value

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment; `overrides` that are not None come first.

        Raises SettingsError, also for a variable with our prefix that we do not know: a misspelt
        COMITY_DATABASE_URL must not start a fresh database.
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
        """How this machine reaches the service it serves."""
        return f"http://{_authority(self.host, self.port)}"

    @property
    def vault_key(self) -> bytes:
        """The 32 bytes that encrypt secrets at rest: the configured ones, or those kept in the data directory.

        Raises SettingsError when the kept ones cannot be read or written.
        """
        if configured := self.secret_key.get_secret_value():
            return _decoded(configured)
        kept = keep(
            self.data_dir / SECRET_KEY_FILE,
            lambda: base64.b64encode(secrets.token_bytes(SECRET_KEY_BYTES)).decode(),
        )
        try:
            return _decoded(kept)
        except ValueError as error:
            message = f"{self.data_dir / SECRET_KEY_FILE}: {error}"
            raise SettingsError(message) from None

    def with_addresses(self, database_url: str | None, redis_url: str | None) -> Self:
        """The same settings with the addresses of servers that we have started ourselves."""
        changes = {"database_url": database_url, "redis_url": redis_url}
        return self.model_copy(
            update={name: SecretStr(url) for name, url in changes.items() if url is not None}
        )

    def export(self) -> None:
        """Put every value into this process's environment, for child processes to `load`."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            os.environ[f"{PREFIX}{name.upper()}"] = text


def keep(path: Path, make: Callable[[], str]) -> str:
    """The text kept in `path`, made and stored there (mode 0600) the first time.

    Written aside and linked into place: link(2) fails if the name exists, so of two processes that
    start at once one wins and both return its text, and a crash leaves the file whole or absent.

    Raises SettingsError when it can be neither read nor written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                    stream.write(make() + "\n")
                    stream.flush()
                    os.fsync(stream.fileno())
                os.link(partial, path)
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        message = f"{path} cannot be kept: {error.strerror}"
        raise SettingsError(message) from error


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != SECRET_KEY_BYTES:
        message = f"must be {SECRET_KEY_BYTES} bytes in base64"
        raise ValueError(message)
    return key
