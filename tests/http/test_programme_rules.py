"""What the rules of a programme do to points: return window, caps, limits, expiry."""

import pytest

from tests.http.conftest import BEGIN, JSON, Caller, accepted, refused
from tests.http.points import balance, issue, programme_of

JANUARY = "2017-01-15T12:00:00Z"


async def test_points_may_be_spent_after_the_return_window(brand: Caller) -> None:
    at = await programme_of(brand, available_after_days=14)
    assert (await issue(brand, at=at))["balance"] == 0
    assert (await balance(brand, at=at))["pending"] == 100
    at_once = await issue(brand, number=7, at=at, available_on="2017-01-01")
    assert at_once["balance"] == 7


async def test_caps_are_counted_by_member_and_window(brand: Caller) -> None:
    caps = [
        {"kind": "issue", "window": "day", "points": 100},
        {"kind": "redeem", "window": "month", "points": 50},
    ]
    at = await programme_of(brand, caps=caps)
    await issue(brand, number=90, at=at, occurred_at=BEGIN)
    too_much = {"member": "m1", "points": 11, "occurred_at": BEGIN}
    problem = refused(await brand.post(f"{at}/issue", too_much), 409, "cap-exceeded")
    assert (problem["kind"], problem["points"]) == ("issue", 11)
    assert (problem["capped"], problem["window"], problem["cap"], problem["used"]) == (
        "issue",
        "day",
        100,
        90,
    )
    await issue(brand, number=11, at=at, occurred_at="2017-01-02T00:00:00Z")
    body = {"member": "m1", "points": 30, "occurred_at": JANUARY}
    accepted(await brand.post(f"{at}/redeem", body, key="sale"))
    assert refused(await brand.post(f"{at}/hold", body), 409, "cap-exceeded")["used"] == 30
    undo = {"member": "m1", "operation_key": "sale", "points": 10, "occurred_at": JANUARY}
    accepted(await brand.post(f"{at}/reverse", undo))
    accepted(await brand.post(f"{at}/hold", body))


async def test_a_reversed_issue_gives_its_points_back_to_the_cap(brand: Caller) -> None:
    caps = [{"kind": "issue", "window": "day", "points": 80}]
    at = await programme_of(brand, caps=caps, time_zone="Asia/Shanghai")
    day = "2026-05-01T10:{minute}:00+08:00"
    await issue(brand, number=80, at=at, key="k1", occurred_at=day.format(minute="00"))
    undo = {"member": "m1", "operation_key": "k1", "occurred_at": day.format(minute="30")}
    accepted(await brand.post(f"{at}/reverse", {**undo, "points": 50}))
    again = {"member": "m1", "points": 51, "occurred_at": day.format(minute="40")}
    assert refused(await brand.post(f"{at}/issue", again), 409, "cap-exceeded")["used"] == 30
    accepted(await brand.post(f"{at}/reverse", undo))
    await issue(brand, number=80, at=at, key="k2", occurred_at=day.format(minute="50"))
    # A window that is over is not counted down, and the next one is not touched.
    late = {"member": "m1", "operation_key": "k2", "occurred_at": "2026-05-02T10:00:00+08:00"}
    await issue(brand, number=70, at=at, occurred_at="2026-05-02T09:00:00+08:00")
    accepted(await brand.post(f"{at}/reverse", late))
    over = {"member": "m1", "points": 11, "occurred_at": "2026-05-02T11:00:00+08:00"}
    assert refused(await brand.post(f"{at}/issue", over), 409, "cap-exceeded")["used"] == 70


async def test_a_wallet_holds_no_more_than_the_programme_lets_it(brand: Caller) -> None:
    at = await programme_of(brand, balance_max=150)
    await issue(brand, at=at)
    accepted(await brand.post(f"{at}/hold", {"member": "m1", "points": 100}))
    refused(
        await brand.post(f"{at}/issue", {"member": "m1", "points": 51}), 409, "balance-too-large"
    )
    await issue(brand, number=50, at=at)


@pytest.mark.parametrize(
    ("plan", "last_day"),
    [
        ({"kind": "none"}, None),
        ({"kind": "days", "count": 30}, "2017-02-14"),
        ({"kind": "months", "count": 6}, "2017-07-31"),
        ({"kind": "dates", "count": 1, "dates": ["06-30", "12-31"]}, "2018-06-30"),
        ({"kind": "sliding", "count": 30}, "2017-02-14"),
    ],
)
async def test_points_die_by_the_programmes_plan(
    brand: Caller, plan: JSON, last_day: str | None
) -> None:
    at = await programme_of(brand, expiry=plan)
    assert (await issue(brand, at=at, occurred_at=JANUARY)).get("expires_on") == last_day
    given = await issue(brand, at=at, occurred_at=JANUARY, expires_on="2017-12-31")
    assert given["expires_on"] == "2017-12-31"


async def test_an_activity_slides_the_last_day_of_all_points(brand: Caller) -> None:
    at = await programme_of(brand, expiry={"kind": "sliding", "count": 30})
    await issue(brand, at=at, occurred_at=BEGIN)
    accepted(
        await brand.post(
            f"{at}/redeem", {"member": "m1", "points": 1, "occurred_at": "2017-01-31T00:00:00Z"}
        )
    )
    asked = {"members": ["m1"], "at": "2017-02-01T00:00:00Z"}
    (found,) = accepted(await brand.post(f"{at}/balances", asked, key=None), 200)["balances"]
    assert (found["spendable"], found["next_expiry"], found["expiring_points"]) == (
        99,
        "2017-03-02",
        99,
    )
    swept = accepted(await brand.post(f"{at}/expire", {"occurred_at": "2017-03-03T00:00:00Z"}))
    assert (swept["points"], swept["wallets"]) == (99, 1)
