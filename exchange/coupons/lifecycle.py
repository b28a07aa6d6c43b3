"""The two lives the exchange keeps, as pure decisions: a coupon's and a fulfilment order's.

    Coupon  HELD → ACTIVE → USED
            HELD → USED              delivered, where delivery counts as the use
            HELD → RETURNED          the delivery failed
            ACTIVE ⇄ LOCKED → USED   a till holds it for a while
            ACTIVE ⇄ GIFTING         its member gives it to somebody
            ACTIVE → RETURNED        its member gives it back
            ACTIVE, LOCKED, GIFTING → EXPIRED       the last day is past
            ACTIVE, LOCKED, GIFTING → DEACTIVATED   the operator withdraws it
            USED → ACTIVE, EXPIRED   the use was reversed, before or after the last day
            EXPIRED → USED           the use happened in time and is told later
            USED, EXPIRED → DEACTIVATED             the points went back as goodwill

    Order   CREATED → SUBMITTING → PROCESSING, UNKNOWN → SUCCESS, FAILED

SUCCESS and FAILED are final. An order returns to CREATED only on proof that the supplier does not
have it. From there it goes to UNKNOWN if it may not be sent again. A callback may end an order from
any state.

Nothing here reads a clock or a database. The SQL that stores a change repeats the state it starts
from, so a decision about a row that has moved in the meantime changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from ledger import JSON, Refusal
from ledger.asks import FUTURE_MAX, OccurredInFuture


class CouponState(StrEnum):
    """Where a coupon stands."""

    HELD = "HELD"
    """Points are set aside and delivery is under way. The code is not shown yet."""
    ACTIVE = "ACTIVE"
    """Delivered, and usable until its last day."""
    LOCKED = "LOCKED"
    """A till holds it until a stated time. After that it is ACTIVE again, without a job."""
    GIFTING = "GIFTING"
    """Its member gives it away, and nobody has taken it yet. It lapses by time as a lock does."""
    USED = "USED"
    EXPIRED = "EXPIRED"
    """Its last day is past. A state for readers: decisions go by the day itself."""
    RETURNED = "RETURNED"
    """Delivery failed or the member gave it back, and the points went back."""
    DEACTIVATED = "DEACTIVATED"
    """The operator withdrew it."""


class OrderState(StrEnum):
    """Where the delivery of a right stands."""

    CREATED = "CREATED"
    """Nothing was sent, or the supplier proved that nothing arrived."""
    SUBMITTING = "SUBMITTING"
    """Committed before the first byte is sent, so that after a crash the supplier is asked."""
    PROCESSING = "PROCESSING"
    """The supplier has it."""
    UNKNOWN = "UNKNOWN"
    """It may or may not have arrived. Only an answer about this request number can tell."""
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


SUBMIT_TOPIC = "fulfilment.submit"
"""Of the message that has an order sent."""
CLOCK_TOLERANCE_SECONDS = 60
"""How far another clock may be behind the one that timed the redemption: a till's, or ours."""

ORDER_MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.CREATED: frozenset(
        {OrderState.SUBMITTING, OrderState.UNKNOWN, OrderState.SUCCESS, OrderState.FAILED}
    ),
    OrderState.SUBMITTING: frozenset(OrderState) - {OrderState.SUBMITTING},
    OrderState.PROCESSING: frozenset({OrderState.SUCCESS, OrderState.FAILED}),
    OrderState.UNKNOWN: frozenset(OrderState) - {OrderState.SUBMITTING, OrderState.UNKNOWN},
    OrderState.SUCCESS: frozenset(),
    OrderState.FAILED: frozenset(),
}
"""Every move an order may make. `exchange.fulfil.orders` makes no other."""
FINAL_ORDER_STATES = frozenset(state for state, moves in ORDER_MOVES.items() if not moves)

