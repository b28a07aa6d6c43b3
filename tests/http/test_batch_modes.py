"""Batches of operations: what a refused operation does to the others."""

from typing import Any

import pytest

from tests.http.conftest import (
    BEGIN,
    JSON,
    PROGRAMME,
    Caller,
    accepted,
    refused,
)

MODES = ("independent", "atomic", "stop_on_error")


ALL = {"independent": [1, 0, 1, 1], "atomic": [0, 0, 0, 0], "stop_on_error": [1, 0, 0, 0]}

"""Which of four operations are accepted if the second is refused."""


def issue(key: str, points: Any = 10, member: str = "m1", **more: JSON) -> JSON:
    return {"kind": "issue", "key": key, "member": member, "points": points, **more}


def redeem(key: str, points: int, member: str = "m1") -> JSON:
    return {"kind": "redeem", "key": key, "member": member, "points": points}


async def send(brand: Caller, mode: str | None, operations: list[JSON]) -> Any:
    body = {"operations": operations} if mode is None else {"mode": mode, "operations": operations}
    return await brand.post(f"{PROGRAMME}/operations", body, key=None)


def codes(response: Any) -> list[str]:
    """For each answer: `accepted`, or the code of its refusal."""
    answers = accepted(response, 200)["answers"]
    return [
        each["problem"]["type"].rpartition("/")[2]
        if each["status"] == "rejected"
        else each["status"]
        for each in answers
    ]


async def issued(brand: Caller) -> int:
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    return int(totals["issued"])


@pytest.mark.parametrize("mode", MODES)
async def test_what_a_refused_operation_does_to_the_others(brand: Caller, mode: str) -> None:
    operations = [issue("a"), redeem("b", 11), issue("c", member="m2"), redeem("d", 3)]
    response = await send(brand, mode, operations)
    others = {
        "independent": "accepted",
        "atomic": "batch-aborted",
        "stop_on_error": "batch-stopped",
    }
    expected = ["accepted" if each else others[mode] for each in ALL[mode]]
    expected[1] = "insufficient-points"
    assert codes(response) == expected
    answers = response.json()["answers"]
    assert [each["key"] for each in answers] == ["a", "b", "c", "d"]
    if mode == "atomic":
        assert {each["problem"]["refused_key"] for each in answers if each["key"] != "b"} == {"b"}
    assert await issued(brand) == {"independent": 20, "atomic": 0, "stop_on_error": 10}[mode]
    again = await send(brand, mode, operations)
    assert codes(again) == expected
    if mode != "stop_on_error":
        assert again.content == response.content
        assert again.headers["idempotency-replayed"] == "true"


async def test_an_atomic_batch_that_is_accepted_moves_everything_at_once(brand: Caller) -> None:
    operations = [issue(f"k{number}", member=f"m{number}") for number in range(40)]
    operations += [
        {"kind": "gift", "key": "g", "member": "m1", "to_member": "new", "points": 10},
        redeem("r", 10, "new"),
        {"kind": "hold", "key": "h", "member": "m2", "points": 4},
        {"kind": "capture", "key": "c", "member": "m2", "hold_key": "h", "points": 3},
        {"kind": "reverse", "key": "v", "member": "m2", "operation_key": "c"},
    ]
    response = await send(brand, "atomic", operations)
    assert codes(response) == ["accepted"] * 45
    assert [each["balance"] for each in response.json()["answers"][-5:]] == [0, 0, 6, 7, 10]
    assert (await send(brand, "atomic", operations)).content == response.content


async def test_the_keys_of_a_batch_that_stopped_are_free(brand: Caller) -> None:
    assert (
        codes(await send(brand, "stop_on_error", [redeem("a", 1), issue("b")]))[1]
        == "batch-stopped"
    )
    assert codes(await send(brand, "stop_on_error", [issue("b", 20)])) == ["accepted"]
    assert await issued(brand) == 20


async def test_the_keys_of_an_aborted_batch_are_used_up(brand: Caller) -> None:
    assert codes(await send(brand, "atomic", [issue("a"), redeem("b", 11)])) == [
        "batch-aborted",
        "insufficient-points",
    ]
    alone = await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 10}, key="a")
    problem = refused(alone, 409, "batch-aborted")
    assert (problem["key"], problem["refused_key"]) == ("a", "b")
    assert alone.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("mode", MODES)
async def test_a_replayed_operation_counts_as_it_was_answered_then(
    brand: Caller, mode: str
) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 10}, key="a"))
    assert codes(await send(brand, mode, [issue("a"), issue("b")])) == ["accepted", "accepted"]
    assert await issued(brand) == 20
    reused = codes(await send(brand, mode, [issue("a", 11), issue("c")]))
    others = {
        "independent": "accepted",
        "atomic": "batch-aborted",
        "stop_on_error": "batch-stopped",
    }
    assert reused == ["idempotency-key-reused", others[mode]]
    assert await issued(brand) == (30 if mode == "independent" else 20)


@pytest.mark.parametrize("mode", MODES)
async def test_a_malformed_operation_counts_as_refused(brand: Caller, mode: str) -> None:
    operations = [issue("a"), issue("b", "10"), issue("c"), "nonsense"]
    response = await send(brand, mode, operations)
    others = {
        "independent": "accepted",
        "atomic": "batch-aborted",
        "stop_on_error": "batch-stopped",
    }
    before = {"independent": "accepted", "atomic": "batch-aborted", "stop_on_error": "accepted"}
    assert codes(response) == [before[mode], "request-invalid", others[mode], "request-invalid"]
    assert await issued(brand) == {"independent": 20, "atomic": 0, "stop_on_error": 10}[mode]
    operations[1] = issue("b")
    assert codes(await send(brand, mode, operations[:3])) == ["accepted"] * 3
    assert await issued(brand) == 30


@pytest.mark.parametrize("mode", MODES)
async def test_an_operation_without_the_permission_counts_as_refused(
    brand: Caller, operator: Caller, mode: str
) -> None:
    till = Caller(
        brand.http,
        accepted(await operator.post("/v1/parties/grocer/keys", {"label": "till"}))["key"],
    )
    found = codes(await send(till, mode, [issue("a", occurred_at=BEGIN), issue("b")]))
    others = {
        "independent": "accepted",
        "atomic": "batch-aborted",
        "stop_on_error": "batch-stopped",
    }
    assert found == ["import-not-permitted", others[mode]]


async def test_independent_is_what_a_batch_is_without_a_mode(brand: Caller) -> None:
    assert codes(await send(brand, None, [redeem("a", 1), issue("b")])) == [
        "member-not-found",
        "accepted",
    ]
    for mode in ("ATOMIC", "", None, 1):
        response = await brand.post(
            f"{PROGRAMME}/operations", {"mode": mode, "operations": [issue("c")]}, key=None
        )
        assert refused(response, 400, "request-invalid")["errors"][0]["pointer"] == "/mode"


@pytest.mark.parametrize("mode", MODES)
async def test_operations_of_a_member_take_effect_in_their_order(brand: Caller, mode: str) -> None:
    operations = [issue("a"), redeem("b", 10), issue("c", 5), redeem("d", 5)]
    response = await send(brand, mode, operations)
    assert [each["balance"] for each in accepted(response, 200)["answers"]] == [10, 0, 5, 0]
