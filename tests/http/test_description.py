"""The OpenAPI description says what the service does.

Real answers are checked against it, and its limits are checked against the service.
"""

import re
from typing import Any

import httpx2
import pytest

from tests.http.changes import make_every_offer_step
from tests.http.conftest import BEGIN, JSON, PROGRAMME, Caller, accepted, offer, refused, stock
from tests.http.journey_cards import set_cards
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_events import use_webhooks
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    describe_members,
    give_rights,
    set_prices,
    use_figures,
    use_files,
    use_isolation,
    use_orders,
    use_tills,
)
from tests.http.journey_partner_files import use_partner_files
from tests.http.journey_pictures import use_pictures
from tests.http.journey_reads import use_reads
from tests.http.journey_swaps import use_swaps
from tests.http.journey_users import use_users

TERMS = {
    "coupon_cost_minor": "60",
    "platform_fee_minor": 10,
    "currency": "CNY",
    "valid_from": "2017-01-01",
}
USED_AT = "2017-01-20T20:00:00Z"
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


class Description:
    """The document that answers are compared with."""

    def __init__(self, document: JSON) -> None:
        self.document = document
        self.seen: set[tuple[str, str]] = set()

    def check(self, response: httpx2.Response) -> None:
        """Assert that an answer is as described. Problems are tested elsewhere."""
        path, method = response.request.url.path, response.request.method.lower()
        if not path.startswith("/v1/") or response.status_code >= 400:
            return
        template = min(
            (
                each
                for each in self.document["paths"]
                if method in self.document["paths"][each]
                and re.fullmatch(re.sub(r"{\w+}", "[^/]+", each), path)
            ),
            key=lambda each: each.count("{"),
        )
        self.seen.add((method, template))
        content = self.document["paths"][template][method]["responses"][
            str(response.status_code)
        ].get("content", {})
        if "application/json" in content:
            defects = list(
                self._defects(content["application/json"]["schema"], response.json(), "")
            )
            assert not defects, (method, template, defects, response.text)

    def _defects(self, schema: JSON, value: JSON, place: str) -> list[str]:
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for word in ("oneOf", "anyOf"):
            if word in schema:
                each = [self._defects(option, value, place) for option in schema[word]]
                return [] if [] in each else min(each, key=len)
        names = schema.get("type", "")
        kinds = [KINDS.get(name) for name in (names if isinstance(names, list) else [names])]
        if not any(kind is not None and isinstance(value, kind) for kind in kinds):
            return [f"{place or '/'} is {value!r}, not {schema}"]
        if isinstance(value, dict) and "properties" in schema:
            return self._members(schema, value, place)
        if isinstance(value, list):
            return [
                defect
                for index, each in enumerate(value)
                for defect in self._defects(schema["items"], each, f"{place}/{index}")
            ]
        return []

    def _members(self, schema: JSON, value: JSON, place: str) -> list[str]:
        known, required = schema["properties"], set(schema.get("required", ()))
        found = [
            f"{place}/{name} is not declared"
            for name in value
            if name not in known and schema["title"] != "Problem"
        ]
        found += [f"{place}/{name} is missing" for name in required - set(value)]
        for name in value.keys() & known.keys():
            found += self._defects(known[name], value[name], f"{place}/{name}")
        return found


@pytest.fixture
async def description(http: httpx2.AsyncClient) -> Description:
    """The description. From now on, every answer is compared with it."""
    found = Description(accepted(await http.get("/openapi.json"), 200))

    async def check(response: httpx2.Response) -> None:
        await response.aread()
        found.check(response)

    http.event_hooks["response"].append(check)
    return found


async def _invoices(supplier: Caller) -> None:
    path = "/v1/parties/cinema"
    accepted(await supplier.put(f"{path}/billing-profile", {"legal_name": "Cinema Ltd"}), 200)
    accepted(await supplier.get(f"{path}/billing-profile"), 200)
    assert (await supplier.get(f"{path}/daily-bills/2017-01-20")).status_code == 200


