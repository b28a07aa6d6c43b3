"""Consents over HTTP: who gives, sees and ends them, and every refusal."""

import pytest

from tests.http.conftest import JSON, Caller, accepted, refused
from tests.http.test_conversions import CONSENT, GROCER, PHARMACY, RATE

BODY = {"member": "m1", "points": 30, "to_programme": "pharmacy", "to_member": "p-7"}


@pytest.fixture
async def points(operator: Caller, brand: Caller, other_brand: Caller) -> None:
    """A rate is published, and a member of the grocer has points."""
    accepted(await operator.post(f"{GROCER}/rates", RATE))
    accepted(await brand.post(f"{GROCER}/issue", {"member": "m1", "points": 1000}))


async def give(caller: Caller, **changes: JSON) -> JSON:
    return accepted(await caller.post(f"{PHARMACY}/consents", {**CONSENT, **changes}))


@pytest.mark.usefixtures("points")
async def test_a_rate_alone_makes_no_points(brand: Caller, other_brand: Caller) -> None:
    refused(await brand.post(f"{GROCER}/convert", BODY), 409, "conversion-not-consented")
    assert accepted(await brand.get(f"{GROCER}/members/m1"), 200)["spendable"] == 1000
    await give(other_brand)
    accepted(await brand.post(f"{GROCER}/convert", BODY))


async def test_consents_come_in_versions_until_they_end(
    operator: Caller, brand: Caller, other_brand: Caller
) -> None:
    first = await other_brand.post(f"{PHARMACY}/consents", CONSENT, key="yes")
    made = accepted(first)
    assert made == {
        "programme": "pharmacy",
        "version": 1,
        "valid_until": None,
        "points": 0,
        "ended_at": None,
        **CONSENT,
    }
    assert (await other_brand.post(f"{PHARMACY}/consents", CONSENT, key="yes")).content == (
        first.content
    )
    more = accepted(
        await operator.post(
            f"{PHARMACY}/consents", {**CONSENT, "price_minor": "1.50", "valid_until": "2117-01-01"}
        )
    )
    assert (more["version"], more["price_minor"], more["valid_until"]) == (2, "1.5", "2117-01-01")
    for caller in (operator, brand, other_brand):
        before, now = accepted(await caller.get(f"{PHARMACY}/consents"), 200)["consents"]
        assert {**before, "ended_at": None} == made
        assert before["ended_at"] is not None
        assert now == more
    ended = accepted(await other_brand.delete(f"{PHARMACY}/consents/grocer"), 200)
    assert {**ended, "ended_at": None} == more
    assert ended["ended_at"] is not None
    again = await other_brand.delete(f"{PHARMACY}/consents/grocer")
    refused(again, 404, "consent-not-found")


async def test_the_programme_that_takes_the_points_alone_consents(
    brand: Caller, other_brand: Caller, supplier: Caller
) -> None:
    refused(await brand.post(f"{PHARMACY}/consents", CONSENT), 404, "programme-not-found")
    refused(await brand.delete(f"{PHARMACY}/consents/grocer"), 404, "programme-not-found")
    refused(await brand.get(f"{PHARMACY}/consents"), 404, "programme-not-found")
    refused(await supplier.post(f"{PHARMACY}/consents", CONSENT), 403, "role-required")
    assert accepted(await other_brand.get(f"{PHARMACY}/consents"), 200) == {"consents": []}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"from_programme": "missing"}, 404, "programme-not-found"),
        ({"from_programme": "pharmacy"}, 422, "consent-invalid"),
        ({"valid_until": "2017-01-01"}, 422, "consent-invalid"),
        ({"price_minor": "1000000.1"}, 422, "consent-invalid"),
        ({"price_minor": "0.0000001"}, 400, "request-invalid"),
        ({"price_minor": "-1"}, 400, "request-invalid"),
        ({"price_minor": None}, 400, "request-invalid"),
        ({"numerator": 0}, 400, "request-invalid"),
        ({"points_max": 0}, 400, "request-invalid"),
        ({"member_month_points_max": 10**15 + 1}, 400, "request-invalid"),
    ],
)
async def test_consents_that_are_refused(
    brand: Caller, other_brand: Caller, change: JSON, status: int, code: str
) -> None:
    refused(await other_brand.post(f"{PHARMACY}/consents", {**CONSENT, **change}), status, code)


@pytest.mark.usefixtures("points")
@pytest.mark.parametrize(
    ("change", "code", "limit"),
    [
        ({"numerator": 1, "denominator": 2}, "conversion-not-consented", None),
        ({"valid_from": "2117-01-01"}, "conversion-not-consented", None),
        ({"valid_until": "2017-01-02"}, "conversion-not-consented", None),
        ({"member_month_points_max": 19}, "conversion-limit-reached", "member_month"),
        ({"points_max": 19}, "conversion-limit-reached", "in_all"),
    ],
)
async def test_conversions_beyond_the_consent_are_refused(
    brand: Caller, other_brand: Caller, change: JSON, code: str, limit: str | None
) -> None:
    await give(other_brand, **change)
    problem = refused(await brand.post(f"{GROCER}/convert", BODY), 409, code)
    assert problem.get("limit") == limit
    assert problem.get("remaining") == (None if limit is None else 19)


@pytest.mark.usefixtures("points")
async def test_a_conversion_names_who_gets_the_points(brand: Caller, other_brand: Caller) -> None:
    """Whoever has the same reference in the other programme may be somebody else."""
    await give(other_brand)
    body = {name: value for name, value in BODY.items() if name != "to_member"}
    for nobody in ({}, {"to_member": None}):
        response = await brand.post(f"{GROCER}/convert", {**body, **nobody})
        assert refused(response, 422, "operation-invalid")["field"] == "to_member"
    assert accepted(await brand.get(f"{GROCER}/members/m1"), 200)["spendable"] == 1000
