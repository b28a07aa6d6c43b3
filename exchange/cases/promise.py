"""What a receipt says first: one plain sentence, where the points are, and until when. Pure.

A right that is under way is delivered, or the points are back, by the promised time. If that time
passes, the points stay set aside and a person decides. So the sentence promises no more than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.coupons.read import Coupon
from exchange.coupons.receipt import GOODWILL, ReceiptStep, Step
from ledger.book import programme_day

PointsAre = Literal["held", "spent", "returned", "none"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a receipt says first. `promised_at`: None once nothing is under way any more."""

    promised_at: datetime | None
    points_are: PointsAre
    zh: str
    en: str


def tell(coupon: Coupon, steps: Sequence[ReceiptStep], now: datetime, time_zone: str) -> Told:
    """What the receipt of a coupon says first, at this time."""
    points_are = _points_are(coupon, steps)
    if coupon.state is not CouponState.HELD:
        zh, en = _over(coupon, points_are, programme_day(now, time_zone))
        return Told(None, points_are, zh, en)
    promised_at = coupon.promised_at
    opened = sum(step.step is Step.DISPUTED for step in steps)
    decided = sum(step.step is Step.DECIDED for step in steps)
    if opened > decided or promised_at is None or promised_at <= now:
        if coupon.points:
            zh = "发放尚未确认，已转人工处理；在此期间您的积分不会丢失。"
            en = "A person is looking into it. Your points are safe until it is decided."
        else:
            zh, en = "发放尚未确认，已转人工处理。", "A person is looking into it."
        return Told(promised_at, points_are, zh, en)
    by = _shown(promised_at, time_zone)
    if coupon.points:
        zh = f"正在发放：最迟 {by} 到账，否则退还 {coupon.points} 积分。"
        en = f"On its way: delivered, or your {coupon.points} points are back, by {by}."
    else:
        zh = f"正在发放：最迟 {by} 有结果。"
        en = f"On its way: delivered, or ended, by {by}."
    return Told(promised_at, points_are, zh, en)


def _points_are(coupon: Coupon, steps: Sequence[ReceiptStep]) -> PointsAre:
    if not coupon.points:
        return "none"
    if coupon.state is CouponState.HELD:
        return "held"
    goodwill = any(
        step.step is Step.DECIDED and (step.detail or {}).get("decision") == GOODWILL
        for step in steps
    )
    return "returned" if goodwill or coupon.state is CouponState.RETURNED else "spent"


def _over(coupon: Coupon, points_are: PointsAre, today: date) -> tuple[str, str]:
    """What is said of a right that is not under way: in Chinese and in English."""
    until, state = coupon.last_day, coupon.state
    if state in OPEN_COUPON_STATES and until is not None and until < today:
        state = CouponState.EXPIRED
    match state:
        case CouponState.RETURNED:
            zh, en = "未能发放。", "It was not delivered."
        case CouponState.USED:
            is_delivered = coupon.delivery is not None and coupon.used_store is None
            zh = "已到账。" if is_delivered else "已使用。"
            en = "It is delivered." if is_delivered else "It is used."
        case CouponState.EXPIRED:
            zh, en = "已过期。", "It has expired."
        case CouponState.DEACTIVATED:
            zh, en = "已停用。", "It was withdrawn and cannot be used."
        case CouponState.LOCKED:
            zh, en = "正在店内使用。", "A shop is about to use it."
        case CouponState.GIFTING:
            zh, en = "正在转赠，等待领取。", "It is being given to somebody."
        case _:
            zh = "可以使用。" if until is None else f"可以使用，有效期至 {until}。"
            en = "It is ready." if until is None else f"It is ready to use until {until}."
    if points_are == "returned":
        zh += f"{coupon.points} 积分已退还。"
        en += f" Your {coupon.points} points are back."
    return zh, en


def _shown(instant: datetime, time_zone: str) -> str:
    """An instant as members of the programme read it, with the offset of its zone."""
    local = instant.astimezone(ZoneInfo(time_zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})"