@pytest.mark.usefixtures("reconciler")
async def test_answers_are_as_described(
    description: Description,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
) -> None:
    rule = accepted(
        await operator.post("/v1/isolation-rules", {"kind": "node", "category": "grocery"})
    )
    between = {"kind": "allow", "buyer": {"party": "grocer"}, "supplier": {"category": "leisure"}}
    accepted(await operator.post("/v1/isolation-rules", between))
    for path in (
        "/v1/parties",
        "/v1/parties/grocer/keys",
        "/v1/categories",
        "/v1/isolation-rules",
        "/v1/programmes",
    ):
        accepted(await operator.get(path), 200)
    await operator.delete(f"/v1/isolation-rules/{rule['rule_id']}")
    accepted(await operator.post("/v1/parties/grocer/keys", {"label": "spare"}))
    listed = accepted(await operator.get("/v1/parties/grocer/keys"), 200)["items"]
    spare = f"/v1/parties/grocer/keys/{listed[-1]['key_id']}"
    accepted(await operator.post(f"{spare}/rotate", {}))
    await operator.delete(spare)
    made = accepted(await brand.post("/v1/keys", {"label": "own"}))
    accepted(await brand.post(f"/v1/keys/{made['key_id']}/rotate", {}))
    await brand.delete(f"/v1/keys/{made['key_id']}")
    accepted(await brand.get("/v1/keys"), 200)
    accepted(await brand.get("/v1/parties/self"), 200)
    secret = "whsec_" + "A" * 32
    accepted(
        await supplier.put(
            "/v1/parties/cinema/endpoint", {"url": "http://127.0.0.1:9/x", "secret": secret}
        ),
        200,
    )
    offer_id = await stock(supplier, brand)
    await _points(brand)
    await _conversions(operator, brand)
    await _rights(brand, supplier, offer_id)
    for path in (
        "",
        "/totals",
        "/trial-balance",
        "/members/m1",
        "/members/m1/history",
        "/members/m1/coupons",
        "/operations/issue-1",
        "/allotments",
        "/offers",
        f"/offers/{offer_id}",
    ):
        accepted(await brand.get(PROGRAMME + path), 200)
    accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}/isolation"), 200)
    for path in ("", f"/{offer_id}", f"/{offer_id}/versions"):
        accepted(await supplier.get(f"/v1/offers{path}"), 200)
    accepted(await operator.get("/v1/audit-log"), 200)
    await _invoices(supplier)
    accepted(await brand.get("/v1/audit-log", programme="grocer", object="member:m1"), 200)
    await _procurements(brand, supplier, offer_id)
    await describe_members(brand)
    await make_every_offer_step(operator, supplier)
    await set_prices(brand, offer_id)
    await use_figures(brand, offer_id)
    accepted(await operator.post("/v1/categories", {"path": "drinks"}))
    await use_isolation(operator, brand)
    await use_orders(operator, brand, supplier)
    await use_files(supplier, brand)
    await use_tills(brand, supplier, offer_id)
    await use_swaps(operator)
    await use_pictures(supplier)
    await use_liability(brand)
    await use_leases(supplier, brand)
    await earn_and_give(brand, offer_id)
    await give_rights(operator, brand, supplier)
    await check_and_stage(operator, supplier)
    await use_reads(operator, brand, supplier)
    await set_cards(operator, brand)
    await use_partner_files(supplier)
    await use_webhooks(brand)
    await use_users(operator, brand)
    _require_told(description)


def _require_told(description: Description) -> None:
    """Every operation was used, but for a few that other tests use."""
    told = {template for _, template in description.seen}
    untold = {path for path in description.document["paths"] if path.startswith("/v1/")} - told
    assert {path.split("/")[2] for path in untold} <= {
        "contracts",
        "periods",
        "settlement-calendar",
        *("lines", "rate-cards"),
        "statements",
        "disputes",
        "adjustments",
        *("payments", "positions", "nettings", "journal"),
        "reconciliations",
        "breaks",
        "fulfilment",
    }


async def test_answers_about_bills_are_as_described(
    description: Description, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)
    right = {"member": "m1", "offer_id": offer_id, "free": True, "occurred_at": BEGIN}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code, "occurred_at": USED_AT}))
    accepted(await operator.post("/v1/contracts", TERMS))
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    await use_disputes(operator, brand, supplier)
    told = {template for _, template in description.seen}
    untold = {
        path
        for path in description.document["paths"]
        if path.startswith(("/v1/disputes", "/v1/adjustments", "/v1/statements"))
        and path not in told
    }
    assert {path.rpartition("/")[2] for path in untold} <= {
        *("{statement_id}", "download", "agree", "dispute", "finalise", "settle"),
        *("review", "issue", "due"),
    }


