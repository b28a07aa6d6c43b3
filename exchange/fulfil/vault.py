"""Secrets at rest: AES-256-GCM under a key that the process is given and the database never sees.

A sealed value is `s1:` + nonce (12 bytes) + ciphertext and tag. The owner's identity is
authenticated along with it, so a sealed secret moved to another party's row does not open.
"""

import secrets
from collections.abc import Sequence
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger import Refusal

KEY_LENGTH_BYTES = 32
NONCE_LENGTH_BYTES = 12
PREFIX = b"s1:"


class SealBroken(Refusal):
    """A stored secret cannot be opened: the key is another one, or the row was tampered with."""

    code: ClassVar[str] = "seal-broken"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "A stored secret cannot be opened."


class Seal:
    """Seals with one key; opens with it or with one that it replaced."""

    def __init__(self, key: bytes, *, retired: Sequence[bytes] = ()) -> None:
        keys = (key, *retired)
        if any(len(each) != KEY_LENGTH_BYTES for each in keys):
            raise ValueError(f"a seal key has exactly {KEY_LENGTH_BYTES} bytes")
        self._ciphers = [AESGCM(each) for each in keys]

    def seal(self, secret: str, *, party_id: int) -> bytes:
        """The secret of a party, encrypted; two seals of one secret differ."""
        nonce = secrets.token_bytes(NONCE_LENGTH_BYTES)
        return PREFIX + nonce + self._ciphers[0].encrypt(nonce, secret.encode(), _owner(party_id))

    def open(self, sealed: bytes, *, party_id: int) -> str:
        """The secret again.

        Raises:
            SealBroken: no known key opens it for this party.
        """
        if not sealed.startswith(PREFIX):
            raise SealBroken("the stored secret has an unknown format")
        start = len(PREFIX) + NONCE_LENGTH_BYTES
        nonce, ciphertext = sealed[len(PREFIX) : start], sealed[start:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, ciphertext, _owner(party_id)).decode()
            except (InvalidTag, ValueError):
                continue
        raise SealBroken("no known key opens the stored secret")


def _owner(party_id: int) -> bytes:
    return f"comity:party:{party_id}".encode()
