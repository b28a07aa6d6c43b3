"""Requests take a short way to their handler, with the result of the framework's own way."""

import asyncio
import re
import time
from typing import Any

import httpx2
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.utils.sync import AsyncCallable

from api.app import create_app
from api.http import patience, queries
from api.http.dispatch import Ways
from api.http.patience import Patience, Watch
from tests.http.conftest import Caller, MakeSettings, accepted, refused, serving

ISSUE = "/v1/programmes/grocer/issue"
PAGES = {"console", "m", "static"}
BODY = b'{"member": "m1", "points": 5}'

Request = tuple[str, str, dict[str, str], bytes]


def _requests(key: str) -> list[Request]:
    """Requests of many kinds: method, address, headers, body."""
    own = {"Authorization": f"Bearer {key}"}
    json = {**own, "Content-Type": "application/json"}

    def keyed(name: str) -> dict[str, str]:
        return {**json, "Idempotency-Key": name}

    return [
        ("POST", ISSUE, keyed("d1"), BODY),
        ("POST", ISSUE, keyed("d1"), BODY),
        ("POST", ISSUE, keyed("d1"), b'{"member": "m1", "points": 6}'),
        ("POST", ISSUE + "/", keyed("d1"), BODY),
        ("POST", ISSUE.replace("/v1/", "/v1//"), keyed("d1"), BODY),
        ("POST", ISSUE, json, BODY),
        ("POST", ISSUE, keyed("d2"), b""),
        ("POST", ISSUE, keyed("d2"), b"{"),
        ("POST", ISSUE, keyed("d2"), b'{"member": "m1", "points": "5"}'),
        ("POST", ISSUE, keyed("d2"), b'{"member": "m1", "member": "m2", "points": 5}'),
        ("POST", ISSUE, keyed("d2"), b"[" * 100_000),
        ("POST", ISSUE, keyed("d2"), b" " * 3_000 + BODY),
        ("POST", ISSUE, {**keyed("d2"), "Content-Type": "text/plain"}, BODY),
        ("POST", ISSUE, {"Idempotency-Key": "d2"}, BODY),
        ("POST", "/v1/programmes/nobody/issue", keyed("d2"), BODY),
        ("POST", "/v1/programmes/grocer/operations", json, b'{"operations": []}'),
        (
            "POST",
            "/v1/programmes/grocer/operations",
            json,
            b'{"operations": [{"kind": "issue", "key": "d1", "member": "m1", "points": 5}]}',
        ),
        ("POST", "/v1/parties", keyed("d3"), b'{"code": "x"}'),
        ("GET", ISSUE, own, b""),
        ("GET", "/v1/programmes/grocer", own, b""),
        ("HEAD", "/v1/programmes/grocer", own, b""),
        ("OPTIONS", "/v1/programmes/grocer", {}, b""),
        ("DELETE", "/v1/programmes/grocer", own, b""),
        ("GET", "/v1/programmes/grocer?day=1", own, b""),
        ("GET", "/v1/programmes/grocer/members/m1", own, b""),
        ("GET", "/v1/programmes/grocer/members/m1/history?limit=1", own, b""),
        ("GET", "/v1/programmes/grocer/members/m1/history?limit=x", own, b""),
        ("GET", "/v1/programmes/grocer/members/m1/history?limit=1&limit=2", own, b""),
        ("GET", "/v1/programmes/grocer/operations/d1", own, b""),
        ("GET", "/v1/programmes/grocer/operations/d1", {**own, "Host": "a b"}, b""),
        ("GET", "/v1/programmes/grocer/operations/d1", {**own, "Host": "a_b"}, b""),
        ("GET", "/v1/programmes", own, b""),
        ("GET", "/v1/offers", own, b""),
        ("GET", "/v1/statements/1/download?format=csv", own, b""),
        ("GET", "/problems/not-found", {}, b""),
        ("GET", "/nothing", {}, b""),
        ("GET", "/livez", {}, b""),
    ]


