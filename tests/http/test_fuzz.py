"""No input makes a 500, and every answer is as described, whatever key the caller has."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import cycle

import httpx2
import pytest

from api.http.routes import members
from tests.http.conftest import (
    BEGIN,
    JSON,
    PROGRAMME,
    SECRET,
    Caller,
    MakeSettings,
    accepted,
    serving,
    stock,
)
from tests.http.fuzzing import (
    GOOD,
    NONE,
    REVOKED,
    SORTS,
    Tally,
    World,
    draw,
    operations_of,
    public_labels,
    try_all,
)
from tests.http.journey_cards import SHARE
from tests.http.journey_leases import SHOP
from tests.http.journey_swaps import placing, proposed

CASES_MAX = 1
"""How many requests of a sort the suite draws for an operation: of two of the four sorts."""
CAMPAIGN_CASES_MAX = 30
CAMPAIGN_SEEDS = (1, 2)
PLENTY = 1e9
PLANTED_CASES_MAX = 80
FAULTS_SHOWN_MAX = 5


@pytest.fixture
async def http(make_settings: MakeSettings) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application without limits of rate, as they would answer nearly everything."""
    unlimited = dict.fromkeys(
        (
            "rate_per_second",
            "rate_burst",
            "code_misses_per_second",
            "code_misses_burst",
            "wrong_keys_per_second",
            "wrong_keys_burst",
        ),
        PLENTY,
    )
    async with serving(make_settings(**unlimited)) as (_, client):
        yield client


async def _open_trade(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """A contract, an endpoint, a second programme with a rate, and a member with points."""
    terms = {
        "coupon_cost_minor": "60",
        "platform_fee_minor": 10,
        "currency": "CNY",
        "valid_from": "2017-01-01",
    }
    accepted(await operator.post("/v1/contracts", terms))
    accepted(await operator.post("/v1/rate-cards", SHARE))
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    accepted(await brand.post("/v1/programmes", {"code": "grocer--other", "name": "Other"}))
    rate = {"to_programme": "grocer--other", "numerator": 1, "denominator": 2}
    accepted(await operator.post(f"{PROGRAMME}/rates", rate))
    issue = {"member": "m1", "points": 1_000_000, "expires_on": "2999-12-31"}
    issue["occurred_at"] = BEGIN
    accepted(await brand.post(f"{PROGRAMME}/issue", issue, key="issue-1"))
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 5}, key="hold-1"))


async def _open_earning(brand: Caller) -> dict[str, str]:
    """A rule by which members earn, and a batch of product codes."""
    rule = {
        "rule": "cola",
        "event": "product-code",
        "label": "Cola",
        "points": 5,
        "valid_from": BEGIN,
    }
    accepted(await brand.post(f"{PROGRAMME}/earning-rules", rule))
    batch = {"batch": "cola-1", "label": "Cola", "rule": "cola"}
    accepted(await brand.post(f"{PROGRAMME}/product-batches", batch))
    return {"rule": "cola", "batch": "cola-1"}


async def _open_case(operator: Caller, brand: Caller, supplier: Caller) -> dict[str, str]:
    """An order that no supplier answers, and a member who complains."""
    film = await stock(supplier, brand, code="film-month", fulfilment="direct")
    right = {"member": "m1", "offer_id": film, "account": "13800001234"}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    (order,) = accepted(await operator.get("/v1/orders", older_than_seconds=0), 200)["items"]
    said = {"reason": "It does not show."}
    case = accepted(await brand.post(f"{PROGRAMME}/coupons/{coupon}/complain", said))["case"]
    return {"request_number": order["request_number"], "case": case}


async def _open_question(operator: Caller, brand: Caller, statement_id: int) -> JSON:
    """A line that is in question, and a correction that waits."""
    path = f"/v1/statements/{statement_id}"
    line = accepted(await brand.get(f"{path}/lines"), 200)["items"][0]
    named = {"use": line["use"], "leg": line["leg"]}
    dispute = {"lines": [named], "reason": "price", "text": "It was 5.", "claimed_minor": 5}
    opened = accepted(await brand.post(f"{path}/disputes", dispute))
    correction = {"statement": statement_id, "reason": "Agreed.", "amount_minor": 1}
    drafted = accepted(await operator.post("/v1/adjustments", correction))
    return {
        **named,
        "statement": statement_id,
        "dispute_id": opened["dispute_id"],
        "adjustment_id": drafted["adjustment_id"],
    }


