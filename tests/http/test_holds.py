"""Points set aside: captured, released, or past their time."""

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, refused
from tests.http.points import balance, issue


async def test_a_hold_sets_points_aside_until_it_is_captured(brand: Caller) -> None:
    await issue(brand)
    held = accepted(
        await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart")
    )
    assert (held["kind"], held["points"], held["balance"]) == ("hold", 60, 40)
    found = await balance(brand)
    assert (found["spendable"], found["held"]) == (40, 60)
    refused(
        await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 41}),
        409,
        "insufficient-points",
    )
    captured = accepted(
        await brand.post(f"{PROGRAMME}/capture", {"member": "m1", "hold_key": "cart"})
    )
    assert (captured["points"], captured["balance"]) == (60, 40)
    assert "released" not in captured
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["redeemed"], totals["held"], totals["outstanding"]) == (60, 0, 40)


async def test_a_partial_capture_gives_the_rest_back(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart"))
    body = {"member": "m1", "hold_key": "cart", "points": 25}
    captured = accepted(await brand.post(f"{PROGRAMME}/capture", body))
    assert (captured["points"], captured["released"], captured["balance"]) == (25, 35, 75)


async def test_a_released_hold_gives_everything_back(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart"))
    released = accepted(
        await brand.post(f"{PROGRAMME}/release", {"member": "m1", "hold_key": "cart"})
    )
    assert (released["points"], released["balance"]) == (60, 100)


async def test_a_hold_ends_once_and_in_time(brand: Caller) -> None:
    await issue(brand, occurred_at=BEGIN)
    hold = {
        "member": "m1",
        "points": 60,
        "occurred_at": BEGIN,
        "expires_at": "2017-01-01T00:15:00Z",
    }
    accepted(await brand.post(f"{PROGRAMME}/hold", hold, key="cart"))
    capture, release = f"{PROGRAMME}/capture", f"{PROGRAMME}/release"
    problem = refused(
        await brand.post(capture, {"member": "m1", "hold_key": "cart"}), 409, "hold-expired"
    )
    assert problem["member"] == "m1"
    too_much = {"member": "m1", "hold_key": "cart", "points": 61, "occurred_at": BEGIN}
    assert refused(await brand.post(capture, too_much), 409, "capture-too-large")["held"] == 60
    refused(await brand.post(capture, {"member": "m1", "hold_key": "no"}), 404, "hold-not-found")
    refused(
        await brand.post(release, {"member": "m2", "hold_key": "cart"}), 404, "member-not-found"
    )
    accepted(await brand.post(release, {"member": "m1", "hold_key": "cart"}))
    refused(await brand.post(release, {"member": "m1", "hold_key": "cart"}), 409, "hold-closed")
