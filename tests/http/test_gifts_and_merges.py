"""Points that move between members, and points that are adjusted by hand."""

from datetime import UTC, datetime

from tests.http.conftest import PROGRAMME, Caller, accepted, refused
from tests.http.points import balance, issue, programme_of


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


async def test_the_old_name_says_who_has_the_points(brand: Caller) -> None:
    for member in ("first", "old", "new"):
        await issue(brand, member, 10)
    before = datetime.now(UTC).isoformat()
    for old, new in (("first", "old"), ("old", "new")):
        accepted(await brand.post(f"{PROGRAMME}/merge", {"member": old, "into_member": new}))
    asked = {"members": ["first", "old", "new", "nobody"]}
    listed = accepted(await brand.post(f"{PROGRAMME}/balances", asked, key=None), 200)["balances"]
    assert [(each["member"], each["spendable"], each["merged_into"]) for each in listed] == [
        ("first", 0, "new"),
        ("old", 0, "new"),
        ("new", 30, None),
        ("nobody", 0, None),
    ]
    for member, heir in (("first", "new"), ("old", "new"), ("new", None)):
        assert (await balance(brand, member))["merged_into"] == heir
        history = accepted(await brand.get(f"{PROGRAMME}/members/{member}/history"), 200)
        assert history["merged_into"] == heir
        then = accepted(await brand.get(f"{PROGRAMME}/members/{member}", as_of=before), 200)
        assert (then["spendable"], then["merged_into"]) == (10, None)


async def test_a_merged_member_is_not_merged_again_and_no_circle_is_made(brand: Caller) -> None:
    for member in ("m1", "m2", "m3"):
        await issue(brand, member)
    merge = f"{PROGRAMME}/merge"
    accepted(await brand.post(merge, {"member": "m1", "into_member": "m2"}))
    for body in ({"member": "m1", "into_member": "m3"}, {"member": "m2", "into_member": "m1"}):
        assert refused(await brand.post(merge, body), 409, "member-merged")["into"] == "m2"
    assert (await balance(brand, "m1"))["merged_into"] == "m2"
    assert (await balance(brand, "m2"))["spendable"] == 200


async def test_caps_count_what_the_old_name_used(brand: Caller) -> None:
    at = await programme_of(brand, caps=[{"kind": "redeem", "window": "year", "points": 50}])
    for member, points in (("old", 30), ("new", 15)):
        await issue(brand, member, at=at)
        accepted(await brand.post(f"{at}/redeem", {"member": member, "points": points}, key=member))
    accepted(await brand.post(f"{at}/merge", {"member": "old", "into_member": "new"}))
    six = {"member": "new", "points": 6}
    assert refused(await brand.post(f"{at}/redeem", six), 409, "cap-exceeded")["used"] == 45
    # Points that come back give their room back, whoever spent them.
    accepted(await brand.post(f"{at}/reverse", {"member": "new", "operation_key": "old"}))
    accepted(await brand.post(f"{at}/redeem", six))


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
