"""Leases: what a till may do without a connection, for how long, and who bears a conflict. Pure.

A lease names a shop, some offers of its supplier, a quota and a time. It is a signed text that the
till keeps. While the till is cut off, it takes coupons by their tokens, no more than the quota. It
tells of each use within UPLOAD_HOURS after the lease has ended, and each is judged at the time at
which it happened (`judge_upload`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal, get_args

from exchange.coupons.signatures import Signatures
from exchange.coupons.tokens import TOKEN_SECONDS, CouponToken, TokenExpired
from ledger import JSON, Refusal

LEASE_KIND = "cl1"
QUOTA_MAX = 500
HOURS_MAX = 24
UPLOAD_HOURS = 72
OFFERS_MAX = 100
LEASES_OPEN_MAX = 100
"""How many leases of a shop may be open. Those made at once may be a few more."""
CLOCK_TOLERANCE_SECONDS = 600
"""How far the clock of a till without a connection may be off."""

Bearer = Literal["shop", "supplier"]
"""Who bears the loss where a coupon was taken twice. It is never the brand of the member."""
BEARERS: tuple[Bearer, ...] = get_args(Bearer)


class LeaseNotFound(Refusal):
    """There is no such lease, or it is another supplier's or another shop's."""

    code: ClassVar[str] = "lease-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such lease."


class LeaseInvalid(Refusal):
    """What the lease says cannot be."""

    code: ClassVar[str] = "lease-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A lease cannot be like this."


class TooManyLeases(Refusal):
    """The shop has as many open leases as it may."""

    code: ClassVar[str] = "too-many-leases"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The shop has too many open leases."


class LeaseOver(Refusal):
    """The lease was closed, or its uses are told too late."""

    code: ClassVar[str] = "lease-over"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Nothing is taken for the lease any more."


class LeaseNotInForce(Refusal):
    """The use happened before the lease began, after it had ended, or has not happened yet."""

    code: ClassVar[str] = "lease-not-in-force"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The lease was not in force at that time."


class LeaseQuotaUsed(Refusal):
    """As many uses were told as the lease allows."""

    code: ClassVar[str] = "lease-quota-used"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The quota of the lease is used up."


class OfferNotLeased(Refusal):
    """The coupon is of an offer that the lease does not name."""

    code: ClassVar[str] = "offer-not-leased"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The lease does not name the offer of the coupon."


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """What is asked for a till."""

    shop: str
    offer_ids: Sequence[int]
    quota: int
    hours: int
    bearer: Bearer = "shop"

    def require_valid(self) -> None:
        """Refuse what cannot be.

        Raises:
            LeaseInvalid: a number is out of range, an offer is named twice, or the bearer is none.
        """
        if not 1 <= len(self.offer_ids) <= OFFERS_MAX or len(set(self.offer_ids)) < len(
            self.offer_ids
        ):
            raise LeaseInvalid(f"a lease names 1 to {OFFERS_MAX} offers, each once", field="offers")
        if not 1 <= self.quota <= QUOTA_MAX:
            raise LeaseInvalid(f"a quota is 1 to {QUOTA_MAX}", field="quota")
        if not 1 <= self.hours <= HOURS_MAX:
            raise LeaseInvalid(f"a lease holds for 1 to {HOURS_MAX} hours", field="hours")
        if self.bearer not in BEARERS:
            raise LeaseInvalid("the shop or the supplier bears conflicts", field="bearer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease as it is stored.

    `value_max_minor` is the highest face value among its offers, as they were when it was made.
    """

    lease_id: int
    supplier_id: int
    shop: str
    offer_ids: Sequence[int]
    currency: str
    value_max_minor: int
    bearer: Bearer
    quota: int
    used: int
    valid_from: datetime
    valid_until: datetime
    upload_until: datetime
    closed_at: datetime | None

    def is_open_at(self, now: datetime) -> bool:
        """Whether uses of it are still taken."""
        return self.closed_at is None and now <= self.upload_until

    def exposure_at(self, now: datetime) -> tuple[int, int]:
        """How many uses may still be told, and the most that they may be worth in minor units."""
        pieces = self.quota - self.used if self.is_open_at(now) else 0
        return pieces, pieces * self.value_max_minor

    def signed(self, signatures: Signatures, supplier_code: str) -> str:
        """The text that the till keeps."""
        says: list[JSON] = [
            self.lease_id,
            supplier_code,
            self.shop,
            list(self.offer_ids),
            self.quota,
            *(
                int(each.timestamp())
                for each in (self.valid_from, self.valid_until, self.upload_until)
            ),
            self.bearer,
        ]
        return signatures.sign(LEASE_KIND, says)


def judge_upload(lease: Lease, token: CouponToken, at: datetime, now: datetime) -> Refusal | None:
    """Why a till should not have taken this coupon at that time. None: it was right to.

    `at` is the time of the use by the till's clock, which may be off by CLOCK_TOLERANCE_SECONDS.
    Whether the coupon could be used then is asked of the coupon itself.
    """
    if not lease.is_open_at(now):
        return LeaseOver("the lease was closed, or its time to tell is over")
    tolerance = timedelta(seconds=CLOCK_TOLERANCE_SECONDS)
    begins, ends = lease.valid_from - tolerance, min(lease.valid_until, now) + tolerance
    if not begins <= at <= ends:
        return LeaseNotInForce(f"the lease was not in force at {at.isoformat()}")
    if token.offer_id not in lease.offer_ids:
        return OfferNotLeased(f"the lease does not name offer {token.offer_id}")
    if not _shown_from(token) - tolerance <= at <= token.expires_at + tolerance:
        return TokenExpired("the token did not hold at that time", expired_at=token.expires_at)
    return None


def time_of_use(token: CouponToken, at: datetime) -> datetime:
    """When a use really was, if the till's clock says `at`: within the minutes of its token.

    The exchange dated the token, and the till takes it only while it holds. So a clock that is off
    by some minutes puts no use before its coupon was redeemed or after its last day.
    """
    return min(max(at, _shown_from(token)), token.expires_at)


def _shown_from(token: CouponToken) -> datetime:
    return token.expires_at - timedelta(seconds=TOKEN_SECONDS)
