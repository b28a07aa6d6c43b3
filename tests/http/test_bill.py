"""What a request costs: by items or by bytes, whichever is more, and when there is enough again."""

import math
from collections.abc import AsyncIterator
from typing import Any

from api.http.bill import BYTES_PER_TOKEN, ITEMS_PER_TOKEN
from tests.http.conftest import PROGRAMME, Caller, MakeSettings, accepted, refused, serving

SLOWLY = 0.01
"""Tokens a second: none comes while a test runs."""
OPERATIONS = f"{PROGRAMME}/operations"


def issues(count: int, padding: int = 0) -> dict[str, Any]:
    note = {"metadata": {"note": "x" * padding}} if padding else {}
    return {
        "operations": [
            {"kind": "issue", "key": f"i{number}", "member": "m", "points": 1, **note}
            for number in range(count)
        ]
    }


async def test_long_bodies_cost_tokens_by_their_bytes(
    make_settings: MakeSettings, brand: Caller
) -> None:
    body = b" " * (10 * BYTES_PER_TOKEN)
    async with serving(make_settings(rate_burst=25, rate_per_second=SLOWLY)) as (app, client):
        caller = Caller(client, brand.key)
        for _ in range(2):
            refused(await caller.post(OPERATIONS, content=body, key=None), 400, "malformed-json")
        problem = refused(
            await caller.post(OPERATIONS, content=body, key=None), 429, "rate-limited"
        )
        assert problem["tokens"] == 10
        assert app.state.context.in_flight.count == 0


async def test_a_body_of_a_length_that_nobody_announced_is_paid_before_it_is_worked_on(
    make_settings: MakeSettings, brand: Caller
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * BYTES_PER_TOKEN

    async with serving(make_settings(rate_burst=15, rate_per_second=SLOWLY)) as (app, client):
        headers = {"Authorization": f"Bearer {brand.key}", "Content-Type": "application/json"}
        for status, code in ((400, "malformed-json"), (429, "rate-limited")):
            answer = await client.post(OPERATIONS, content=chunks(), headers=headers)
            refused(answer, status, code)
        assert app.state.context.in_flight.count == 0


async def test_items_and_bytes_are_not_added_up(make_settings: MakeSettings, brand: Caller) -> None:
    items = issues(3 * ITEMS_PER_TOKEN, padding=BYTES_PER_TOKEN // ITEMS_PER_TOKEN)
    async with serving(make_settings(rate_burst=8, rate_per_second=SLOWLY)) as (_, client):
        caller = Caller(client, brand.key)
        sent = await caller.post(OPERATIONS, items, key=None)
        accepted(sent, 200)
        cost = math.ceil(len(sent.request.content) / BYTES_PER_TOKEN)
        assert ITEMS_PER_TOKEN / 3 < cost < 8
        for _ in range(8 - cost):
            accepted(await caller.get("/v1/programmes"), 200)
        refused(await caller.get("/v1/programmes"), 429, "rate-limited")


async def test_the_refusal_says_when_the_whole_request_can_be_paid(
    make_settings: MakeSettings, brand: Caller
) -> None:
    async with serving(make_settings(rate_burst=100, rate_per_second=SLOWLY)) as (app, client):
        assert await app.state.context.request_limits.take("grocer", 95) == 0
        answer = await Caller(client, brand.key).post(OPERATIONS, issues(200), key=None)
        problem = refused(answer, 429, "rate-limited")
        assert problem["tokens"] == 20
        assert answer.headers["retry-after"] == str(problem["retry_after_seconds"])
        # Five tokens were left. Some were paid for its bytes, before its items could be counted,
        # and are paid again. The test may take some seconds, in which the bucket gains a little.
        for_bytes = math.ceil(len(answer.request.content) / BYTES_PER_TOKEN)
        seconds = (20 - 5 + for_bytes) / SLOWLY
        assert seconds - 90 < problem["retry_after_seconds"] <= seconds + 1


async def test_a_request_that_costs_more_than_the_burst_can_be_paid(
    make_settings: MakeSettings, brand: Caller
) -> None:
    async with serving(make_settings(rate_burst=20, rate_per_second=SLOWLY)) as (_, client):
        caller = Caller(client, brand.key)
        accepted(await caller.post(OPERATIONS, issues(1_000), key=None), 200)
        refused(await caller.get("/v1/programmes"), 429, "rate-limited")


async def test_requests_that_the_key_lacks_the_scope_for_cost_tokens(
    make_settings: MakeSettings, operator: Caller
) -> None:
    made = accepted(await operator.post("/v1/keys", {"label": "x", "scopes": ["read"]}))
    async with serving(make_settings(rate_burst=2, rate_per_second=SLOWLY)) as (_, client):
        caller = Caller(client, made["key"])
        for _ in range(2):
            refused(await caller.get("/v1/keys"), 403, "scope-required")
        refused(await caller.get("/v1/keys"), 429, "rate-limited")
