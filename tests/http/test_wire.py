"""What HTTP itself can carry that is no good: bodies, headers, queries, addresses; each a clear refusal."""

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any, cast

import httpx2
import orjson
import pytest
from litestar import Litestar

from api.http import front_door
from api.http.bodies import read_json
from api.http.operations import read_operations
from api.http.problems import POINTER_LENGTH_MAX, MalformedJson
from tests.http.conftest import JSON, Caller, MakeSettings, accepted, refused, serving

PROGRAMME = "/v1/programmes/grocer"
ITEM = {"kind": "issue", "key": "k", "member": "m1", "points": 1}
NAMES_TWICE = [
    b'{"member": "m1", "points": 1, "points": 500}',
    b'{"points":1,"member":"m1","points":500}',
    b'{"member" : "m1" , "points" : 1 , "points" : 500}',
    b'{"member": "m1", "points": 1, "po\\u0069nts": 500}',
    b'{"member": "a\\"b", "points": 1, "points": 500}',
    b'{"member": "m1", "points": 1, "store": null, "store": "s"}',
]


NO_JSON = [
    (b"", "empty"),
    (b"{", "line 1, column 2"),
    (b'{"member": "\xe9", "points": 1}', "byte 13 is not utf-8"),
    (b'{"member": "m1", "points": 1e400}', "infinity"),
    (b'{"member": "m1", "points": ' + b"9" * 5_000 + b"}", "infinity"),
    (b"[" * 2_000, "depth"),
    *((content, "twice") for content in NAMES_TWICE),
]


async def test_a_body_that_is_no_json_says_where(brand: Caller) -> None:
    for content, words in NO_JSON:
        for path, key in (("issue", ""), ("operations", None), ("rights/batch", None)):
            response = await brand.post(f"{PROGRAMME}/{path}", content=content, key=key)
            assert words in refused(response, 400, "malformed-json")["detail"].lower()


async def test_a_member_named_twice_within_a_batch_is_refused(brand: Caller) -> None:
    for content in NAMES_TWICE:
        item = b'{"kind": "issue", "key": "k", ' + content[1:]
        for name, path in (("operations", "operations"), ("rights", "rights/batch")):
            batch = b'{"' + name.encode() + b'": [' + item + b"]}"
            refused(
                await brand.post(f"{PROGRAMME}/{path}", content=batch, key=None),
                400,
                "malformed-json",
            )


@pytest.mark.parametrize(
    "item",
    [
        ITEM,
        {**ITEM, "store": None, "reference": 'quo"te', "channel": "back\\slash"},
        {**ITEM, "member": "成员", "store": "null", "reference": '"points":'},
        {"kind": "expire", "key": "k", "member": "m1", "occurred_at": None},
    ],
)
def test_members_named_once_are_never_refused(item: JSON) -> None:
    for document in ({"operations": [item]}, {"mode": "independent", "operations": [item] * 3}):
        for body in (orjson.dumps(document), orjson.dumps(document, option=orjson.OPT_INDENT_2)):
            assert read_json(body) == document
            assert not any(
                isinstance(each, dict) for each in read_operations(body, may_import=True).items
            )


def test_the_quick_look_counts_what_it_does_not_read() -> None:
    null_hides_it = b'{"operations":[{"kind":"issue","key":"k","member":"m","points":1,"store":null,"store":null}]}'
    with pytest.raises(MalformedJson):
        read_operations(null_hides_it, may_import=True)
    with pytest.raises(MalformedJson):
        read_json(b'[{"a":{"b":1,"b":2}}]')


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


EDGES = (
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "9001-01-01T00:00:00Z",
)


async def test_times_at_the_calendars_edge_are_refused(brand: Caller, supplier: Caller) -> None:
    accepted(
        await brand.post(
            "/v1/programmes", {"code": "east", "name": "East", "time_zone": "Asia/Shanghai"}
        )
    )
    accepted(
        await brand.post(
            "/v1/programmes", {"code": "west", "name": "West", "time_zone": "America/New_York"}
        )
    )
    for programme, moment in itertools.product(("east", "west"), EDGES):
        path = f"/v1/programmes/{programme}"
        refused(
            await brand.post(f"{path}/balances", {"members": ["m"], "at": moment}),
            400,
            "invalid-request",
        )
        body = {"member": "m", "points": 1}
        refused(
            await brand.post(f"{path}/issue", {**body, "occurred_at": moment}),
            400,
            "invalid-request",
        )
        refused(
            await brand.post(f"{path}/issue", {**body, "expires_on": moment[:10]}),
            400,
            "invalid-request",
        )
        body = {"code": "x", "occurred_at": moment}
        refused(await supplier.post("/v1/coupons/use", body), 400, "invalid-request")


