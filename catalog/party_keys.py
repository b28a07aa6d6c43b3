"""Keys of parties: one for each whose bulk data are encrypted, such as card codes.

The vault encrypts secrets one by one. Files and millions of codes are encrypted with the key of
their party instead, and the vault encrypts that key. So a rotation of the vault's key writes one
row of each party, and not each of its codes. The key also makes digests: a code is found again by
what it is, and nobody without the key can guess it from the digest.

Two who need a party's first key at once both draw one. The unique key keeps one of them, and both
read that.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.signing_secrets import EncryptedSecret
from ledger import Refusal

PARTY_KEY_BYTES = 32
NONCE_BYTES = 12
SEALED_PREFIX = b"d1:"
"""Names the format of what is encrypted with a party's key."""


class SealBroken(Refusal):
    """What is stored was encrypted with another party key, or was tampered with."""

    code: ClassVar[str] = "seal-broken"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "Stored data cannot be decrypted."


_FIND = text("SELECT party_key_id, encrypted_key FROM catalog.party_key WHERE party_id = :party_id")
_ADD = text(
    """
    INSERT INTO catalog.party_key (party_id, encrypted_key) VALUES (:party_id, :encrypted_key)
    ON CONFLICT (party_id) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class PartyKey:
    """The party key of a party, in clear. It is never stored or logged."""

    party_key_id: int
    party_id: int
    key: bytes = field(repr=False)

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """`plain` encrypted. It can be opened only as what it is `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return SEALED_PREFIX + nonce + self._cipher().encrypt(nonce, plain, self._bound(about))

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What `seal` has sealed.

        Raises:
            SealBroken: it is about something else, or was changed.
        """
        start = len(SEALED_PREFIX) + NONCE_BYTES
        nonce, rest = sealed[len(SEALED_PREFIX) : start], sealed[start:]
        try:
            return self._cipher().decrypt(nonce, rest, self._bound(about))
        except (InvalidTag, ValueError):
            raise SealBroken("the party key does not open what is stored") from None

    def digest(self, value: bytes) -> bytes:
        """What a value is known by: HMAC-SHA256 with a key of its own."""
        return hmac.digest(self._derived(b"digest"), value, hashlib.sha256)

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"seal"))

    def _derived(self, purpose: bytes) -> bytes:
        return hmac.digest(self.key, b"comity:party-key:" + purpose, hashlib.sha256)

    def _bound(self, about: bytes) -> bytes:
        return f"comity:party-key:{self.party_key_id}:".encode() + about


FindPartyKey = Callable[[AsyncConnection, int], Awaitable[PartyKey]]
"""Finds the party key of a party, or makes its first. Only who has the vault can."""


def new_party_key() -> str:
    """A new key as text, for the vault to encrypt."""
    return base64.b64encode(secrets.token_bytes(PARTY_KEY_BYTES)).decode()


def party_key_of(party_key_id: int, party_id: int, opened: str) -> PartyKey:
    """The key from its text."""
    return PartyKey(party_key_id, party_id, base64.b64decode(opened))


async def find_encrypted_key(connection: AsyncConnection, party_id: int) -> EncryptedSecret | None:
    """The party's key as the vault has encrypted it. One round trip."""
    row = (await connection.execute(_FIND, {"party_id": party_id})).one_or_none()
    if row is None:
        return None
    return EncryptedSecret(party_id, bytes(row.encrypted_key), party_key_id=row.party_key_id)


async def keep_encrypted_key(connection: AsyncConnection, party_id: int, value: bytes) -> None:
    """Store the first party key of a party, unless it has one by now. One round trip."""
    await connection.execute(_ADD, {"party_id": party_id, "encrypted_key": value})
