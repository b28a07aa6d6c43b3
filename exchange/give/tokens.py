"""The token of a gift: 192 random bits. Only its digest is stored.

Whoever has the token can take the gift. A digest in a backup or a log gives nothing away: random
tokens cannot be guessed from it.
"""

import hashlib
import secrets

PREFIX = "cg1."
"""Names the format of the token."""
TOKEN_LENGTH_BYTES = 24
GIFT_LENGTH_MAX = 64
"""The longest text that is looked up as a token."""


def new_token() -> str:
    """A fresh token."""
    return PREFIX + secrets.token_urlsafe(TOKEN_LENGTH_BYTES)


def digest_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()
