"""Contracts and rate cards over HTTP: written, published, ended, and read by those they bind."""

from typing import Any

from sqlalchemy import text

from ledger import Database
from tests.conftest import owner_transaction
from tests.http.conftest import PROGRAMME, Caller, accepted, add_party, refused, stock
from tests.http.journey_cards import SHARE

PRICE = {
    "home_party": "grocer",
    "supplier_party": "cinema",
    "coupon_cost_minor": "3000",
    "platform_fee_minor": "50",
    "currency": "CNY",
    "valid_from": "2017-01-01",
}
MARCH = {"valid_from": "2017-03-01", "valid_until": "2017-04-01"}


async def _used(brand: Caller, supplier: Caller, offer_id: int, at: str, **told: Any) -> None:
    right = {"member": "m1", "offer_id": offer_id, "occurred_at": "2017-01-02T10:00:00+08:00"}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    said = {"code": code, "occurred_at": at, "store": "hall-1", **told}
    accepted(await supplier.post("/v1/coupons/use", said))


async def _stocked(operator: Caller, brand: Caller, supplier: Caller) -> int:
    issue = {"member": "m1", "points": 1000, "occurred_at": "2017-01-01T10:00:00+08:00"}
    accepted(await brand.post(f"{PROGRAMME}/issue", issue))
    return await stock(supplier, brand, quantity=10)


async def test_a_wrong_price_that_is_found_in_the_month_says_whom_it_does_not_help(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    offer_id = await _stocked(operator, brand, supplier)
    stated = accepted(await operator.post("/v1/contracts", PRICE))
    assert (stated["rated_uses"], stated["late_uses"]) == (0, 0)
    await _used(brand, supplier, offer_id, "2017-03-05T10:00:00+08:00")
    await _rated(database, 1)
    agreed = accepted(
        await operator.post("/v1/contracts", PRICE | MARCH | {"coupon_cost_minor": "2000"})
    )
    assert (agreed["rated_uses"], agreed["late_uses"]) == (1, 0), "it keeps the price of 3000"
    share = SHARE["card"]["legs"][0]
    card = {
        "home_party": "grocer",
        "supplier_party": "cinema",
        "valid_from": "2017-03-10",
        "valid_until": "2017-03-20",
        "card": {"currency": "CNY", "legs": [{**share, "basis": "subsidy", "rate": "0.4"}]},
    }
    card_id = accepted(await operator.post("/v1/rate-cards", card))["card_id"]
    made = accepted(await operator.post(f"/v1/rate-cards/{card_id}/publish", {}), 200)
    assert (made["version"], made["rated_uses"]) == (4, 0)
    told = {"order_minor": 8999, "paid_minor": 7499}
    await _used(brand, supplier, offer_id, "2017-03-12T10:00:00+08:00", **told)
    await _rated(database, 2)
    async with database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT amount_minor, store FROM settlement.line WHERE leg = 'coupon_cost'")
        )
    assert sorted(tuple(row) for row in rows) == [(600, "hall-1"), (3000, "hall-1")]


async def _rated(database: Database, uses: int) -> None:
    from settlement.rating import rate_pending

    while await rate_pending(database):
        pass
    async with database.transaction() as connection:
        count = await connection.scalar(
            text("SELECT count(DISTINCT use_id) FROM settlement.line WHERE kind = 'charge'")
        )
    assert count == uses


