"""History that is imported out of order."""

from tests.http.conftest import Caller, accepted, refused
from tests.http.points import balance, programme_of


async def test_a_redemption_spends_nothing_that_came_after_it(brand: Caller) -> None:
    at = await programme_of(brand, time_zone="Asia/Shanghai", expiry={"kind": "days", "count": 30})

    def dated(day: str, points: int, **more: str) -> dict[str, object]:
        occurred_at = f"2017-10-{day}T10:00:00+08:00"
        return {"member": "j3", "points": points, "occurred_at": occurred_at, **more}

    later = dated("15", 100, expires_on="2117-12-31")
    accepted(await brand.post(f"{at}/issue", later))
    problem = refused(await brand.post(f"{at}/redeem", dated("10", 10)), 409, "insufficient-points")
    assert (problem["points"], problem["spendable"]) == (10, 0)
    accepted(await brand.post(f"{at}/issue", dated("01", 10)))
    accepted(await brand.post(f"{at}/redeem", dated("10", 10)))
    found = await balance(brand, "j3", at=at)
    assert (found["spendable"], found["expired"]) == (100, 0)
