"""The text of an API key.

A key is `cmty_<prefix>_<secret><checksum>`. The prefix finds the row by its unique index. The
secret is 160 random bits. The checksum lets a mistyped key be refused without asking the database.

Only the SHA-256 of the key is stored. A slow hash is not needed, because nobody can guess 160 bits.
A key is never logged.
"""

import hashlib
import re
import secrets
import string
import zlib
from typing import ClassVar

from ledger import Refusal

PREFIX_LENGTH = 10
SECRET_LENGTH = 27  # 62 ** 27 is just over 2 ** 160
CHECKSUM_LENGTH = 6  # 62 ** 6 is just over 2 ** 32

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE = re.compile(
    rf"(?P<body>cmty_(?P<prefix>[0-9A-Za-z]{{{PREFIX_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


class Unauthenticated(Refusal):
    """The key is missing, mistyped, unknown, revoked or past its end."""

    code: ClassVar[str] = "unauthenticated"
    status: ClassVar[int] = 401
    title: ClassVar[str] = "A valid API key is needed."
    is_transient: ClassVar[bool] = True
    """The same request with a valid key is let in."""


def new_key_text() -> str:
    """A fresh key as its owner sees it. It can be made before the party, for `ensure_key`."""
    prefix, secret = (
        "".join(secrets.choice(_DIGITS) for _ in range(length))
        for length in (PREFIX_LENGTH, SECRET_LENGTH)
    )
    body = f"cmty_{prefix}_{secret}"
    return body + checksum(body)


def require_key_text(text: str) -> str:
    """The prefix of a well-formed key. Needs no database.

    Raises:
        Unauthenticated: `text` does not have the shape and checksum of a key.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape["checksum"] != checksum(shape["body"]):
        raise Unauthenticated("the API key is missing or mistyped")
    return shape["prefix"]


def digest_of(text: str) -> bytes:
    """The SHA-256 of a key: all that is kept of it."""
    return hashlib.sha256(text.encode()).digest()


def checksum(body: str) -> str:
    """The last characters of a key, computed from those before them."""
    value = zlib.crc32(body.encode())
    signs = []
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, len(_DIGITS))
        signs.append(_DIGITS[digit])
    return "".join(signs)
