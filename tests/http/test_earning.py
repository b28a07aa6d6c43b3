"""Earning over HTTP: rules, events, product codes and gifts."""

from typing import Any

from sqlalchemy import text

from ledger import Database
from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    SECRET,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)

RULES, EVENTS = f"{PROGRAMME}/earning-rules", f"{PROGRAMME}/events"
BATCHES = f"{PROGRAMME}/product-batches"


def rule(code: str, event: str, points: int = 5, **changes: Any) -> dict[str, Any]:
    terms = {"rule": code, "event": event, "label": code, "points": points, "valid_from": BEGIN}
    return terms | changes


async def test_rules_and_events(brand: Caller, other_brand: Caller) -> None:
    accepted(await brand.post(RULES, rule("in", "sign-in", once_per="day")))
    again = rule("in", "share")
    refused(await brand.post(RULES, again), 409, "earning-rule-exists")
    for wrong in (
        {"once_per": "day", "event": "invite"},
        {"after_use": True},
        {"budget_points_total": 4},
    ):
        refused(await brand.post(RULES, rule("b", "share") | wrong), 422, "earning-rule-invalid")
    for wrong in ({"event": "Sign-in"}, {"points": 0}, {"event": "custom:"}, {"rule": "a b"}):
        refused(await brand.post(RULES, rule("b", "share") | wrong), 400, "request-invalid")
    tagged = rule("b", "share", who={"tags_any": ["brand:none"]})
    refused(await brand.post(RULES, tagged), 422, "tag-unknown")

    event = {"event": "sign-in", "member": "ann"}
    first = await brand.post(EVENTS, event, key="e-1")
    assert accepted(first)["points"] == 5
    second = accepted(await brand.post(EVENTS, event, key="e-2"))
    assert (second["points"], second["why"], second["balance"]) == (0, "once", 5)
    replay = await brand.post(EVENTS, event, key="e-1")
    assert (replay.content, replay.headers["Idempotency-Replayed"]) == (first.content, "true")
    reused = await brand.post(EVENTS, {**event, "member": "bob"}, key="e-1")
    refused(reused, 422, "idempotency-key-reused")
    summed = await brand.post(EVENTS, {**event, "points": 1_000})
    refused(summed, 400, "request-invalid")
    refused(await brand.post(EVENTS, {**event, "event": "invite"}), 422, "operation-invalid")
    foreign = await other_brand.post(EVENTS, event)
    refused(foreign, 404, "programme-not-found")
    record = accepted(await brand.get(f"{PROGRAMME}/operations/e-2"), 200)
    assert record["problem"]["type"] == "/problems/not-earned"

    # A rule ends for events to come, and not for those that were told.
    accepted(await brand.post(f"{RULES}/in/end"), 200)
    refused(await brand.post(f"{RULES}/no/end"), 404, "earning-rule-not-found")
    assert accepted(await brand.get(RULES), 200)["items"] == []
    (ended,) = accepted(await brand.get(RULES, state="all"), 200)["items"]
    assert ended["ended_at"] is not None
    assert accepted(await brand.post(EVENTS, {**event, "member": "bob"}))["why"] == "closed"
    assert (await brand.post(EVENTS, event, key="e-1")).content == first.content
    # What was earned wrongly is reversed like any other issue.
    back = {"member": "ann", "operation_key": "e-1"}
    assert accepted(await brand.post(f"{PROGRAMME}/reverse", back))["points"] == 5


async def test_a_points_day_multiplies_within_the_budget(brand: Caller) -> None:
    day = {
        "label": "Points day",
        "scope": {"all": True},
        "price": {"percent": 50},
        "schedule": {"dates": ["2017-03-08"]},
        "valid_from": BEGIN,
        "earning_multiplier_percent": 250,
    }
    accepted(await brand.post(f"{PROGRAMME}/prices", day))
    accepted(await brand.post(RULES, rule("game", "game", budget_points_total=20)))
    events = [
        {"key": f"g-{n}", "event": "game", "member": f"m-{n}", "occurred_at": at}
        for n, at in enumerate(
            ("2017-03-08T10:00:00Z", "2017-03-07T10:00:00Z", "2017-03-08T10:00:00Z")
        )
    ]
    body = {"events": [*events, {"key": "g-9", "event": "game"}]}
    batch = await brand.post(f"{EVENTS}/batch", body, key=None)
    answers = accepted(batch, 200)["answers"]
    assert [each.get("why") for each in answers] == ["given", "given", "budget", None]
    assert [each.get("points") for each in answers] == [12, 5, 0, None]
    assert answers[0]["base_points"] == 5
    assert answers[0]["earning_multiplier_percent"] == 250
    assert answers[3]["problem"]["type"] == "/problems/request-invalid"
    replay = await brand.post(f"{EVENTS}/batch", body, key=None)
    assert replay.json() == batch.json()
    assert replay.headers["Idempotency-Replays"] == "3"


