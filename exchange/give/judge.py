"""Whether a coupon can be given back, given on or withdrawn, as pure decisions.

A coupon is judged under its row lock, by the version of the offer by which it was redeemed, and by
its state at that time: a gift that has lapsed is none.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from exchange.coupons.lifecycle import (
    OPEN_COUPON_STATES,
    CouponAlreadyUsed,
    CouponExpired,
    CouponLocked,
    CouponNotActive,
    CouponState,
)
from ledger import Refusal


class NotReturnable(Refusal):
    """The member cannot give the right back. `reason` says why."""

    code: ClassVar[str] = "not-returnable"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The right cannot be given back."


class GiftNotAllowed(Refusal):
    """The member cannot give the coupon to somebody. `reason` says why."""

    code: ClassVar[str] = "gift-not-allowed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon cannot be given to somebody."


@dataclass(frozen=True, slots=True)
class Held:
    """A locked coupon, with what its offer's version says.

    - `at`: the time of the lock. `state`: at that time.
    - `holder`: who has it now; None for who redeemed it.
    - `return_within_days`, `gift_hops`: the rules of the version. 0 stands for never.
    - `is_revealed`: the member has seen the card code.
    """

    coupon_id: int
    at: datetime
    state: CouponState
    member: str
    holder: str | None
    hops: int
    points: int
    offer_id: int
    allotment_no: int
    fulfilment: str
    redeemed_at: datetime
    expires_on: date | None
    used_at: datetime | None
    gift_to: str | None = None
    return_within_days: int = 0
    gift_hops: int = 0
    is_revealed: bool = False

    @property
    def holder_now(self) -> str:
        """Who has the coupon now."""
        return self.holder or self.member


def judge_return(held: Held, redeemed_on: date, day: date) -> Refusal | None:
    """Why the right cannot be given back on this day of the programme. None means that it can.

    A right that was redeemed today can be given back for as many further days as the offer says.
    Checked in this order: the offer's rule, revealed, gifted, too late, then the state.
    """
    last = redeemed_on + timedelta(days=held.return_within_days)
    if held.return_within_days == 0:
        return NotReturnable("the offer takes nothing back", reason="rule")
    if held.is_revealed:
        return NotReturnable("the member has seen the card code", reason="revealed")
    if held.hops or held.state is CouponState.GIFTING:
        return NotReturnable("the coupon was given to somebody", reason="gifted")
    if day > last:
        return NotReturnable(
            f"it could be given back until {last}", reason="too-late", last_day=str(last)
        )
    return _not_free(held, day)


def judge_gift(held: Held, day: date) -> Refusal | None:
    """Why the coupon cannot be given to somebody on this day. None means that it can.

    Checked in this order: the offer's rule, hands left, already being given, revealed, then the
    state.
    """
    if held.gift_hops == 0 or held.fulfilment == "direct":
        return GiftNotAllowed("the offer is for the one who redeems it", reason="offer")
    if held.hops >= held.gift_hops:
        return GiftNotAllowed(
            f"it may be given {held.gift_hops} times", reason="hops", limit=held.gift_hops
        )
    if held.state is CouponState.GIFTING:
        return GiftNotAllowed("it is being given already", reason="given")
    if held.is_revealed:
        return GiftNotAllowed("the member has seen the card code", reason="revealed")
    return _not_free(held, day)


def judge_withdrawal(held: Held, day: date) -> Refusal | None:
    """Why the operator cannot withdraw the coupon on this day. None means that it can."""
    if held.state in {CouponState.LOCKED, CouponState.GIFTING}:
        return _expired(held, day)
    return _not_free(held, day)


def _not_free(held: Held, day: date) -> Refusal | None:
    """Why the coupon is nobody's to give: used, locked, not active or past its last day."""
    if held.state is CouponState.USED:
        return CouponAlreadyUsed("the coupon was used before", used_at=held.used_at)
    if held.state is CouponState.LOCKED:
        return CouponLocked("a till holds the coupon")
    if held.state is CouponState.EXPIRED:
        return CouponExpired("the coupon's last day is past", expires_on=str(held.expires_on))
    if held.state is not CouponState.ACTIVE:
        return CouponNotActive(f"the coupon is {held.state}", state=str(held.state))
    return _expired(held, day)


def _expired(held: Held, day: date) -> Refusal | None:
    assert held.state in OPEN_COUPON_STATES, held.state
    if held.expires_on is not None and held.expires_on < day:
        return CouponExpired("the coupon's last day is past", expires_on=str(held.expires_on))
    return None
