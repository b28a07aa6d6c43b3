"""The service's own login to the database, which owns nothing and is a member of nothing.

The first migration makes the role, without a login. Here the owner lets it log in, once. A password
that the login has already is never changed: another machine may be using it.
"""

import base64
import hashlib
import hmac
import secrets

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.process.migrate import CONNECT_TIMEOUT_SECONDS, DatabaseUnusableError
from ledger import SERVICE_ROLE, service_url

SCRAM_ITERATIONS = 4_096
SCRAM_SALT_BYTES = 16


def is_service_login(url: str) -> bool:
    """Whether the address is that of the service, and not of the owner."""
    try:
        return make_url(url).username == SERVICE_ROLE
    except (ValueError, ArgumentError):
        return False


async def ensure_login(owner_url: str, password: str) -> str:
    """The address at which the service logs in, after making sure that it can.

    Raises:
        DatabaseUnusableError: the server does not let it in. The message says what to do.
    """
    address = service_url(owner_url, password)
    if await _lets_in(address):
        return address
    await _allow(owner_url, password)
    if not await _lets_in(address):
        message = (
            f"the database does not let {SERVICE_ROLE} in; give its password as "
            f"COMITY_DATABASE_PASSWORD, or change it (ALTER ROLE {SERVICE_ROLE} PASSWORD …), and "
            "see that pg_hba.conf lets it log in"
        )
        raise DatabaseUnusableError(message)
    return address


async def _lets_in(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_SECONDS)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    except asyncpg.InterfaceError:  # the server asks for a password, and there is none
        return False
    await connection.close()
    return True


async def _allow(owner_url: str, password: str) -> None:
    """Let the role log in, with the password if there is one. If it may already, do nothing."""
    connection = await asyncpg.connect(owner_url, timeout=CONNECT_TIMEOUT_SECONDS)
    statement = f"ALTER ROLE {SERVICE_ROLE} LOGIN"
    if password:
        statement += f" PASSWORD '{_verifier(password)}'"
    try:
        can_log_in = "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1"
        if not await connection.fetchval(can_log_in, SERVICE_ROLE):
            await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        message = (
            f"the owner of the database may not let {SERVICE_ROLE} log in; have somebody who may "
            f"run ALTER ROLE {SERVICE_ROLE} LOGIN PASSWORD '…', and give the same password as "
            "COMITY_DATABASE_PASSWORD"
        )
        raise DatabaseUnusableError(message) from error
    except asyncpg.InternalServerError:
        pass  # another process does the same now, and the caller looks whether it worked
    finally:
        await connection.close()


def _verifier(password: str) -> str:
    """What PostgreSQL stores of a password (RFC 5803), so its log never sees the password."""
    salt = secrets.token_bytes(SCRAM_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = (base64.b64encode(part).decode("ascii") for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ITERATIONS, *parts)
