"""Swaps and placements over HTTP: who sees what, what is counted, and what stops."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from exchange.swaps import watch_swaps
from ledger import Database
from tests.http.conftest import BEGIN, Caller, accepted, add_party, refused
from tests.http.journey_swaps import END, proposal, swap_party

KEYS = itertools.count()


async def rights(caller: Caller, programme: str, offer_id: int, count: int, **more: Any) -> Any:
    items = [
        {"key": f"right-{next(KEYS)}", "member": f"m{each}", "free": True,
         "offer_id": offer_id, **more}
        for each in range(count)
    ]  # fmt: skip
    sent = await caller.post(
        f"/v1/programmes/{programme}/rights/batch", {"rights": items}, key=None
    )
    return accepted(sent, 200)["answers"]


def refusal_of(answer: Any) -> str:
    return str(answer["problem"]["type"].rpartition("/")[2])


async def codes(caller: Caller, programme: str, answers: Any) -> list[str]:
    path = f"/v1/programmes/{programme}/coupons"
    return [accepted(await caller.get(f"{path}/{each['coupon']}"), 200)["code"] for each in answers]


async def use(caller: Caller, all_codes: list[str]) -> None:
    for code in all_codes:
        accepted(await caller.post("/v1/coupons/use", {"code": code}))


async def test_a_swap_is_seen_alike_by_both_and_by_nobody_else(
    operator: Caller, brand: Caller, database: Database
) -> None:
    tea, cup = await swap_party(operator, "teahouse", "drinks.tea")
    films, ticket = await swap_party(operator, "filmhouse", "leisure.films")
    wanted = proposal(cup, ticket)
    wrong = proposal(ticket, cup)
    refused(await tea.post("/v1/swaps", wrong), 404, "offer-not-found")
    refused(await tea.post("/v1/swaps", wanted | {"other": "grocer"}), 403, "role-missing")
    refused(await tea.post("/v1/swaps", wanted | {"window_until": BEGIN}), 422, "swap-invalid")
    proposed = accepted(await tea.post("/v1/swaps", wanted))
    assert (proposed["state"], proposed["other_programme"]) == ("PROPOSED", None)
    assert proposed["alert_percent"] == 80
    path = f"/v1/swaps/{proposed['swap_id']}"
    for caller in (tea, brand):
        sent = await caller.post(f"{path}/agree", {"programme": "teahouse"}, key=None)
        assert sent.status_code >= 400
    refused(await brand.get(path), 404, "swap-not-found")
    refused(await tea.get(f"/v1/swaps/{2**70}"), 404, "swap-not-found")
    agreed = accepted(await films.post(f"{path}/agree", {"programme": "filmhouse"}), 200)
    assert (agreed["state"], agreed["other_programme"]) == ("RUNNING", "filmhouse")
    refused(await films.post(f"{path}/agree", {"programme": "filmhouse"}), 409, "swap-not-proposed")

    taken = await rights(films, "filmhouse", cup, 5)
    await use(tea, (await codes(films, "filmhouse", taken))[:2])
    await watch_swaps(database)
    views = [accepted(await each.get(path), 200) for each in (tea, films, operator)]
    for view in views:
        view.pop("as_of")
        assert view == views[0]
    mine, theirs = views[0]["sides"]
    assert mine == {
        "party": "teahouse",
        "pieces": [
            {"offer_id": cup, "unit_value_minor": 600, "granted": 1_000, "outstanding": 3,
             "used": 2}
        ],
        "granted": 1_000,
        "outstanding": 3,
        "used": 2,
        "outstanding_minor": 1_800,
        "used_minor": 1_200,
        "traffic_minor": 0,
        "balance_minor": 1_200,
        "exposure_minor": 3_000,
        "standing": "stopped",
        "stopped": True,
    }  # fmt: skip
    assert (theirs["balance_minor"], theirs["standing"], theirs["stopped"]) == (-1_200, "ok", False)
    (late,) = await rights(films, "filmhouse", cup, 1)
    assert refusal_of(late) == "swap-limit-reached"
    assert (await rights(tea, "teahouse", ticket, 1))[0]["state"] == "ACTIVE"
    items = accepted(await films.get("/v1/programmes/filmhouse/offers"), 200)["items"]
    assert cup not in {each["offer_id"] for each in items}, "nothing that is halted is shown"

    ended = accepted(await operator.post(f"{path}/end", {}), 200)
    assert ended["state"] == "ENDED"
    (late,) = await rights(films, "filmhouse", cup, 1)
    assert refusal_of(late) == "allotment-closed"
    assert [each["swap_id"] for each in accepted(await tea.get("/v1/swaps"), 200)["items"]] == [
        proposed["swap_id"]
    ]
    assert accepted(await brand.get("/v1/swaps"), 200)["items"] == []


async def test_what_a_host_reports_stands_beside_what_is_measured(operator: Caller) -> None:
    tea, cup = await swap_party(operator, "teahouse", "drinks.tea")
    films, ticket = await swap_party(operator, "filmhouse", "leisure.films")
    swap_id = accepted(await tea.post("/v1/swaps", proposal(cup, ticket)))["swap_id"]
    accepted(await films.post(f"/v1/swaps/{swap_id}/agree", {"programme": "filmhouse"}), 200)
    stated = {
        "programme": "filmhouse",
        "offer_id": cup,
        "slot": "Front page",
        "currency": "CNY",
        "value_per_claim_minor": 150,
        "window_from": BEGIN,
        "window_until": END,
        "swap_id": swap_id,
    }
    for wrong, status, code in (
        ({"offer_id": ticket}, 404, "offer-not-found"),
        ({"programme": "teahouse"}, 422, "placement-invalid"),
        ({"currency": "USD"}, 422, "placement-invalid"),
    ):
        refused(await tea.post("/v1/placements", stated | wrong), status, code)
    placed = accepted(await tea.post("/v1/placements", stated))["placement_id"]
    path = f"/v1/placements/{placed}"
    await rights(films, "filmhouse", cup, 1)  # m0 had a cup before
    taken = await rights(films, "filmhouse", cup, 3, placement=placed)
    await use(tea, (await codes(films, "filmhouse", taken))[:2])
    (other,) = await rights(films, "filmhouse", cup, 1, placement=placed + 1)
    assert refusal_of(other) == "placement-not-found"

    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [hour - timedelta(hours=3), hour - timedelta(hours=2), hour + timedelta(hours=1)]

    async def tell(*impressions: int) -> list[str]:
        told = [
            {"hour": each.isoformat(), "impressions": count}
            for each, count in zip(hours, impressions, strict=False)
        ]
        answer = accepted(await films.post(f"{path}/counts", {"hours": told}), 200)
        return [each["outcome"] for each in answer["hours"]]

    assert await tell(100, 50, 7) == ["recorded", "recorded", "not-yet"]
    assert await tell(100, 51) == ["known", "differs"]
    half = {"hours": [{"hour": "2026-01-01T00:30:00Z", "impressions": 1}]}
    refused(await films.post(f"{path}/counts", half), 422, "placement-invalid")
    refused(await tea.post(f"{path}/counts", half), 404, "placement-not-found")
    found = accepted(await films.get(path), 200)
    assert found["reported"] == {"impressions": 150, "hours": 2}
    assert found["measured"] == {"claims": 3, "uses": 2, "new_members": 1, "value_minor": 450}
    assert found["ratio"] == {"numerator": 3, "denominator": 150, "rate": 0.02}
    sides = accepted(await tea.get(f"/v1/swaps/{swap_id}"), 200)["sides"]
    assert [each["traffic_minor"] for each in sides] == [0, 450]
    assert sides[1]["balance_minor"] == 450 - 2 * 600

    accepted(await films.post(f"{path}/end", {}), 200)
    (late,) = await rights(films, "filmhouse", cup, 1, placement=placed)
    assert refusal_of(late) == "placement-not-open"
    stranger = await add_party(operator, "mall", "supplier", category="leisure.mall")
    refused(await stranger.get(path), 404, "placement-not-found")
    assert accepted(await stranger.get("/v1/placements"), 200)["items"] == []
