"""Who has given the right password and not yet the code. Nothing is stored: the browser holds it.

A signed text names the user, and holds for HALF_WAY_SECONDS, as long as the password stays the
same. It opens nothing by itself.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HALF_WAY_SECONDS = 300
KEY_LENGTH_BYTES = 32
SIGNATURE_LENGTH_BYTES = 32
_PURPOSE = b"comity: sign in, half way"


class HalfWay:
    """Signs with the first key of the vault, and reads what its other keys have signed, too."""

    def __init__(self, vault_keys: Sequence[bytes]) -> None:
        self._keys = [
            HKDF(SHA256(), KEY_LENGTH_BYTES, salt=None, info=_PURPOSE).derive(each)
            for each in vault_keys
        ]

    def sign(self, user_id: int, password_hash: str, now: datetime) -> str:
        """A text that says that this user has given the password."""
        until = int(now.timestamp()) + HALF_WAY_SECONDS
        body = orjson.dumps([user_id, until])
        return _text(_signature(self._keys[0], body, password_hash) + body)

    @staticmethod
    def user_of(signed: str) -> int | None:
        """The user that a text names, before anything about it was checked."""
        body = _bytes(signed)[SIGNATURE_LENGTH_BYTES:]
        try:
            user_id, _ = orjson.loads(body)
        except (ValueError, TypeError):
            return None
        return user_id if isinstance(user_id, int) else None

    def holds(self, signed: str, password_hash: str, now: datetime) -> bool:
        """Whether a text was signed here, for this password, and is young enough."""
        read = _bytes(signed)
        signature, body = read[:SIGNATURE_LENGTH_BYTES], read[SIGNATURE_LENGTH_BYTES:]
        is_ours = any(
            hmac.compare_digest(signature, _signature(key, body, password_hash))
            for key in self._keys
        )
        return is_ours and now.timestamp() < orjson.loads(body)[1]


def _signature(key: bytes, body: bytes, password_hash: str) -> bytes:
    bound = body + hashlib.sha256(password_hash.encode()).digest()
    return hmac.digest(key, bound, "sha256")


def _text(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
