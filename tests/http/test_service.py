"""The service around the use cases: health, documentation, limits, logs and failures."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import asyncpg
import httpx2
import orjson
import pytest
import structlog
from pydantic import SecretStr
from redis.exceptions import RedisError
from sqlalchemy.exc import InternalError
from structlog.testing import capture_logs

from api.http import problems
from api.process.context import Context
from api.process.limits import TokenBuckets
from ledger import Database, Ledger, heartbeats, is_lost_database
from tests.http.conftest import JSON, Caller, MakeSettings, Take, accepted, refused, serving

EXTERNAL = re.compile(r"(?:src|href|url)\s*[=(:]\s*[\"']?(?:https?:)?//", re.IGNORECASE)


PARTS = dict.fromkeys(
    ("database", "clock", "writes", "lanes", "outbox", "valkey", "vault", "worker"), "ok"
)


async def test_health(http: httpx2.AsyncClient, database: Database) -> None:
    async with database.transaction() as connection:
        await heartbeats.beat(connection, "a worker elsewhere", works=True)
    assert accepted(await http.get("/livez"), 200)["status"] == "ok"
    assert accepted(await http.get("/readyz"), 200) == {
        "status": "ok",
        "parts": PARTS,
    }


async def test_without_valkey_the_service_is_degraded_but_works(
    make_settings: MakeSettings, operator_key: str
) -> None:
    settings = make_settings(redis_url=SecretStr("redis://127.0.0.1:1/0"))
    async with serving(settings) as (_, client):
        ready = accepted(await client.get("/readyz"), 200)
        assert ready == {
            "status": "degraded",
            "parts": PARTS | {"valkey": "unreachable", "worker": "none"},
        }
        accepted(await Caller(client, operator_key).post("/v1/categories", {"path": "a"}))


@contextlib.asynccontextmanager
async def valkey_cut_in_mid_command(cut: bytes) -> AsyncIterator[str]:
    """A Valkey that answers the greeting, and ends the connection within an answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.read(65_536):
            greeting = sum(line.count(word) for word in (b"CLIENT", b"HELLO", b"SELECT"))
            if b"EVAL" in line or b"PING" in line or not greeting:
                writer.write(cut)
                break
            writer.write(b"+OK\r\n" * greeting)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"


@pytest.mark.parametrize("cut", [b"", b"*2\r\n:1", b"*2\r\n$2\r\nno\r\n:0\r\n", b"nonsense\r\n"])
async def test_a_valkey_that_is_cut_in_mid_command_is_a_valkey_that_is_away(
    make_settings: MakeSettings, operator_key: str, cut: bytes
) -> None:
    async with (
        valkey_cut_in_mid_command(cut) as url,
        serving(make_settings(redis_url=SecretStr(url))) as (app, client),
    ):
        context: Context = app.state.context
        assert await context.request_limits.take("p") == 0
        async with context.misses.allowed(1, {"": 7}) as allowance:
            assert allowance.misses_max == {"": 7}
        accepted(await Caller(client, operator_key).get("/v1/parties"), 200)


@pytest.mark.parametrize(
    "raised", [RuntimeError, ValueError, ConnectionError, RedisError, KeyError]
)
async def test_whatever_the_client_of_valkey_raises_means_without_valkey(
    make_settings: MakeSettings,
    operator_key: str,
    monkeypatch: pytest.MonkeyPatch,
    raised: type[Exception],
) -> None:
    async def broken(*_: object, **__: object) -> None:
        message = "unable to perform operation on <TCPTransport>; the handler is closed"
        raise raised(message)

    async with serving(make_settings()) as (app, client):
        context: Context = app.state.context
        for command in ("eval", "ping"):
            monkeypatch.setattr(context.redis, command, broken)
        ready = accepted(await client.get("/readyz"), 200)
        assert ready == {
            "status": "degraded",
            "parts": PARTS | {"valkey": "unreachable", "worker": "none"},
        }
        accepted(await Caller(client, operator_key).get("/v1/parties"), 200)
        async with context.misses.allowed(1, {"": 7}) as allowance:
            assert allowance.misses_max == {"": 7}


