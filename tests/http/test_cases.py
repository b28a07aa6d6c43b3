"""Orders and cases: the operator sees all, each party its own, and a person decides."""

from datetime import timedelta

import asyncpg

from exchange.cases import open_stuck
from ledger import Database, read_clock
from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock


async def test_a_late_order_is_seen_by_its_parties_and_decided_by_the_operator(
    operator: Caller, brand: Caller, supplier: Caller, member: str, database: Database
) -> None:
    other = await _another_brand(operator)
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET, "deadline_seconds": 600}
    answer = accepted(await operator.put("/v1/parties/cinema/endpoint", endpoint), 200)
    assert (answer["deadline_seconds"], answer["waiting_max"]) == (600, None)
    film = await stock(supplier, brand, code="film", fulfilment="direct", counts_as_used="delivery")
    right = {"member": member, "offer_id": film, "account": "m1@cinema"}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    receipt = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)
    assert receipt["points_are"] == "held"
    assert receipt["sentence"]["en"].startswith("On its way: delivered, or your 20 points are back")
    async with database.transaction() as connection:
        now = await read_clock(connection)
    assert await open_stuck(database, now + timedelta(seconds=600 + 360 + 3_601)) == 1

    (order,) = accepted(await operator.get("/v1/orders", supplier="cinema"), 200)["items"]
    assert (order["member"], order["coupon"], order["case"] is not None) == (member, coupon, True)
    (theirs,) = accepted(await supplier.get("/v1/orders"), 200)["items"]
    assert theirs == {**order, "member": None}
    assert accepted(await brand.get("/v1/orders", state="CREATED"), 200)["items"] == [order]
    assert accepted(await brand.get("/v1/orders", older_than_seconds=3_600), 200)["items"] == []
    path, case_path = f"/v1/orders/{order['request_number']}", f"/v1/cases/{order['case']}"
    for address in ("/v1/orders", "/v1/cases"):
        assert accepted(await other.get(address), 200)["items"] == []
    for address, code in ((path, "order-not-found"), (case_path, "case-not-found")):
        refused(await other.get(address), 404, code)
    for caller, verb in ((brand, f"{path}/query-now"), (supplier, f"{path}/replay")):
        assert (await caller.post(verb, {})).status_code == 403
    assert (await supplier.get("/v1/orders", parked="true")).status_code == 400
    assert accepted(await operator.get("/v1/orders", parked="true"), 200)["items"] == []

    (case,) = accepted(await supplier.get("/v1/cases", kind="stuck"), 200)["items"]
    assert (case["member"], case["order_state"]) == (None, "CREATED")
    decision = {"decision": "deliver", "reason": "The supplier shows it in its portal."}
    refused(await operator.post(f"{case_path}/resolve", decision), 422, "decision-invalid")
    kept = await operator.post(f"{case_path}/resolve", {**decision, "decision": "keep"})
    problem = refused(kept, 409, "decision-not-allowed")
    assert problem["allowed"] == ["deliver", "keep_waiting", "return_points"]
    assert (await brand.post(f"{case_path}/resolve", decision)).status_code == 403
    decision["supplier_reference"] = "P-77"
    decided = accepted(await operator.post(f"{case_path}/resolve", decision), 200)
    assert (decided["state"], decided["points"], decided["coupon_state"]) == (
        "RESOLVED",
        20,
        "USED",
    )
    assert accepted(await operator.post(f"{case_path}/resolve", decision), 200) == decided
    receipt = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)
    assert receipt["points_are"] == "spent"
    assert [step["step"] for step in receipt["steps"]] == [
        "redeemed",
        "disputed",
        "delivered",
        "used",
        "decided",
    ]
    assert receipt["sentence"]["zh"] == "已到账。"


async def test_a_jammed_supplier_gets_no_more_orders_until_it_is_served(
    operator: Caller, brand: Caller, supplier: Caller, member: str, database_url: str
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET, "waiting_max": 1}
    accepted(await operator.put("/v1/parties/cinema/endpoint", endpoint), 200)
    film = await stock(supplier, brand, code="film", fulfilment="direct")
    right = {"member": member, "offer_id": film, "account": "m1@cinema"}
    first = accepted(await brand.post(f"{PROGRAMME}/rights", right, key="first"))
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute(
            "UPDATE exchange.fulfilment_order SET created_at = now() - interval '2 minutes'"
        )
    finally:
        await owner.close()
    jammed = await brand.post(f"{PROGRAMME}/rights", right, key="second")
    refused(jammed, 503, "supplier-unavailable")
    assert jammed.headers["Retry-After"] == "60"
    assert accepted(await brand.post(f"{PROGRAMME}/rights", right, key="first")) == first
    ticket = await stock(supplier, brand)
    items = [
        {**right, "key": "third"},
        {"member": member, "offer_id": ticket, "key": "fourth"},
    ]
    batch = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200
    )
    assert [each["status"] for each in batch["answers"]] == ["rejected", "accepted"]
    number = accepted(await operator.get("/v1/orders"), 200)["items"][0]["request_number"]
    said = {"reason": "It is not there."}
    complaint = await brand.post(f"{PROGRAMME}/coupons/{first['coupon']}/complain", said)
    case = accepted(complaint)
    assert case["request_number"] == number
    decision = {"decision": "return_points", "reason": "The supplier is closed."}
    accepted(await operator.post(f"/v1/cases/{case['case']}/resolve", decision), 200)
    accepted(await brand.post(f"{PROGRAMME}/rights", right, key="second"))


async def _another_brand(operator: Caller) -> Caller:
    party = {"code": "tea-house", "name": "Tea House", "roles": ["brand"]}
    accepted(await operator.post("/v1/parties", party))
    made = accepted(await operator.post("/v1/parties/tea-house/keys", {"label": "Server"}))
    return Caller(operator.http, made["key"])