COUPON_MOVES: dict[CouponState, frozenset[CouponState]] = {
    CouponState.HELD: frozenset({CouponState.ACTIVE, CouponState.USED, CouponState.RETURNED}),
    CouponState.ACTIVE: frozenset(CouponState) - {CouponState.HELD, CouponState.ACTIVE},
    CouponState.LOCKED: frozenset(
        {CouponState.ACTIVE, CouponState.USED, CouponState.EXPIRED, CouponState.DEACTIVATED}
    ),
    CouponState.GIFTING: frozenset(
        {CouponState.ACTIVE, CouponState.EXPIRED, CouponState.DEACTIVATED}
    ),
    CouponState.USED: frozenset({CouponState.ACTIVE, CouponState.EXPIRED, CouponState.DEACTIVATED}),
    CouponState.EXPIRED: frozenset({CouponState.USED, CouponState.DEACTIVATED}),
    CouponState.RETURNED: frozenset(),
    CouponState.DEACTIVATED: frozenset(),
}
"""Every move a coupon may make."""
OPEN_COUPON_STATES = frozenset({CouponState.ACTIVE, CouponState.LOCKED, CouponState.GIFTING})
"""The states of a coupon that can still be used by somebody, at once or after a while."""
_USED_BY_A_SHOP_FROM = frozenset({CouponState.ACTIVE, CouponState.LOCKED, CouponState.EXPIRED})
"""A lock is judged by itself (`judge_hold`): whoever has its name may use the coupon."""
USES_PER_COUPON_MAX = 10
REFERENCE_TAIL_LENGTH = 4


class CouponAlreadyUsed(Refusal):
    """The coupon was used before."""

    code: ClassVar[str] = "coupon-already-used"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon is already used."


class CouponNotActive(Refusal):
    """The coupon is not delivered yet, was returned, or was redeemed after that time."""

    code: ClassVar[str] = "coupon-not-active"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon is not active."


class CouponNotYetUsable(Refusal):
    """The coupon's first day, `usable_from`, has not come."""

    code: ClassVar[str] = "coupon-not-yet-usable"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon cannot be used yet."


class CouponExpired(Refusal):
    """The coupon's last day is past."""

    code: ClassVar[str] = "coupon-expired"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon has expired."


class CouponNotUsed(Refusal):
    """A use can only be reversed while it stands."""

    code: ClassVar[str] = "coupon-not-used"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon is not used."


class CouponLocked(Refusal):
    """A till holds the coupon until a stated time."""

    code: ClassVar[str] = "coupon-locked"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon is held by another till."


class CouponNotLocked(Refusal):
    """No lock of this name holds the coupon: it has lapsed, was ended, or never was."""

    code: ClassVar[str] = "coupon-not-locked"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon is not held by this lock."


class ReverseTooLate(Refusal):
    """A till, and who works there, reverse a use for some minutes only. Its supplier still can."""

    code: ClassVar[str] = "reverse-too-late"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A till cannot reverse this use any more."


class ReversedTooOften(Refusal):
    """The coupon was used and its use reversed as often as it may be."""

    code: ClassVar[str] = "reversed-too-often"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The use of the coupon was reversed too often."


class Ends(NamedTuple):
    """When a coupon's gift and its lock end, or ended."""

    gift_until: datetime | None
    lock_until: datetime | None