async def call(app: Litestar, key: str, receive: Any) -> tuple[int, Mapping[str, str], JSON]:
    """One request on the application itself, whose body comes from `receive`."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {
        "authorization": f"Bearer {key}",
        "idempotency-key": "k",
        "content-type": "application/json",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/categories",
        "raw_path": b"/v1/categories",
        "query_string": b"",
        "root_path": "",
        "headers": [
            *((name.encode(), value.encode()) for name, value in headers.items()),
            (b"transfer-encoding", b"chunked"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "http_version": "1.1",
    }
    await cast("Any", app)(scope, receive, send)
    start, body = sent[0], b"".join(each.get("body", b"") for each in sent[1:])
    return (
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        orjson.loads(body),
    )


@pytest.mark.parametrize(("stall_seconds", "drip_seconds"), [(0.1, 60.0), (60.0, 0.3)])
async def test_a_body_that_does_not_come_in_time_is_given_up(
    make_settings: MakeSettings,
    operator_key: str,
    monkeypatch: pytest.MonkeyPatch,
    stall_seconds: float,
    drip_seconds: float,
) -> None:
    monkeypatch.setattr(front_door, "BODY_STALL_SECONDS", stall_seconds)
    async with serving(make_settings(body_timeout=1)) as (app, _):

        async def drip() -> Any:
            await asyncio.sleep(drip_seconds)
            return {"type": "http.request", "body": b" ", "more_body": True}

        status, headers, problem = await call(app, operator_key, drip)
        assert (status, problem["type"], headers["connection"]) == (
            408,
            "/problems/body-too-slow",
            "close",
        )
        assert app.state.context.in_flight.count == 0


async def test_a_body_that_breaks_off_is_the_callers_fault(
    make_settings: MakeSettings, operator_key: str
) -> None:
    async with serving(make_settings()) as (app, _):
        messages = iter(
            [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
        )

        async def break_off() -> Any:
            return next(messages)

        status, _, problem = await call(app, operator_key, break_off)
        assert (status, problem["type"]) == (400, "/problems/body-incomplete")


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
            problem = refused(response, 400, "invalid-request")
            assert [error["pointer"] for error in problem["errors"]] == [pointer], (path, query)


async def test_the_largest_cursor_of_a_list_of_parties_is_refused_as_any(operator: Caller) -> None:
    accepted(await operator.get("/v1/parties", cursor=2**31 - 1), 200)
    refused(await operator.get("/v1/parties", cursor=2**31), 400, "invalid-request")


async def test_a_format_there_is_not(brand: Caller) -> None:
    problem = refused(
        await brand.get("/v1/statements/1/download", format="pdf"), 400, "invalid-request"
    )
    assert problem["errors"][0]["pointer"] == "/format"


async def test_addresses_with_what_no_name_has(brand: Caller) -> None:
    for path in (
        "/v1/programmes/grocer%00",
        f"{PROGRAMME}/members/a%00b",
        f"{PROGRAMME}/members/%0A",
    ):
        refused(await brand.get(path), 404, "not-found")


async def test_names_that_are_blank_or_padded(brand: Caller, operator: Caller) -> None:
    for name in ("", " ", "   ", "\u3000", " padded", "padded "):
        for caller, path, body in (
            (brand, "/v1/programmes", {"code": "blank", "name": name}),
            (operator, "/v1/parties", {"code": "blank", "name": name, "roles": ["brand"]}),
            (operator, "/v1/parties/grocer/keys", {"label": name}),
        ):
            problem = refused(await caller.post(path, body), 400, "invalid-request")
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
            refused(await brand.post(f"{PROGRAMME}/{path}", body), 400, "invalid-request")


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


async def test_an_encoded_body_is_not_taken_for_json(brand: Caller) -> None:
    body = {"member": "m1", "points": 1}
    gzip = {"Content-Encoding": "gzip"}
    refused(
        await brand.post(f"{PROGRAMME}/issue", body, headers=gzip), 415, "unsupported-media-type"
    )
    accepted(await brand.post(f"{PROGRAMME}/issue", body, headers={"Content-Encoding": "identity"}))
