"""API keys: made, listed, replaced and revoked by the party itself, and never wider than asked."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from api.process import caches
from catalog import scopes_of
from ledger import Database
from tests.http.conftest import (
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)

LOOKS_MAX = 600


async def _new(caller: Caller, **rights: Any) -> Caller:
    made = accepted(await caller.post("/v1/keys", {"label": "new", **rights}))
    return replace(caller, key=made["key"])


async def _listed(caller: Caller) -> list[Any]:
    items: list[Any] = accepted(await caller.get("/v1/keys"), 200)["items"]
    return items


async def test_a_party_makes_lists_and_revokes_its_own_keys(brand: Caller) -> None:
    (first,) = await _listed(brand)
    made = accepted(await brand.post("/v1/keys", {"label": "till", "scopes": ["read", "points"]}))
    assert (made["party"], made["scopes"]) == ("grocer", ["points", "read"])
    listed = await _listed(brand)
    assert [key["label"] for key in listed] == ["test", "till"]
    assert listed[1]["created_by"] == f"key:{first['key_id']}"
    assert "key" not in listed[1]
    till = replace(brand, key=made["key"])
    accepted(await till.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 1}))
    assert (await brand.delete(f"/v1/keys/{made['key_id']}")).status_code == 204
    assert (await _listed(brand))[1]["revoked_at"] is not None


async def test_a_key_of_another_party_is_not_there(brand: Caller, supplier: Caller) -> None:
    (foreign,) = await _listed(supplier)
    refused(await brand.delete(f"/v1/keys/{foreign['key_id']}"), 404, "key-not-found")
    refused(await brand.post(f"/v1/keys/{foreign['key_id']}/rotate", {}), 404, "key-not-found")
    refused(await brand.get("/v1/parties/cinema/keys"), 403, "role-required")


async def test_a_key_makes_none_that_may_more(brand: Caller, supplier: Caller) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    (wide,) = await _listed(supplier)
    small = await _new(supplier, scopes=["admin", "coupons"], shop="No. 1", expires_at=soon)
    for more in (
        {"scopes": ["admin", "read"]},
        {"shop": "No. 2"},
        {"expires_at": later},
        {"scopes": ["import"]},
    ):
        refused(await small.post("/v1/keys", {"label": "x", **more}), 403, "key-exceeds-maker")
    refused(await small.post(f"/v1/keys/{wide['key_id']}/rotate", {}), 403, "key-exceeds-maker")
    made = accepted(await small.post("/v1/keys", {"label": "x"}))
    assert (made["scopes"], made["shop"]) == (["admin", "coupons"], "No. 1")
    assert made["expires_at"] is not None
    refused(
        await brand.post("/v1/keys", {"label": "x", "scopes": ["coupons"]}), 422, "scope-unknown"
    )
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    refused(
        await brand.post("/v1/keys", {"label": "x", "expires_at": past}), 422, "key-end-invalid"
    )


async def test_a_replaced_key_holds_for_the_overlap(brand: Caller) -> None:
    (first,) = await _listed(brand)
    body = {"overlap_seconds": 3600}
    path = f"/v1/keys/{first['key_id']}/rotate"
    shown = accepted(await brand.post(path, body, key="rotation"))
    assert accepted(await brand.post(path, body, key="rotation")) == {
        **shown,
        "key": None,
        "already_shown": True,
    }
    new = replace(brand, key=shown["key"])
    old, replaced = await _listed(new)
    assert (old["expires_at"], replaced["expires_at"]) == (old["expires_at"], None)
    assert old["expires_at"] is not None
    assert replaced["scopes"] == old["scopes"] == sorted(scopes_of(["brand"]))
    accepted(await brand.get("/v1/parties/self"), 200)
    at_once = accepted(
        await new.post(f"/v1/keys/{replaced['key_id']}/rotate", {"overlap_seconds": 0})
    )
    assert (await _listed(replace(brand, key=at_once["key"])))[1]["revoked_at"] is not None


async def test_a_till_uses_coupons_in_its_own_shop_alone(
    brand: Caller, supplier: Caller, member: str
) -> None:
    offer_id = await stock(supplier, brand)
    body = {"member": member, "offer_id": offer_id}
    codes = [
        accepted(
            await brand.get(
                f"{PROGRAMME}/coupons/"
                f"{accepted(await brand.post(f'{PROGRAMME}/rights', body))['coupon']}"
            ),
            200,
        )["code"]
        for _ in range(2)
    ]
    till = await _new(supplier, scopes=["coupons"], shop="No. 1")
    problem = refused(
        await till.post("/v1/coupons/use", {"code": codes[0], "store": "No. 2"}),
        403,
        "shop-mismatch",
    )
    assert "'No. 1'" in problem["detail"]
    assert accepted(await till.post("/v1/coupons/use", {"code": codes[0]}))["store"] == "No. 1"
    items = [
        {"key": "a", "code": codes[1], "store": "No. 2"},
        {"key": "b", "code": codes[1], "store": "No. 1"},
    ]
    answers = accepted(await till.post("/v1/coupons/use/batch", {"uses": items}, key=None), 200)
    assert [each["status"] for each in answers["answers"]] == ["rejected", "accepted"]
    assert answers["answers"][0]["problem"]["type"] == "/problems/shop-mismatch"
    refused(
        await till.post("/v1/coupons/reverse-use", {"code": codes[0], "store": "No. 2"}),
        403,
        "shop-mismatch",
    )


async def test_a_belief_does_not_outlive_its_key(
    make_settings: MakeSettings,
    operator_key: str,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(caches, "CACHE_SECONDS", 3600.0)
    async with serving(make_settings()) as (_, client):
        operator = Caller(client, operator_key)
        ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        ending = await _new(operator, expires_at=ends)
        async with database.transaction() as connection:
            await connection.execute(
                text(
                    """
                    UPDATE catalog.api_key SET expires_at = clock_timestamp() + interval '1 second'
                    WHERE expires_at IS NOT NULL
                    """
                )
            )
        for _ in range(LOOKS_MAX):
            if (await ending.get("/v1/parties/self")).status_code == 401:
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("the key is believed past its end")
        accepted(await operator.get("/v1/parties/self"), 200)


async def test_the_last_use_is_noted_by_the_hour_and_once(
    brand: Caller, database: Database
) -> None:
    accepted(await brand.get("/v1/parties/self"), 200)
    used = None
    for _ in range(LOOKS_MAX):
        used = (await _listed(brand))[0]["last_used_at"]
        if used is not None:
            break
        await asyncio.sleep(0.05)
    assert used is not None
    at = datetime.fromisoformat(used)
    assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
    async with database.transaction() as connection:
        versions = text("SELECT xmin::text FROM catalog.api_key WHERE label = 'test'")
        before = (await connection.execute(versions)).scalar_one()
    caches_forget = caches.KeyCache(database)
    caller = await caches_forget.caller(brand.key)
    await caches_forget.close()
    async with database.transaction() as connection:
        after = (await connection.execute(versions)).scalar_one()
        hours = (
            await connection.execute(
                text(
                    "SELECT last_used_at, date_trunc('hour', clock_timestamp())"
                    " FROM catalog.api_key WHERE key_id = :key_id"
                ),
                {"key_id": caller.key_id},
            )
        ).one()
    assert after == before or hours[0] == hours[1] != at, "written again within the hour"


async def test_the_operator_keeps_a_key_that_makes_keys(operator: Caller) -> None:
    (first,) = await _listed(operator)
    path = f"/v1/keys/{first['key_id']}"
    await _new(operator, scopes=["read"])
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await _new(operator, scopes=["admin"], expires_at=ends)
    refused(await operator.delete(path), 409, "last-admin-key")
    refused(
        await operator.delete(f"/v1/parties/operator/keys/{first['key_id']}"),
        409,
        "last-admin-key",
    )
    other = await _new(operator, scopes=["admin"])
    assert (await other.delete(path)).status_code == 204


async def test_a_key_that_was_revoked_or_replaced_leaves_no_wider_one_behind(
    make_settings: MakeSettings, operator_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "CACHE_SECONDS", 3600.0)
    async with serving(make_settings()) as (_, client):
        operator = Caller(client, operator_key)
        leaked, replaced = await _new(operator), await _new(operator)
        for caller in (leaked, replaced):
            accepted(await caller.get("/v1/parties/self"), 200)
        first, leaked_id, replaced_id = (key["key_id"] for key in await _listed(operator))
        await operator.delete(f"/v1/keys/{leaked_id}")
        accepted(await leaked.get("/v1/parties/self"), 200)
        refused(await leaked.post("/v1/keys", {"label": "x"}, key="x"), 401, "unauthenticated")
        refused(await leaked.post(f"/v1/keys/{first}/rotate", {}), 401, "unauthenticated")
        refused(await leaked.delete(f"/v1/keys/{replaced_id}"), 401, "unauthenticated")
        accepted(await operator.post("/v1/keys", {"label": "x"}, key="x"))
        accepted(await operator.post(f"/v1/keys/{replaced_id}/rotate", {"overlap_seconds": 3600}))
        made = accepted(await replaced.post("/v1/keys", {"label": "x"}))
        assert made["expires_at"] is not None