@pytest.fixture
async def world(operator: Caller, brand: Caller, supplier: Caller, reconciler: None) -> World:
    """One of everything: two coupons, one of which was used and billed. Files are reconciled."""
    await _open_trade(operator, brand, supplier)
    at = {"occurred_at": BEGIN}
    offer_id = await stock(supplier, brand, quantity=100)
    right = {"member": "m1", "offer_id": offer_id, **at}
    used_id, coupon_id = [
        accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"] for _ in range(2)
    ]
    used, coupon = [
        accepted(await brand.get(f"{PROGRAMME}/coupons/{each}"), 200)["code"]
        for each in (used_id, coupon_id)
    ]
    accepted(await supplier.post("/v1/coupons/use", {"code": used, **at}))
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    (statement,) = accepted(await supplier.get("/v1/statements"), 200)["items"]
    accepted(await operator.post("/v1/categories", {"path": "travel"}))
    rule = accepted(
        await operator.post("/v1/isolation-rules", {"kind": "node", "category": "travel"})
    )
    group = {"code": "mall", "label": "The mall", "kind": "plain"}
    accepted(await operator.post("/v1/groups", group))
    _, revoked = [
        accepted(await operator.post("/v1/parties/cinema/keys", {"label": label}))["key"]
        for label in ("spare", "revoked")
    ]
    listed = accepted(await operator.get("/v1/parties/cinema/keys"), 200)["items"]
    key_ids = {each["label"]: each["key_id"] for each in listed}
    await operator.delete(f"/v1/parties/cinema/keys/{key_ids['revoked']}")
    _, _, swap_id, _ = await proposed(operator)
    placed = accepted(await supplier.post("/v1/placements", placing("grocer", offer_id)))
    accepted(await supplier.post("/v1/shops", SHOP))
    lease = {"shop": SHOP["code"], "offers": [offer_id], "quota": 9, "hours": 9}
    lease_id = accepted(await supplier.post("/v1/leases", lease))["lease_id"]
    file = b"reference,offer_code,member,used_on,amount_minor\nx,ticket,m1,2017-01-20,60\n"
    headers = {"Content-Type": "text/csv"}
    compared = accepted(await supplier.post("/v1/reconciliations", content=file, headers=headers))
    hook = accepted(await brand.post("/v1/webhook-endpoints", {"url": "http://127.0.0.1:9/x"}))
    return World(
        keys={
            NONE: None,
            REVOKED: revoked,
            "supplier": supplier.key,
            "brand": brand.key,
            "operator": operator.key,
        },
        names={
            **await _open_earning(brand),
            **await _open_case(operator, brand, supplier),
            "programme": "grocer",
            "to_programme": "grocer--other",
            "party": "cinema",
            "day": "2017-01-20",
            "supplier": "cinema",
            "member": "m1",
            "category": "leisure.cinema",
            "key": "issue-1",
            "operation_key": "issue-1",
            "hold_key": "hold-1",
            "offer_id": offer_id,
            "coupon_id": coupon_id,
            "swap_id": swap_id,
            "placement_id": placed["placement_id"],
            "lease_id": lease_id,
            "currency": "CNY",
            "shop": SHOP["code"],
            "statement_id": statement["statement_id"],
            "contract_id": 1,
            "card_id": 1,
            "card": SHARE["card"],
            **await _open_question(operator, brand, statement["statement_id"]),
            "reconciliation_id": compared["reconciliation_id"],
            "break_id": compared["breaks"][0]["break_id"],
            "group": "mall",
            "endpoint_id": hook["endpoint_id"],
            "rule_id": rule["rule_id"],
            "key_id": key_ids["spare"],
            "month": "2017-02",
            "occurred_at": BEGIN,
            "valid_from": BEGIN,
            "coupon": coupon,
        },
        public=public_labels(accepted(await operator.get("/openapi.json"), 200)),
    )


async def fuzz(
    http: httpx2.AsyncClient,
    world: World,
    document: JSON,
    *,
    cases_max: int = CASES_MAX,
    number: int = 0,
) -> Tally:
    """Try every operation of a description, with each sort of requests or some by turns."""
    tally, others = Tally(), cycle([sort for sort in SORTS if sort != GOOD])
    for operation in operations_of(document):
        sorts = SORTS if cases_max > CASES_MAX else (GOOD, next(others))
        for case in draw(operation, world, sorts, cases_max=cases_max, number=number):
            await try_all(http, case, world, tally)
    return tally


def told(tally: Tally) -> str:
    shown = "\n".join(tally.faults[:FAULTS_SHOWN_MAX])
    return f"{len(tally.faults)} of {tally.requests_count}:\n{shown}"


@pytest.fixture
async def document(http: httpx2.AsyncClient) -> JSON:
    return accepted(await http.get("/openapi.json"), 200)


def only(document: JSON, path: str) -> JSON:
    """The description with one address."""
    return {**document, "paths": {path: document["paths"][path]}}


@pytest.mark.timeout(600)
async def test_every_answer_is_as_described(
    http: httpx2.AsyncClient, world: World, document: JSON
) -> None:
    tally = await fuzz(http, world, document)

    assert not tally.faults, told(tally)
    operations = list(operations_of(document))
    assert tally.tried == {each.label for each in operations}
    # So the requests get further than to the refusals.
    assert len(tally.succeeded) > len(operations) / 2, sorted(tally.tried - tally.succeeded)


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("number", CAMPAIGN_SEEDS)
async def test_every_answer_to_many_more_requests_is_as_described(
    http: httpx2.AsyncClient, world: World, document: JSON, number: int
) -> None:
    tally = await fuzz(http, world, document, cases_max=CAMPAIGN_CASES_MAX, number=number)

    assert not tally.faults, told(tally)


async def test_a_planted_500_is_found(
    http: httpx2.AsyncClient, world: World, document: JSON, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "after", lambda cursor, _: int(cursor or 0))
    path = "/v1/programmes/{programme}/members/{member}/history"

    tally = await fuzz(http, world, only(document, path), cases_max=PLANTED_CASES_MAX)

    assert "Server error" in told(tally)


async def test_a_planted_lie_of_the_description_is_found(
    http: httpx2.AsyncClient, world: World, document: JSON
) -> None:
    document["components"]["schemas"]["PartyAnswer"]["properties"]["name"]["type"] = "integer"

    tally = await fuzz(http, world, only(document, "/v1/parties/self"))

    assert "Response violates schema" in told(tally)


async def test_a_revoked_key_that_still_works_is_found(
    http: httpx2.AsyncClient, world: World, document: JSON
) -> None:
    keys = {**world.keys, REVOKED: world.keys["brand"]}

    tally = await fuzz(http, replace(world, keys=keys), only(document, "/v1/parties/self"))

    assert "answered with 200" in told(tally)
