"""The first sentence of a receipt, and where it says that the points are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from exchange.cases import tell
from exchange.coupons import Coupon, CouponState, OrderState, ReceiptStep, Step

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
FIELDS: dict[str, Any] = {
    **dict.fromkeys(Coupon.__dataclass_fields__),
    "state": CouponState.HELD,
    "points": 20,
    "promised_at": LATER,
}


def told(*steps: Step, **changes: Any) -> tuple[str, str, str]:
    detail: dict[str, Any] = {"decision": "return_points_goodwill"}
    written = [ReceiptStep(step, NOW, NOW, detail) for step in steps]
    said = tell(Coupon(**(FIELDS | changes)), written, NOW, "Asia/Shanghai")
    return said.points_are, said.zh, said.en


def test_what_is_under_way_is_promised_until_a_person_looks() -> None:
    assert told() == (
        "held",
        "正在发放：最迟 2026-12-01 13:00 (UTC+08:00) 到账，否则退还 20 积分。",
        "On its way: delivered, or your 20 points are back, by 2026-12-01 13:00 (UTC+08:00).",
    )
    assert told(points=0)[0] == "none"
    person = "A person is looking into it. Your points are safe until it is decided."
    for case in (told(Step.DISPUTED), told(promised_at=NOW), told(promised_at=None)):
        assert (case[0], case[2]) == ("held", person)
    assert told(Step.DISPUTED, Step.DECIDED)[2].startswith("On its way"), "it is waited for"


@pytest.mark.parametrize(
    ("changes", "points_are", "en"),
    [
        ({"state": CouponState.ACTIVE}, "spent", "It is ready."),
        (
            {"state": CouponState.ACTIVE, "last_day": date(2026, 12, 1)},
            "spent",
            "It is ready to use until 2026-12-01.",
        ),
        (
            {"state": CouponState.ACTIVE, "last_day": date(2026, 11, 30)},
            "spent",
            "It has expired.",
        ),
        ({"state": CouponState.USED, "delivery": OrderState.SUCCESS}, "spent", "It is delivered."),
        ({"state": CouponState.USED}, "spent", "It is used."),
        (
            {"state": CouponState.RETURNED},
            "returned",
            "It was not delivered. Your 20 points are back.",
        ),
    ],
)
def test_what_is_over_is_said_plainly(changes: dict[str, Any], points_are: str, en: str) -> None:
    assert told(**changes)[::2] == (points_are, en)


def test_goodwill_is_told_of_a_coupon_that_was_withdrawn() -> None:
    en = "It was withdrawn and cannot be used. Your 20 points are back."
    withdrawn = told(Step.DISPUTED, Step.DECIDED, state=CouponState.DEACTIVATED)
    assert withdrawn[::2] == ("returned", en)
