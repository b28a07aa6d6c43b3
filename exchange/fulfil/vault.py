"""Secrets at rest: AES-256-GCM under a key that the process is given and the database never sees.

An encrypted value is `s1:`, a nonce of 12 bytes, then the ciphertext and its tag. It is bound to
its owner: an encrypted secret that was copied to another party's row cannot be decrypted there.
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
"""Names the format of stored values."""


class VaultBroken(Refusal):
    """A stored secret cannot be decrypted: the key is another one, or the row was tampered with."""

    code: ClassVar[str] = "vault-broken"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "A stored secret cannot be decrypted."


class Vault:
    """Encrypts with one key, and decrypts with it or with a key that it replaced."""

    def __init__(self, key: bytes, *, retired: Sequence[bytes] = ()) -> None:
        keys = (key, *retired)
        if any(len(each) != KEY_LENGTH_BYTES for each in keys):
            raise ValueError(f"a vault key has exactly {KEY_LENGTH_BYTES} bytes")
        self._ciphers = [AESGCM(each) for each in keys]

    def encrypt(self, secret: str, *, party_id: int) -> bytes:
        """A secret of this party for storing. Encrypted twice, it looks different."""
        nonce = secrets.token_bytes(NONCE_LENGTH_BYTES)
        return PREFIX + nonce + self._ciphers[0].encrypt(nonce, secret.encode(), _owner(party_id))

    def decrypt(self, encrypted: bytes, *, party_id: int) -> str:
        """The secret of this party.

        Raises:
            VaultBroken: no known key decrypts it for this party.
        """
        if not encrypted.startswith(PREFIX):
            raise VaultBroken("the stored secret has an unknown format")
        start = len(PREFIX) + NONCE_LENGTH_BYTES
        nonce, ciphertext = encrypted[len(PREFIX) : start], encrypted[start:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, ciphertext, _owner(party_id)).decode()
            except (InvalidTag, ValueError):
                continue
        raise VaultBroken("no known key decrypts the stored secret")


def _owner(party_id: int) -> bytes:
    return f"comity:party:{party_id}".encode()
