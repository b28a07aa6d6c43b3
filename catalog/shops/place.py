"""Where and when a coupon can be used, and for what order (pure).

An offer says it in `usable`, `use_times`, `closed_on` and `threshold_minor`. A region of a province
or a city, which ends in zeros, has all that lie in it. Hours are those of a clock on the wall in
the programme's time zone. They begin with the minute they open at, and end before the minute they
close at. Only 23:59 is open until midnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from catalog.offers.terms import Kind
from catalog.shops.terms import ShopTerms
from ledger import Refusal

LAST_MINUTE = "23:59"
_CITY_LENGTH, _PROVINCE_LENGTH = 4, 2


class ShopNotAllowed(Refusal):
    """The coupon is not for this shop, or the shop is closed, or another shop has used it."""

    code: ClassVar[str] = "shop-not-allowed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon cannot be used in this shop."


class HoursClosed(Refusal):
    """The offer names hours and days, and this is none of them."""

    code: ClassVar[str] = "hours-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The coupon cannot be used at this time of day."


class ThresholdNotMet(Refusal):
    """The order is smaller than the offer asks for, or its amount was not told."""

    code: ClassVar[str] = "threshold-not-met"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The order is too small for the coupon."


@dataclass(frozen=True, slots=True)
class UseTerms:
    """What a version of an offer says of the use of its coupons."""

    name: str
    texts: Mapping[str, Mapping[str, str]] | None = None
    kind: Kind = "cash_voucher"
    threshold_minor: int | None = None
    discount_permille: int | None = None
    discount_cap_minor: int | None = None
    usable: Mapping[str, Any] | None = None
    use_times: Sequence[Mapping[str, Any]] = ()
    closed_on: Sequence[date] = ()
    reverse_minutes: int = 60


def judge_place(
    terms: UseTerms,
    shop: ShopTerms | None,
    at: datetime,
    time_zone: str,
    *,
    is_told_later: bool = False,
) -> Refusal | None:
    """Why a coupon cannot be used in this shop at this time. None means that it can.

    Without a shop, the hours alone are judged. `is_told_later`: the shop may have closed since.
    """
    if shop is not None:
        if shop.state != "open" and not is_told_later:
            return ShopNotAllowed(f"the shop {shop.code} is closed", shop=shop.code)
        if not _is_for(terms.usable, shop):
            return ShopNotAllowed(f"the offer is not for the shop {shop.code}", shop=shop.code)
    local = at.astimezone(_zone(time_zone))
    if local.date() in terms.closed_on:
        return HoursClosed(f"the offer is closed on {local.date()}", day=str(local.date()))
    if terms.use_times and not any(_is_open(each, local) for each in terms.use_times):
        return HoursClosed(
            f"the offer is closed at {local:%H:%M}, {local:%A}",
            use_times=[dict(each) for each in terms.use_times],
        )
    return None


def judge_order(
    terms: UseTerms, order_minor: int | None, *, must_be_told: bool
) -> ThresholdNotMet | None:
    """Why the coupon cannot be used for an order of this amount. None means that it can."""
    least = terms.threshold_minor
    if least is None or (order_minor is None and not must_be_told):
        return None
    if order_minor is None:
        return ThresholdNotMet("say what the order comes to: order_minor", threshold_minor=least)
    if order_minor < least:
        return ThresholdNotMet(
            f"the order comes to {order_minor}, and the offer asks for {least}",
            threshold_minor=least,
        )
    return None


def _is_for(usable: Mapping[str, Any] | None, shop: ShopTerms) -> bool:
    if usable is None:
        return True
    if shop.online:
        return bool(usable["online"])
    shops = usable["shops"]
    if isinstance(shops, str):
        return shops == "all"
    return (
        shop.code in (shops.get("codes") or ())
        or not set(shop.groups).isdisjoint(shops.get("groups") or ())
        or any(_lies_in(shop.region, region) for region in shops.get("regions") or ())
    )


def _lies_in(region: str | None, wider: str) -> bool:
    if wider.endswith("0000"):
        wider = wider[:_PROVINCE_LENGTH]
    elif wider.endswith("00"):
        wider = wider[:_CITY_LENGTH]
    return region is not None and region.startswith(wider)


def _is_open(hours: Mapping[str, Any], local: datetime) -> bool:
    if local.isoweekday() not in hours["weekdays"]:
        return False
    minute = f"{local:%H:%M}"
    closes = str(hours["closes"])
    is_before = minute < closes or minute == closes == LAST_MINUTE
    return bool(hours["opens"] <= minute) and is_before


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)
