"""Points turned into points of another programme: rates, conversions, and their delivery.

The worker that delivers them also releases holds past their time.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.http.conftest import JSON, Caller, MakeSettings, accepted, refused, serving

GROCER, PHARMACY = "/v1/programmes/grocer", "/v1/programmes/pharmacy"
WAIT_SECONDS, LOOK_SECONDS = 20, 0.05
CONSENT = {
    "from_programme": "grocer",
    "numerator": 2,
    "denominator": 3,
    "member_month_points_max": 1000,
    "points_max": 5000,
    "price_minor": "0",
    "valid_from": "2017-01-01",
}
RATE = {"to_programme": "pharmacy", "numerator": 2, "denominator": 3}


@pytest.fixture
async def rate(operator: Caller, brand: Caller, other_brand: Caller) -> JSON:
    """Three points of the grocer become two of the pharmacy, which has consented."""
    accepted(await other_brand.post(f"{PHARMACY}/consents", CONSENT))
    return accepted(await operator.post(f"{GROCER}/rates", RATE))


async def eventually(look: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        if await look():
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise TimeoutError


async def test_rates_come_in_versions(operator: Caller, brand: Caller, other_brand: Caller) -> None:
    first = await operator.post(f"{GROCER}/rates", RATE, key="rate-1")
    made = accepted(first)
    assert made == {"programme": "grocer", "version": 1, **RATE}
    assert (await operator.post(f"{GROCER}/rates", RATE, key="rate-1")).content == first.content
    better = accepted(await operator.post(f"{GROCER}/rates", {**RATE, "numerator": 3}))
    assert better["version"] == 2
    for caller in (operator, brand, other_brand):
        assert accepted(await caller.get(f"{GROCER}/rates"), 200)["rates"] == [made, better]
    assert accepted(await other_brand.get(f"{PHARMACY}/rates"), 200)["rates"] == []
    refused(await brand.get(f"{PHARMACY}/rates"), 404, "programme-not-found")


async def test_the_operator_alone_publishes_rates(
    operator: Caller, brand: Caller, other_brand: Caller
) -> None:
    for caller in (brand, other_brand):
        refused(await caller.post(f"{GROCER}/rates", RATE), 403, "role-required")
    for change, status, code in (
        ({"to_programme": "missing"}, 404, "programme-not-found"),
        ({"to_programme": "grocer"}, 422, "conversion-rate-invalid"),
        ({"numerator": 0}, 400, "request-invalid"),
        ({"denominator": 10**9 + 1}, 400, "request-invalid"),
        ({"numerator": "2"}, 400, "request-invalid"),
    ):
        refused(await operator.post(f"{GROCER}/rates", {**RATE, **change}), status, code)


async def test_a_conversion_holds_the_points_until_they_are_credited(
    brand: Caller, rate: JSON
) -> None:
    accepted(await brand.post(f"{GROCER}/issue", {"member": "m1", "points": 100}))
    body = {"member": "m1", "points": 50, "to_programme": "pharmacy", "to_member": "p-7"}
    first = await brand.post(f"{GROCER}/convert", body, key="swap")
    made = accepted(first)
    assert (made["points"], made["balance"], made["credited"], made["rate_version"]) == (
        50,
        50,
        33,
        1,
    )
    assert (made["to"], made["to_member"]) == ("pharmacy", "p-7")
    assert (await brand.post(f"{GROCER}/convert", body, key="swap")).content == first.content
    found = accepted(await brand.get(f"{GROCER}/members/m1"), 200)
    assert (found["spendable"], found["held"]) == (50, 50)
    assert accepted(await brand.get(f"{GROCER}/totals"), 200)["converting"] == 50
    for end in ("capture", "release"):
        refused(
            await brand.post(f"{GROCER}/{end}", {"member": "m1", "hold_key": "swap"}),
            404,
            "hold-not-found",
        )


async def test_conversions_that_are_refused(brand: Caller, rate: JSON) -> None:
    accepted(await brand.post(f"{GROCER}/issue", {"member": "m1", "points": 100}))
    body = {"member": "m1", "points": 50, "to_programme": "pharmacy", "to_member": "m1"}
    for change, status, code in (
        ({"points": 101}, 409, "insufficient-points"),
        ({"points": 1}, 409, "conversion-too-small"),
        ({"rate_version": 2}, 404, "conversion-rate-not-found"),
        ({"to_programme": "missing"}, 404, "conversion-rate-not-found"),
        ({"to_programme": "grocer"}, 404, "conversion-rate-not-found"),
        ({"member": "m2"}, 404, "member-not-found"),
        ({"to_member": None}, 422, "operation-invalid"),
    ):
        refused(await brand.post(f"{GROCER}/convert", {**body, **change}), status, code)
    assert accepted(await brand.get(f"{GROCER}/members/m1"), 200)["spendable"] == 100


@pytest.mark.usefixtures("rate")
async def test_the_worker_delivers_conversions(
    make_settings: MakeSettings, brand: Caller, other_brand: Caller, operator: Caller
) -> None:
    accepted(
        await operator.post(
            "/v1/programmes", {"code": "full", "name": "F", "party": "pharmacy", "balance_max": 1}
        )
    )
    accepted(await operator.post(f"{GROCER}/rates", {**RATE, "to_programme": "full"}))
    accepted(await operator.post("/v1/programmes/full/consents", CONSENT))
    accepted(await brand.post(f"{GROCER}/issue", {"member": "m1", "points": 100}))

    async with serving(make_settings(run_worker=True)) as (_, client):
        ours, theirs = Caller(client, brand.key), Caller(client, other_brand.key)
        item = {"kind": "convert", "member": "m1", "points": 30, "to_member": "m1"}
        items = [
            {**item, "key": "good", "to_programme": "pharmacy"},
            {**item, "key": "full", "to_programme": "full"},
        ]
        answers = accepted(
            await ours.post(f"{GROCER}/operations", {"operations": items}, key=None), 200
        )["answers"]
        assert [each["status"] for each in answers] == ["accepted", "accepted"]
        await eventually(lambda: _is_settled(ours))
        assert accepted(await ours.get(f"{GROCER}/members/m1"), 200)["spendable"] == 70
        assert accepted(await theirs.get(f"{PHARMACY}/members/m1"), 200)["spendable"] == 20
        (line,) = accepted(await theirs.get(f"{PHARMACY}/members/m1/history"), 200)["entries"]
        assert (line["kind"], line["key"]) == (
            "credit",
            f"convert grocer {answers[0]['operation']}",
        )
        refused(await theirs.get("/v1/programmes/full/members/m1"), 404, "member-not-found")
        totals = accepted(await ours.get(f"{GROCER}/totals"), 200)
        assert (totals["redeemed"], totals["converting"], totals["outstanding"]) == (0, 0, 70)
        there = accepted(await theirs.get(f"{PHARMACY}/totals"), 200)
        assert (totals["converted_out"], there["converted_in"], there["issued"]) == (30, 20, 0)


async def _is_settled(caller: Caller) -> bool:
    return bool(accepted(await caller.get(f"{GROCER}/totals"), 200)["converting"] == 0)


async def test_the_worker_releases_holds_past_their_time(
    make_settings: MakeSettings, brand: Caller
) -> None:
    accepted(await brand.post(f"{GROCER}/issue", {"member": "m1", "points": 100}))
    for points, expires_at in (
        (30, "2017-01-01T00:15:00Z"),
        (5, "2117-01-01T00:00:00Z"),
        (1, None),
    ):
        body = {
            "member": "m1",
            "points": points,
            "occurred_at": "2017-01-01T00:00:00Z",
            "expires_at": expires_at,
        }
        hold = accepted(
            await brand.post(f"{GROCER}/hold", {**body, "occurred_at": None}, key=f"h{points}")
        )
        assert hold["points"] == points
    overdue = accepted(await brand.get(f"{GROCER}/operations/h30"), 200)["operation"]

    async with serving(make_settings(run_worker=True)) as (_, client):
        ours = Caller(client, brand.key)

        async def is_released() -> bool:
            return bool(accepted(await ours.get(f"{GROCER}/members/m1"), 200)["held"] == 6)

        await eventually(is_released)
        found = accepted(await ours.get(f"{GROCER}/operations/timeout%20{overdue}"), 200)
        assert (found["kind"], found["points"], found["subject"]) == ("release", 30, overdue)
        again = await ours.post(f"{GROCER}/release", {"member": "m1", "hold_key": "h30"})
        refused(again, 409, "hold-closed")
