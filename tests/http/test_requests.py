"""Addresses, methods, headers and queries: what is served, to whom, and what is refused."""

import httpx2
import pytest

from tests.http.conftest import (
    PROGRAMME,
    Caller,
    Take,
    accepted,
    refused,
    without_stored_answers,
)


@pytest.mark.parametrize("header", ["Idempotency-Key", "Authorization"])
async def test_a_header_that_must_be_one_is_refused_twice(brand: Caller, header: str) -> None:
    headers = [
        ("Content-Type", "application/json"),
        ("Authorization", f"Bearer {brand.key}"),
        ("Idempotency-Key", "one"),
    ]
    again = [(header, "two" if header == "Idempotency-Key" else f"Bearer {brand.key}")]
    response = await brand.http.post(
        f"{PROGRAMME}/issue", json={"member": "m1", "points": 1}, headers=headers + again
    )
    assert response.status_code == 400, response.text
    assert header in response.json()["detail"]


async def test_head_is_answered_as_get_is_without_the_body(
    http: httpx2.AsyncClient, operator: Caller
) -> None:
    headers = {"Authorization": f"Bearer {operator.key}"}
    for path in ("/livez", "/readyz", "/docs", "/openapi.json", "/problems", "/v1/parties/self"):
        got, head = await http.get(path, headers=headers), await http.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-length"] == got.headers["content-length"]
    assert (await http.head("/v1/parties")).status_code == 401
    assert (await http.head("/nothing")).status_code == 404


async def test_options_need_no_key_and_tell_every_method(http: httpx2.AsyncClient) -> None:
    for path, methods in (
        ("/readyz", "GET, HEAD, OPTIONS"),
        ("/v1/parties", "GET, HEAD, OPTIONS, POST"),
        ("/v1/coupons/use", "OPTIONS, POST"),
    ):
        response = await http.options(path)
        assert (response.status_code, response.headers["allow"]) == (204, methods)
    assert (await http.delete("/readyz")).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_content_types_name_their_charset_once(http: httpx2.AsyncClient) -> None:
    for path in ("/metrics", "/docs", "/problems"):
        content_type = (await http.get(path)).headers["content-type"]
        assert content_type.count("charset") == 1, content_type


CATEGORIES_TOO = {"cursor=1.5", f"cursor={2**63}", f"cursor={10**30}"}


WRONG_PAGES = [
    *(
        (f"cursor={value}", "/cursor")
        for value in ("-1", "abc!", "1.5", "%00", "%C2%85", 2**63, 10**30, "%D9%A1")
    ),
    *((f"limit={value}", "/limit") for value in ("0", "-1", "1001", "x", 10**30, "1.5", "%00")),
]


async def test_pages_asked_for_wrongly_are_all_told_alike(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    for caller, path in (
        (operator, "/v1/parties"),
        (brand, "/v1/categories"),
        (supplier, "/v1/offers"),
        (brand, f"{PROGRAMME}/offers"),
        (brand, f"{PROGRAMME}/allotments"),
        (brand, f"{PROGRAMME}/members/m1/history"),
        (brand, "/v1/statements"),
    ):
        for query, pointer in WRONG_PAGES:
            if path == "/v1/categories" and query in CATEGORIES_TOO:
                continue  # there a cursor is a category
            response = await caller.http.get(
                f"{path}?{query}", headers={"Authorization": f"Bearer {caller.key}"}
            )
            problem = refused(response, 400, "request-invalid")
            assert [error["pointer"] for error in problem["errors"]] == [pointer], (path, query)


async def test_the_largest_cursor_of_a_list_of_parties_is_refused_as_any(operator: Caller) -> None:
    accepted(await operator.get("/v1/parties", cursor=2**31 - 1), 200)
    refused(await operator.get("/v1/parties", cursor=2**31), 400, "request-invalid")


async def test_a_format_there_is_not(brand: Caller) -> None:
    problem = refused(
        await brand.get("/v1/statements/1/download", format="docx"), 400, "request-invalid"
    )
    assert problem["errors"][0]["pointer"] == "/format"


async def test_addresses_with_what_no_name_has(brand: Caller) -> None:
    for path in (
        "/v1/programmes/grocer%00",
        f"{PROGRAMME}/members/a%00b",
        f"{PROGRAMME}/members/%0A",
    ):
        refused(await brand.get(path), 404, "not-found")


async def test_missing_and_malformed_idempotency_keys(brand: Caller, snapshot: Take) -> None:
    before = await snapshot()
    body = {"member": "m1", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/issue", body, key=None), 400, "idempotency-key-missing")
    for key in ("k" * 121, "with space", "tab\there"):
        refused(
            await brand.post(f"{PROGRAMME}/issue", body, key=key), 400, "idempotency-key-invalid"
        )
    item = {"kind": "issue", "member": "m1", "points": 1}
    for items in ([item], [{**item, "key": ""}], [{**item, "key": "é"}]):
        answers = accepted(
            await brand.post(f"{PROGRAMME}/operations", {"operations": items}, key=None), 200
        )["answers"]
        assert answers[0]["problem"]["errors"][0]["pointer"] == "/operations/0/key"
    assert await snapshot() == before


async def test_addresses_methods_and_media_types_that_are_not_served(
    brand: Caller, snapshot: Take
) -> None:
    before = await snapshot()
    refused(await brand.get("/v1/nothing"), 404, "not-found")
    refused(await brand.get(f"{PROGRAMME}/coupons/abc"), 404, "not-found")
    response = await brand.delete(f"{PROGRAMME}/issue")
    refused(response, 405, "method-not-allowed")
    assert "POST" in response.headers["allow"]
    body, form = (
        b'{"member": "m1", "points": 1}',
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    refused(
        await brand.post(f"{PROGRAMME}/issue", content=body, headers=form),
        415,
        "unsupported-media-type",
    )
    assert await snapshot() == before


async def test_who_calls_and_what_the_role_allows(
    brand: Caller, supplier: Caller, snapshot: Take
) -> None:
    before = await snapshot()
    http = brand.http
    for headers in (
        {},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {brand.key[:-1]}x"},
        {"Authorization": f"Bearer {brand.key}x"},
    ):
        response = await http.get("/v1/programmes", headers=headers)
        refused(response, 401, "unauthenticated")
        assert response.headers["www-authenticate"].startswith("Bearer")
    refused(
        await brand.post("/v1/parties", {"code": "x", "name": "X", "roles": ["operator"]}),
        403,
        "role-required",
    )
    refused(await brand.post("/v1/offers", {}), 403, "role-required")
    refused(
        await supplier.post(f"{PROGRAMME}/issue", {"member": "m", "points": 1}),
        403,
        "scope-required",  # a supplier's key cannot have it
    )
    refused(
        await brand.post("/v1/programmes", {"code": "q", "name": "Q", "party": "pharmacy"}),
        403,
        "role-required",
    )
    assert without_stored_answers(await snapshot()) == without_stored_answers(before)
