"""The start of the service: our own servers, the schema, then Granian until told to stop.

Servers of our own are started only where no address is configured.
"""

import asyncio
import http.client
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.reduction import DupFd, ForkingPickler
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import structlog
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from rich.console import Console

from api.embedded.services import running, watchdog
from api.kept_files import SettingsError
from api.process.bootstrap import prepare, prepare_database
from api.process.login import ensure_login, is_service_login
from api.process.logs import configure_logging, logging_config
from api.process.migrate import require_migrated
from api.settings import Settings
from ledger import Database, heartbeats

READY_TIMEOUT_SECONDS = 60.0
HEAD_TIMEOUT_SECONDS = 10
"""How long a connection may take to send the complete head of a request.

It counts from the opening of the connection, or from the answer before. Then the connection ends.
"""
CONNECTIONS_MAX = 16_384
"""Connections that one server process keeps open. Any more wait to be accepted.

It keeps fewer if the limit of open files does not allow so many.
"""
CONNECTIONS_WAITING_MAX = 4_096
FILES_SPARE = 256
"""File descriptors for everything that is not a connection."""
FILES_MIN = 512
"""The least limit of open files, beside two files for each connection of the database's pool."""
_READY_POLL_SECONDS = 0.05
_log = structlog.get_logger("comity.serve")


@contextmanager
def resolved(settings: Settings) -> Iterator[Settings]:
    """The settings with all addresses filled in. Our own servers run for the length of the block.

    Raises:
        EmbeddedServerError: one of them cannot be started.
    """
    with running(settings.data_dir, **_own_servers(settings)) as addresses:
        yield settings.with_addresses(addresses.database_url, addresses.redis_url)


def _own_servers(settings: Settings) -> dict[str, bool]:
    return {
        "database": not settings.database_url.get_secret_value(),
        "cache": not settings.redis_url.get_secret_value(),
    }


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Turn SIGTERM into SystemExit, so that blocks which stop servers end as on Ctrl-C."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def serve(settings: Settings, console: Console, listening: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT, on `listening` if it is given.

    Then requests in flight are finished, and our own servers are stopped.

    Raises:
        EmbeddedServerError: a server of our own cannot be started.
        MigrationError: the database cannot be brought to this release's schema.
        SettingsError: the port is taken, the address does not belong to this machine, or the limit
            of open files is too low.
        SystemExit: a server process died.
    """
    configure_logging(level=settings.log_level, log_format=settings.log_format)
    if listening is None:
        _require_free_port(settings.host, settings.port, "COMITY_PORT")
    if settings.operations_port:
        _require_free_port(
            settings.operations_address, settings.operations_port, "COMITY_OPERATIONS_PORT"
        )
    _connections_max(settings)
    with stopping_cleanly(), resolved(settings) as given:
        ready = asyncio.run(prepare_database(given))
        key_file = asyncio.run(prepare(ready))
        ready.export()  # the server processes load their settings from the environment
        dog = watchdog(settings.data_dir, **_own_servers(settings))
        announce = threading.Thread(target=_announce, args=(ready, console, key_file), daemon=True)
        try:
            _server(ready, [announce.start, dog.start], listening).serve()
        finally:
            dog.stop()


def work(settings: Settings) -> None:
    """Do only the background work, until SIGTERM or SIGINT. What was begun is finished.

    Raises what `serve` raises, except for the port.
    """
    configure_logging(level=settings.log_level, log_format=settings.log_format)
    _connections_max(settings)
    with stopping_cleanly(), resolved(settings) as ready:
        dog = watchdog(settings.data_dir, **_own_servers(settings))
        dog.start()
        try:
            asyncio.run(_work(ready))
        finally:
            dog.stop()


def living_workers(settings: Settings) -> list[heartbeats.Worker]:
    """The processes on this machine whose background loops all give signs of life.

    Raises:
        MigrationError: the database is away, or not of this release.
    """

    async def ask(given: Settings) -> list[heartbeats.Worker]:
        url = given.database_url.get_secret_value()
        await require_migrated(url)
        if not is_service_login(url):
            url = await ensure_login(url, given.login_password)
        database = await Database.open(url, pool_size=1)
        try:
            async with database.transaction() as connection:
                return await heartbeats.load_workers(connection)
        finally:
            await database.close()

    with stopping_cleanly(), resolved(settings) as given:
        workers = asyncio.run(ask(given))
    here = f"{socket.gethostname()}-"
    return [each for each in workers if each.process.startswith(here) and not each.is_silent]


async def _work(settings: Settings) -> None:
    from api.process.context import open_context
    from api.worker.loops import run_worker

    settings = await prepare_database(settings)
    await prepare(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_context(settings) as context:
        await run_worker(context, stop)


def application() -> Any:
    """The application of one server process. Granian calls this in that process."""
    from api.app import create_app  # so only server processes import it

    settings = Settings.load()
    configure_logging(level=settings.log_level, log_format=settings.log_format)
    _stop_with_parent()
    return create_app()


def _handed_on(holder: SocketHolder) -> tuple[Callable[[Any], SocketHolder], tuple[Any]]:
    """How a socket reaches a process that is not forked: under a number of that process's own."""
    return _received, (DupFd(holder.get_fd()),)