async def _answers(http: httpx2.AsyncClient, key: str) -> list[tuple[Any, ...]]:
    answers = []
    for method, address, headers, body in _requests(key):
        response = await http.request(method, address, headers=headers, content=body)
        stated = [
            (name, text) for name, text in response.headers.multi_items() if name != "x-request-id"
        ]
        answers.append((method, address, response.status_code, sorted(stated), response.content))
    return answers


async def test_the_short_way_gives_what_the_framework_gives(
    brand: Caller, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _answers(http, brand.key)  # so that all that is accepted is a replay from here on
    short = await _answers(http, brand.key)
    monkeypatch.setattr(Ways, "find", lambda *_: None)
    long = await _answers(http, brand.key)
    assert len({status for _, _, status, _, _ in short}) > 8
    for ours, theirs in zip(short, long, strict=True):
        assert ours == theirs


@pytest.fixture
def app(make_settings: MakeSettings) -> Litestar:
    return create_app(make_settings())


async def test_every_address_has_a_short_way(app: Litestar) -> None:
    ways = Ways(app)
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method in route.route_handler_map:
            path = re.sub(r"\{\w+:int\}", "1", route.path)
            path = re.sub(r"\{\w+:\w+\}", "text", path)
            scope: Any = {"method": method, "path": path, "headers": []}
            way = ways.find(scope, b"host") if method != "OPTIONS" else None
            # Pages and files have error handlers of their own, so they go the framework's way.
            if path.split("/")[1] in PAGES:
                assert way is None
            elif method != "OPTIONS" and path != "/" and not path.endswith("/"):
                assert way is not None, (method, path)
                assert scope["path_template"] == route.path_format


def test_no_guard_waits_for_a_thread(app: Litestar) -> None:
    guards = [
        guard
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for guard in handler.resolve_guards()
    ]
    assert guards
    assert not [guard for guard in guards if isinstance(guard, AsyncCallable)]


async def test_nothing_is_remembered_for_each_request(brand: Caller) -> None:
    address = "/v1/programmes/grocer/members/m1/history"
    accepted(await brand.post(ISSUE, {"member": "m1", "points": 5}))
    accepted(await brand.get(address, limit=1), 200)
    before = queries.parameters_of.cache_info().currsize
    for _ in range(3):
        accepted(await brand.get(address, limit=1), 200)
    assert queries.parameters_of.cache_info().currsize == before


async def test_a_body_in_many_pieces_is_one_body(brand: Caller) -> None:
    async def pieces() -> Any:
        for at in range(len(BODY)):
            yield BODY[at : at + 1]

    response = await brand.http.post(
        ISSUE,
        content=pieces(),
        headers={
            "Authorization": f"Bearer {brand.key}",
            "Idempotency-Key": "pieces",
            "Content-Type": "application/json",
        },
    )
    assert accepted(response)["points"] == 5


async def test_a_body_in_pieces_is_not_too_large(
    make_settings: MakeSettings, operator_key: str
) -> None:
    async def pieces() -> Any:
        for _ in range(3):
            yield b" " * 1_000

    async with serving(make_settings(request_bytes_max=2_000)) as (_, client):
        response = await client.post(
            "/v1/parties",
            content=pieces(),
            headers={
                "Authorization": f"Bearer {operator_key}",
                "Idempotency-Key": "large",
                "Content-Type": "application/json",
            },
        )
        refused(response, 413, "body-too-large")


async def test_time_that_is_over_is_found_without_a_timer_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "REQUEST_SECONDS", 0.01)
    watch = Watch()

    async def wait(seconds: float) -> str:
        try:
            with Patience(watch):
                await asyncio.sleep(seconds)
        except TimeoutError:
            return "given up"
        return "done"

    ended = list(await asyncio.gather(wait(60), wait(0), wait(60)))
    assert ended == ["given up", "done", "given up"]
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_who_is_cancelled_by_somebody_else_is_not_given_up() -> None:
    watch = Watch()

    async def wait() -> None:
        with Patience(watch):
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_body_that_stalls_loses_its_own_time_only() -> None:
    watch = Watch()
    with Patience(watch) as mine:
        mine.wait_until(time.monotonic())
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(60)
        assert mine.is_lost()
        assert not mine.is_lost()
        mine.begin()
        await asyncio.sleep(0.25)
