"""Keys of parties: one for each whose bulk data are encrypted, such as card codes.

The vault encrypts secrets one by one. Files and millions of codes are encrypted with the key of
their party instead, and the vault encrypts that key. So a rotation of the vault's key writes one
row of each party, and not each of its codes. The key also makes digests: a code is found again by
what it is, and nobody without the key can guess it from the digest.

A party may get a further key (`comity codes rotate-key`). The newest seals. Those before it open
what they have sealed, until that is sealed anew. Digests are made with the first one for good: with
another, nothing would be found again.

Two who need a party's key of one generation at once both draw one. The unique key keeps one of
them, and both read that.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
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


_LOAD = text(
    """
    SELECT party_key_id, encrypted_key FROM catalog.party_key
    WHERE party_id = :party_id ORDER BY generation
    """
)
_ADD = text(
    """
    INSERT INTO catalog.party_key (party_id, generation, encrypted_key)
    VALUES (:party_id, :generation, :encrypted_key)
    ON CONFLICT (party_id, generation) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class PartyKey:
    """The party key of a party, in clear. It is never stored or logged.

    `older` are the keys before it by their ids, and `first` is the first of all, if there are any.
    """

    party_key_id: int
    party_id: int
    key: bytes = field(repr=False)
    older: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    first: bytes | None = field(default=None, repr=False)

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """`plain` encrypted. It can be opened only as what it is `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = _bound(self.party_key_id, about)
        return SEALED_PREFIX + nonce + _cipher(self.key).encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What `seal` has sealed, with this key or with one before it.

        Raises:
            SealBroken: it is about something else, or was changed.
        """
        start = len(SEALED_PREFIX) + NONCE_BYTES
        nonce, rest = sealed[len(SEALED_PREFIX) : start], sealed[start:]
        for key_id, key in ((self.party_key_id, self.key), *self.older.items()):
            try:
                return _cipher(key).decrypt(nonce, rest, _bound(key_id, about))
            except (InvalidTag, ValueError):
                continue
        raise SealBroken("the party key does not open what is stored")

    def digest(self, value: bytes) -> bytes:
        """What a value is known by: HMAC-SHA256 with a key of its own."""
        return hmac.digest(_derived(self.first or self.key, b"digest"), value, hashlib.sha256)


FindPartyKey = Callable[[AsyncConnection, int], Awaitable[PartyKey]]
"""Finds the party key of a party, or makes its first. Only who has the vault can."""


def new_party_key() -> str:
    """A new key as text, for the vault to encrypt."""
    return base64.b64encode(secrets.token_bytes(PARTY_KEY_BYTES)).decode()


def party_key_of(party_id: int, opened: Mapping[int, str]) -> PartyKey:
    """The key from the texts of all that the party has, by their ids and the first of them first.

    The last of them is the one that seals.
    """
    keys = {key_id: base64.b64decode(each) for key_id, each in opened.items()}
    first = next(iter(keys.values()))
    newest, key = keys.popitem()
    return PartyKey(newest, party_id, key, keys, first)


async def load_encrypted_keys(
    connection: AsyncConnection, party_id: int
) -> Sequence[EncryptedSecret]:
    """The party's keys as the vault has encrypted them, the first of them first. One round trip."""
    rows = await connection.execute(_LOAD, {"party_id": party_id})
    return [
        EncryptedSecret(party_id, bytes(row.encrypted_key), party_key_id=row.party_key_id)
        for row in rows
    ]


async def keep_encrypted_key(
    connection: AsyncConnection, party_id: int, value: bytes, *, generation: int = 1
) -> None:
    """Store a key of a party, unless it has one of the generation by now. One round trip."""
    bound = {"party_id": party_id, "generation": generation, "encrypted_key": value}
    await connection.execute(_ADD, bound)


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(_derived(key, b"seal"))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"comity:party-key:" + purpose, hashlib.sha256)


def _bound(party_key_id: int, about: bytes) -> bytes:
    return f"comity:party-key:{party_key_id}:".encode() + about
