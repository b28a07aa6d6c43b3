"""Passwords: what one must be like, and their hashes (argon2id, RFC 9106).

To hash one takes 64 MiB and some 50 ms of a core. It happens in a thread, HASHES_AT_ONCE_MAX at
once, so that a crowd at the door takes neither the memory nor the event loop.
"""

import asyncio
import itertools
from functools import cache
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger import Refusal

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
PASSWORD_CHARACTERS_MIN = 6
"""So many different characters a password has at least."""
HASHES_AT_ONCE_MAX = 2
OWNED_LENGTH_MIN = 4
"""From so many letters on, a name or an address may not be part of its owner's password."""

_hasher = PasswordHasher()


class PasswordWeak(Refusal):
    """The password is too short, too long, or too easy to guess."""

    code: ClassVar[str] = "password-weak"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The password is not strong enough."


class Passwords:
    """Hashes and checks passwords, a few at a time."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(HASHES_AT_ONCE_MAX)

    async def hash(self, password: str) -> str:
        """What is stored of a password."""
        async with self._turns:
            return await asyncio.to_thread(_hasher.hash, password)

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Whether this is the password. Nobody's password takes as long to check as somebody's."""
        async with self._turns:
            return await asyncio.to_thread(_verify, stored or _nobody(), password)


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def require_strong(password: str, email: str, name: str) -> None:
    """Refuse a password that is easily guessed.

    Raises:
        PasswordWeak: it is.
    """
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise PasswordWeak(
            f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters",
            field="password",
        )
    if len(set(password)) < PASSWORD_CHARACTERS_MIN:
        raise PasswordWeak(
            f"a password has {PASSWORD_CHARACTERS_MIN} different characters or more",
            field="password",
        )
    lower = password.lower()
    steps = {ord(second) - ord(first) for first, second in itertools.pairwise(lower)}
    owned = {email.lower(), email.lower().partition("@")[0], name.lower().replace(" ", "")}
    if len(steps) == 1 or any(len(each) >= OWNED_LENGTH_MIN and each in lower for each in owned):
        raise PasswordWeak("choose one that does not follow from who you are", field="password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody")