async def _procurements(brand: Caller, supplier: Caller, offer_id: int) -> None:
    (terms,) = accepted(await supplier.get("/v1/supply-terms"), 200)["items"]
    await supplier.delete(f"/v1/supply-terms/{terms['terms_id']}")
    wanted = {"offer_id": offer_id, "quantity": 1, "window_from": "2017-01-01T00:00:00Z"}
    items = [{**wanted, "key": f"waiting-{number}"} for number in range(2)]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": items}, key=None), 200
    )["answers"]
    for answer, step in zip(answers, ("approve", "refuse"), strict=True):
        path = f"/v1/procurements/{answer['procurement_id']}/{step}"
        accepted(await supplier.post(path, {}), 200)
    granted = f"{PROGRAMME}/procurements/{answers[0]['procurement_id']}"
    accepted(await brand.post(f"{granted}/return", {"quantity": 1}), 200)
    accepted(await brand.post(f"{granted}/close", {}), 200)
    asked = accepted(await brand.post(f"{PROGRAMME}/procurements", wanted))["procurement_id"]
    accepted(await brand.post(f"{PROGRAMME}/procurements/{asked}/cancel", {}), 200)
    accepted(await supplier.get("/v1/procurements"), 200)
    accepted(await brand.get(f"{PROGRAMME}/procurements"), 200)


async def _points(brand: Caller) -> None:
    about = {"store": "s", "reference": "r", "metadata": {"a": "b"}}
    accepted(
        await brand.post(
            f"{PROGRAMME}/issue", {"member": "m1", "points": 100, **about}, key="issue-1"
        )
    )
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 1}, key="redeem-1"))
    for key, kind, body in (
        ("hold-1", "hold", {"points": 5}),
        ("hold-2", "hold", {"points": 5, "expires_at": "2117-01-01T00:00:00Z"}),
        ("", "capture", {"hold_key": "hold-1", "points": 2}),
        ("", "release", {"hold_key": "hold-2"}),
        ("", "reverse", {"operation_key": "redeem-1"}),
        ("", "gift", {"points": 5, "to_member": "m3"}),
        ("", "adjust", {"points": -3, "reason": "r", "actor": "a"}),
    ):
        accepted(await brand.post(f"{PROGRAMME}/{kind}", {"member": "m1", **body}, key=key))
    accepted(await brand.post(f"{PROGRAMME}/merge", {"member": "m3", "into_member": "m1"}))
    accepted(await brand.post(f"{PROGRAMME}/expire", {"member": "m1"}))
    accepted(await brand.post(f"{PROGRAMME}/expire", {}))
    items = [
        {"kind": "issue", "key": "b1", "member": "m2", "points": 5},
        {"kind": "redeem", "key": "b2", "member": "m2", "points": 50},
        {"kind": "redeem", "key": "b3", "member": "nobody", "points": 1},
        {"kind": "expire", "key": "b4", "member": "m2"},
        {"kind": "issue", "key": "b1", "member": "m2", "points": 6},
        {"kind": "issue", "points": "x"},
        {"kind": "gift", "key": "b5", "member": "m2", "to_member": "m4", "points": 1},
    ]
    accepted(await brand.post(f"{PROGRAMME}/operations", {"operations": items}, key=None), 200)
    for mode in ("atomic", "stop_on_error"):
        accepted(
            await brand.post(
                f"{PROGRAMME}/operations", {"mode": mode, "operations": items}, key=None
            ),
            200,
        )
    accepted(await brand.post(f"{PROGRAMME}/balances", {"members": ["m1", "nobody"]}), 200)


async def _conversions(operator: Caller, brand: Caller) -> None:
    cap = {"kind": "issue", "window": "day", "points": 5}
    rules = {
        "expiry": {"kind": "dates", "dates": ["12-31"]},
        "caps": [cap],
        "point_value": "0.5",
        "currency": "CNY",
    }
    other = {"code": "grocer--other", "name": "Other", **rules}
    accepted(await brand.post("/v1/programmes", other))
    accepted(
        await operator.post(
            f"{PROGRAMME}/rates",
            {"to_programme": "grocer--other", "numerator": 1, "denominator": 2},
        )
    )
    accepted(await brand.get(f"{PROGRAMME}/rates"), 200)
    consent = {
        "from_programme": PROGRAMME.rpartition("/")[2],
        "numerator": 1,
        "denominator": 2,
        "member_month_points_max": 10,
        "points_max": 10,
        "price_minor": "0.5",
        "valid_from": "2017-01-01",
        "valid_until": "2117-01-01",
    }
    accepted(await brand.post("/v1/programmes/grocer--other/consents", consent))
    body = {"member": "m1", "points": 4, "to_programme": "grocer--other", "to_member": "m1"}
    accepted(await brand.post(f"{PROGRAMME}/convert", body))
    accepted(await brand.get("/v1/programmes/grocer--other/consents"), 200)
    source = consent["from_programme"]
    accepted(await brand.delete(f"/v1/programmes/grocer--other/consents/{source}"), 200)


