"""What a shop asks when it uses a coupon or reverses a use, and what it is told."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from ledger import JSON, Refusal, StoredRefusal
from ledger.asks import Operation

FINGERPRINT_BYTES = 16
Verb = Literal["use", "reverse-use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequest:
    """One use of one coupon, or one reversal of it.

    `reference` is the supplier's own word for it; a malformed request is refused when made.

    `key` answers once for ever among the uses and reversals of one supplier in one book, the
    coupon's. `occurred_at` is the business time, kept in UTC; None means now, and is what a replay
    without it compares equal to.
    """

    key: str
    code: str
    occurred_at: datetime | None = None
    store: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        # What a use shares with an operation has the ledger's limits, and its way of writing an
        # instant.
        checked = Operation(
            key=self.key,
            member="-",
            occurred_at=self.occurred_at,
            store=self.store,
            reference=self.reference,
        )
        object.__setattr__(self, "occurred_at", checked.occurred_at)

    def fingerprint(self, verb: Verb, code: str) -> bytes:
        """Of everything that was asked for, but the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        body = orjson.dumps([verb, code, occurred_at, self.store, self.reference])
        return hashlib.blake2b(body, digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """The answer to a use: `document` is the coupon's new state, or the refusal's document.

    A replay has the same document, byte for byte.
    """

    key: str
    document: dict[str, JSON]
    accepted: bool
    replayed: bool = False

    @property
    def refusal(self) -> Refusal | None:
        """The refusal to raise, where there is one."""
        return None if self.accepted else StoredRefusal(self.document)


def refused(key: str, refusal: Refusal) -> UseAnswer:
    """The answer that refuses; through JSON and back, so that it is made of what a replay will read."""
    return UseAnswer(key, _plain(refusal.document()), accepted=False)


def accepted(key: str, document: dict[str, JSON]) -> UseAnswer:
    """The answer that accepts; through JSON and back likewise."""
    return UseAnswer(key, _plain(document), accepted=True)


def _plain(document: dict[str, JSON]) -> dict[str, JSON]:
    """Times are stored as the API tells them: RFC 3339 with Z."""
    made: dict[str, JSON] = orjson.loads(orjson.dumps(document, option=orjson.OPT_UTC_Z))
    return made
