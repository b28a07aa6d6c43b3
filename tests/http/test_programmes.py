"""Programmes over HTTP: their rules, rules that are refused, totals and trial balances."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.http.conftest import JSON, Caller, accepted, refused

DEFAULTS = {
    "time_zone": "UTC",
    "unit": "points",
    "display_scale": 0,
    "point_value": None,
    "currency": None,
    "expiry": {"kind": "none", "count": 0, "dates": []},
    "available_after_days": 0,
    "debt": "refuse",
    "grace_days": None,
    "caps": [],
    "balance_max": None,
}
RULES = {
    "time_zone": "Asia/Shanghai",
    "unit": "stars",
    "display_scale": 2,
    "point_value": "0.005",
    "currency": "CNY",
    "expiry": {"kind": "dates", "count": 1, "dates": ["02-29", "06-30", "12-31"]},
    "available_after_days": 14,
    "debt": "owe",
    "grace_days": 30,
    "caps": [
        {"kind": "issue", "window": "day", "points": 500},
        {"kind": "redeem", "window": "year", "points": 10**15},
    ],
    "balance_max": 1_000_000,
}


async def test_a_programme_is_told_with_its_rules(brand: Caller) -> None:
    for code, rules in (("grocer--plain", {}), ("grocer--ruled", RULES)):
        document = {"code": code, "name": "N", **rules}
        first = await brand.post("/v1/programmes", document, key=f"make-{code}")
        made = accepted(first)
        assert accepted(await brand.get(f"/v1/programmes/{code}"), 200) == made
        (opened,) = made.pop("dated_rules")
        assert opened == {name: {**made, "since": None}[name] for name in opened}
        assert made == {**DEFAULTS, **document, "party": "grocer"}
        assert (
            await brand.post("/v1/programmes", document, key=f"make-{code}")
        ).content == first.content


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("1", "1"),
        ("1.0", "1"),
        ("0.500000", "0.5"),
        ("1000000", "1000000"),
        ("0.000001", "0.000001"),
    ],
)
async def test_the_value_of_a_point_is_an_exact_decimal(
    brand: Caller, given: str, told: str
) -> None:
    body = {"code": "grocer--valued", "name": "N", "point_value": given, "currency": "EUR"}
    assert accepted(await brand.post("/v1/programmes", body))["point_value"] == told
    assert accepted(await brand.get("/v1/programmes/grocer--valued"), 200)["point_value"] == told


MALFORMED: list[tuple[JSON, str]] = [
    ({"expiry_months": 6}, "/expiry_months"),
    ({"expiry": "months"}, "/expiry"),
    ({"expiry": {}}, "/expiry/kind"),
    ({"expiry": {"kind": "weeks"}}, "/expiry/kind"),
    ({"expiry": {"kind": "months", "count": "6"}}, "/expiry/count"),
    ({"expiry": {"kind": "months", "count": -1}}, "/expiry/count"),
    ({"expiry": {"kind": "dates", "dates": "12-31"}}, "/expiry/dates"),
    ({"expiry": {"kind": "dates", "dates": ["13-01"]}}, "/expiry/dates/0"),
    ({"expiry": {"kind": "dates", "dates": ["1-1"]}}, "/expiry/dates/0"),
    ({"expiry": {"kind": "dates", "dates": [[12, 31]]}}, "/expiry/dates/0"),
    ({"unit": ""}, "/unit"),
    ({"unit": "u" * 21}, "/unit"),
    ({"display_scale": 7}, "/display_scale"),
    ({"display_scale": 1.0}, "/display_scale"),
    ({"point_value": 1, "currency": "CNY"}, "/point_value"),
    ({"point_value": 0.5, "currency": "CNY"}, "/point_value"),
    ({"point_value": "1e3", "currency": "CNY"}, "/point_value"),
    ({"point_value": "-1", "currency": "CNY"}, "/point_value"),
    ({"point_value": "0.0000001", "currency": "CNY"}, "/point_value"),
    ({"point_value": "1", "currency": "yuan"}, "/currency"),
    ({"available_after_days": 3_651}, "/available_after_days"),
    ({"debt": "forgive"}, "/debt"),
    ({"grace_days": -1}, "/grace_days"),
    ({"caps": [{"kind": "gift", "window": "day", "points": 1}]}, "/caps/0/kind"),
    ({"caps": [{"kind": "issue", "window": "week", "points": 1}]}, "/caps/0/window"),
    ({"caps": [{"kind": "issue", "window": "day", "points": 0}]}, "/caps/0/points"),
    ({"caps": [{"kind": "issue", "window": "day"}]}, "/caps/0/points"),
    ({"balance_max": 10**15 + 1}, "/balance_max"),
]


@pytest.mark.parametrize(("rules", "pointer"), MALFORMED)
async def test_malformed_rules_are_pointed_at(brand: Caller, rules: JSON, pointer: str) -> None:
    problem = refused(
        await brand.post("/v1/programmes", {"code": "grocer--bad", "name": "N", **rules}),
        400,
        "request-invalid",
    )
    assert [each["pointer"] for each in problem["errors"]] == [pointer]


CONTRADICTORY: list[tuple[JSON, str]] = [
    ({"expiry": {"kind": "none", "count": 1}}, "expiry.count"),
    ({"expiry": {"kind": "days"}}, "expiry.count"),
    ({"expiry": {"kind": "dates", "count": 101, "dates": ["12-31"]}}, "expiry.count"),
    ({"expiry": {"kind": "months", "count": 1_201}}, "expiry.count"),
    ({"expiry": {"kind": "dates"}}, "expiry.dates"),
    ({"expiry": {"kind": "days", "count": 1, "dates": ["12-31"]}}, "expiry.dates"),
    ({"expiry": {"kind": "dates", "dates": ["12-31", "06-30"]}}, "expiry.dates"),
    ({"expiry": {"kind": "dates", "dates": ["02-30"]}}, "expiry.dates"),
    ({"point_value": "1"}, "currency"),
    ({"currency": "CNY"}, "point_value"),
    ({"point_value": "0", "currency": "CNY"}, "point_value"),
    ({"point_value": "1000000.01", "currency": "CNY"}, "point_value"),
    ({"unit": " "}, "unit"),
    ({"caps": [{"kind": "issue", "window": "day", "points": 1}] * 2}, "caps"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
]


@pytest.mark.parametrize(("rules", "word"), CONTRADICTORY)
async def test_rules_that_contradict_each_other_are_refused(
    brand: Caller, rules: JSON, word: str
) -> None:
    body = {"code": "grocer--bad", "name": "N", **rules}
    assert (
        word
        in refused(await brand.post("/v1/programmes", body), 422, "programme-invalid")["detail"]
    )
    refused(await brand.get("/v1/programmes/grocer--bad"), 404, "programme-not-found")


# The figures of a whole book.


async def accounts(brand: Caller, **query: str) -> dict[str, int]:
    found = accepted(await brand.get("/v1/programmes/grocer/trial-balance", **query), 200)
    balances = {line["account"]: line["balance"] for line in found["accounts"]}
    assert sum(balances.values()) == 0
    return balances


async def test_the_trial_balance_comes_to_zero_now_and_then(brand: Caller) -> None:
    at = "/v1/programmes/grocer"
    accepted(await brand.post(f"{at}/issue", {"member": "m1", "points": 100}))
    before = datetime.now(UTC)
    accepted(await brand.post(f"{at}/redeem", {"member": "m1", "points": 30}))
    accepted(await brand.post(f"{at}/hold", {"member": "m1", "points": 20}))
    adjustment = {"member": "m1", "points": 5, "reason": "r", "actor": "a"}
    accepted(await brand.post(f"{at}/adjust", adjustment))
    found = await accounts(brand)
    expected = {"issuance": -100, "redemption": 30, "held": 20, "adjustment": -5, "wallet": 55}
    assert {name: balance for name, balance in found.items() if balance} == expected
    assert set(found) == set(expected) | {
        *("breakage", "transit", "clearing", "debt", "converted_in", "converted_out")
    }
    past = await accounts(brand, as_of=before.isoformat())
    assert (past["issuance"], past["wallet"], past["held"]) == (-100, 100, 0)
    assert not any((await accounts(brand, as_of="2017-01-01T00:00:00Z")).values())
    totals = accepted(await brand.get(f"{at}/totals"), 200)
    assert totals == {
        "programme": "grocer",
        "issued": 100,
        "converted_in": 0,
        "adjusted": 5,
        "owed": 0,
        "redeemed": 30,
        "converted_out": 0,
        "expired": 0,
        "held": 20,
        "converting": 0,
        "outstanding": 55,
    }


@pytest.mark.parametrize(
    "as_of", ["yesterday", "2017-01-01", "2017-01-01T00:00:00", "2017-02-30T00:00:00Z", "tomorrow"]
)
async def test_an_instant_of_the_past_is_one_that_was(brand: Caller, as_of: str) -> None:
    if as_of == "tomorrow":
        as_of = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    accepted(await brand.post("/v1/programmes/grocer/issue", {"member": "m1", "points": 1}))
    for path in ("trial-balance", "members/m1"):
        problem = refused(
            await brand.get(f"/v1/programmes/grocer/{path}", as_of=as_of), 400, "request-invalid"
        )
        assert problem["errors"][0]["pointer"] == "/as_of"


async def test_reads_are_the_brands_own(
    brand: Caller, other_brand: Caller, supplier: Caller
) -> None:
    for path in (
        "trial-balance",
        "totals",
        "operations/k",
        "members/m1",
        "members/m1/history",
        "rates",
        "consents",
    ):
        refused(await other_brand.get(f"/v1/programmes/grocer/{path}"), 404, "programme-not-found")
        refused(await supplier.get(f"/v1/programmes/grocer/{path}"), 403, "role-required")
