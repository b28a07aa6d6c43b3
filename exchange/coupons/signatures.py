"""Texts that the exchange signs, so that somebody without a line to it can tell that they are ours.

A signed text is three parts with dots between:

    cq1.<what it says, JSON in base64url>.<an Ed25519 signature of all before its dot, base64url>

The first part names the kind of text. It is signed, too, so a text of one kind never passes for
another. What is said is a list that begins with the number of the key, so a reader knows which of
the public keys to try. Base64url is without padding.

A rotation adds a key. The one before it goes on to hold for RETIRED_KEY_SECONDS, for what it has
signed already. All here is pure: the caller gives the keys, and knows which of them still hold.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import JSON

RETIRED_KEY_SECONDS = 4 * 86_400
"""So long a key that a rotation has replaced still holds: a day of use, and three to be told."""
SIGNED_LENGTH_MAX = 4_000
"""No longer text is read."""
SEPARATOR = "."
_PARTS = 3


class SignatureInvalid(Exception):
    """The text is none of ours: malformed, of another kind, altered, or signed with a lost key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody may know of a key. `holds_until` is None for the one that signs."""

    key_id: int
    value: bytes
    holds_until: datetime | None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key as it is stored, opened: the 32 bytes that an Ed25519 key is made of."""

    key_id: int
    seed: bytes = field(repr=False)
    holds_until: datetime | None = None


class Signatures:
    """Signs with the newest of its keys, and reads what any of them has signed."""

    __slots__ = ("_holds_until", "_keys", "_newest")

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self._keys: Mapping[int, Ed25519PrivateKey] = {
            each.key_id: Ed25519PrivateKey.from_private_bytes(each.seed) for each in keys
        }
        self._holds_until = {each.key_id: each.holds_until for each in keys}
        self._newest = max(self._keys)

    def public_keys(self) -> list[PublicKey]:
        """The public keys, the one that signs first."""
        return [
            PublicKey(key_id, key.public_key().public_bytes_raw(), self._holds_until[key_id])
            for key_id, key in sorted(self._keys.items(), reverse=True)
        ]

    def sign(self, kind: str, says: Sequence[JSON]) -> str:
        """The text of this kind that says this."""
        assert SEPARATOR not in kind, kind
        body = SEPARATOR.join((kind, _encoded(orjson.dumps([self._newest, *says]))))
        signature = self._keys[self._newest].sign(body.encode())
        return SEPARATOR.join((body, _encoded(signature)))

    def knows(self, text: str) -> bool:
        """Whether the key that a text names is here. One that names none is as good as known."""
        try:
            says = _said(text)
        except SignatureInvalid:
            return True
        return says[0] in self._keys

    def read(self, kind: str, text: str) -> list[JSON]:
        """What a text of this kind says, after the number of its key.

        Raises:
            SignatureInvalid: it is none of ours.
        """
        says = _said(text)
        body, _, signature = text.rpartition(SEPARATOR)
        key = self._keys.get(says[0])
        if key is None or text.partition(SEPARATOR)[0] != kind:
            raise SignatureInvalid("the text is of another kind, or its key does not hold")
        try:
            key.public_key().verify(_decoded(signature), body.encode())
        except InvalidSignature:
            raise SignatureInvalid("the signature is not of this text") from None
        return says[1:]


def _said(text: str) -> list[JSON]:
    """What a text says, whoever has signed it. The first is a whole number."""
    parts = text.split(SEPARATOR) if len(text) <= SIGNED_LENGTH_MAX else []
    if len(parts) != _PARTS:
        raise SignatureInvalid("the text is not signed")
    try:
        says = orjson.loads(_decoded(parts[1]))
    except orjson.JSONDecodeError:
        raise SignatureInvalid("the text is not signed") from None
    if not isinstance(says, list) or not says or type(says[0]) is not int:
        raise SignatureInvalid("the text is not signed")
    return says


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    try:
        value = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid("the text is not base64url") from None
    # Two spellings of one value would be two texts with one signature.
    if _encoded(value) != text:
        raise SignatureInvalid("the text is not base64url")
    return value
