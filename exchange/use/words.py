"""What a look-up has found, in a sentence for whoever stands at the till, in two languages (pure).

The first reason is told: the others cannot be mended before it is.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from exchange.coupons.lifecycle import Standing, reference_tail

Words = dict[str, str]

USABLE: Mapping[str, str] = {"zh": "可以使用。", "en": "It can be used."}

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "coupon-already-used": {"zh": "已经用过{where}。", "en": "It was used before{where}."},
    "coupon-not-active": {"zh": "尚未生效，或已经退回。", "en": "It is not active."},
    "coupon-not-yet-usable": {
        "zh": "从 {first_day} 起才能使用。",
        "en": "It can be used from {first_day} on.",
    },
    "coupon-expired": {
        "zh": "已过期，最后一天是 {last_day}。",
        "en": "Its last day was {last_day}.",
    },
    "token-expired": {
        "zh": "二维码已过期，请会员刷新。",
        "en": "The QR code is too old. Ask the member for a new one.",
    },
    "shop-not-allowed": {
        "zh": "不能在本店使用，或本店已停业。",
        "en": "It cannot be used in this shop.",
    },
    "hours-closed": {"zh": "现在不在可用时段。", "en": "It cannot be used at this time of day."},
    "coupon-locked": {
        "zh": "正被另一收银台锁定，至 {lock_until}。",
        "en": "Another till holds it until {lock_until}.",
    },
    "reversed-too-often": {
        "zh": "撤销次数过多，不能再用。",
        "en": "Its use was reversed too often.",
    },
}
"""A sentence for each reason, and for no other."""


def words_of(standing: Standing, reasons: list[str], time_zone: str) -> Words:
    """How the coupon stands, in the time of the programme."""
    if not reasons:
        return dict(USABLE)
    zone = ZoneInfo(time_zone)
    at, until = standing.used_at, standing.lock_until
    tail = reference_tail(standing.used_reference)
    where = {
        "zh": "".join(
            part
            for part in (
                f"：{_clock(at, zone)}" if at else "",
                f"，{standing.used_store}" if standing.used_store else "",
                f"，单号尾号 {tail}" if tail else "",
            )
        ),
        "en": "".join(
            part
            for part in (
                f": {_clock(at, zone)}" if at else "",
                f", in {standing.used_store}" if standing.used_store else "",
                f", reference …{tail}" if tail else "",
            )
        ),
    }
    return {
        language: sentence.format(
            where=where[language],
            first_day=standing.usable_from,
            last_day=standing.expires_on,
            lock_until=_clock(until, zone) if until else "",
        )
        for language, sentence in SENTENCES[reasons[0]].items()
    }


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
