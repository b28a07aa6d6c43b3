"""Points over HTTP: issue, redeem, expire, batches, replays."""

import asyncio
from typing import Any

import pytest

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, refused


async def test_issue_then_redeem_answers_with_the_balance(brand: Caller) -> None:
    issued = accepted(
        await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100, "store": "s1"})
    )
    assert issued["status"] == "accepted"
    assert (issued["kind"], issued["member"], issued["points"], issued["balance"]) == (
        "issue",
        "m1",
        100,
        100,
    )
    redeemed = accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 30}))
    assert redeemed["balance"] == 70
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["issued"], totals["redeemed"], totals["outstanding"]) == (100, 30, 70)


async def test_a_replay_has_the_same_bytes_and_says_so(brand: Caller) -> None:
    body = {"member": "m1", "points": 5}
    first = await brand.post(f"{PROGRAMME}/issue", body, key="once")
    again = await brand.post(
        f"{PROGRAMME}/issue", content=b'{ "points" : 5, "member" : "m1" }', key="once"
    )
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert accepted(await brand.get(f"{PROGRAMME}/members/m1"), 200)["spendable"] == 5


async def test_a_refusal_is_replayed_even_when_it_would_now_be_accepted(brand: Caller) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 5}))
    body = {"member": "m1", "points": 10}
    first = await brand.post(f"{PROGRAMME}/redeem", body, key="once")
    refused(first, 409, "insufficient-points")
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    again = await brand.post(f"{PROGRAMME}/redeem", body, key="once")
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_concurrent_duplicates_take_effect_once(brand: Caller) -> None:
    body = {"member": "m1", "points": 5}
    responses = await asyncio.gather(
        *(brand.post(f"{PROGRAMME}/issue", body, key="once") for _ in range(8))
    )
    assert len({response.content for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert accepted(await brand.get(f"{PROGRAMME}/totals"), 200)["issued"] == 5


async def test_expire_one_member_and_the_whole_book(brand: Caller) -> None:
    for member in ("m1", "m2", "m3"):
        body = {"member": member, "points": 10, "occurred_at": BEGIN}
        accepted(await brand.post(f"{PROGRAMME}/issue", body))
    one = accepted(
        await brand.post(
            f"{PROGRAMME}/expire", {"member": "m1", "occurred_at": "2017-08-01T00:00:00Z"}
        )
    )
    assert one["points"] == 10
    rest = {"occurred_at": "2017-08-01T00:00:00Z"}
    first = await brand.post(f"{PROGRAMME}/expire", rest, key="sweep")
    assert accepted(first)["points"] == 20
    again = await brand.post(f"{PROGRAMME}/expire", rest, key="sweep")
    assert first.content == again.content
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["issued"], totals["expired"], totals["outstanding"]) == (30, 30, 0)


def _issue(key: Any, member: str = "m1", points: Any = 1, **more: Any) -> dict[str, Any]:
    return {"kind": "issue", "key": key, "member": member, "points": points, **more}


async def _operate(brand: Caller, operations: list[Any]) -> Any:
    return await brand.post(f"{PROGRAMME}/operations", {"operations": operations}, key=None)


async def test_a_batch_is_answered_in_order_and_a_bad_item_fails_alone(brand: Caller) -> None:
    operations = [
        _issue("a", points=10, occurred_at=BEGIN, store="s1"),
        _issue("b", points="5"),
        {"kind": "redeem", "key": "c", "member": "m1", "points": 4},
        {"kind": "redeem", "key": "d", "member": "m1", "points": 400},
        {"kind": "steal", "key": "e", "member": "m1", "points": 1},
        "nonsense",
        _issue("f", points=1, member="invisible\u200b"),
        {"kind": "expire", "key": "g", "member": "m1", "occurred_at": "2017-02-01T00:00:00Z"},
    ]
    answers = accepted(await _operate(brand, operations), 200)["answers"]
    assert [answer["status"] for answer in answers] == [
        "accepted",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "accepted",
    ]
    assert [answer["key"] for answer in answers] == ["a", "b", "c", "d", "e", None, "f", "g"]
    problem = answers[1]["problem"]
    assert problem["type"] == "/problems/request-invalid"
    assert problem["errors"] == [
        {"pointer": "/operations/1/points", "detail": "Input should be a valid integer"}
    ]
    assert answers[3]["problem"]["type"] == "/problems/insufficient-points"
    assert accepted(await brand.get(f"{PROGRAMME}/totals"), 200)["issued"] == 10


async def test_a_replayed_batch_has_the_same_bytes(brand: Caller) -> None:
    operations = [
        _issue(f"k{number}", member=f"m{number % 7}", points=number + 1) for number in range(50)
    ]
    operations.append({"kind": "redeem", "key": "much", "member": "m1", "points": 100_000})
    first, again = await _operate(brand, operations), await _operate(brand, operations)
    assert first.content == again.content
    assert first.headers["idempotency-replays"] == "0"
    assert again.headers["idempotency-replays"] == "51"
    assert again.headers["idempotency-replayed"] == "true"
    single = await brand.post(f"{PROGRAMME}/issue", {"member": "m0", "points": 1}, key="k0")
    assert single.json() == first.json()["answers"][0]


@pytest.mark.parametrize(
    "envelope",
    [
        {"operations": []},
        {"operations": "all"},
        {},
        {"operations": [_issue("a")], "extra": 1},
        {"operations": [_issue(f"k{number}") for number in range(1_001)]},
        [],
    ],
)
async def test_a_malformed_envelope_fails_the_whole_batch(brand: Caller, envelope: Any) -> None:
    refused(await brand.post(f"{PROGRAMME}/operations", envelope, key=None), 400, "request-invalid")
    assert accepted(await brand.get(f"{PROGRAMME}/totals"), 200)["issued"] == 0


async def test_giving_the_time_needs_the_import_permission(brand: Caller, operator: Caller) -> None:
    plain = Caller(
        brand.http,
        accepted(await operator.post("/v1/parties/grocer/keys", {"label": "till"}))["key"],
    )
    body = {"member": "m1", "points": 5, "occurred_at": BEGIN}
    refused(await plain.post(f"{PROGRAMME}/issue", body), 403, "import-not-permitted")
    answers = accepted(await _operate(plain, [_issue("a", occurred_at=BEGIN), _issue("b")]), 200)[
        "answers"
    ]
    assert [answer["status"] for answer in answers] == ["rejected", "accepted"]
    assert answers[0]["problem"]["type"] == "/problems/import-not-permitted"
    accepted(await brand.post(f"{PROGRAMME}/issue", body))


async def test_balances_and_history(brand: Caller) -> None:
    for points in (10, 20, 30):
        accepted(
            await brand.post(
                f"{PROGRAMME}/issue", {"member": "m1", "points": points, "reference": "r"}
            )
        )
    balances = await brand.post(f"{PROGRAMME}/balances", {"members": ["nobody", "m1"]}, key=None)
    assert [each["spendable"] for each in accepted(balances, 200)["balances"]] == [0, 60]
    first = accepted(await brand.get(f"{PROGRAMME}/members/m1/history", limit=2), 200)
    assert [entry["points"] for entry in first["entries"]] == [30, 20]
    second = accepted(
        await brand.get(f"{PROGRAMME}/members/m1/history", cursor=first["next_cursor"]), 200
    )
    assert [entry["points"] for entry in second["entries"]] == [10]
    assert second["next_cursor"] is None
    refused(await brand.get(f"{PROGRAMME}/members/nobody"), 404, "member-not-found")
    refused(await brand.get(f"{PROGRAMME}/members/m1/history", cursor="x"), 400, "request-invalid")
    refused(await brand.get(f"{PROGRAMME}/members/m1/history", limit=0), 400, "request-invalid")
