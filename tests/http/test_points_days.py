"""A points day multiplies what is issued, where the request asks for it."""

from typing import Any

from tests.http.conftest import PROGRAMME, Caller, accepted, refused

DAY = "2017-03-08T10:00:00Z"
OTHER_DAY = "2017-03-09T10:00:00Z"


async def _rule(brand: Caller, **changes: Any) -> int:
    body = {
        "label": "Points day",
        "scope": {"all": True},
        "price": {"percent": 50},
        "schedule": {"monthly": [8]},
        "valid_from": "2017-01-01T00:00:00Z",
        "earning_multiplier_percent": 250,
        **changes,
    }
    return int(accepted(await brand.post(f"{PROGRAMME}/prices", body))["price_id"])


async def _issue(brand: Caller, key: str, **changes: Any) -> Any:
    body = {"member": "ann", "points": 33, "occurred_at": DAY, "points_day": True, **changes}
    return await brand.post(f"{PROGRAMME}/issue", body, key=key)


async def test_an_issue_is_multiplied_once_and_taken_back_whole(brand: Caller) -> None:
    price_id = await _rule(brand)
    first = await _issue(brand, "i-1")
    given = accepted(first)
    told = ("points", "base_points", "earning_multiplier_percent", "balance")
    assert [given[name] for name in told] == [82, 33, 250, 82], "82.5, rounded down"
    plain = accepted(await _issue(brand, "i-2", points_day=False))
    assert plain["points"] == 33
    assert "base_points" not in plain
    after = accepted(await _issue(brand, "i-3", occurred_at=OTHER_DAY))
    assert [after[name] for name in told[:3]] == [33, 33, 100]
    # The key stands for what was asked, and its answer for good.
    refused(await _issue(brand, "i-1", points_day=False), 422, "idempotency-key-reused")
    accepted(await brand.post(f"{PROGRAMME}/prices/{price_id}/end", {}), 200)
    again = await _issue(brand, "i-1")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    record = accepted(await brand.get(f"{PROGRAMME}/operations/i-1"), 200)
    assert record["points"] == 82
    plain_record = accepted(await brand.get(f"{PROGRAMME}/operations/i-2"), 200)
    assert record["recorded_by"] == plain_record["recorded_by"] is not None
    back = {"member": "ann", "operation_key": "i-1", "occurred_at": DAY}
    reversed_ = accepted(await brand.post(f"{PROGRAMME}/reverse", back))
    assert reversed_["points"] == 82
    assert reversed_["balance"] == 66


async def test_a_batch_is_multiplied_in_each_mode(brand: Caller) -> None:
    await _rule(brand)
    for mode in ("independent", "atomic", "stop_on_error"):
        items = [
            {
                "kind": "issue",
                "key": f"{mode}-{number}",
                "member": f"{mode}-member-{number}",
                "points": 10,
                "occurred_at": DAY,
                **({"points_day": True} if number else {}),
            }
            for number in range(3)
        ]
        merge = {
            "kind": "merge",
            "key": f"{mode}-merge",
            "member": f"{mode}-member-1",
            "into_member": f"{mode}-member-2",
            "occurred_at": DAY,
        }
        body = {"mode": mode, "operations": [*items, merge]}
        answers = accepted(await brand.post(f"{PROGRAMME}/operations", body), 200)["answers"]
        assert [each["points"] for each in answers] == [10, 25, 25, 25], mode


async def test_it_is_for_whom_and_when_the_rule_is(brand: Caller) -> None:
    await _rule(brand, hours={"opens": "10:00", "closes": "11:00"}, who={"points_at_least": 50})
    await _rule(brand, earning_multiplier_percent=150, schedule={"dates": ["2017-03-08"]})
    points = [
        accepted(await _issue(brand, f"i-{place}", points=40, occurred_at=at))["points"]
        for place, at in enumerate((DAY, DAY, "2017-03-08T11:00:00Z", "2017-03-07T23:59:59Z"))
    ]
    assert points == [60, 100, 60, 40], "few points yet, the best of two, another hour, no such day"