def state_at(state: CouponState, ends: Ends, now: datetime) -> CouponState:
    """The state of a coupon at this time: a gift or a lock that has lapsed holds nothing."""
    end = {CouponState.GIFTING: ends.gift_until, CouponState.LOCKED: ends.lock_until}.get(state)
    return CouponState.ACTIVE if end is not None and end <= now else state


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision about a coupon needs to know of it."""

    state: CouponState
    redeemed_at: datetime
    expires_on: date | None
    used_at: datetime | None
    usable_from: date | None = None
    used_store: str | None = None
    used_reference: str | None = None
    lock_key: str | None = None
    lock_until: datetime | None = None
    gift_until: datetime | None = None

    def state_at(self, now: datetime) -> CouponState:
        """The state by time."""
        return state_at(self.state, Ends(self.gift_until, self.lock_until), now)

    def is_past(self, day: date) -> bool:
        """Whether the last usable day lies before this day."""
        return self.expires_on is not None and self.expires_on < day


def judge_use(standing: Standing, at: datetime, day: date, now: datetime) -> Refusal | None:
    """Why this coupon cannot be used at this time. None means that it can.

    `day` is the programme's date at that time. Its first day and its last day count. It does not
    matter whether a sweep has set the coupon to EXPIRED: a use that happened in time counts even
    when it is told later.

    Checked in this order: dated in the future, used, not active, not redeemed yet, not usable yet,
    expired.
    """
    if at > now + FUTURE_MAX:
        return OccurredInFuture(f"{at.isoformat()} has not come", occurred_at=at.isoformat())
    if standing.state is CouponState.USED:
        return CouponAlreadyUsed("the coupon was used before", **_use_of(standing))
    if standing.state_at(now) not in _USED_BY_A_SHOP_FROM:
        return CouponNotActive(f"the coupon is {standing.state}", state=str(standing.state))
    if at < standing.redeemed_at - timedelta(seconds=CLOCK_TOLERANCE_SECONDS):
        return CouponNotActive(
            "the coupon was redeemed after that", redeemed_at=standing.redeemed_at
        )
    if standing.usable_from is not None and day < standing.usable_from:
        return CouponNotYetUsable(
            "the coupon's first day has not come", usable_from=str(standing.usable_from)
        )
    if standing.is_past(day):
        return CouponExpired("the coupon's last day is past", expires_on=str(standing.expires_on))
    return None


def judge_hold(standing: Standing, now: datetime, lock: str | None = None) -> CouponLocked | None:
    """Why this lock, or none, does not open the coupon now. None means that it does."""
    is_held = standing.state_at(now) is CouponState.LOCKED
    if not is_held or (lock is not None and lock == standing.lock_key):
        return None
    return CouponLocked("a till holds the coupon", lock_until=standing.lock_until)


def judge_unlock(standing: Standing, now: datetime, lock: str | None) -> CouponNotLocked | None:
    """Why this lock cannot be ended. None means that it can."""
    is_held = standing.state_at(now) is CouponState.LOCKED
    if is_held and lock is not None and lock == standing.lock_key:
        return None
    return CouponNotLocked("no lock of this name holds the coupon")


def judge_count(uses: int) -> ReversedTooOften | None:
    """Why a coupon that was used so often, reversed uses included, cannot be used once more."""
    if uses < USES_PER_COUPON_MAX:
        return None
    return ReversedTooOften(f"the coupon was used {uses} times", uses=uses)


def judge_reversal(
    standing: Standing,
    day: date,
    now: datetime | None = None,
    within: timedelta | None = None,
    *,
    at: datetime | None = None,
) -> CouponState | Refusal:
    """The state a coupon goes to when its use is reversed on this day, or why it cannot be.

    `at`: when that is, if the caller says so. It has come, and is not before the use: else the bill
    of an earlier month would take back what it never charged.
    `within`: so long after the use it can be reversed. None: as long as it stands.
    """
    if at is not None and now is not None and at > now + FUTURE_MAX:
        return OccurredInFuture(f"{at.isoformat()} has not come", occurred_at=at.isoformat())
    if standing.state is not CouponState.USED:
        return CouponNotUsed(f"the coupon is {standing.state}", state=str(standing.state))
    if at is not None and standing.used_at is not None and at < standing.used_at - FUTURE_MAX:
        return CouponNotUsed("the coupon was used after that", used_at=standing.used_at)
    if within is not None and now is not None and standing.used_at is not None:
        until = standing.used_at + within
        if now > until:
            return ReverseTooLate("ask the supplier to reverse the use", reversible_until=until)
    return CouponState.EXPIRED if standing.is_past(day) else CouponState.ACTIVE


def reference_tail(reference: str | None) -> str | None:
    """The end of a shop's own word for a use: enough to find it, and no more."""
    return None if reference is None else reference[-REFERENCE_TAIL_LENGTH:]


def _use_of(standing: Standing) -> dict[str, JSON]:
    told = {
        "used_at": standing.used_at,
        "store": standing.used_store,
        "reference_tail": reference_tail(standing.used_reference),
    }
    return {name: value for name, value in told.items() if value is not None}


def first_day(
    redeemed_on: date, use_after_days: int | None, use_from: date | None = None
) -> date | None:
    """The first usable day of a coupon redeemed on this day. None means that it is at once."""
    if use_after_days is None:
        return use_from
    return _days_after(redeemed_on, use_after_days)


def last_day(
    redeemed_on: date, use_within_days: int | None, use_until: date | None = None
) -> date | None:
    """The last usable day of a coupon redeemed on this day. None means that it never expires."""
    if use_within_days is None:
        return use_until
    return _days_after(redeemed_on, use_within_days)


def _days_after(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
