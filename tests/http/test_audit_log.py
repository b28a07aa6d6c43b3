"""Every change leaves an actor: in the audit log or the journal, and on the records it made."""

import re
from collections import defaultdict
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.app import create_app
from api.http import deeds
from api.http.deeds import (
    BY_USE_CASE,
    IN_JOURNAL,
    OBJECTS,
    ONLY_READING,
    changing_addresses,
    require_every_deed,
)
from api.http.described import OPERATIONS
from catalog import CATEGORY_DEPTH_MAX, authenticate
from catalog.fields import CATEGORY_SEGMENT_LENGTH_MAX
from ledger import Database
from tests.http.changes import make_every_change
from tests.http.conftest import PROGRAMME, Caller, MakeSettings, accepted, refused

BY_REQUEST = text(
    """
    SELECT DISTINCT actor.kind || ':' || actor.name FROM catalog.audit_entry
    JOIN catalog.actor USING (actor_id)
    WHERE request_id = :request_id AND action = :action
    """
)
BY_KEY = text("SELECT recorded_by FROM ledger.journal WHERE part = 0 AND key = :key")
STAMPED = text(
    """
    SELECT table_schema || '.' || table_name FROM information_schema.columns
    WHERE column_name = 'recorded_by'
        AND table_schema IN ('ledger', 'catalog', 'exchange', 'settlement')
        AND table_name NOT IN ('operation', 'journal')
    """
)


async def _actor(database: Database, caller: Caller) -> tuple[str, int]:
    async with database.transaction() as connection:
        found = (await authenticate(connection, caller.key)).caller
    return f"key:{found.key_id}", found.actor_id


def _address(app_addresses: set[str], response: httpx2.Response) -> str | None:
    sent = f"{response.request.method} {response.request.url.path}"
    matching = [
        each for each in app_addresses if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), sent)
    ]
    exact = [each for each in matching if each == sent]
    found = exact or sorted(matching, key=lambda each: each.count("{"))
    return found[0] if found else None


@pytest.mark.usefixtures("reconciler")
async def test_every_change_leaves_its_actor(
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
    make_settings: MakeSettings,
) -> None:
    app = create_app(make_settings())
    served = set(changing_addresses(app)) - ONLY_READING
    actors = {caller.key: await _actor(database, caller) for caller in (operator, brand, supplier)}
    made: dict[str, list[httpx2.Response]] = defaultdict(list)

    async def remember(response: httpx2.Response) -> None:
        address = _address(served, response)
        if address is not None and response.is_success:
            made[address].append(response)

    # What the fixtures made before is looked at as well, by the records alone.
    operator.http.event_hooks["response"].append(remember)
    accepted(await operator.post("/v1/categories", {"path": "x"}))
    accepted(await operator.post("/v1/parties", {"code": "p", "name": "P", "roles": ["brand"]}))
    await make_every_change(operator, brand, supplier, database)

    assert served == made.keys(), "each address that changes something was asked"
    handlers = {
        f"{getattr(method, 'value', method)} {route.path_format}": handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
    }
    async with database.transaction() as connection:
        for address, responses in made.items():
            for response in responses:
                key = response.request.headers.get("authorization", "").removeprefix("Bearer ")
                if key and key not in actors:
                    actors[key] = await _actor(database, Caller(operator.http, key))
                name, number = actors.get(key, ("supplier:cinema", 0))
                if address in IN_JOURNAL:
                    sent = response.request.headers.get("idempotency-key", "b0")
                    by = (await connection.execute(BY_KEY, {"key": sent})).scalar_one()
                    assert by == number, address
                    continue
                handler: Any = handlers[address]
                stated = {
                    "request_id": response.headers["x-request-id"],
                    "action": OPERATIONS[handler.handler_name].name,
                }
                found = (await connection.execute(BY_REQUEST, stated)).scalars().all()
                assert found == [name], address
        for table in (await connection.execute(STAMPED)).scalars().all():
            # The operator of the fixtures is not made by a request.
            count = text(
                f"SELECT count(*), count(recorded_by) FROM {table} AS t"
                " WHERE to_jsonb(t) ->> 'code' IS DISTINCT FROM 'operator'"
            )
            rows, named = (await connection.execute(count)).one()
            assert rows == named, table
            assert rows > 0 or table == "settlement.upload", table


