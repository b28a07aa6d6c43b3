"""What a shop asks when it locks a coupon, uses it or reverses a use, and what it is told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import orjson

from ledger import JSON, Refusal, StoredRefusal
from ledger.asks import Operation, OperationInvalid

FINGERPRINT_BYTES = 16
LOCK_SECONDS = 900
LOCK_SECONDS_MIN = 30
LOCK_SECONDS_MAX = 86_400
LOCK_LENGTH_MAX = 40
Verb = Literal["use", "reverse-use", "lock", "unlock"]


class ShopRequired(Refusal):
    """The supplier wants each use to name one of its shops."""

    code: ClassVar[str] = "shop-required"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The use has to name a shop."


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequest:
    """One use of one coupon, or a reversal, a lock or the end of one. A malformed one is refused.

    - `key`: answered once among all requests of one supplier in one book, the coupon's.
    - `code` or `token`: what the member shows, one of the two.
    - `occurred_at`: the business time, kept in UTC. None means now. A replay must leave it out if
      the first request did.
    - `reference`: the supplier's own word for the use.
    - `lease_id`: the lease under which a till used the coupon without a connection.
    - `shop`: one of the supplier's shops. `store`: any text, where no shop is named.
    - `reference`, `staff`: the supplier's own words for the use and for who did it.
    - `order_minor`: what the order comes to, in minor units of the coupon's currency.
    - `paid_minor`: what was paid for it after the coupon.
    - `new_member`: whether the user is new to the supplier, by its own word. None: it says nothing.
    - `lock`: the name of the lock that holds the coupon. `seconds`: how long a new one holds it.
    - `is_till`: a till of `shop` asks. It reverses what its shop has used, and not for long.
    - `minutes_max`: somebody at a till asks, who reverses a use for so long, and no longer than the
      offer lets tills. None: it does not matter how long ago it was, unless `is_till`.
    """

    key: str
    code: str | None = None
    token: str | None = None
    occurred_at: datetime | None = None
    shop: str | None = None
    store: str | None = None
    reference: str | None = None
    lease_id: int | None = None
    staff: str | None = None
    order_minor: int | None = None
    paid_minor: int | None = None
    new_member: bool | None = None
    lock: str | None = None
    seconds: int | None = None
    is_till: bool = False
    minutes_max: int | None = None

    def __post_init__(self) -> None:
        # A use has the ledger's limits for what it shares with an operation, and keeps an instant
        # the same way.
        checked = Operation(
            key=self.key,
            member="-",
            occurred_at=self.occurred_at,
            store=self.place,
            reference=self.reference,
        )
        if (self.code is None) == (self.token is None):
            raise OperationInvalid("name the coupon by its code or by a token", field="code")
        object.__setattr__(self, "occurred_at", checked.occurred_at)

    @property
    def place(self) -> str | None:
        """The shop, or what stands for one."""
        return self.shop or self.store

    def reversible_for(self, offer_minutes: int) -> timedelta | None:
        """For how long a use can be reversed by who asks. None: no matter how long ago it was.

        `offer_minutes`: for how long its offer lets tills reverse it.
        """
        if self.minutes_max is not None:
            return timedelta(minutes=min(self.minutes_max, offer_minutes))
        return timedelta(minutes=offer_minutes) if self.is_till else None

    def fingerprint(self, verb: Verb, code: str) -> bytes:
        """The fingerprint of everything that was asked for except the key.

        A token stands for the code of its coupon: who asks again may have a new one.
        """
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        asked: list[JSON] = [verb, code, occurred_at, self.store, self.reference]
        # Requests of earlier releases had no more than that, and their replays must be known.
        further = [self.shop, self.staff, self.order_minor, self.lock, self.seconds]
        if any(each is not None for each in further):
            asked += further
        if self.lease_id is not None:
            asked.append(self.lease_id)
        if self.new_member is not None:
            asked += ["new_member", self.new_member]
        if self.paid_minor is not None:
            asked += ["paid_minor", self.paid_minor]
        return hashlib.blake2b(orjson.dumps(asked), digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """The answer to one of them. A replay has the same document, byte for byte.

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
    """How many unknown codes each shop may still name. A use without a shop has the empty one."""

    __slots__ = ("_left",)

    def __init__(self, misses_max: Mapping[str, int]) -> None:
        self._left = dict(misses_max)

    def has_left(self, use: UseRequest) -> bool:
        """Whether the shop of this use may name one more unknown code."""
        return self._left.get(use.place or "", 0) > 0

    def miss(self, use: UseRequest) -> None:
        """The shop of this use has named an unknown code."""
        self._left[use.place or ""] -= 1

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
