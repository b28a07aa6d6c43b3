"""How bodies arrive: too large, too slow, incomplete, or encoded."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import orjson
import pytest
from litestar import Litestar

from api.http import front_door
from tests.http.conftest import (
    JSON,
    PROGRAMME,
    Caller,
    MakeSettings,
    Take,
    accepted,
    refused,
    serving,
)


async def call(app: Litestar, key: str, receive: Any) -> tuple[int, Mapping[str, str], JSON]:
    """Send one request to the application itself. Its body comes from `receive`."""
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


async def test_an_encoded_body_is_not_taken_for_json(brand: Caller) -> None:
    body = {"member": "m1", "points": 1}
    gzip = {"Content-Encoding": "gzip"}
    refused(
        await brand.post(f"{PROGRAMME}/issue", body, headers=gzip), 415, "unsupported-media-type"
    )
    accepted(await brand.post(f"{PROGRAMME}/issue", body, headers={"Content-Encoding": "identity"}))


async def test_oversized_bodies(
    make_settings: MakeSettings, operator_key: str, snapshot: Take
) -> None:
    async with serving(make_settings(request_bytes_max=2_000)) as (_, client):
        operator = Caller(client, operator_key)
        before = await snapshot()
        body = b'{"path": "' + b"x" * 2_000 + b'"}'
        refused(await operator.post("/v1/categories", content=body), 413, "body-too-large")

        async def chunks() -> Any:
            for _ in range(10):
                yield b" " * 500

        headers = {
            "Authorization": f"Bearer {operator_key}",
            "Idempotency-Key": "k",
            "Content-Type": "application/json",
        }
        refused(
            await client.post("/v1/categories", content=chunks(), headers=headers),
            413,
            "body-too-large",
        )
        assert await snapshot() == before
