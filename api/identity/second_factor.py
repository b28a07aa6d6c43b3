"""The second factor of a user: codes by time (TOTP, RFC 6238), and recovery codes.

The secret is encrypted by the vault, bound to its user. It is pending until its first code was
given. No code works twice: a step of time is taken by one statement, and only a later one after it.
A recovery code is deleted where it is used, so of two uses at once one finds it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import pyotp
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.identity_tables import app_user, recovery_code
from api.identity.users import forget_totp
from exchange.fulfil import Vault, encrypt_for
from ledger import Refusal

STEP_SECONDS = 30
STEPS_OFF_MAX = 1
"""So many steps the clock of the authenticator may be off."""
RECOVERY_CODES = 10
RECOVERY_CODE_LETTERS = 16
ISSUER = "Comity"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that are easily taken for others."""

_IS_THERE = text("SELECT to_regclass('api.app_user') IS NOT NULL")
_LOAD = text(
    "SELECT user_id, encrypted_totp FROM api.app_user"
    " WHERE encrypted_totp IS NOT NULL ORDER BY user_id"
)
_REPLACE = text(
    """
    UPDATE api.app_user SET encrypted_totp = :value
    WHERE user_id = :user_id AND encrypted_totp = :before
    """
)


class CodeWrong(Refusal):
    """The code is another one, too old, or was used already."""

    code: ClassVar[str] = "code-wrong"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The code is wrong, or was used already."


class SecondFactorSet(Refusal):
    """The user has a second factor already. It is removed before another is set up."""

    code: ClassVar[str] = "second-factor-set"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is a second factor already."


@dataclass(frozen=True, slots=True)
class UserSecret:
    """The secret of a user's codes, as it is stored."""

    user_id: int
    value: bytes = field(repr=False)

    @property
    def purpose(self) -> str:
        """What the vault binds it to."""
        return purpose_of(self.user_id)


@dataclass(frozen=True, slots=True)
class Factor:
    """The second factor of a user. Without a secret, none was begun."""

    encrypted: bytes | None = field(repr=False)
    since: datetime | None
    recovery_codes: int


def purpose_of(user_id: int) -> str:
    """What the vault binds the secret of a user to."""
    return f"totp:{user_id}"


async def load_user_secrets(connection: AsyncConnection) -> list[UserSecret]:
    """The stored secrets, also pending ones. None, if the database is of an earlier release.

    Two round trips.
    """
    if not (await connection.execute(_IS_THERE)).scalar_one():
        return []
    return [
        UserSecret(row.user_id, bytes(row.encrypted_totp))
        for row in await connection.execute(_LOAD)
    ]


async def replace_user_secret(
    connection: AsyncConnection, secret: UserSecret, value: bytes
) -> None:
    """Store the same secret in another form, unless somebody else did. One round trip."""
    bound = {"user_id": secret.user_id, "before": secret.value, "value": value}
    await connection.execute(_REPLACE, bound)


async def find_factor(connection: AsyncConnection, user_id: int) -> Factor:
    """The second factor of a user. Two round trips."""
    found = select(app_user.c.encrypted_totp, app_user.c.totp_since)
    row = (await connection.execute(found.where(app_user.c.user_id == user_id))).one()
    left = select(recovery_code.c.code_sha256).where(recovery_code.c.user_id == user_id)
    codes = len((await connection.execute(left)).all())
    encrypted = None if row.encrypted_totp is None else bytes(row.encrypted_totp)
    return Factor(encrypted, row.totp_since, codes)


async def begin_totp(connection: AsyncConnection, vault: Vault, user_id: int) -> None:
    """Make a new secret, which is pending until its first code was given.

    Raises:
        SecondFactorSet: the user has a second factor already.
    """
    made = pyotp.random_base32()
    value = await encrypt_for(connection, vault, made.encode(), purpose_of(user_id))
    changed = await connection.execute(
        update(app_user)
        .where(app_user.c.user_id == user_id, app_user.c.totp_since.is_(None))
        .values(encrypted_totp=value)
    )
    if changed.rowcount != 1:
        raise SecondFactorSet("remove the one until now first")


def secret_of(vault: Vault, user_id: int, factor: Factor) -> str | None:
    """The secret of a user, in base32.

    Raises:
        VaultBroken: no known key decrypts it.
    """
    if factor.encrypted is None:
        return None
    return vault.unwrap(factor.encrypted, purpose_of(user_id)).decode()


def address_of_secret(secret: str, email: str) -> str:
    """What authenticators read from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=email, issuer_name=ISSUER
    )


async def confirm_totp(
    connection: AsyncConnection, vault: Vault, user_id: int, code: str, now: datetime
) -> Sequence[str]:
    """Set the second factor up by its first code. Returns the recovery codes, to be shown once.

    Raises:
        CodeWrong: the code is another one, or nothing was begun.
        SecondFactorSet: it was set up already.
    """
    factor = await find_factor(connection, user_id)
    if factor.since is not None:
        raise SecondFactorSet("it was set up already")
    step = _step_of(secret_of(vault, user_id, factor), code, now)
    if not await _take_step(connection, user_id, step):
        raise CodeWrong("type the six digits that the authenticator shows now", field="code")
    await connection.execute(
        update(app_user).where(app_user.c.user_id == user_id).values(totp_since=now)
    )
    return await renew_recovery_codes(connection, user_id)


async def renew_recovery_codes(connection: AsyncConnection, user_id: int) -> Sequence[str]:
    """New recovery codes, to be shown once. Those before them stop working."""
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    await connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user_id))
    rows = [{"user_id": user_id, "code_sha256": _digest(user_id, code)} for code in codes]
    await connection.execute(insert(recovery_code), rows)
    return codes


async def take_code(
    connection: AsyncConnection, vault: Vault, user_id: int, code: str, now: datetime
) -> bool:
    """Use a code of the authenticator, or a recovery code, up. Returns whether it was right."""
    factor = await find_factor(connection, user_id)
    if factor.since is None:
        return False
    step = _step_of(secret_of(vault, user_id, factor), code, now)
    if await _take_step(connection, user_id, step):
        return True
    gone = await connection.execute(
        delete(recovery_code).where(
            recovery_code.c.user_id == user_id,
            recovery_code.c.code_sha256 == _digest(user_id, code),
        )
    )
    return gone.rowcount == 1


async def remove_totp(connection: AsyncConnection, user_id: int) -> None:
    """The user has no second factor from now on."""
    await forget_totp(connection, user_id)


async def _take_step(connection: AsyncConnection, user_id: int, step: int | None) -> bool:
    if step is None:
        return False
    taken = await connection.execute(
        update(app_user)
        .where(app_user.c.user_id == user_id, app_user.c.totp_step < step)
        .values(totp_step=step)
    )
    return taken.rowcount == 1


def _step_of(secret: str | None, code: str, now: datetime) -> int | None:
    """The step of time whose code this is, if it is near enough."""
    typed = "".join(code.split())
    if secret is None or not typed.isascii() or not typed.isdecimal():
        return None
    codes, present = pyotp.HOTP(secret), int(now.timestamp()) // STEP_SECONDS
    near = range(present - STEPS_OFF_MAX, present + STEPS_OFF_MAX + 1)
    right = [each for each in near if hmac.compare_digest(codes.at(each), typed)]
    return right[-1] if right else None


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_CODE_LETTERS))
    return "-".join(letters[start : start + 4] for start in range(0, RECOVERY_CODE_LETTERS, 4))


def _digest(user_id: int, code: str) -> bytes:
    letters = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(f"recovery {user_id} {letters}".encode()).digest()
