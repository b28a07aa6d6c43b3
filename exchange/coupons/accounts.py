"""The member's account at a supplier, as it is kept for a direct recharge: encrypted.

An encrypted account is `a1:`, the number of its key, a nonce of 12 bytes, then the ciphertext and
its tag (AES-256-GCM). It is bound to its coupon by the book and the key of the request: copied to
another coupon's row, it cannot be decrypted. The keys are `exchange.data_key`; the vault encrypts
them in turn.

Beside it stands the account as people may see it, with dots in the middle.
"""

import hmac
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_LENGTH_BYTES = 12
KEY_NUMBER_LENGTH_BYTES = 4
ENCRYPTED_PREFIX = b"a1:"
"""Names the format of stored values."""
SHOWN_LENGTH_MAX = 4
_SHOWN_SHARE = 4
"""At each end a quarter of an account is shown at most."""
HIDDEN = "•••"


class AccountUnreadable(Exception):
    """A stored account cannot be decrypted: its key is not here, or the row was tampered with."""


class Accounts:
    """Encrypts accounts with the newest of its keys, and decrypts with any of them."""

    __slots__ = ("_ciphers", "_key_id", "_marks")

    def __init__(self, keys: Mapping[int, bytes], mark_key: bytes) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._key_id = max(keys)
        self._marks = hmac.digest(mark_key, b"comity accounts", "sha256")

    def mark(self, book_id: int, account: str) -> str:
        """What tells one account from another in a request's fingerprint. It cannot be undone."""
        return hmac.digest(self._marks, f"{book_id}\0{account}".encode(), "sha256").hex()

    def encrypt(self, account: str, book_id: int, request_key: str) -> bytes:
        """An account for storing on the coupon of this request."""
        nonce = secrets.token_bytes(NONCE_LENGTH_BYTES)
        number = self._key_id.to_bytes(KEY_NUMBER_LENGTH_BYTES, "big")
        cipher, bound = self._ciphers[self._key_id], _bound(book_id, request_key)
        return ENCRYPTED_PREFIX + number + nonce + cipher.encrypt(nonce, account.encode(), bound)

    def knows(self, encrypted: bytes) -> bool:
        """Whether the key of this value is here."""
        return _key_number(encrypted) in self._ciphers

    def decrypt(self, encrypted: bytes, book_id: int, request_key: str) -> str:
        """The account of the coupon of this request.

        Raises:
            AccountUnreadable: its key is not here, or it is not of this coupon.
        """
        cipher = self._ciphers.get(_key_number(encrypted))
        start = len(ENCRYPTED_PREFIX) + KEY_NUMBER_LENGTH_BYTES
        nonce, rest = (
            encrypted[start : start + NONCE_LENGTH_BYTES],
            encrypted[start + NONCE_LENGTH_BYTES :],
        )
        if cipher is None or not encrypted.startswith(ENCRYPTED_PREFIX):
            raise AccountUnreadable("the key of a stored account is not here")
        try:
            return cipher.decrypt(nonce, rest, _bound(book_id, request_key)).decode()
        except (InvalidTag, ValueError):
            raise AccountUnreadable("a stored account is not of its coupon") from None


def masked(account: str) -> str:
    """An account as people may see it: at most a quarter at each end."""
    name, at, host = account.partition("@")
    shown = min(SHOWN_LENGTH_MAX, len(name) // _SHOWN_SHARE)
    return f"{name[:shown]}{HIDDEN}{name[len(name) - shown :]}{at}{host}"


def _key_number(encrypted: bytes) -> int:
    start = len(ENCRYPTED_PREFIX)
    return int.from_bytes(encrypted[start : start + KEY_NUMBER_LENGTH_BYTES], "big")


def _bound(book_id: int, request_key: str) -> bytes:
    return f"comity:account:{book_id}:{request_key}".encode()
