"""What a brand asks when a member redeems a right, and the ledger operations that pay for it."""

from dataclasses import dataclass
from datetime import datetime

from catalog import BIGINT_MAX
from ledger.asks import Hold, OperationInvalid, Redeem, fingerprint_of

ACCOUNT_LENGTH_MAX = 100
RIGHT = "right"
"""The owner of the points that pay for a right. Points are moved by their owner alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRequest:
    """One right for one member. A malformed request is refused when it is made.

    - `free`: the brand gives the right, and no points are spent.
    - `occurred_at`: the business time, kept in UTC. None means now.
    - `account`: the member's account at the supplier, which a direct recharge needs.
    - `account_mark`: what stands for the account in the fingerprint, see `Accounts.mark`. The
      fingerprint is stored for good, and from the account itself it could be found out.
    - `channel`: where the member asked for it, in the brand's own words: app, mini-programme, till.
    - `quote`: a quote token. Its price is the one that is paid.
    - `placement`: the placement in the brand's app that led the member to the offer.
    """

    key: str
    member: str
    offer_id: int
    free: bool = False
    occurred_at: datetime | None = None
    account: str | None = None
    quote: str | None = None
    account_mark: str | None = None
    placement: int | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        checked = Hold(
            key=self.key,
            member=self.member,
            occurred_at=self.occurred_at,
            channel=self.channel,
            points=0,
        )
        object.__setattr__(self, "occurred_at", checked.occurred_at)
        if not 0 < self.offer_id <= BIGINT_MAX:
            raise OperationInvalid("offer_id is a positive number", field="offer_id")
        if self.account is not None and not (
            0 < len(self.account) <= ACCOUNT_LENGTH_MAX and self.account.isprintable()
        ):
            raise OperationInvalid(
                f"account has 1 to {ACCOUNT_LENGTH_MAX} printable characters", field="account"
            )

    def fingerprint(self) -> int:
        """The fingerprint of everything that was asked for except the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        asked = [
            *("right", self.member, self.offer_id, self.free, occurred_at),
            self.account_mark or self.account,
        ]
        # Requests without a quote, a placement and a channel keep the fingerprints that they have
        # always had.
        if self.quote is not None:
            asked.append(self.quote)
        if self.placement is not None:
            asked += ["placement", self.placement]
        if self.channel is not None:
            asked += ["channel", self.channel]
        return fingerprint_of(asked)


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
