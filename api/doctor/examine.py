"""The whole examination. One trouble does not hide the others: what can be asked is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from api.doctor import database as of_database
from api.doctor import machine, reach, secrets, work
from api.doctor.finding import Finding, State, sound, trouble
from api.embedded.errors import EmbeddedServerError
from api.embedded.postgres import CLUSTER
from api.embedded.services import running
from api.kept_files import SettingsError, read_kept
from api.process.clock import clock_state
from api.process.login import is_service_login
from api.process.looking import CONNECT_TIMEOUT_SECONDS, looking
from api.settings import DATABASE_PASSWORD_FILE, Settings
from ledger import SERVICE_ROLE, Database, Refusal, heartbeats, service_url

ERRORS = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
    Refusal,
    SettingsError,
    ValueError,
)
NO_ADDRESS = "COMITY_DATABASE_URL is no address like postgresql://user:password@host/database"
_Ask = Callable[[], Awaitable[Finding]]


def examine(settings: Settings, free_gigabytes_min: float) -> list[Finding]:
    """Look at everything. It changes nothing, and it never raises for what it finds."""
    findings: list[Finding] = []
    is_running = False
    try:
        with _address(settings) as url:
            findings, is_running = asyncio.run(_of_database(settings, url))
    except EmbeddedServerError as error:
        findings.append(trouble("database", str(error)))
    findings += asyncio.run(_of_network(settings, is_running=is_running))
    findings += [
        secrets.check_files(settings),
        machine.check_disk(settings, free_gigabytes_min),
        machine.check_open_files(settings),
    ]
    return findings


@contextmanager
def _address(settings: Settings) -> Iterator[str]:
    """The address of the database. Our own runs for the length of the block.

    Raises:
        EmbeddedServerError: there is none, or it does not start.
    """
    if configured := settings.database_url.get_secret_value():
        yield configured
        return
    if not (settings.data_dir / CLUSTER).is_dir():
        message = (
            f"there is no database in {settings.data_dir}: name the data directory of the service "
            "with --data-dir, or run comity serve to make one"
        )
        raise EmbeddedServerError(message)
    with running(settings.data_dir, database=True, cache=False) as addresses:
        yield addresses.database_url or ""


async def _of_database(settings: Settings, owner_url: str) -> tuple[list[Finding], bool]:
    """What the database tells, and whether a process of the service works on it."""
    try:
        url, refused = await _login(settings, owner_url)
    except ERRORS as error:
        advice = "See that it runs, that COMITY_DATABASE_URL is right, and that it lets you in"
        # What could not be read of an address may be a part of its password.
        reason = NO_ADDRESS if isinstance(error, ValueError) else _reason(error)
        return [trouble("database", f"it cannot be used: {reason}", advice)], False
    async with looking(url) as database:
        schema = await _asked("schema", lambda: of_database.check_schema(database))
        findings = [
            await _asked("database", lambda: of_database.check_version(database)),
            await _asked("durability", lambda: of_database.check_durability(database)),
            schema,
        ]
        if refused is not None:
            findings.append(refused)
        if schema.state is not State.SOUND:
            return findings, False
        if refused is None:
            findings.append(await _asked("roles", lambda: _roles(database)))
        for check, ask in _questions(database, settings).items():
            findings.append(await _asked(check, ask))
        return findings, await _is_running(database)


def _questions(database: Database, settings: Settings) -> dict[str, _Ask]:
    """What is asked of a database that has this release's schema."""
    return {
        "clock": lambda: _clock(database),
        "outbox": lambda: work.check_outbox(database),
        "workers": lambda: work.check_workers(database),
        "seal": lambda: work.check_seal(database),
        "verify": lambda: work.check_verify(database, settings),
        "suppliers": lambda: reach.check_suppliers(database, settings),
        "secrets": lambda: secrets.check_secrets(database, settings),
    }


async def _of_network(settings: Settings, *, is_running: bool) -> list[Finding]:
    return [
        await reach.check_valkey(settings),
        await reach.check_public_address(settings, is_running=is_running),
    ]


async def _login(settings: Settings, owner_url: str) -> tuple[str, Finding | None]:
    """The address to look from: the service's own login if it is let in, or else the owner's.

    Nothing is made for it: neither the login, nor its password.
    """
    if is_service_login(owner_url):
        await _connect(owner_url)
        return owner_url, None
    try:
        kept = settings.data_dir / DATABASE_PASSWORD_FILE
        password = settings.database_password.get_secret_value()
        if not password and kept.exists():
            password = read_kept(kept)
        url = service_url(owner_url, password)
        await _connect(url)
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InterfaceError) as error:
        await _connect(owner_url)
        refused = trouble(
            "roles",
            f"the service cannot log in as {SERVICE_ROLE}: {_reason(error)}",
            "Run comity migrate as the owner, and give its password as COMITY_DATABASE_PASSWORD",
        )
        return owner_url, refused
    return url, None


async def _connect(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_SECONDS)
    await connection.close()


async def _roles(database: Database) -> Finding:
    async with database.transaction() as connection:
        return await of_database.check_login(connection)


async def _clock(database: Database) -> Finding:
    state = await clock_state(database)
    if state != "ok":
        return trouble(
            "clock",
            f"the clock of this machine is {state}",
            "Keep NTP running on both machines: signatures and certificates depend on the time",
        )
    return sound("clock", "the clocks of this machine and of the database agree")


async def _is_running(database: Database) -> bool:
    try:
        async with database.transaction() as connection:
            workers = await heartbeats.load_workers(connection)
    except ERRORS:
        return False
    return any(not worker.is_silent for worker in workers)


async def _asked(check: str, ask: _Ask) -> Finding:
    try:
        return await ask()
    except ERRORS as error:
        told = f"it could not be looked at: {_reason(error)}"
        return trouble(check, told, "See to the other lines first, then run this again")


def _reason(error: BaseException) -> str:
    """The cause of an error, without the statement that met it."""
    cause = getattr(error, "orig", None) or error
    return str(cause).rpartition(">: ")[2].strip() or type(cause).__name__