async def test_contracts_are_read_by_those_whom_they_bind(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    other = await add_party(operator, "bakery", "brand", category="grocery.fresh")
    stated = accepted(await operator.post("/v1/contracts", PRICE))
    card_id = accepted(await operator.post("/v1/rate-cards", SHARE))["card_id"]
    path = f"/v1/rate-cards/{card_id}"
    for caller in (brand, supplier, other):
        refused(await caller.get(path), 404, "rate-card-not-found")
        refused(await caller.post(f"{path}/publish", {}), 403, "role-required")
    made = accepted(await operator.post(f"{path}/publish", {}), 200)
    seen = {}
    for name, caller in (("brand", brand), ("supplier", supplier), ("other", other)):
        items = accepted(await caller.get("/v1/contracts"), 200)["items"]
        seen[name] = [
            (each["coupon_cost_minor"], each["platform_fee_minor"], len(each["card"]["legs"]))
            for each in items
        ]
        assert [each["sha256"] is not None for each in items] == (
            [True, True] if caller is brand else [False, False][: len(items)]
        )
    assert seen == {
        "brand": [("3000", "50", 2), (None, None, 2)],
        "supplier": [("3000", None, 1), (None, None, 1)],
        "other": [],
    }
    first = accepted(await operator.get("/v1/contracts", limit=1), 200)
    assert [each["contract_id"] for each in first["items"]] == [stated["contract_id"]]
    rest = accepted(await operator.get("/v1/contracts", cursor=first["next_cursor"]), 200)
    (item,) = rest["items"]
    assert (item["contract_id"], item["card_id"]) == (made["contract_id"], card_id)
    card = accepted(await supplier.get(path), 200)
    assert (card["state"], card["versions"]) == ("published", [made["contract_id"]])
    assert [leg["leg"] for leg in card["card"]["legs"]] == ["coupon_cost"]
    assert card["published_by"] == card["written_by"] is not None


async def test_what_is_refused_of_rate_cards(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    wrong = {**SHARE, "card": {"currency": "CNY", "legs": [{"leg": "x", "payer": "home"}]}}
    problem = refused(await operator.post("/v1/rate-cards", wrong), 422, "rate-card-invalid")
    assert problem["at"] == "legs[0].payee"
    days = {**SHARE, "valid_until": SHARE["valid_from"]}
    refused(await operator.post("/v1/rate-cards", days), 422, "contract-invalid")
    card_id = accepted(await operator.post("/v1/rate-cards", SHARE))["card_id"]
    path = f"/v1/rate-cards/{card_id}"
    async with owner_transaction(database) as owner:
        await owner.execute(text("UPDATE settlement.calendar SET four_eyes = true"))
    refused(await operator.post(f"{path}/publish", {}), 409, "four-eyes-required")
    refused(await operator.post("/v1/contracts", PRICE), 409, "four-eyes-required")
    second = accepted(await operator.post("/v1/keys", {"label": "second"}))["key"]
    made = accepted(await Caller(operator.http, second).post(f"{path}/publish", {}), 200)
    refused(await operator.post(f"{path}/withdraw", {}), 409, "rate-card-not-draft")
    refused(await operator.post("/v1/rate-cards/4711/publish", {}), 404, "rate-card-not-found")
    refused(await operator.get(f"/v1/rate-cards/{2**40}"), 404, "rate-card-not-found")
    end = f"/v1/contracts/{made['contract_id']}/end"
    refused(await operator.post(end, {"on": "2117-01-01"}), 409, "contract-end-refused")
    refused(
        await operator.post("/v1/contracts/4711/end", {"on": "2118-01-01"}), 404,
        "contract-not-found",
    )  # fmt: skip
    ended = accepted(await operator.post(end, {"on": "2118-01-01"}), 200)
    assert (ended["valid_until"], ended["rated_uses"]) == ("2118-01-01", 0)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    early = {**SHARE, "valid_from": "2017-01-01", "valid_until": "2017-02-01"}
    late_id = accepted(await operator.post("/v1/rate-cards", early))["card_id"]
    publish = f"/v1/rate-cards/{late_id}/publish"
    by_second = Caller(operator.http, second)
    problem = refused(await by_second.post(publish, {}), 409, "rate-in-closed-month")
    assert problem["month"] == "2017-01"
    late = accepted(await by_second.post(publish, {"accept_late": True}), 200)
    assert (late["rated_uses"], late["late_uses"]) == (0, 0)
    again = accepted(await operator.post("/v1/rate-cards", SHARE))["card_id"]
    path = f"/v1/rate-cards/{again}/publish"
    refused(await by_second.post(path, {}), 409, "contract-overlaps")
