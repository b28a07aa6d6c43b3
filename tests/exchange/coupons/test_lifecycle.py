"""What may become of a coupon: which uses and reversals are allowed, and its last day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.coupons import CouponState
from exchange.coupons.lifecycle import (
    CLOCK_TOLERANCE_SECONDS,
    COUPON_MOVES,
    Standing,
    judge_hold,
    judge_reversal,
    judge_use,
    last_day,
)
from ledger import Refusal
from ledger.asks import FUTURE_MAX

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.sampled_from(CouponState), st.none() | DAYS, DAYS)
def test_judgements_are_legal_moves(state: CouponState, expires_on: date | None, day: date) -> None:
    at = datetime.combine(day, NOW.timetz())
    standing = Standing(state, NOW, expires_on, at if state is CouponState.USED else None)
    past = expires_on is not None and expires_on < day
    now = max(at, NOW)
    usable = not (judge_use(standing, now, day, now) or judge_hold(standing, now))
    assert usable == (state in (CouponState.ACTIVE, CouponState.EXPIRED) and not past)
    verdict = judge_reversal(standing, day)
    if state is CouponState.USED:
        assert verdict is (CouponState.EXPIRED if past else CouponState.ACTIVE)
        assert verdict in COUPON_MOVES[state]
    else:
        assert isinstance(verdict, Refusal)


@given(st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)))
def test_a_coupon_is_not_used_before_it_is_redeemed(after: timedelta) -> None:
    at = NOW + after
    refusal = judge_use(Standing(CouponState.ACTIVE, NOW, None, None), at, NOW.date(), max(at, NOW))
    assert (refusal is None) == (after >= -timedelta(seconds=CLOCK_TOLERANCE_SECONDS))
    assert refusal is None or refusal.extra == {"redeemed_at": NOW}


@given(st.timedeltas(timedelta(0), timedelta(days=9_000)))
def test_a_use_is_not_dated_in_the_future(ahead: timedelta) -> None:
    refusal = judge_use(Standing(CouponState.ACTIVE, NOW, None, None), NOW + ahead, NOW.date(), NOW)
    assert (refusal is None) == (ahead <= FUTURE_MAX)
    assert refusal is None or refusal.code == "occurred-in-future"


def test_the_last_day_is_counted_from_the_redemption() -> None:
    assert last_day(date(2026, 1, 1), 30) == date(2026, 1, 31)
    assert last_day(date(2026, 1, 1), None) is None
    assert last_day(date.max, 3_650) == date.max
