"""What a shop asks when it uses a coupon or reverses a use, and what it is told."""

import hashlib
from collections.abc import Mapping
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
    """One use of one coupon, or one reversal of it. A malformed request is refused when it is made.

    - `key`: answered once among all uses and reversals of one supplier in one book, the coupon's.
    - `occurred_at`: the business time, kept in UTC. None means now. A replay must leave it out if
      the first request did.
    - `reference`: the supplier's own word for the use.
    """

    key: str
    code: str
    occurred_at: datetime | None = None
    store: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        # A use has the ledger's limits for what it shares with an operation, and keeps an instant
        # the same way.
        checked = Operation(
            key=self.key,
            member="-",
            occurred_at=self.occurred_at,
            store=self.store,
            reference=self.reference,
        )
        object.__setattr__(self, "occurred_at", checked.occurred_at)

    def fingerprint(self, verb: Verb, code: str) -> bytes:
        """The fingerprint of everything that was asked for except the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        body = orjson.dumps([verb, code, occurred_at, self.store, self.reference])
        return hashlib.blake2b(body, digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """The answer to a use or a reversal. A replay has the same document, byte for byte.

    - `document`: what the coupon became, or the document of the refusal.
    """

    key: str
    document: dict[str, JSON]
    accepted: bool
    replayed: bool = False

    @property
    def refusal(self) -> Refusal | None:
        """The refusal to raise, if there is one."""
        return None if self.accepted else StoredRefusal(self.document)


class MissesLeft:
    """How many unknown codes each store may still name. A use without a store has the empty one."""

    __slots__ = ("_left",)

    def __init__(self, misses_max: Mapping[str, int]) -> None:
        self._left = dict(misses_max)

    def has_left(self, use: UseRequest) -> bool:
        """Whether the store of this use may name one more unknown code."""
        return self._left.get(use.store or "", 0) > 0

    def miss(self, use: UseRequest) -> None:
        """The store of this use has named an unknown code."""
        self._left[use.store or ""] -= 1

    def copy(self) -> "MissesLeft":
        """The same counts. A transaction that is run again begins with them again."""
        return MissesLeft(self._left)


def refused(key: str, refusal: Refusal) -> UseAnswer:
    """The answer that refuses, in the very form that a replay will read."""
    return UseAnswer(key, _plain(refusal.document()), accepted=False)


def accepted(key: str, document: dict[str, JSON]) -> UseAnswer:
    """The answer that accepts, in the very form that a replay will read."""
    return UseAnswer(key, _plain(document), accepted=True)


def _plain(document: dict[str, JSON]) -> dict[str, JSON]:
    """The document through JSON and back. Times are written as the API writes them, with a Z."""
    made: dict[str, JSON] = orjson.loads(orjson.dumps(document, option=orjson.OPT_UTC_Z))
    return made