async def test_without_the_database_requests_are_put_off(
    make_settings: MakeSettings, operator_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(make_settings()) as (app, client):
        context: Context = app.state.context
        caller = Caller(client, operator_key)
        accepted(await caller.get("/v1/parties"), 200)

        def gone() -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(context.database, "transaction", gone)
        monkeypatch.setattr(context.probe.database, "transaction", gone)
        response = await caller.get("/v1/parties")
        refused(response, 503, "unavailable")
        assert response.headers["retry-after"]
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200


async def test_a_database_that_is_away_is_one_line_and_one_more_when_it_is_back(
    make_settings: MakeSettings, operator_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problems.DATABASE_TROUBLE, "_spells", {})
    async with serving(make_settings()) as (app, client):
        caller = Caller(client, operator_key)
        accepted(await caller.get("/v1/parties"), 200)

        def gone() -> None:
            raise ConnectionRefusedError

        with capture_logs() as logs:
            with monkeypatch.context() as patch:
                patch.setattr(app.state.context.database, "transaction", gone)
                for _ in range(30):
                    refused(await caller.get("/v1/parties"), 503, "unavailable")
            accepted(await caller.get("/v1/parties"), 200)
    said = [(entry["event"], entry.get("count")) for entry in logs if "database" in entry["event"]]
    assert said == [("database_unavailable", None), ("database_available", 30)]
    requests = [entry.get("error") for entry in logs if entry["event"] == "request"]
    assert requests == [*["ConnectionRefusedError"] * 30, None]


async def test_the_unforeseen_says_nothing_but_its_number(
    brand: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        message = "password=hunter2"
        raise KeyError(message)

    monkeypatch.setattr(Ledger, "submit", broken)
    with capture_logs() as logs:
        response = await brand.post(
            "/v1/programmes/grocer/issue",
            {"member": "m1", "points": 1},
            headers={"X-Request-Id": "me-1"},
        )
    problem = refused(response, 500, "internal-error")
    assert "hunter2" not in response.text
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert response.headers["x-request-id"] == "me-1"
    assert any(entry["event"] == "request_failed" for entry in logs)


async def test_request_ids_are_echoed_or_made(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/livez", headers={"X-Request-Id": "abc-1"})).headers[
        "x-request-id"
    ] == "abc-1"
    made = {(await http.get("/nothing")).headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    strange = (await http.get("/livez", headers={"X-Request-Id": "a b"})).headers["x-request-id"]
    assert strange != "a b"


async def test_the_access_log_has_no_secrets(brand: Caller) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        accepted(
            await brand.post(
                "/v1/programmes/grocer/issue", {"member": "member-secret", "points": 1}
            )
        )
        await brand.get("/v1/programmes/grocer", token="query-secret")
    lines = [entry for entry in logs if entry["event"] == "request"]
    assert [(line["status"], line["party"]) for line in lines] == [(201, "grocer"), (422, "grocer")]
    assert all(line["milliseconds"] >= 0 for line in lines)
    assert all(line["request_id"] for line in lines)
    written = orjson.dumps(logs).decode()
    for secret in (brand.key, "member-secret", "query-secret", "Bearer"):
        assert secret not in written


async def test_a_party_that_asks_too_much_has_to_wait(
    make_settings: MakeSettings, operator_key: str
) -> None:
    async with serving(make_settings(rate_burst=3, rate_per_second=0.5)) as (_, client):
        caller = Caller(client, operator_key)
        statuses = [(await caller.get("/v1/parties")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        response = await caller.get("/v1/parties")
        refused(response, 429, "rate-limited")
        assert int(response.headers["retry-after"]) >= 1
        assert (await client.get("/livez")).status_code == 200


def issues(count: int) -> JSON:
    return {
        "operations": [
            {"kind": "issue", "key": f"i{number}", "member": "m1", "points": 1}
            for number in range(count)
        ]
    }


async def test_a_batch_costs_tokens_by_its_items(
    make_settings: MakeSettings, brand: Caller, snapshot: Take
) -> None:
    async with serving(make_settings(rate_burst=20, rate_per_second=0.01)) as (_, client):
        caller = Caller(client, brand.key)
        path = "/v1/programmes/grocer/operations"
        accepted(await caller.post(path, issues(100), key=None), 200)
        accepted(await caller.post(path, issues(10), key=None), 200)
        before = await snapshot()
        refused(await caller.post(path, issues(100), key=None), 429, "rate-limited")
        members = {"members": [f"m{number}" for number in range(100)]}
        refused(
            await caller.post("/v1/programmes/grocer/balances", members, key=None),
            429,
            "rate-limited",
        )
        assert await snapshot() == before


async def test_processes_share_a_bucket(make_settings: MakeSettings) -> None:
    async with serving(make_settings()) as (app, _):
        context: Context = app.state.context
        one, two = (TokenBuckets(context.redis, "t", per_second=0.001, burst=4) for _ in range(2))
        waits = [await bucket.take("p") for bucket in (one, two, one, two, one, two)]
        assert [wait == 0 for wait in waits] == [True] * 4 + [False] * 2


async def test_at_its_limit_the_service_refuses_early(
    make_settings: MakeSettings, operator_key: str
) -> None:
    async with serving(make_settings(requests_in_flight_max=1)) as (app, client):
        context: Context = app.state.context
        assert context.in_flight.enter()
        response = await Caller(client, operator_key).get("/v1/parties")
        refused(response, 503, "overloaded")
        assert response.headers["retry-after"] == "1"
        assert response.headers["x-request-id"]
        assert (await client.get("/livez")).status_code == 200
        context.in_flight.leave()
        accepted(await Caller(client, operator_key).get("/v1/parties"), 200)
        assert context.in_flight.count == 0


async def test_metrics_count_requests_by_route_and_operations_by_kind(brand: Caller) -> None:
    for member in ("m1", "m2"):
        accepted(await brand.post("/v1/programmes/grocer/issue", {"member": member, "points": 1}))
    shown = (await brand.http.get("/metrics")).text
    assert re.search(
        r'comity_http_requests_total\{method="POST",path="/v1/programmes/\{.*\}/issue",'
        r'status="201"\} ',
        shown,
    )
    assert re.search(r'comity_ledger_operations_total\{kind="issue",status="accepted"\} ', shown)
    assert "m1" not in shown


async def test_the_documentation_needs_no_other_server(http: httpx2.AsyncClient) -> None:
    page = await http.get("/docs")
    assert page.status_code == 200
    assert not EXTERNAL.search(page.text)
    assert "http" not in page.text.replace("http-equiv", "")
    assets = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(assets) == 4
    for asset in assets:
        response = await http.get(asset)
        assert response.status_code == 200, asset
        if asset.endswith((".css", "docs.js")):
            assert not EXTERNAL.search(response.text), asset


def _references(node: JSON) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(_references(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(child) for child in node))
    return set()


async def test_the_description_is_complete(http: httpx2.AsyncClient) -> None:
    document = accepted(await http.get("/openapi.json"), 200)
    assert document["openapi"].startswith("3.1")
    for reference in _references(document):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    issue = document["paths"]["/v1/programmes/{programme}/issue"]["post"]
    keys = [each for each in issue["parameters"] if each["name"] == "Idempotency-Key"]
    assert keys[0]["required"] is True
    schema = document["components"]["schemas"]["IssueBody"]
    assert schema["properties"]["points"]["maximum"] == 1_000_000_000
    assert schema["additionalProperties"] is False
    answer = issue["responses"]["201"]["content"]["application/json"]["schema"]
    assert (
        "balance"
        in document["components"]["schemas"][answer["$ref"].rpartition("/")[2]]["properties"]
    )
    batch = document["paths"]["/v1/programmes/{programme}/operations"]["post"]
    assert batch["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "/OperationsBody"
    )
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary") or operation.get("description"), (method, path)
            assert {"400", "500"} <= operation["responses"].keys(), (method, path)


async def test_every_problem_has_its_page(http: httpx2.AsyncClient) -> None:
    listed = (await http.get("/problems")).text
    links = re.findall(r'href="(/problems/[a-z0-9-]+)"', listed)
    assert "/problems/insufficient-points" in links
    assert "/problems/rate-limited" in links
    for link in links:
        page = await http.get(link)
        assert page.status_code == 200, link
    refused(await http.get("/problems/unheard-of"), 404, "not-found")


@pytest.mark.parametrize(
    ("cause", "is_lost"),
    [
        (
            asyncpg.InternalClientError(
                "cannot switch to state 15; another operation (2) is in progress"
            ),
            True,
        ),
        (asyncpg.AdminShutdownError("terminating connection"), True),
        (asyncpg.InternalServerError("cache lookup failed"), False),
    ],
)
def test_a_connection_that_is_being_ended_is_no_fault_of_ours(
    cause: Exception, *, is_lost: bool
) -> None:
    of_driver = Exception(str(cause))
    of_driver.__cause__ = cause
    assert is_lost_database(InternalError("SELECT", {}, of_driver)) is is_lost


async def test_connections_that_die_put_requests_off_and_are_replaced(
    brand: Caller, database_url: str
) -> None:
    path, query = (
        "/v1/programmes/grocer/totals",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ",
    )
    accepted(await brand.get(path), 200)
    administrator = await asyncpg.connect(database_url)
    try:
        await administrator.execute(
            query + "datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await administrator.close()
    responses = [await brand.get(path) for _ in range(10)]
    assert {response.status_code for response in responses} <= {200, 503}
    assert responses[-1].status_code == 200