def _received(duplicate: Any) -> SocketHolder:  # what DupFd makes has no public type
    return _holder(duplicate.detach())


def _holder(descriptor: int) -> SocketHolder:
    is_unix_socket = False
    return SocketHolder(descriptor, is_unix_socket, CONNECTIONS_WAITING_MAX)  # type: ignore[call-arg]


ForkingPickler.register(SocketHolder, _handed_on)


class _Server(MPServer):
    """Granian's server, which calls `spawned` as soon as its processes exist.

    Its processes share `listening`, if it is given. Otherwise each listens on its own.
    """

    def __init__(
        self,
        *arguments: Any,
        spawned: Sequence[Callable[[], None]],
        listening: socket.socket | None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._spawned = spawned
        self._listening = listening

    def _init_shared_socket(self) -> None:
        if self._listening is None:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]
        else:
            self._shd: Any = _holder(self._listening.fileno())
            self._sso = None

    def _spawn_workers(self, *arguments: Any) -> None:
        super()._spawn_workers(*arguments)  # type: ignore[no-untyped-call]
        for begin in self._spawned:
            begin()


def _connections_max(settings: Settings) -> int:
    """How many connections a server process may keep open.

    First raises the limit of open files as far as is allowed. A process without free descriptors
    accepts no connection, and spins.

    Raises:
        SettingsError: the limit stays too low to serve or to work.
    """
    files_max, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files_wanted(settings)
    if files_max != resource.RLIM_INFINITY and files_max < wanted:
        files_max = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, hard))
    if files_max == resource.RLIM_INFINITY:
        files_max = wanted
    if files_max < (needed := files_needed(settings)):
        message = f"this process may open {files_max} files and needs {needed}; raise ulimit -n"
        raise SettingsError(message)
    return min(CONNECTIONS_MAX, files_max - (wanted - CONNECTIONS_MAX))


def files_needed(settings: Settings) -> int:
    """The least limit of open files with which a process starts."""
    return FILES_MIN + _of_pool(settings)


def files_wanted(settings: Settings) -> int:
    """The limit of open files with which a server process keeps CONNECTIONS_MAX connections."""
    return CONNECTIONS_MAX + FILES_SPARE + _of_pool(settings)


def _of_pool(settings: Settings) -> int:
    return 2 * settings.database_pool_size


def _server(
    settings: Settings,
    threads: Sequence[Callable[[], None]],
    listening: socket.socket | None,
) -> MPServer:
    """The server, which starts `threads` after its processes.

    A process that is forked while a thread runs may inherit a lock that nobody ever releases.
    """
    return _Server(
        "api.serve:application",
        spawned=threads,
        listening=listening,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        # Only HTTP/1: to wait whether a connection speaks HTTP/2 has no time limit.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT_SECONDS * 1000),
        backlog=CONNECTIONS_WAITING_MAX,
        backpressure=_connections_max(settings),
        workers=settings.workers,
        workers_kill_timeout=settings.shutdown_timeout,
        # A process that crashes is replaced. One that cannot start ends the service, so its
        # supervisor sees it.
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels(settings.log_level),
        log_dictconfig=logging_config(level=settings.log_level, log_format=settings.log_format),
    )


def _require_free_port(host: str, port: int, setting: str) -> None:
    """Refuse a port that is in use.

    Granian shares its port with any process that also allows it. Two services would then take
    turns in answering.

    Raises:
        SettingsError: the port is taken, or the address does not belong to this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # Connections to an earlier start may linger.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        message = f"cannot listen on {host} port {port} ({error.strerror}); set {setting}"
        raise SettingsError(message) from error


def inherited_socket(descriptor: int) -> socket.socket:
    """The listening TCP socket that the parent of this process has handed on.

    Raises:
        SettingsError: there is no such socket.
    """
    with suppress(OSError):
        found = socket.socket(fileno=descriptor)
        is_tcp = found.family in {socket.AF_INET, socket.AF_INET6}
        if is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return found
    message = f"file descriptor {descriptor} is no TCP socket that listens"
    raise SettingsError(message)


def _announce(settings: Settings, console: Console, key_file: Path | None) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while not _answers(settings.operations_url):
        if time.monotonic() > deadline:
            _log.error("not_ready", seconds=READY_TIMEOUT_SECONDS)
            return
        time.sleep(_READY_POLL_SECONDS)
    console.print(
        f"Comity is ready at {settings.listen_url}"
        f"  (documentation: {settings.operations_url}/docs)",
        soft_wrap=True,
    )
    if key_file is not None:
        console.print(f"The operator's API key is in {key_file}", soft_wrap=True)


def _answers(url: str) -> bool:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5.0)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop_with_parent() -> None:
    """End this server process when the process that started it is gone.

    A parent that is killed cannot tell its children. They would go on answering on the port, beside
    the processes of the next start.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="stop-with-parent", daemon=True).start()
