"""A supplier changes the secret that signs, and a process without the right key says so."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from catalog.signing_secrets import OVERLAP_SECONDS, RETIRED_SECRETS_MAX
from exchange.fulfil import hold_key
from exchange.fulfil.supplier import sign
from ledger import Database
from tests.http.conftest import Caller, MakeSettings, accepted, refused, serving
from tests.races.waiting import until_it_waits, until_waiting

UNKNOWN_ORDER = {"request_number": "FO-1", "status": "SUCCESS"}
ENDPOINT = "/v1/parties/cinema/endpoint"


def secret(number: int) -> str:
    return "whsec_" + base64.b64encode(bytes([number]) * 32).decode()


async def put(supplier: Caller, number: int, **changes: Any) -> datetime | None:
    """Set the secret. Returns until when older ones hold."""
    body = {"url": "https://rights.example", "secret": secret(number), **changes}
    until = accepted(await supplier.put(ENDPOINT, body), 200)["old_secret_until"]
    return until and datetime.fromisoformat(until)


async def answered(http: httpx2.AsyncClient, number: int, document: Any = UNKNOWN_ORDER) -> str:
    """How a callback about an unknown order is refused, if it is signed with this secret."""
    body = json.dumps(document)
    headers = sign(secret(number), "m", body, datetime.now(UTC))
    path = "/v1/fulfilment/callbacks/cinema"
    response = await http.post(
        path, content=body, headers={**headers, "Content-Type": "application/json"}
    )
    kind: str = response.json()["type"]
    return kind.removeprefix("/problems/")


async def test_a_replaced_secret_holds_for_a_set_time(
    http: httpx2.AsyncClient, supplier: Caller
) -> None:
    assert await put(supplier, 1) is None
    begun = datetime.now(UTC)
    until = await put(supplier, 2)
    assert until is not None
    assert abs(until - begun - timedelta(seconds=OVERLAP_SECONDS)) < timedelta(minutes=1)
    assert await put(supplier, 2) == until, "the same secret again changes nothing"
    assert [await answered(http, each) for each in (1, 2, 3)] == [
        "order-not-found",
        "order-not-found",
        "callback-forged",
    ]
    await put(supplier, 3, overlap_seconds=60)
    assert await answered(http, 1) == await answered(http, 2) == "order-not-found"
    assert await put(supplier, 3, overlap_seconds=0) is None
    assert await answered(http, 1) == await answered(http, 2) == "callback-forged"
    assert await answered(http, 3) == "order-not-found"


async def test_a_replaced_secret_does_not_hold_for_longer(
    http: httpx2.AsyncClient, supplier: Caller
) -> None:
    await put(supplier, 1)
    await put(supplier, 2, overlap_seconds=1)
    while datetime.now(UTC) < (await put(supplier, 2) or datetime.min.replace(tzinfo=UTC)):
        pass
    assert await answered(http, 1) == "callback-forged"
    assert await answered(http, 2) == "order-not-found"


async def test_only_the_newest_replaced_secrets_hold(
    http: httpx2.AsyncClient, supplier: Caller
) -> None:
    for number in range(RETIRED_SECRETS_MAX + 2):
        await put(supplier, number)
    assert await answered(http, 0) == "callback-forged"
    assert await answered(http, 1) == "order-not-found"


@pytest.mark.parametrize("seconds", [-1, 604_801, "60", 1.5])
async def test_an_overlap_is_bounded(supplier: Caller, seconds: Any) -> None:
    body = {"url": "https://rights.example", "secret": secret(1), "overlap_seconds": seconds}
    refused(await supplier.put(ENDPOINT, body), 400, "request-invalid")


async def test_a_process_with_another_key_is_not_ready_and_encrypts_nothing(
    make_settings: MakeSettings, supplier: Caller
) -> None:
    await put(supplier, 1)
    other = make_settings(secret_key=SecretStr(base64.b64encode(b"x" * 32).decode()))
    async with serving(other) as (_, client):
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["parts"]["vault"] == "another key is needed"
        body = {"url": "https://rights.example", "secret": secret(2)}
        refused(await Caller(client, supplier.key).put(ENDPOINT, body), 503, "vault-broken")
    assert await answered(supplier.http, 1) == "order-not-found"


async def test_a_secret_is_not_replaced_while_a_rotation_ends(
    supplier: Caller, database: Database
) -> None:
    """The rotation holds the key and then the endpoint. Who changes one takes the same way."""
    await put(supplier, 1)
    async with database.transaction() as rotation:
        await hold_key(rotation)
        replacing = asyncio.create_task(put(supplier, 2))
        await until_it_waits(database, replacing)
        endpoints = await rotation.execute(
            text("SELECT party_id FROM catalog.endpoint FOR UPDATE NOWAIT")
        )
        assert len(endpoints.all()) == 1
        assert await rotation.scalar(text("SELECT count(*) FROM catalog.retired_secret")) == 0
    assert await replacing is not None
    assert await answered(supplier.http, 1) == "order-not-found"


async def test_of_two_secrets_at_once_the_second_replaces_the_first(
    supplier: Caller, database: Database
) -> None:
    await put(supplier, 1)
    async with database.transaction() as holder:
        await holder.execute(text("SELECT FROM catalog.endpoint FOR UPDATE"))
        replacing = [asyncio.create_task(put(supplier, number)) for number in (2, 3)]
        await until_waiting(database, 2)
    await asyncio.gather(*replacing)
    found = [await answered(supplier.http, each) for each in (1, 2, 3)]
    assert found == ["order-not-found"] * 3


async def test_a_callback_is_described_as_it_is_read(
    http: httpx2.AsyncClient, supplier: Caller
) -> None:
    await put(supplier, 1)
    document = accepted(await http.get("/openapi.json"), 200)
    operation = document["paths"]["/v1/fulfilment/callbacks/{supplier}"]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    whole = {"request_number": "FO-1", "status": "SUCCESS"}
    longest = schema["properties"]["request_number"]["maxLength"]

    assert set(schema["required"]) == set(whole)
    assert schema.get("additionalProperties") is not False
    for status in schema["properties"]["status"]["enum"]:
        body = {**whole, "status": status, "request_number": "F" * longest, "more": 1}
        assert await answered(http, 1, body) == "order-not-found"
    for wrong in (
        {"status": "SUCCESS"},
        {"request_number": "FO-1"},
        {**whole, "status": "DONE"},
        {**whole, "request_number": "F" * (longest + 1)},
    ):
        assert await answered(http, 1, wrong) == "callback-malformed"