async def test_the_log_answers_by_object_and_by_actor(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    name, _ = await _actor(database, supplier)
    made = accepted(await supplier.post("/v1/keys", {"label": "x", "scopes": ["read"]}, key="k-1"))
    await supplier.delete(f"/v1/keys/{made['key_id']}")
    await supplier.delete(f"/v1/keys/{made['key_id']}")
    answer = accepted(await supplier.get("/v1/audit-log", object=f"key:{made['key_id']}"), 200)
    assert [(each["actor"], each["action"], each["key"]) for each in answer["items"]] == [
        (name, "revoke_own_key", None),
        (name, "add_own_key", "k-1"),
    ], "what changes nothing is not logged"
    assert {each["party"] for each in answer["items"]} == {"cinema"}
    assert accepted(await brand.get("/v1/audit-log", actor=name), 200)["items"] == []
    own = accepted(await supplier.get("/v1/audit-log", actor=name), 200)["items"]
    assert own == answer["items"]
    everything = accepted(await operator.get("/v1/audit-log", limit=1000), 200)["items"]
    assert {each["party"] for each in everything} == {"operator", "grocer", "cinema"}
    pages: list[Any] = []
    cursor: Any = ""
    while cursor is not None:
        query = {"cursor": cursor} if cursor else {}
        page = accepted(await operator.get("/v1/audit-log", limit=2, **query), 200)
        pages += page["items"]
        cursor = page["next_cursor"]
    assert pages == everything
    refused(await brand.get("/v1/audit-log", actor="nobody"), 422, "actor-invalid")
    refused(await brand.get("/v1/audit-log", object="offer"), 422, "object-invalid")
    refused(await brand.get("/v1/audit-log", object="member:m1"), 400, "request-invalid")


async def test_the_journal_answers_for_points(
    operator: Caller, brand: Caller, supplier: Caller, database: Database, member: str
) -> None:
    by_brand, _ = await _actor(database, brand)
    by_operator, _ = await _actor(database, operator)
    body = {"member": member, "points": -3, "reason": "typed twice", "actor": "Ann"}
    accepted(await operator.post(f"{PROGRAMME}/adjust", body, key="a-1"))
    stored = accepted(await brand.get(f"{PROGRAMME}/operations/a-1"), 200)
    assert (stored["recorded_by"], stored["detail"]["actor"]) == (by_operator, "Ann")
    history = accepted(await brand.get(f"{PROGRAMME}/members/{member}/history"), 200)["entries"]
    assert [each["recorded_by"] for each in history] == [by_operator, by_brand]

    async def asked(**query: str) -> list[tuple[str, str, str]]:
        answer = accepted(await brand.get("/v1/audit-log", programme="grocer", **query), 200)
        return [(each["actor"], each["action"], each["object"]) for each in answer["items"]]

    adjusted = (by_operator, "adjust", f"member:{member}")
    issued = (by_brand, "issue", f"member:{member}")
    assert await asked(object=f"member:{member}") == [adjusted, issued]
    assert await asked(object="operation:a-1") == [adjusted]
    assert await asked(actor=by_operator) == [adjusted]
    assert await asked(actor=by_brand, object=f"member:{member}") == [issued]
    refused(await supplier.get("/v1/audit-log", programme="grocer"), 404, "programme-not-found")
    refused(await brand.get("/v1/audit-log", programme="grocer"), 400, "request-invalid")


async def test_the_same_again_from_another_key_keeps_the_first_actor(
    operator: Caller, brand: Caller, database: Database
) -> None:
    by_brand, _ = await _actor(database, brand)
    body = {"member": "m1", "points": 7}
    first = await brand.post(f"{PROGRAMME}/issue", body, key="once")
    again = await operator.post(f"{PROGRAMME}/issue", body, key="once")
    assert again.content == first.content
    stored = accepted(await brand.get(f"{PROGRAMME}/operations/once"), 200)
    assert stored["recorded_by"] == by_brand


async def test_the_longest_name_of_an_object_is_logged_and_found(operator: Caller) -> None:
    levels = ["x" * CATEGORY_SEGMENT_LENGTH_MAX] * CATEGORY_DEPTH_MAX
    for depth in range(1, CATEGORY_DEPTH_MAX + 1):
        path = ".".join(levels[:depth])
        accepted(await operator.post("/v1/categories", {"path": path}))
        found = accepted(await operator.get("/v1/audit-log", object=f"category:{path}"), 200)
        assert [each["action"] for each in found["items"]] == ["add_category"]


@pytest.mark.parametrize("cursor", [2**31, 2**32 - 1, 2**47, 2**63 - 1])
async def test_a_place_that_no_journal_has_is_answered(brand: Caller, cursor: int) -> None:
    asked = await brand.get(
        "/v1/audit-log", programme="grocer", actor="system:worker", cursor=cursor
    )
    assert accepted(asked, 200)["items"] == []


def test_an_address_whose_changes_are_not_logged_is_not_served(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(make_settings())
    assert OBJECTS.keys().isdisjoint(IN_JOURNAL | BY_USE_CASE | ONLY_READING)
    monkeypatch.setattr(deeds, "ONLY_READING", frozenset())
    with pytest.raises(RuntimeError, match="balances"):
        require_every_deed(app)
