"""The embedded servers, kept running for the length of a block."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.embedded.account import Account, server_account
from api.embedded.errors import EmbeddedServerError
from api.embedded.places import socket_directory
from api.embedded.postgres import EmbeddedPostgres
from api.embedded.sharing import shared
from api.embedded.valkey import EmbeddedValkey
from api.embedded.watch import Watchdog


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of the servers. None for a server that was not asked for."""

    database_url: str | None
    redis_url: str | None


@contextmanager
def running(data_dir: Path, *, database: bool = True, cache: bool = True) -> Iterator[Addresses]:
    """Keep the servers that are asked for running in `data_dir`.

    They are shared with other processes that name the same directory. The last process to leave its
    block stops them. After a crash or `kill -9`, the next call recovers them.

    Raises:
        EmbeddedServerError: a server cannot be started. The message says what to do.
    """
    directory, servers = _servers(data_dir, database=database, cache=cache)
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(shared(server, directory))
        urls = {server.name: server.url for server in servers}
        yield Addresses(urls.get("postgres"), urls.get("valkey"))


def own_postgres(data_dir: Path) -> EmbeddedPostgres:
    """The PostgreSQL of a data directory, whether it runs or not. The directory is made if absent.

    Raises:
        EmbeddedServerError: the directory cannot be made or used.
    """
    account = server_account()
    directory = _prepare(data_dir, account)
    return EmbeddedPostgres(directory, socket_directory(directory, account), account)


def watchdog(data_dir: Path, *, database: bool = True, cache: bool = True) -> Watchdog:
    """A watchdog for the servers of `running`. Start it and stop it inside that block."""
    directory, servers = _servers(data_dir, database=database, cache=cache)
    return Watchdog(servers, directory)


def _servers(
    data_dir: Path, *, database: bool, cache: bool
) -> tuple[Path, list[EmbeddedPostgres | EmbeddedValkey]]:
    if not database and not cache:
        return data_dir, []
    account = server_account()
    directory = _prepare(data_dir, account)
    sockets = socket_directory(directory, account)
    servers: list[EmbeddedPostgres | EmbeddedValkey] = []
    if database:
        servers.append(EmbeddedPostgres(directory, sockets, account))
    if cache:
        servers.append(EmbeddedValkey(directory, sockets, account))
    return directory, servers


@contextmanager
def temporary_data_dir(prefix: str = "comity-") -> Iterator[Path]:
    """A new data directory that the account of the servers can enter.

    It is removed at the end of the block. The servers must have stopped by then.

    Raises:
        EmbeddedServerError: no temporary directory will do.
    """
    account = server_account()
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - mkdtemp is safe there
    parent = next((path for path in candidates if path.is_dir() and account.can_enter(path)), None)
    if parent is None:
        message = (
            f"the account that runs the servers can enter none of {', '.join(map(str, candidates))}"
        )
        raise EmbeddedServerError(message)
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        if account.switched:
            directory.chmod(0o711)  # others may pass through, but see nothing
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _prepare(data_dir: Path, account: Account) -> Path:
    """Create the data directory, and let the account of the servers pass through it.

    No other directory is opened to it.
    """
    try:
        data_dir.mkdir(mode=0o711 if account.switched else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"the data directory {data_dir} cannot be created ({error.strerror})"
        raise EmbeddedServerError(f"{message}; set COMITY_DATA_DIR") from error
    directory = data_dir.resolve()
    if not os.access(directory, os.W_OK | os.X_OK):
        message = (
            f"the data directory {directory} is not writable; set COMITY_DATA_DIR to one that is"
        )
        raise EmbeddedServerError(message)
    if account.switched and not account.can_enter(directory):
        if not directory.stat().st_mode & 0o001:
            directory.chmod(directory.stat().st_mode | 0o111)
        if not account.can_enter(directory):
            message = (
                "the account that runs the servers cannot pass through the directories above "
                f"{directory}; set COMITY_DATA_DIR to a place open to others, such as "
                "/var/lib/comity"
            )
            raise EmbeddedServerError(message)
    return directory