async def _rights(brand: Caller, supplier: Caller, offer_id: int) -> None:
    coupon = accepted(
        await brand.post(f"{PROGRAMME}/rights", {"member": "m1", "offer_id": offer_id})
    )["coupon"]
    items = [
        {"key": "r1", "member": "m1", "offer_id": offer_id, "free": True},
        {"key": "r2", "member": "m1", "offer_id": 999},
    ]
    accepted(await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200)
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code}))
    accepted(await supplier.post("/v1/coupons/reverse-use", {"code": code}))
    uses = [{"key": "u1", "code": code, "store": "s"}, {"key": "u2", "code": "unknown"}]
    accepted(await supplier.post("/v1/coupons/use/batch", {"uses": uses}, key=None), 200)
    offers = [{**offer("film"), "key": "o1"}, {**offer("film"), "key": "o2"}, {"key": "o3"}]
    accepted(await supplier.post("/v1/offers/batch", {"offers": offers}, key=None), 200)


async def test_bodies_are_described_as_narrowly_as_they_are_read(
    description: Description, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    """A value that does not fit the described schema is refused because of its form."""
    party = {"code": "good", "name": "N", "roles": ["brand"]}
    programme = {"code": "good-one", "name": "N", "currency": "CNY", "point_value": "1"}
    contract = {
        "coupon_cost_minor": "60",
        "platform_fee_minor": "10",
        "currency": "CNY",
        "valid_from": BEGIN[:10],
    }
    cases: list[tuple[Caller, str, JSON, str, list[Any]]] = [
        (operator, "/v1/parties", party, "code", ["Bad", "a--b", "-a", "a-", "é", "a" * 65, ""]),
        (
            operator,
            "/v1/categories",
            {},
            "path",
            ["a..b", ".a", "a.", "A", "a--b", ".".join("abcdefghi")],
        ),
        (brand, "/v1/programmes", programme, "code", ["-a", "a-", "A", "a_b", "a" * 65]),
        (
            brand,
            "/v1/programmes",
            programme,
            "point_value",
            ["-1", "1e3", "1" * 8, "0.1234567", ".5", "1."],
        ),
        (brand, "/v1/programmes", programme, "currency", ["cny", "CN"]),
        (supplier, "/v1/offers", offer(), "code", [".a", "a.", "a b", "a/b", "é"]),
        (supplier, "/v1/offers", offer(), "currency", ["cny", "CN", "CNYX"]),
        (
            operator,
            "/v1/contracts",
            contract,
            "coupon_cost_minor",
            ["-1", -1, "1e3", "1" * 12, "0.1234567", 1.5, 10**11],
        ),
    ]
    for caller, path, body, field, values in cases:
        schema = description.document["paths"][path]["post"]["requestBody"]["content"][
            "application/json"
        ]["schema"]
        described = description.document["components"]["schemas"][
            schema["$ref"].rpartition("/")[2]
        ]["properties"][field]
        for value in values:
            problem = refused(
                await caller.post(path, {**body, field: value}), 400, "request-invalid"
            )
            assert problem["errors"][0]["pointer"] == f"/{field}", value
            assert not _lets_pass(described, value), (field, value, described)


def _lets_pass(schema: JSON, value: Any) -> bool:
    schema = next(
        (each for each in schema.get("anyOf", ()) if each.get("type") == "string"), schema
    )
    if isinstance(value, str):
        fits = re.search(schema["pattern"], value) is not None
        return fits and len(value) <= schema.get("maxLength", len(value))
    return isinstance(value, int) and schema["minimum"] <= value < schema["exclusiveMaximum"]


async def test_addresses_are_described_with_their_shapes(description: Description) -> None:
    for path, methods in description.document["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                bounds = {"pattern", "enum", "maximum", "maxLength"} & schema.keys()
                assert bounds or schema["type"] == "boolean", (path, parameter)
    found = description.document["paths"]["/v1/statements/{statement_id}/download"]["get"][
        "responses"
    ]["200"]["content"]
    assert {"text/csv", "application/gzip", "application/pdf"} <= found.keys()
    assert "application/json" not in found
