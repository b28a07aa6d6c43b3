"""Issues, redemptions and captures that are undone."""

import pytest

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, refused
from tests.http.points import balance, issue, programme_of


async def test_a_reversed_redemption_gives_points_back_in_parts(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 30}, key="sale"))
    body = {"member": "m1", "operation_key": "sale"}
    part = accepted(await brand.post(f"{PROGRAMME}/reverse", {**body, "points": 10}))
    assert (part["points"], part["balance"]) == (10, 80)
    rest = accepted(await brand.post(f"{PROGRAMME}/reverse", body))
    assert (rest["points"], rest["balance"]) == (20, 100)
    assert (
        refused(await brand.post(f"{PROGRAMME}/reverse", body), 409, "already-reversed")[
            "remaining"
        ]
        == 0
    )


async def test_what_cannot_be_reversed(brand: Caller) -> None:
    await issue(brand, key="i")
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 5}, key="h"))
    for key, status, code in (
        ("h", 409, "not-reversible"),
        ("missing", 404, "operation-not-found"),
    ):
        body = {"member": "m1", "operation_key": key}
        refused(await brand.post(f"{PROGRAMME}/reverse", body), status, code)
    too_much = {"member": "m1", "operation_key": "i", "points": 101}
    assert (
        refused(await brand.post(f"{PROGRAMME}/reverse", too_much), 409, "already-reversed")[
            "remaining"
        ]
        == 100
    )


@pytest.mark.parametrize(
    ("policy", "spendable", "owed"), [("refuse", 30, 0), ("take", 0, 0), ("owe", -70, 70)]
)
async def test_a_reversed_issue_is_clawed_back_by_the_programmes_policy(
    brand: Caller, policy: str, spendable: int, owed: int
) -> None:
    at = await programme_of(brand, debt=policy)
    await issue(brand, at=at, key="receipt")
    accepted(await brand.post(f"{at}/redeem", {"member": "m1", "points": 70}))
    response = await brand.post(f"{at}/reverse", {"member": "m1", "operation_key": "receipt"})
    if policy == "refuse":
        assert refused(response, 409, "issue-spent")["left"] == 30
    else:
        reversed_issue = accepted(response)
        assert reversed_issue["points"] == 30 + owed
        assert reversed_issue.get("owed", 0) == owed
    found = await balance(brand, at=at)
    assert (found["spendable"], found["debt"]) == (spendable, owed)
    if owed:
        repaying = await issue(brand, number=80, at=at)
        assert (repaying["points"], repaying["balance"]) == (80, 10)


async def test_points_that_come_back_dead_live_for_the_grace(brand: Caller) -> None:
    at = await programme_of(brand, expiry={"kind": "days", "count": 10}, grace_days=5)
    await issue(brand, at=at, occurred_at=BEGIN)
    accepted(
        await brand.post(
            f"{at}/redeem", {"member": "m1", "points": 70, "occurred_at": BEGIN}, key="sale"
        )
    )
    body = {"member": "m1", "operation_key": "sale", "occurred_at": "2017-02-01T00:00:00Z"}
    assert accepted(await brand.post(f"{at}/reverse", body))["balance"] == 70
    asked = {"members": ["m1"], "at": "2017-02-06T23:59:59Z"}
    (found,) = accepted(await brand.post(f"{at}/balances", asked, key=None), 200)["balances"]
    assert (found["spendable"], found["expired"], found["next_expiry"]) == (70, 30, "2017-02-06")
