"""Figures over HTTP: who may see what, what was shown, scorecards, and the order by use."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from exchange.figures import keep_figures
from ledger import Database
from ledger.book import find_programme
from tests.conftest import owner_transaction
from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock

TODAY = datetime.now(UTC).date()


def figure(figures: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in figures if each["figure"] == name)


async def rights(brand: Caller, offer_id: int, members: range, **terms: Any) -> list[int]:
    """Rights of the offer for these members, as their coupons."""
    items = [
        {"key": f"{offer_id}-{each}", "member": f"m{each}", "offer_id": offer_id, **terms}
        for each in members
    ]
    made = accepted(await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200)
    return [each["coupon"] for each in made["answers"] if each["status"] == "accepted"]


async def report(brand: Caller, other_brand: Caller, offer_id: int) -> None:
    """Report what was shown yesterday, and what cannot be right."""
    shown = {"offer_id": offer_id, "day": str(TODAY - timedelta(days=1)), "members": 30}
    path, body = f"{PROGRAMME}/shown", {"shown": [{**shown, "impressions": 90}]}
    assert accepted(await brand.post(path, body, key="s")) == {"kept": 1}
    assert (await brand.post(path, body, key="s")).headers["idempotency-replayed"] == "true"
    for wrong in (
        {"impressions": 29},
        {"impressions": 90, "day": str(TODAY + timedelta(days=3))},
    ):
        refusal = {"shown": [{**shown, **wrong}]}
        refused(await brand.post(path, refusal), 422, "shown-invalid")
    twice = {"shown": [{**shown, "impressions": 90}] * 2}
    refused(await brand.post(path, twice), 422, "shown-invalid")
    foreign = {"shown": [{**shown, "impressions": 90, "offer_id": 4_711}]}
    refused(await brand.post(path, foreign), 404, "offer-not-found")
    refused(await other_brand.post(path, body), 404, "programme-not-found")


async def read_as_brand(brand: Caller, offer_id: int, days: dict[str, str]) -> None:
    """Read what 12 of 40 members asked for, of whom every second could pay."""
    rate = accepted(await brand.get("/v1/figures/redemption-rate", **days), 200)
    assert rate["days_measured"] == 1
    members = rate["members"]
    assert (members["numerator"], members["denominator"]) == (6, 20)
    assert (members["rate"], members["method"], members["trials"]) == (0.3, "wilson-95", 20)
    assert "too few to rank" in members["note"]
    assert rate["points_flow"]["low"] is None
    assert rate["points_flow"]["numerator"] == 60
    assert rate["points_cohort"]["rate"] is None

    seen = accepted(await brand.get("/v1/figures/funnel", by="channel", **days), 200)
    group, unnamed = seen["groups"]
    assert (unnamed["key"], unnamed["steps"]["shown"]) == (None, 30)
    assert (group["key"], group["steps"]["redeemers"], group["steps"]["points"]) == ("app", 6, 60)
    seen = accepted(await brand.get("/v1/figures/funnel", **days), 200)
    (group,) = seen["groups"]
    assert (group["key"], group["label"]) == (str(offer_id), "ticket")
    assert group["refusals"] == [{"code": "insufficient-points", "times": 6}]
    assert figure(group["figures"], "conversion")["rate"] == 1
    claim = figure(group["figures"], "claim")
    assert (claim["numerator"], claim["denominator"], claim["rate"]) == (0, 30, 0)
    assert figure(group["figures"], "use_7_days")["immature"] == 6
    complaint = figure(group["figures"], "complaint")
    assert (complaint["numerator"], complaint["denominator"]) == (0, 6)
    assert figure(group["figures"], "new_members_reported")["numerator"] is None


async def test_each_party_sees_its_own_figures(
    operator: Caller, brand: Caller, other_brand: Caller, supplier: Caller, database: Database
) -> None:
    """One exchange, read by everybody: what members could pay, got, were shown and used."""
    offer_id = await stock(supplier, brand, quantity=50, points=10)
    days = {"from": str(TODAY - timedelta(days=1)), "until": str(TODAY + timedelta(days=2))}
    given = [
        {"key": f"i{each}", "kind": "issue", "member": f"m{each}", "points": 9 + each % 2}
        for each in range(40)
    ]
    accepted(await brand.post(f"{PROGRAMME}/operations", {"operations": given}, key=None), 200)
    coupons = await rights(brand, offer_id, range(12), channel="app")
    assert len(coupons) == 6
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer")
    await keep_figures(database, programme)

    await report(brand, other_brand, offer_id)
    await read_as_brand(brand, offer_id, days)
    own = accepted(await supplier.get("/v1/figures/funnel", by="brand", **days), 200)
    assert own["groups"][0]["label"] == "grocer"
    assert own["groups"][0]["steps"]["redeemers"] is None
    assert own["groups"][0]["steps"]["redeemed"] == 6
    refused(await supplier.get("/v1/figures/redemption-rate"), 403, "role-required")
    refused(
        await other_brand.get("/v1/figures/redemption-rate", programme="grocer"),
        404,
        "programme-not-found",
    )
    assert accepted(await other_brand.get("/v1/figures/funnel", **days), 200)["groups"] == []
    everything = accepted(await operator.get("/v1/figures/funnel", by="supplier", **days), 200)
    assert [each["label"] for each in everything["groups"]] == ["cinema"]
    as_seen = await operator.get("/v1/figures/funnel", party="cinema", by="brand", **days)
    assert accepted(as_seen, 200)["groups"] == own["groups"]

    card = accepted(await supplier.get("/v1/scorecards/cinema", **days), 200)
    assert card["brand"] is None
    assert card["supplier"]["figures"][0]["figure"] == "delivery_success"
    assert card["supplier"]["kit_age_days"] is None
    card = accepted(await operator.get("/v1/scorecards/grocer", **days), 200)
    assert (card["brand"]["redemption"]["numerator"], card["brand"]["vetoes"]) == (6, 0)
    refused(await brand.get("/v1/scorecards/cinema"), 404, "party-not-found")
    for wrong_days in (
        {"from": "2017-01-02", "until": "2017-01-02"},
        {"from": "2017-01-01", "until": "2018-01-03"},
        {"from": "0001-01-01", "until": "0001-01-02"},
    ):
        refused(await brand.get("/v1/figures/funnel", **wrong_days), 400, "request-invalid")


async def test_a_market_is_sorted_by_what_is_surely_used(
    brand: Caller, supplier: Caller, database: Database
) -> None:
    """3 of 3 are too few to rank. 40 of 40 come before 100 of 200, and all before those."""
    made = {}
    for code, count, used in (("few", 3, 3), ("half", 120, 60), ("all", 40, 40), ("none", 0, 0)):
        made[code] = await stock(
            supplier, brand, quantity=200, code=code, points=0, use_within_days=300
        )
        if count:
            coupons = await rights(brand, made[code], range(count), free=True)
            async with owner_transaction(database) as connection:
                await connection.execute(
                    text(
                        "UPDATE exchange.coupon SET redeemed_at = now() - interval '40 days',"
                        " state = CASE WHEN coupon_id = ANY (:used) THEN 'USED' ELSE state END,"
                        " used_at = CASE WHEN coupon_id = ANY (:used)"
                        " THEN now() - interval '39 days' END"
                        " WHERE offer_id = :offer_id"
                    ),
                    {"used": coupons[:used], "offer_id": made[code]},
                )
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer")
    await keep_figures(database, programme)
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"sort": "use_rate", "limit": 1}
    while query.get("cursor", "") is not None:
        page = accepted(await brand.get(f"{PROGRAMME}/offers", **query), 200)
        found += page["items"]
        query["cursor"] = page["next_cursor"]
    order = [each["code"] for each in found]
    assert order[:2] == ["all", "half"]
    assert set(order[2:]) == {"few", "none"}
    rates = {each["code"]: each["use_rate"] for each in found}
    assert (rates["half"]["rate"], rates["half"]["trials"]) == (0.5, 120)
    assert rates["few"]["note"] == "too few to rank"
    assert rates["none"] is None
    refused(
        await brand.get(f"{PROGRAMME}/offers", sort="use_rate", all="true"), 400, "request-invalid"
    )
