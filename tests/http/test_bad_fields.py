"""Values that a field does not take: each is refused, and nothing is changed."""

import itertools
from typing import Any

import pytest

from api.http.problems import POINTER_LENGTH_MAX
from tests.http.conftest import (
    PROGRAMME,
    Caller,
    Take,
    accepted,
    refused,
)


@pytest.mark.parametrize(
    "points",
    [-1, 0, 1.5, 5.0, "5", True, None, [], {}, 1_000_000_001, 10**18, 10**40, "abc"],
)
async def test_points_that_are_no_points(
    brand: Caller, member: str, snapshot: Take, points: Any
) -> None:
    before = await snapshot()
    for kind in ("issue", "redeem"):
        problem = refused(
            await brand.post(f"{PROGRAMME}/{kind}", {"member": member, "points": points}),
            400,
            "request-invalid",
        )
        assert [error["pointer"] for error in problem["errors"]] == ["/points"]
    item = {"kind": "issue", "key": "k", "member": member, "points": points}
    answer = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"][0]
    assert answer["problem"]["errors"][0]["pointer"] == "/operations/0/points"
    assert await snapshot() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member", ""),
        ("member", "m" * 101),
        ("member", "a\x00b"),
        ("member", "a\nb"),
        ("member", "zero\u200bwidth"),
        ("member", 7),
        ("store", "s" * 201),
        ("occurred_at", "2017-01-01"),
        ("occurred_at", "2017-01-01T00:00:00"),
        ("occurred_at", 1483228800),
        ("occurred_at", "2017-02-30T00:00:00Z"),
        ("occurred_at", "0001-01-01T00:00:00+23:00"),
        ("expires_on", "2017-1-1"),
        ("expires_on", 20170101),
        ("unknown", 1),
    ],
)
async def test_fields_that_are_none(brand: Caller, snapshot: Take, field: str, value: Any) -> None:
    before = await snapshot()
    response = await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 1, field: value})
    assert response.status_code in {400, 422}, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert field in response.text
    assert await snapshot() == before


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30])
async def test_numbers_beyond_what_the_database_holds(
    brand: Caller, supplier: Caller, operator: Caller, snapshot: Take, number: int
) -> None:
    before = await snapshot()
    for caller, path in (
        (brand, f"{PROGRAMME}/coupons/{number}"),
        (brand, f"{PROGRAMME}/offers/{number}"),
        (brand, f"{PROGRAMME}/offers/{number}/isolation"),
        (brand, f"/v1/statements/{number}"),
        (brand, f"/v1/statements/{number}/download"),
    ):
        assert (await caller.get(path)).status_code == 404, path
    for path in (f"/v1/isolation-rules/{number}", f"/v1/parties/grocer/keys/{number}"):
        assert (await operator.delete(path)).status_code == 404, path
    for caller, path in (
        (operator, "/v1/parties"),
        (supplier, "/v1/offers"),
        (brand, f"{PROGRAMME}/offers"),
        (brand, f"{PROGRAMME}/allotments"),
        (brand, "/v1/statements"),
    ):
        response = await caller.get(path, cursor=str(number))
        assert response.status_code in {200, 400, 422}, (path, response.text)
    assert await snapshot() == before


EDGES = (
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "9001-01-01T00:00:00Z",
)


async def test_times_at_the_calendars_edge_are_refused(brand: Caller, supplier: Caller) -> None:
    accepted(
        await brand.post(
            "/v1/programmes",
            {"code": "grocer--east", "name": "East", "time_zone": "Asia/Shanghai"},
        )
    )
    accepted(
        await brand.post(
            "/v1/programmes",
            {"code": "grocer--west", "name": "West", "time_zone": "America/New_York"},
        )
    )
    for programme, moment in itertools.product(("grocer--east", "grocer--west"), EDGES):
        path = f"/v1/programmes/{programme}"
        refused(
            await brand.post(f"{path}/balances", {"members": ["m"], "at": moment}),
            400,
            "request-invalid",
        )
        body = {"member": "m", "points": 1}
        refused(
            await brand.post(f"{path}/issue", {**body, "occurred_at": moment}),
            400,
            "request-invalid",
        )
        refused(
            await brand.post(f"{path}/issue", {**body, "expires_on": moment[:10]}),
            400,
            "request-invalid",
        )
        body = {"code": "x", "occurred_at": moment}
        refused(await supplier.post("/v1/coupons/use", body), 400, "request-invalid")


async def test_names_that_are_blank_or_padded(brand: Caller, operator: Caller) -> None:
    for name in ("", " ", "   ", "\u3000", " padded", "padded "):
        for caller, path, body in (
            (brand, "/v1/programmes", {"code": "blank", "name": name}),
            (operator, "/v1/parties", {"code": "blank", "name": name, "roles": ["brand"]}),
            (operator, "/v1/parties/grocer/keys", {"label": name}),
        ):
            problem = refused(await caller.post(path, body), 400, "request-invalid")
            assert problem["errors"][0]["pointer"] in {"/name", "/label"}


async def test_a_member_that_no_address_can_hold_is_refused_everywhere(brand: Caller) -> None:
    for member in (".", "..", "a/b", "/", "../x", "a/"):
        for path, body in (
            ("issue", {"member": member, "points": 1}),
            ("redeem", {"member": member, "points": 1}),
            ("expire", {"member": member}),
            ("rights", {"member": member, "offer_id": 1}),
            ("balances", {"members": [member]}),
        ):
            refused(await brand.post(f"{PROGRAMME}/{path}", body), 400, "request-invalid")


ODD_MEMBERS = (
    "...",
    ".a",
    "100%",
    "100%25",
    "a%2Fb",
    "a b",
    "a?b=c",
    "a#b",
    "a;b",
    "a+b",
    "a\\b",
    "成员",
    "history",
    "~",
)


async def test_every_other_member_has_an_address(brand: Caller) -> None:
    for member in ODD_MEMBERS:
        accepted(await brand.post(f"{PROGRAMME}/issue", {"member": member, "points": 7}))
        escaped = "".join(f"%{byte:02X}" for byte in member.encode())
        found = accepted(await brand.get(f"{PROGRAMME}/members/{escaped}"), 200)
        assert (found["member"], found["spendable"]) == (member, 7)
        assert (
            len(accepted(await brand.get(f"{PROGRAMME}/members/{escaped}/history"), 200)["entries"])
            == 1
        )


async def test_a_refused_item_repeats_no_more_than_a_key(brand: Caller) -> None:
    long = "k" * 100_000
    for path, name in (
        ("operations", "operations"),
        ("rights/batch", "rights"),
        ("allotments", "allotments"),
    ):
        items = [{"key": long}, {"key": "short", long: 1}, {"key": 7}]
        response = await brand.post(f"{PROGRAMME}/{path}", {name: items}, key=None)
        answers = accepted(response, 200)["answers"]
        assert [each["key"] for each in answers] == [None, "short", None]
        assert len(response.content) < 20 * POINTER_LENGTH_MAX
    response = await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 1, long: 1})
    assert len(response.content) < 5 * POINTER_LENGTH_MAX
