"""Points that move between members, and points that are adjusted by hand."""

from tests.http.conftest import PROGRAMME, Caller, accepted, refused
from tests.http.points import balance, issue


async def test_a_gift_keeps_its_dates_and_makes_the_recipient_known(brand: Caller) -> None:
    await issue(brand, expires_on="2117-03-31")
    body = {"member": "m1", "to_member": "m2", "points": 40}
    first = await brand.post(f"{PROGRAMME}/gift", body, key="birthday")
    given = accepted(first)
    assert (given["kind"], given["to"], given["points"], given["balance"]) == ("gift", "m2", 40, 60)
    assert (await brand.post(f"{PROGRAMME}/gift", body, key="birthday")).content == first.content
    found = await balance(brand, "m2")
    assert (found["spendable"], found["next_expiry"]) == (40, "2117-03-31")
    (received,) = accepted(await brand.get(f"{PROGRAMME}/members/m2/history"), 200)["entries"]
    assert (received["kind"], received["key"], received["points"]) == ("receive", None, 40)


async def test_gifts_that_are_refused(brand: Caller) -> None:
    await issue(brand)
    refused(
        await brand.post(f"{PROGRAMME}/gift", {"member": "m1", "to_member": "m1", "points": 1}),
        422,
        "operation-invalid",
    )
    too_much = {"member": "m1", "to_member": "m2", "points": 101}
    refused(await brand.post(f"{PROGRAMME}/gift", too_much), 409, "insufficient-points")
    stranger = {"member": "m3", "to_member": "m1", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/gift", stranger), 404, "member-not-found")
    refused(await brand.get(f"{PROGRAMME}/members/m2"), 404, "member-not-found")


async def test_a_merge_moves_everything_for_good(brand: Caller) -> None:
    await issue(brand, "old", 30)
    await issue(brand, "new", 12)
    merged = accepted(
        await brand.post(f"{PROGRAMME}/merge", {"member": "old", "into_member": "new"})
    )
    assert (merged["points"], merged["into"], merged["balance"]) == (30, "new", 0)
    assert (await balance(brand, "new"))["spendable"] == 42
    for path, body in (
        ("issue", {"points": 1}),
        ("redeem", {"points": 1}),
        ("merge", {"into_member": "new"}),
    ):
        problem = refused(
            await brand.post(f"{PROGRAMME}/{path}", {"member": "old", **body}), 409, "member-merged"
        )
        assert problem["into"] == "new"
    gift = {"member": "new", "to_member": "old", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/gift", gift), 409, "member-merged")


async def test_merges_that_are_refused(brand: Caller) -> None:
    await issue(brand)
    merge = f"{PROGRAMME}/merge"
    refused(
        await brand.post(merge, {"member": "m1", "into_member": "m1"}), 422, "operation-invalid"
    )
    refused(
        await brand.post(merge, {"member": "m1", "into_member": "m2"}), 404, "recipient-not-found"
    )
    refused(await brand.post(merge, {"member": "m2", "into_member": "m1"}), 404, "member-not-found")
    await issue(brand, "m2")
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 5}))
    assert (
        refused(await brand.post(merge, {"member": "m1", "into_member": "m2"}), 409, "holds-open")[
            "held"
        ]
        == 5
    )


async def test_an_adjustment_says_who_and_why(brand: Caller) -> None:
    await issue(brand)
    body = {"member": "m1", "reason": "till was down", "actor": "ann"}
    more = accepted(
        await brand.post(f"{PROGRAMME}/adjust", {**body, "points": 5, "expires_on": "2117-12-31"})
    )
    assert (more["points"], more["balance"], more["reason"], more["actor"]) == (
        5,
        105,
        "till was down",
        "ann",
    )
    less = accepted(await brand.post(f"{PROGRAMME}/adjust", {**body, "points": -25}))
    assert (less["points"], less["balance"]) == (-25, 80)
    refused(
        await brand.post(f"{PROGRAMME}/adjust", {**body, "points": -81}), 409, "insufficient-points"
    )
    stranger = {**body, "member": "m2", "points": 5}
    refused(await brand.post(f"{PROGRAMME}/adjust", stranger), 404, "member-not-found")
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["issued"], totals["adjusted"], totals["outstanding"]) == (100, -20, 80)
