"""Secrets at rest: AES-256-GCM under a key that the process is given and the database never sees.

An encrypted value is `s1:`, a nonce of 12 bytes, then the ciphertext and its tag. It is bound to
its owner: an encrypted secret that was copied to another party's row cannot be decrypted there. So
is a data key (`data_keys`), which the vault encrypts under the key's purpose.

A vault may know several keys. It decrypts with any of them. Which one encrypts is stated in the
database (`vault_keys`), so that all processes change to a new key at the same moment.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger import Refusal

KEY_LENGTH_BYTES = 32
NONCE_LENGTH_BYTES = 12
ENCRYPTED_PREFIX = b"s1:"
"""Names the format of stored values."""


class VaultBroken(Refusal):
    """A stored secret cannot be decrypted: the key is another one, or the row was tampered with."""

    code: ClassVar[str] = "vault-broken"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "A stored secret cannot be decrypted."


def fingerprint(key: bytes) -> bytes:
    """What tells one key from another. It says nothing about the key, which is random."""
    return hashlib.sha256(b"comity vault key\n" + key).digest()


class Vault:
    """Encrypts with one key, and decrypts with it or with another one that it knows.

    `reread` reads the keys again. It is called when something needs a key that the vault does not
    know: the keys may have changed since the process started.
    """

    def __init__(
        self,
        key: bytes,
        *,
        retired: Sequence[bytes] = (),
        reread: Callable[[], Sequence[bytes]] | None = None,
    ) -> None:
        self._ciphers: dict[bytes, AESGCM] = {}
        self._learn((key, *retired))
        self._reread = reread
        self.fingerprint = fingerprint(key)
        """That of the first key."""

    @property
    def fingerprints(self) -> Sequence[bytes]:
        """Those of all its keys, the first key's first."""
        return list(self._ciphers)

    def knows(self, wanted: bytes) -> bool:
        """Whether one of its keys has this fingerprint."""
        return wanted in self._ciphers or (self._learns() and wanted in self._ciphers)

    def encrypt(self, secret: str, *, party_id: int, under: bytes | None = None) -> bytes:
        """A secret of this party for storing. Encrypted twice, it looks different.

        `under` is the fingerprint of the key to use. By default, it is the first key.

        Raises:
            VaultBroken: there is no such key.
        """
        return self._close(secret.encode(), _owner(party_id), under)

    def decrypt(self, encrypted: bytes, *, party_id: int) -> str:
        """The secret of this party.

        Raises:
            VaultBroken: no known key decrypts it for this party.
        """
        try:
            return self._open(encrypted, _owner(party_id))[1].decode()
        except UnicodeDecodeError:
            raise VaultBroken("no known key decrypts the stored secret") from None

    def renew(self, encrypted: bytes, *, party_id: int) -> bytes | None:
        """The same secret under the first key. None if it is that already.

        Raises:
            VaultBroken: no known key decrypts it for this party.
        """
        return self._renewed(encrypted, _owner(party_id))

    def wrap(self, key: bytes, purpose: str, *, under: bytes | None = None) -> bytes:
        """A data key for storing. `under` as in `encrypt`.

        Raises:
            VaultBroken: there is no such key.
        """
        return self._close(key, _purpose(purpose), under)

    def unwrap(self, encrypted: bytes, purpose: str) -> bytes:
        """A stored data key.

        Raises:
            VaultBroken: no known key decrypts it for this purpose.
        """
        return self._open(encrypted, _purpose(purpose))[1]

    def rewrap(self, encrypted: bytes, purpose: str) -> bytes | None:
        """The same data key under the first key of the vault. None if it is that already.

        Raises:
            VaultBroken: no known key decrypts it for this purpose.
        """
        return self._renewed(encrypted, _purpose(purpose))

    def _renewed(self, encrypted: bytes, bound: bytes) -> bytes | None:
        used, plain = self._open(encrypted, bound)
        return None if used == self.fingerprint else self._close(plain, bound, None)

    def _close(self, plain: bytes, bound: bytes, under: bytes | None) -> bytes:
        wanted = self.fingerprint if under is None else under
        if not self.knows(wanted):
            raise VaultBroken("the stored secrets are encrypted with a key that is not here")
        nonce = secrets.token_bytes(NONCE_LENGTH_BYTES)
        return ENCRYPTED_PREFIX + nonce + self._ciphers[wanted].encrypt(nonce, plain, bound)

    def _open(self, encrypted: bytes, bound: bytes) -> tuple[bytes, bytes]:
        """The fingerprint of the key that decrypts it, and the secret."""
        if not encrypted.startswith(ENCRYPTED_PREFIX):
            raise VaultBroken("the stored secret has an unknown format")
        start = len(ENCRYPTED_PREFIX) + NONCE_LENGTH_BYTES
        nonce, ciphertext = encrypted[len(ENCRYPTED_PREFIX) : start], encrypted[start:]
        tried: set[bytes] = set()
        while tried < self._ciphers.keys():
            for name, cipher in list(self._ciphers.items()):
                if name in tried:
                    continue
                tried.add(name)
                try:
                    return name, cipher.decrypt(nonce, ciphertext, bound)
                except (InvalidTag, ValueError):
                    continue
            self._learns()
        raise VaultBroken("no known key decrypts the stored secret")

    def _learns(self) -> bool:
        """Read the keys again. Returns whether there is a new one."""
        before = len(self._ciphers)
        if self._reread is not None:
            self._learn(self._reread())
        return len(self._ciphers) > before

    def _learn(self, keys: Sequence[bytes]) -> None:
        if any(len(each) != KEY_LENGTH_BYTES for each in keys):
            raise ValueError(f"a vault key has exactly {KEY_LENGTH_BYTES} bytes")
        for each in keys:
            self._ciphers.setdefault(fingerprint(each), AESGCM(each))


def _owner(party_id: int) -> bytes:
    return f"comity:party:{party_id}".encode()


def _purpose(purpose: str) -> bytes:
    return f"comity:data-key:{purpose}".encode()
