"""A card code: its number, and the secret that some have.

Two spellings of one code are one code: width forms are folded (NFKC) and spaces around it go.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date

import orjson

from catalog.party_keys import PartyKey

CARD_LENGTH_MAX = 128
BATCH_LENGTH_MAX = 64
TAIL_LENGTH = 4
TAIL_SHARE = 2
"""At most one part in so many of a number is its tail, so that a short number is not told by it."""


@dataclass(frozen=True, slots=True)
class Card:
    """A code as it came. It is never logged, so it shows nothing of itself."""

    number: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    expires_on: date | None = None
    batch: str | None = None

    @property
    def tail(self) -> str:
        """The end of the number, by which people tell codes apart."""
        length = min(TAIL_LENGTH, len(self.number) // TAIL_SHARE)
        return self.number[-length:] if length else ""

    def digest(self, offer_id: int, key: PartyKey) -> bytes:
        """By what the code is known in the pool of the offer."""
        return key.digest(f"card-code:{offer_id}\n{self.number}\n{self.secret or ''}".encode())

    def sealed(self, offer_id: int, digest: bytes, key: PartyKey) -> bytes:
        """The code encrypted. It can be opened only as this code of this offer."""
        plain = orjson.dumps([self.number, self.secret])
        return key.seal(plain, _about(offer_id, digest))


def open_card(sealed: bytes, offer_id: int, digest: bytes, key: PartyKey) -> Card:
    """The number and the secret of a sealed code of this offer.

    Raises:
        SealBroken: it is another code, or none of the party's keys opens it.
    """
    number, secret = orjson.loads(key.open(sealed, _about(offer_id, digest)))
    return Card(number, secret)


def reseal_card(sealed: bytes, offer_id: int, digest: bytes, key: PartyKey) -> bytes:
    """The same code under the newest key of its party.

    Raises:
        SealBroken: it is another code, or none of the party's keys opens it.
    """
    about = _about(offer_id, digest)
    return key.seal(key.open(sealed, about), about)


def read_card(
    number: str,
    secret: str | None = None,
    *,
    expires_on: date | None = None,
    batch: str | None = None,
) -> Card | None:
    """The card, or None if the number or the secret cannot be one's."""
    number = _folded(number)
    secret = _folded(secret or "") or None
    for each in (number, secret):
        if each is not None and not (0 < len(each) <= CARD_LENGTH_MAX and each.isprintable()):
            return None
    return Card(number, secret, expires_on, batch)


def _about(offer_id: int, digest: bytes) -> bytes:
    return f"card-code:{offer_id}:{digest.hex()}".encode()


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()