async def test_product_codes_are_digests_and_guesses_are_limited(
    brand: Caller, make_settings: MakeSettings, database: Database
) -> None:
    accepted(await brand.post(RULES, rule("cola", "product-code", 8)))
    accepted(await brand.post(RULES, rule("in", "sign-in")))
    wrong = {"batch": "b", "label": "B", "rule": "in"}
    refused(await brand.post(BATCHES, wrong), 422, "earning-rule-invalid")
    accepted(await brand.post(BATCHES, {"batch": "b", "label": "B", "rule": "cola"}))
    refused(
        await brand.post(BATCHES, {"batch": "b", "label": "B", "rule": "cola"}),
        409,
        "product-batch-exists",
    )
    goods = {"codes": ["Cola-0000-1", "ＣＯＬＡ ００００ １", "no", "COLA00002"]}
    put = accepted(await brand.post(f"{BATCHES}/b/codes", goods, key=None), 200)
    assert (put["accepted"], put["existing"], put["rejected"]) == (2, 1, [2])
    made = accepted(await brand.post(f"{BATCHES}/b/new-codes", {"count": 3}, key=None))["codes"]
    assert len({*made}) == 3
    async with database.transaction() as connection:
        stored = await connection.execute(text("SELECT c::text FROM exchange.product_code AS c"))
        assert not any(code in row for row in stored.scalars() for code in made)

    settings = make_settings(code_misses_burst=4, code_misses_per_second=0.001)
    async with serving(settings) as (_, client):
        caller = Caller(client, brand.key)

        async def scan(member: str, code: str) -> Any:
            body = {"event": "product-code", "member": member, "code": code}
            return await caller.post(EVENTS, body)

        assert accepted(await scan("ann", made[0].lower()))["points"] == 8
        assert accepted(await scan("bob", made[0]))["why"] == "once"
        for number in range(4):
            refused(await scan("eve", f"GUESS{number:05}"), 404, "product-code-not-found")
        for code in ("GUESS99999", made[1]):
            refused(await scan("eve", code), 429, "too-many-code-misses")
        assert accepted(await scan("ann", made[1]))["why"] == "given", "others go on"
        events = [
            {"key": f"x-{n}", "event": "product-code", "member": "mob", "code": f"GUESS{n:05}"}
            for n in range(9)
        ]
        body = {"events": [*events, {"key": "x-9", "event": "sign-in", "member": "mob"}]}
        answers = accepted(await caller.post(f"{EVENTS}/batch", body, key=None), 200)["answers"]
        kinds = [each["problem"]["type"].rpartition("/")[2] for each in answers[:9]]
        assert kinds == ["product-code-not-found"] * 4 + ["too-many-code-misses"] * 5
        assert answers[9]["points"] == 5
    refused(await brand.get(f"{PROGRAMME}/operations/x-0"), 404, "operation-not-found")

    (batch,) = accepted(await brand.get(BATCHES), 200)["items"]
    assert (batch["codes"], batch["earned"], batch["points"]) == (5, 2, 16)
    assert accepted(await brand.post(f"{BATCHES}/b/end"), 200)["state"] == "ENDED"
    refused(
        await brand.post(f"{BATCHES}/b/new-codes", {"count": 1}, key=None),
        409,
        "product-batch-closed",
    )
    assert accepted(await brand.post(f"{BATCHES}/b/void"), 200)["state"] == "VOIDED"
    for path in (f"{BATCHES}/no/void", f"{BATCHES}/A b/end"):
        refused(await brand.post(path), 404, "product-batch-not-found")


async def test_a_gift_plan(brand: Caller, supplier: Caller) -> None:
    path = f"{PROGRAMME}/gift-plan"
    empty = accepted(await brand.get(path), 200)
    assert (empty["birthday_offer_id"], empty["birthday_hour"]) == (None, 9)
    offer_id = await stock(supplier, brand)
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    sent = await stock(supplier, brand, code="sent", fulfilment="direct")
    refused(await brand.put(path, {"birthday_offer_id": sent}), 422, "gift-plan-invalid")
    refused(await brand.put(path, {"birthday_offer_id": 4_711}), 404, "offer-not-found")
    stated = {"birthday_offer_id": offer_id, "birthday_hour": 8, "free_rights_per_week": 1}
    assert accepted(await brand.put(path, stated), 200)["free_rights_per_week"] == 1
    right = {"member": "ann", "offer_id": offer_id, "free": True}
    accepted(await brand.post(f"{PROGRAMME}/rights", right))
    refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "too-many-free-rights")
    assert accepted(await brand.get(f"{PROGRAMME}/birthdays"), 200)["items"] == []
