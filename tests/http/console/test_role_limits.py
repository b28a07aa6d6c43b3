"""What the service desk and people at tills may only in small, and their managers at will."""

from datetime import timedelta

import httpx2
from sqlalchemy import text

from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, accepted, stock
from tests.http.console.visitors import Visitor, seen, sign_in

MEMBER = "/console/members/m1"
AGE = text("UPDATE exchange.coupon SET used_at = used_at - CAST(:by AS interval)")


async def _deed(visitor: Visitor, name: str, **typed: str) -> httpx2.Response:
    await visitor.open(f"{MEMBER}/{name}")
    return await visitor.submit(f"{MEMBER}/{name}", **typed)


async def test_the_service_desk_adjusts_up_to_a_limit_at_once(
    http: httpx2.AsyncClient, brand: Caller, database: Database
) -> None:
    for points, key in ((5_000, "large"), (900, "small")):
        body = {"member": "m1", "points": points}
        accepted(await brand.post(f"{PROGRAMME}/issue", body, key=key))
    service = await sign_in(http, database, "grocer", "service")
    for typed in ("1001", "-1001", "5000"):
        said = await _deed(service, "adjust", points=typed, reason="sorry")
        assert said.status_code == 403, typed
        assert "Your role adjusts fewer points at once." in said.text
    for typed in ("1000", "-1000"):
        assert (await _deed(service, "adjust", points=typed, reason="sorry")).status_code == 200
    # What an operation moved goes back by a reversal, so that has the limit, too.
    assert (await _deed(service, "reverse", operation_key="large")).status_code == 403
    part = await _deed(service, "reverse", operation_key="large", points="1001")
    assert part.status_code == 403
    part = await _deed(service, "reverse", operation_key="large", points="1000")
    assert part.status_code == 200
    assert (await _deed(service, "reverse", operation_key="small")).status_code == 200
    assert (await _deed(service, "reverse", operation_key="nothing")).status_code == 404
    await service.send("/console/preferences", {"locale": "zh-Hans", "back": "/console"})
    said = await _deed(service, "adjust", points="1001", reason="sorry")
    assert "您的角色单次可调整的积分没有这么多。" in said.text
    marketer = await sign_in(http, database, "grocer", "marketer")
    assert (await _deed(marketer, "adjust", points="9000", reason="a prize")).status_code == 200
    assert (await _deed(marketer, "reverse", operation_key="large")).status_code == 200
    body = {"member": "m1", "points": 9_000, "reason": "by program", "actor": "script"}
    accepted(await brand.post(f"{PROGRAMME}/adjust", body))


async def _take_back(visitor: Visitor, code: str) -> httpx2.Response:
    await visitor.open("/console/till")
    looked = await visitor.submit("/console/till/look-up", code=code)
    assert "/console/till/reverse" in {where for where, _ in seen(looked).forms}
    return await visitor.submit("/console/till/reverse")


async def test_who_works_at_a_till_takes_a_use_back_within_an_hour(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, database: Database
) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100}))
    codes = {}
    for name, minutes in (("week", 10_080), ("never", 0)):
        offer = await stock(supplier, brand, code=name, reverse_minutes=minutes)
        right = {"member": "m1", "offer_id": offer, "free": True}
        coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
        path = f"{PROGRAMME}/coupons/{coupon}"
        codes[name] = accepted(await brand.get(path), 200)["code"]
        accepted(await supplier.post("/v1/coupons/use", {"code": codes[name]}))
    till = await sign_in(http, database, "cinema", "till")
    manager = await sign_in(http, database, "cinema", "manager")
    async with database.transaction() as connection:
        await connection.execute(AGE, {"by": timedelta(minutes=59)})
    assert (await _take_back(till, codes["never"])).status_code == 409
    assert (await _take_back(till, codes["week"])).status_code == 200
    accepted(await supplier.post("/v1/coupons/use", {"code": codes["week"]}))
    async with database.transaction() as connection:
        await connection.execute(AGE, {"by": timedelta(minutes=61)})
    late = await _take_back(till, codes["week"])
    assert late.status_code == 409
    assert "It is too late to reverse this use." in late.text
    for code in codes.values():
        assert (await _take_back(manager, code)).status_code == 200
