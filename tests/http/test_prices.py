"""Prices over HTTP: rules, the rate, who may have an offer, points days, quotes, simulations."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from ledger import Database
from tests.conftest import owner_transaction
from tests.http.conftest import (
    BEGIN,
    JSON,
    PROGRAMME,
    Caller,
    Take,
    accepted,
    refused,
    stock,
    without_stored_answers,
)

LONG_AGO = "2020-01-01T00:00:00Z"
OVER = "2021-01-01T00:00:00Z"
ALL = {"all": True}


def rule(effect: JSON, scope: JSON = ALL, **changes: JSON) -> JSON:
    """The body of a price rule."""
    return {"scope": scope, "price": effect, "valid_from": LONG_AGO, "label": "A rule", **changes}


async def price(brand: Caller, effect: JSON, scope: JSON = ALL, **changes: JSON) -> JSON:
    """A price rule that must be made."""
    return accepted(await brand.post(f"{PROGRAMME}/prices", rule(effect, scope, **changes)))


async def quoted(brand: Caller, offer_id: int, member: str = "m1") -> JSON:
    """The quote of one offer."""
    body = {"member": member, "offer_ids": [offer_id]}
    (found,) = accepted(await brand.post(f"{PROGRAMME}/quotes", body, key=None), 200)["quotes"]
    return found


async def redeemed(brand: Caller, offer_id: int, member: str = "m1", **changes: JSON) -> JSON:
    """A right that must be made."""
    body = {"member": member, "offer_id": offer_id, **changes}
    return accepted(await brand.post(f"{PROGRAMME}/rights", body))


async def declare(database: Database, book_code: str = "grocer") -> None:
    """The tier gold with a member, and the tag brand:staff."""
    async with owner_transaction(database) as connection:
        book = (
            await connection.execute(
                text("SELECT book_id FROM ledger.book WHERE code = :code"), {"code": book_code}
            )
        ).scalar_one()
        for statement in (
            "INSERT INTO catalog.tier (book_id, code, label, rank) VALUES (:b, 'gold', 'Gold', 1)",
            "INSERT INTO catalog.tag (book_id, code, label) VALUES (:b, 'brand:staff', 'Staff')",
            "INSERT INTO catalog.member (book_id, member, first_seen) VALUES (:b, 'm1', now())",
            """
            INSERT INTO catalog.member_tier (book_id, member, period, tier)
            VALUES (:b, 'm1', tstzrange('2017-01-01', NULL), 'gold')
            """,
        ):
            await connection.execute(text(statement), {"b": book})


async def test_a_points_day_from_the_rule_to_the_coupon(
    brand: Caller, supplier: Caller, member: str, database: Database
) -> None:
    offer_id = await stock(supplier, brand)
    today = datetime.now(UTC).date()
    # The day may change while the test runs.
    tomorrow = today + timedelta(days=1)
    made = await price(
        brand,
        {"percent": 50, "floor": 3},
        schedule={"dates": [today.isoformat(), tomorrow.isoformat()]},
        earning_multiplier_percent=200,
        label="Points day",
    )
    assert (made["price_id"], made["next_days"][-1]) == (1, tomorrow.isoformat())
    assert made["words"]["zh"].startswith("平日价的 50%（不低于 3 积分），")
    days = accepted(
        await brand.get(
            f"{PROGRAMME}/points-days",
            **{"from": today.isoformat(), "until": tomorrow.isoformat()},
        ),
        200,
    )["days"]
    assert [(each["day"], each["earning_multiplier_percent"]) for each in days] == [
        (today.isoformat(), 200)
    ]
    assert [each["price_id"] for each in days[0]["prices"]] == [1]
    right = await redeemed(brand, offer_id, member)
    assert (right["points"], right["price_rule"], right["balance"]) == (10, 1, 90)
    async with database.transaction() as connection:
        stored = (
            await connection.execute(text("SELECT points, price_rule_id FROM exchange.coupon"))
        ).one()
    assert tuple(stored) == (10, 1)
    # A free right costs nothing, whatever the rules say.
    free = await redeemed(brand, offer_id, member, free=True)
    assert (free["points"], free["price_rule"]) == (0, None)
    # Ended, it sets no price any more, and cannot be ended otherwise.
    ended = accepted(await brand.post(f"{PROGRAMME}/prices/1/end", {}), 200)
    again = accepted(await brand.post(f"{PROGRAMME}/prices/1/end", {}), 200)
    assert ended["ended_at"] == again["ended_at"] is not None
    assert (await redeemed(brand, offer_id, member))["points"] == 20
    assert accepted(await brand.get(f"{PROGRAMME}/prices"), 200)["items"] == []
    (listed,) = accepted(await brand.get(f"{PROGRAMME}/prices", state="all"), 200)["items"]
    assert listed == ended


async def test_a_quote_freezes_its_price_and_belongs_to_one_member_and_offer(
    brand: Caller, supplier: Caller, member: str
) -> None:
    offer_id = await stock(supplier, brand, quantity=50)
    other = await stock(supplier, brand, code="other")
    found = await quoted(brand, offer_id)
    assert (found["points"], found["eligible"], found["why_not"]) == (20, True, None)
    assert (found["stock"], found["words"]["en"]) == (
        "plenty",
        "the price that the supplier suggests",
    )
    token = found["quote"]
    dearer = await price(brand, {"points": 90})
    assert (await quoted(brand, offer_id))["points"] == 90
    right = await redeemed(brand, offer_id, member, quote=token)
    assert (right["points"], right["price_rule"]) == (20, None)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m2", "points": 500}))
    wanted = {"member": member, "offer_id": offer_id, "quote": token}
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for change in (
        {"member": "m2"},
        {"offer_id": other},
        {"quote": flipped},
        {"quote": "x"},
        {"quote": "ä"},
        {"quote": token + token},
    ):
        refused(await brand.post(f"{PROGRAMME}/rights", wanted | change), 409, "quote-stale")
    # A quote under a rule names the rule, and outlives it.
    under = (await quoted(brand, other, "m2"))["quote"]
    accepted(await brand.post(f"{PROGRAMME}/prices/{dearer['price_id']}/end", {}), 200)
    late = await redeemed(brand, other, "m2", quote=under)
    assert (late["points"], late["price_rule"]) == (90, dearer["price_id"])


async def test_conditions_say_for_whom_an_offer_is(
    brand: Caller, supplier: Caller, member: str, database: Database
) -> None:
    offer_id = await stock(supplier, brand)
    await declare(database)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m2", "points": 50}))
    path = f"{PROGRAMME}/offers/{offer_id}/access"
    assert accepted(await brand.get(path), 200)["version"] == 0
    gold = accepted(await brand.put(path, {"open_to": {"tiers": ["gold"]}}), 200)
    assert (gold["version"], gold["open_to"]["tiers"]) == (1, ["gold"])
    assert accepted(await brand.put(path, {"open_to": {"tiers": ["gold"]}}), 200) == gold
    assert accepted(await brand.get(path), 200) == gold
    found = await quoted(brand, offer_id, "m2")
    assert (found["eligible"], found["why_not"], found["why"]) == (False, "not-eligible", "tier")
    wanted = {"member": "m2", "offer_id": offer_id}
    for free in (False, True):
        problem = refused(
            await brand.post(f"{PROGRAMME}/rights", {**wanted, "free": free}), 403, "not-eligible"
        )
        assert problem["why"] == "tier"
    # A quote freezes a price. It opens nothing.
    token = found["quote"]
    refused(
        await brand.post(f"{PROGRAMME}/rights", {**wanted, "quote": token}), 403, "not-eligible"
    )
    await redeemed(brand, offer_id, member)
    accepted(await brand.put(path, {"open_to": {}}), 200)
    # Newcomers pay nothing once, and those with few points too.
    await price(brand, {"free": True}, who={"first_redemption": True, "tags_none": ["brand:staff"]})
    cheap = await price(brand, {"points": 5}, who={"points_at_most": 45, "tiers": ["", "gold"]})
    assert (await redeemed(brand, offer_id, "m2"))["points"] == 0
    assert (await redeemed(brand, offer_id, "m2"))["points"] == 20
    last = await redeemed(brand, offer_id, "m2")
    assert (last["points"], last["price_rule"]) == (5, cheap["price_id"])


async def test_what_a_price_or_an_access_in_force_names_stays_declared(
    brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)

    async def declared(tags: list[str], tiers: list[str]) -> list[tuple[int, JSON]]:
        """Status and answer of a declaration of these tags, and one of these tiers."""
        said = {
            "tags": [{"code": each, "label": "Tag"} for each in tags],
            "tiers": [{"code": each, "label": "Tier", "rank": 1} for each in tiers],
        }
        answers = [await brand.put(f"{PROGRAMME}/{name}", {name: said[name]}) for name in said]
        return [(each.status_code, each.json()) for each in answers]

    async def stays() -> None:
        (tags, tag), (tiers, tier) = await declared(["brand:vip"], ["silver"])
        assert (tags, tag["type"], tag["tag"]) == (409, "/problems/tag-in-use", "brand:staff")
        assert (tiers, tier["type"], tier["tier"]) == (409, "/problems/tier-in-use", "gold")

    await declared(["brand:staff", "brand:vip"], ["gold", "silver"])
    later = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    now = await price(brand, {"points": 1}, who={"tags_none": ["brand:staff"]})
    soon = await price(brand, {"points": 1}, who={"tiers": ["", "gold"]}, valid_from=later)
    await price(brand, {"points": 1}, who={"tags_any": ["brand:vip"]}, valid_until=OVER)
    await stays()
    for each in (now, soon):
        accepted(await brand.post(f"{PROGRAMME}/prices/{each['price_id']}/end", {}), 200)
    access = f"{PROGRAMME}/offers/{offer_id}/access"
    for tags in ("tags_any", "tags_all"):
        who = {tags: ["brand:staff"], "tiers": ["gold"]}
        accepted(await brand.put(access, {"open_to": who}), 200)
        await stays()
    # What was in force, and is not now, lets them go.
    accepted(await brand.put(access, {"open_to": {}}), 200)
    assert [status for status, _ in await declared([], [])] == [200, 200]


async def test_bands_hold_in_the_order_of_a_batch(brand: Caller, supplier: Caller) -> None:
    offer_id = await stock(supplier, brand, quantity=50)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    await price(brand, {"points": 1}, who={"points_at_most": 30})
    await price(brand, {"free": True}, who={"first_redemption": True, "member_for_days_at_most": 7})
    items = [{"key": f"r{each}", "member": "m1", "offer_id": offer_id} for each in range(5)]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200
    )["answers"]
    assert [each["points"] for each in answers] == [0, 20, 1, 1, 1]
    assert [each["price_rule"] for each in answers] == [2, None, 1, 1, 1]
    # Asked again, they get their first answers.
    again = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": items}, key=None), 200
    )["answers"]
    assert again == answers


async def test_two_at_once_at_the_edge_of_a_band(brand: Caller, supplier: Caller) -> None:
    """Only one of two finds the member on the dear side of the edge."""
    offer_id = await stock(supplier, brand, quantity=1_000)
    await price(brand, {"points": 1}, who={"points_at_most": 19})
    for each in range(10):
        member = f"edge-{each}"
        accepted(await brand.post(f"{PROGRAMME}/issue", {"member": member, "points": 25}))
        made = await asyncio.gather(*(redeemed(brand, offer_id, member) for _ in range(3)))
        assert sorted(right["points"] for right in made) == [1, 1, 20]


async def test_the_rate_prices_what_nothing_else_does(
    brand: Caller, supplier: Caller, member: str
) -> None:
    offer_id = await stock(supplier, brand, face_value_minor=999)
    assert accepted(await brand.get(f"{PROGRAMME}/price-rate"), 200) == {
        "version": 0,
        "rate": None,
    }
    terms = {"points": 3, "minor": 500, "step_points": 5, "currency": "CNY"}
    stated = accepted(await brand.put(f"{PROGRAMME}/price-rate", {"rate": terms}), 200)
    assert stated == {"version": 1, "rate": terms}
    assert accepted(await brand.put(f"{PROGRAMME}/price-rate", {"rate": terms}), 200) == stated
    assert (await redeemed(brand, offer_id, member))["points"] == 10
    off = accepted(await brand.put(f"{PROGRAMME}/price-rate", {"rate": None}), 200)
    assert off == {"version": 2, "rate": None}
    assert (await redeemed(brand, offer_id, member))["points"] == 20


async def test_a_rule_is_tried_on_the_past_and_nothing_is_stored(
    brand: Caller, supplier: Caller, member: str, snapshot: Take
) -> None:
    offer_id = await stock(supplier, brand)
    other = await stock(supplier, brand, code="other", category="leisure")
    for each in (offer_id, other, offer_id):
        await redeemed(brand, each, member)
    await redeemed(brand, offer_id, member, free=True)
    before = await snapshot()
    draft = rule({"percent": 50}, {"offer_id": offer_id}, who={"points_at_least": 100})
    tried = accepted(
        await brand.post(f"{PROGRAMME}/prices/simulate", {"rule": draft, "days": 7}, key=None),
        200,
    )
    # Only the first of the three had a hundred points to spend.
    sums = {"redemptions": 3, "changed": 1, "points_before": 60, "points_after": 50}
    assert {name: tried[name] for name in sums} == sums
    for name, total in sums.items():
        assert sum(day[name] for day in tried["days"]) == total
    assert tried["stock"] == [{"offer_id": offer_id, "redemptions": 1, "remaining": 2}]
    assert tried["is_complete"] is True
    assert await snapshot() == before


WRONG: tuple[tuple[JSON, str], ...] = (
    ({"scope": {}}, "scope"),
    ({"scope": {"all": True, "offer_id": 1}}, "scope"),
    ({"price": {}}, "price"),
    ({"price": {"points": 1, "free": True}}, "price"),
    ({"price": {"points": 1, "floor": 1}}, "price.floor"),
    ({"price": {"free": True, "floor": 1}}, "price.floor"),
    ({"schedule": {"monthly": [8], "weekly": [3]}}, "schedule.weekly"),
    ({"schedule": {"monthly": [8, 8]}}, "schedule.monthly"),
    ({"hours": {"opens": "14:00", "closes": "10:00"}}, "hours"),
    ({"who": {"points_at_least": 2, "points_at_most": 1}}, "who.points_at_least"),
    ({"who": {"tags_all": ["a"], "tags_none": ["a"]}}, "who.tags_none"),
    ({"who": {"tiers": ["a", "a"]}}, "who.tiers"),
    ({"earning_multiplier_percent": 200}, "earning_multiplier_percent"),
)
"""What a rule must not say, and the field that the refusal names."""


async def test_what_a_rule_must_not_say(brand: Caller) -> None:
    for changes, field in WRONG:
        body = rule({"points": 1}) | changes
        problem = refused(await brand.post(f"{PROGRAMME}/prices", body), 422, "price-invalid")
        assert problem["field"] == field


async def test_refusals_change_nothing(
    brand: Caller, other_brand: Caller, supplier: Caller, database: Database, snapshot: Take
) -> None:
    offer_id = await stock(supplier, brand)
    made = await price(brand, {"points": 7})
    before = without_stored_answers(await snapshot())
    path = f"{PROGRAMME}/prices"
    for body, status, code in (
        (rule({"points": 1}, {"offer_id": 1}), 404, "offer-not-found"),
        (rule({"points": 1}, {"category": "nowhere"}), 422, "category-unknown"),
        (rule({"points": 1}, who={"tags_any": ["brand:staff"]}), 422, "tag-unknown"),
        (rule({"points": 1}, who={"tiers": ["gold"]}), 422, "tier-unknown"),
        (rule({"points": 1}, valid_until=BEGIN), 422, "period-backwards"),
        (rule({"points": -1}), 400, "request-invalid"),
        (rule({"percent": 101}), 400, "request-invalid"),
        (rule({"points": 1}, schedule={"monthly": [32]}), 400, "request-invalid"),
        (rule({"points": 1}, hours={"opens": "24:30", "closes": "25:00"}), 400, "request-invalid"),
    ):
        refused(await brand.post(path, body), status, code)
        # A rule that is only tried is held to the same, but for its scope.
        if code not in {"offer-not-found", "category-unknown"}:
            draft = {"rule": body, "days": 1}
            refused(await brand.post(f"{path}/simulate", draft, key=None), status, code)
    access = f"{PROGRAMME}/offers/{offer_id}/access"
    for who, code in (
        ({"tiers": ["gold"]}, "tier-unknown"),
        ({"tags_all": ["brand:staff"]}, "tag-unknown"),
        ({"points_at_least": 2, "points_at_most": 1}, "price-invalid"),
    ):
        refused(await brand.put(access, {"open_to": who}), 422, code)
    for missing in (0, 2, 10**30):
        problem = await brand.post(f"{path}/{missing}/end", {})
        refused(problem, 404, "price-not-found")
    refused(
        await brand.put(f"{PROGRAMME}/offers/5/access", {"open_to": {}}), 404, "offer-not-found"
    )
    for query in (
        {"from": "2026-02-30", "until": "2026-03-01"},
        {"from": "2026-03-01", "until": "2026-03-01"},
        {"from": "2026-03-01", "until": "2027-03-03"},
    ):
        refused(await brand.get(f"{PROGRAMME}/points-days", **query), 400, "request-invalid")
    quotes = {"member": "m1", "offer_ids": [5, offer_id], "at": BEGIN}
    found = await brand.post(f"{PROGRAMME}/quotes", quotes, key=None)
    (nothing, something) = accepted(found, 200)["quotes"]
    assert (nothing["why_not"], nothing["points"], nothing["quote"]) == (
        "offer-not-found",
        None,
        None,
    )
    assert something["why_not"] is None
    for caller in (other_brand,):
        for response in (
            await caller.get(path),
            await caller.post(path, rule({"points": 1})),
            await caller.post(f"{path}/{made['price_id']}/end", {}),
            await caller.post(f"{PROGRAMME}/quotes", quotes, key=None),
            await caller.put(f"{PROGRAMME}/price-rate", {"rate": None}),
            await caller.get(access),
        ):
            refused(response, 404, "programme-not-found")
    refused(await supplier.get(path), 403, "role-required")
    assert without_stored_answers(await snapshot()) == before


async def test_so_many_rules_and_no_more(brand: Caller, database: Database) -> None:
    await price(brand, {"points": 1})
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                """
                INSERT INTO catalog.price_rule
                    (book_id, price_id, effect, points, label, valid_from)
                SELECT book_id, 1 + n, 'points', 5, 'Many', valid_from
                FROM catalog.price_rule, generate_series(1, 499) AS n
                """
            )
        )
    refused(await brand.post(f"{PROGRAMME}/prices", rule({"points": 1})), 409, "too-many-prices")
    accepted(await brand.post(f"{PROGRAMME}/prices/500/end", {}), 200)
    made = await price(brand, {"points": 1})
    assert made["price_id"] == 501
    later = datetime.now(UTC) + timedelta(days=1)
    refused(
        await brand.post(f"{PROGRAMME}/prices", rule({"points": 1}, valid_from=later.isoformat())),
        409,
        "too-many-prices",
    )
