"""Overviews of a programme and of a supplier: what they count, and who sees them."""

import asyncpg
import pytest
from sqlalchemy import text

from ledger import Database
from ledger.book import find_programme
from settlement.liability import keep_up, verify_liability
from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock


async def test_a_programme_and_a_supplier_see_how_they_do(  # noqa: PLR0915, PLR0917
    operator: Caller,
    brand: Caller,
    other_brand: Caller,
    supplier: Caller,
    member: str,
    database: Database,
    database_url: str,
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await operator.put("/v1/parties/cinema/endpoint", endpoint), 200)
    ticket = await stock(supplier, brand, code="ticket", quantity=50)
    film = await stock(supplier, brand, code="film", fulfilment="direct")
    coupons = []
    for offer_id in (ticket, ticket, film):
        right = {"member": member, "offer_id": offer_id}
        if offer_id == film:
            right["account"] = "m1@cinema"
        coupons.append(accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"])
    for coupon, store in zip(coupons[:2], ("Gate 1", "Gate 2"), strict=True):
        code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
        used = {"code": code, "store": store, "reference": f"r-{store}"}
        accepted(await supplier.post("/v1/coupons/use", used))
    expired = accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m2", "points": 40}))

    overview = accepted(await brand.get(f"{PROGRAMME}/overview", months=3), 200)
    assert overview["records_left"] == 0
    before, month = overview["months"][-2:]
    assert len(overview["months"]) == len(overview["expiring"]) == 3
    # The film is on its way: its points are set aside.
    assert (month["issued"], month["redeemed"], month["redeemed_partner"]) == (140, -40, -40)
    assert (before["closing"], month["opening"], month["closing"]) == (0, 0, 100)
    ahead = accepted(await brand.get(f"{PROGRAMME}/overview", months=8), 200)["expiring"]
    assert {each["month"]: each["points"] for each in ahead if each["points"]} == {
        expired["expires_on"][:7]: 100
    }
    today = accepted(await brand.get(f"{PROGRAMME}/today"), 200)
    assert (today["redeemed"], today["used"], today["failed"]) == (3, 2, 0)
    down = accepted(await brand.get(f"{PROGRAMME}/burn-down", limit=1), 200)
    assert down["next_cursor"] == str(down["items"][0]["offer_id"])
    rest = accepted(await brand.get(f"{PROGRAMME}/burn-down", cursor=down["next_cursor"]), 200)
    by_code = {each["offer_code"]: each for each in [*down["items"], *rest["items"]]}
    assert by_code.keys() == {"ticket", "film"}
    tickets = by_code["ticket"]
    assert (tickets["granted"], tickets["remaining"], tickets["taken"]) == (50, 48, 2)
    assert (tickets["supplier"], tickets["days_left"], tickets["days"][-1]["taken"]) == (
        *("cinema", 336, 2),
    )

    # A supplier's orders: one has ended, one is unheard of for long.
    async with database.transaction() as connection:
        book_id = await connection.scalar(text("SELECT book_id FROM ledger.book"))
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        "UPDATE exchange.fulfilment_order SET state = 'UNKNOWN', query_at = now(),"
        " submitted_at = now() - interval '6 minutes' WHERE book_id = $1",
        book_id,
    )
    await owner.close()
    path = "/v1/parties/cinema/deliveries"
    found = accepted(await supplier.get(path, days=2), 200)
    assert {each["state"]: each["orders"] for each in found["orders"] if each["orders"]} == {
        "UNKNOWN": 1
    }
    assert (found["unheard_of"], found["p50_seconds"], found["success"]["rate"]) == (1, None, None)
    assert len(found["days"]) == 30
    assert sum(each["uses"] for each in found["days"]) == 2
    assert found["days"][-1]["uses"] + found["days"][-2]["uses"] == 2
    assert accepted(await operator.get(path, days=2), 200)["orders"] == found["orders"]

    uses = "/v1/coupons/uses"
    page = accepted(await supplier.get(uses, limit=1), 200)
    rest = accepted(await supplier.get(uses, cursor=page["next_cursor"]), 200)
    assert [each["store"] for each in [*page["items"], *rest["items"]]] == ["Gate 2", "Gate 1"]
    assert rest["next_cursor"] is None
    (one,) = accepted(await supplier.get(uses, store="Gate 1", offer_id=ticket), 200)["items"]
    assert (one["coupon"], one["reference"], one["uses"]) == (coupons[0], "r-Gate 1", 1)
    assert accepted(await supplier.get(uses, offer_id=film), 200)["items"] == []
    assert len(accepted(await operator.get(uses, party="cinema"), 200)["items"]) == 2

    for address in ("overview", "today", "burn-down"):
        refused(await other_brand.get(f"{PROGRAMME}/{address}"), 404, "programme-not-found")
        assert (await supplier.get(f"{PROGRAMME}/{address}")).status_code == 403
    for address in (path, uses):
        assert (await brand.get(address)).status_code == 403
    refused(await supplier.get("/v1/parties/grocer/deliveries"), 404, "party-not-found")
    refused(await supplier.get(uses, party="grocer"), 404, "party-not-found")
    for address, query in ((f"{PROGRAMME}/overview", {"months": 99}), (path, {"days": 0})):
        caller = supplier if address == path else brand
        assert (await caller.get(address, **query)).status_code == 400


async def test_books_without_a_frozen_month_are_read_ahead_too(
    brand: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.liability.ahead.AHEAD_RECORDS_MIN", 2)
    for points in (10, 20):
        accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": points}))
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer")
    assert await keep_up(database, programme) == 1
    monkeypatch.setattr("settlement.liability.overview.UNREAD_MAX", 0)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 5}))
    found = accepted(await brand.get(f"{PROGRAMME}/overview"), 200)
    assert (found["months"][-1]["issued"], found["records_left"]) == (30, 1)
    monkeypatch.undo()
    found = accepted(await brand.get(f"{PROGRAMME}/overview"), 200)
    assert (found["months"][-1]["issued"], found["records_left"]) == (35, 0)
    month = found["months"][-2]["month"]
    frozen = accepted(await brand.post(f"{PROGRAMME}/liability/{month}/freeze", None), 200)
    assert frozen["state"] == "frozen"
    async with database.transaction() as connection:
        assert await verify_liability(connection, programme) == []
    again = accepted(await brand.get(f"{PROGRAMME}/overview"), 200)
    assert again["months"] == found["months"]
