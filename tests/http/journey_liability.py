"""The part of the journey that is about points as a liability."""

from typing import Any

from tests.http.conftest import Caller, accepted

VALUED = "/v1/programmes/grocer--valued"
LIABILITY = f"{VALUED}/liability"
RULES = {
    "code": "grocer--valued",
    "name": "Valued points",
    "expiry": {"kind": "months", "count": 2},
    "point_value": "0.01",
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
}


def estimate(**changes: Any) -> Any:
    """What is expected from February on: half of the points will be redeemed."""
    return {
        "from_month": "2017-02",
        "redeem_rate": "0.5",
        "use_rate": "0.8",
        "value_minor_per_1000_points": "1000",
        "cost_minor_per_1000_points": "600",
        "currency": "CNY",
        "reason": "Half of what was issued a year ago has been redeemed",
        **changes,
    }


async def give(brand: Caller, deed: str, points: int, at: str, **more: Any) -> Any:
    """Move points of a member of the valued programme at a time."""
    key = more.pop("key", "")
    body = {"member": "ann", "points": points, "occurred_at": at, **more}
    return accepted(await brand.post(f"{VALUED}/{deed}", body, key=key))


async def use_liability(brand: Caller) -> None:
    """Use every operation on points as a liability."""
    accepted(await brand.post("/v1/programmes", RULES))
    # The first instant of January in Shanghai, which is still December in UTC.
    await give(brand, "issue", 1_000, "2016-12-31T16:00:00Z")
    await give(brand, "redeem", 200, "2017-01-20T04:00:00Z")
    frozen = await brand.post(f"{LIABILITY}/2017-01/freeze", None, key="freeze-2017-01")
    assert accepted(frozen, 200)["state"] == "frozen"
    accepted(await brand.get(LIABILITY), 200)
    accepted(await brand.get(f"{LIABILITY}/2017-01"), 200)
    settings = {"four_eyes": False, "accounts": {"liability": "2205.01"}}
    accepted(await brand.put(f"{LIABILITY}/settings", settings), 200)
    accepted(await brand.get(f"{LIABILITY}/settings"), 200)
    accepted(await brand.post(f"{LIABILITY}/estimates", estimate(), key="half-of-them"))
    approved = await brand.post(f"{LIABILITY}/estimates/1/approve", None, key="approve-half")
    accepted(approved, 200)
    accepted(await brand.get(f"{LIABILITY}/estimates"), 200)
    accepted(await brand.get(f"{LIABILITY}/ladder", by="month"), 200)
    asked: dict[str, Any] = {
        "month": "2017-02",
        "redeem_rate": "0.5",
        "sale_minor": 10_000,
        "sale_points": 100,
    }
    accepted(await brand.get(f"{LIABILITY}/what-if", **asked), 200)
    months = {"from": "2017-01", "until": "2017-01"}
    journal = await brand.get(f"{LIABILITY}/journal", **months)
    assert journal.status_code == 200, journal.text
