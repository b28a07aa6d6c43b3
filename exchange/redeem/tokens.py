"""Quote tokens: a price that was told, signed, so that it can be asked for a few minutes later.

The key is derived from the keys of the vault. So every process of the service reads the tokens of
the others, and nobody else can make one. Nothing is stored.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger import Refusal

QUOTE_SECONDS = 300
"""So long the price of a quote can be had."""
QUOTE_LENGTH_MAX = 200
KEY_LENGTH_BYTES = 32
SIGNATURE_LENGTH_BYTES = 16
_PURPOSE = b"comity quote v1"


class QuoteStale(Refusal):
    """The quote is altered, too old, or for another member or offer.

    Or its price was for those who meet a condition, and the member does not meet it any more.
    """

    code: ClassVar[str] = "quote-stale"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The quote does not hold for this request, or not any more."


@dataclass(frozen=True, slots=True)
class Frozen:
    """The price that a quote has frozen, and the rule that set it."""

    points: int
    price_id: int | None


@dataclass(frozen=True, slots=True)
class QuoteFor:
    """Whom and what a quote is for."""

    book_id: int
    offer_id: int
    member: str


class QuoteKeys:
    """Signs quotes with the first key of the vault, and reads those of its other keys, too."""

    def __init__(self, vault_keys: Sequence[bytes]) -> None:
        self._keys = [
            HKDF(SHA256(), KEY_LENGTH_BYTES, salt=None, info=_PURPOSE).derive(each)
            for each in vault_keys
        ]

    def sign(self, what: QuoteFor, price: Frozen, now: datetime) -> tuple[str, datetime]:
        """A token that freezes the price, and until when."""
        until = (now + timedelta(seconds=QUOTE_SECONDS)).replace(microsecond=0)
        body = orjson.dumps([price.points, price.price_id, int(until.timestamp())])
        text = base64.urlsafe_b64encode(_signature(self._keys[0], what, body) + body)
        return text.decode().rstrip("="), until

    def read(self, token: str, what: QuoteFor, now: datetime) -> Frozen:
        """The price that a token has frozen.

        Raises:
            QuoteStale: it is altered, too old, or for another member or offer.
        """
        try:
            signed = base64.b64decode(
                token + "=" * (-len(token) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, ValueError):
            signed = b""
        signature, body = signed[:SIGNATURE_LENGTH_BYTES], signed[SIGNATURE_LENGTH_BYTES:]
        if not any(
            hmac.compare_digest(signature, _signature(key, what, body)) for key in self._keys
        ):
            raise QuoteStale("the quote is altered, or for another member or offer")
        points, price_id, until = orjson.loads(body)
        if now >= datetime.fromtimestamp(until, UTC):
            raise QuoteStale(f"the quote held for {QUOTE_SECONDS} seconds; ask for a new one")
        return Frozen(points, price_id)


def _signature(key: bytes, what: QuoteFor, body: bytes) -> bytes:
    # As JSON, so that no two requests look alike when their parts are put together.
    bound = orjson.dumps([what.book_id, what.offer_id, what.member, body.decode("latin-1")])
    return hmac.digest(key, bound, "sha256")[:SIGNATURE_LENGTH_BYTES]
