"""What a brand asks when a member redeems a right, what it was found to cost, and the ledger operation that pays for it."""

from dataclasses import dataclass
from datetime import datetime

from catalog.offers import Offer
from ledger import Refusal
from ledger.asks import Hold, Operation, OperationInvalid, Redeem, fingerprint_of

ACCOUNT_LENGTH_MAX = 100
OFFER_ID_MAX = 2**63 - 1
RIGHT = "right"
"""The owner of the points that pay for a right: they move with it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRequest:
    """One right for one member.

    `free`: the brand gives it, no points are spent. `account` is the member's account at the
    supplier; without it, the member's reference. `occurred_at` None means now; it is kept in UTC. A
    malformed request is refused when it is made.
    """

    key: str
    member: str
    offer_id: int
    free: bool = False
    occurred_at: datetime | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        checked = Hold(key=self.key, member=self.member, occurred_at=self.occurred_at, points=0)
        object.__setattr__(self, "occurred_at", checked.occurred_at)
        if not 0 < self.offer_id <= OFFER_ID_MAX:
            raise OperationInvalid("offer_id is a positive number", field="offer_id")
        if self.account is not None and not (
            0 < len(self.account) <= ACCOUNT_LENGTH_MAX and self.account.isprintable()
        ):
            raise OperationInvalid(
                f"account has 1 to {ACCOUNT_LENGTH_MAX} printable characters", field="account"
            )

    def fingerprint(self) -> int:
        """Of all that was asked for, but the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        return fingerprint_of(
            ["right", self.member, self.offer_id, self.free, occurred_at, self.account]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldForRight(Hold):
    """Sets points aside for a right that a supplier must deliver first.

    It does not lapse: only proof ends it.
    """

    request: RightRequest

    def fingerprint(self) -> int:
        """The request's own: the price is not part of what was asked."""
        return self.request.fingerprint()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemForRight(Redeem):
    """Spends points on a right that is there at once."""

    request: RightRequest

    def fingerprint(self) -> int:
        """The request's own: the price is not part of what was asked."""
        return self.request.fingerprint()


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request was found to cost: the offer's version at that instant and the price, or why it cannot be had."""

    request: RightRequest
    at: datetime
    offer: Offer | None
    points: int
    refusal: Refusal | None

    def operation(self) -> Operation:
        """The ledger operation that pays for it."""
        kind = (
            RedeemForRight
            if self.offer is not None and self.offer.fulfilment == "own_code"
            else HoldForRight
        )
        request = self.request
        return kind(
            key=request.key,
            member=request.member,
            occurred_at=request.occurred_at,
            points=self.points,
            reference=f"offer {request.offer_id}",
            request=request,
            owner=RIGHT,
        )


@dataclass(slots=True)
class Bid:
    """A quote on its way through the ledger; the attempts of a transaction share it.

    `is_late`: in the last attempt those before it had taken every piece. A hint only: `before`
    judges whether it still holds.
    """

    quote: Quote
    is_late: bool = False

    @property
    def pair(self) -> tuple[int, datetime]:
        """The offer that is asked for, and the instant at which it is."""
        return self.quote.request.offer_id, self.quote.at
