"""The part of the journey in which members earn and are given something."""

from tests.http.conftest import PROGRAMME, Caller, accepted

FROM = "2017-01-01T00:00:00Z"


async def earn_and_give(brand: Caller, offer_id: int) -> None:
    """Use every operation by which members earn or are given something."""
    rules = f"{PROGRAMME}/earning-rules"
    sign_in = {
        "rule": "sign-in",
        "event": "sign-in",
        "label": "Daily sign-in",
        "points": 5,
        "once_per": "day",
        "budget_points_per_day": 100_000,
        "valid_from": FROM,
    }
    accepted(await brand.post(rules, sign_in))
    cola = {
        "rule": "cola",
        "event": "product-code",
        "label": "A code in each cap",
        "points": 10,
        "per_member_per_day": 5,
        "valid_from": FROM,
    }
    accepted(await brand.post(rules, cola))
    accepted(await brand.get(rules), 200)
    batches = f"{PROGRAMME}/product-batches"
    batch = {"batch": "cola-spring", "label": "Cola, spring", "rule": "cola"}
    accepted(await brand.post(batches, batch))
    codes = {"codes": ["COLA-2027-0001", "COLA-2027-0002", "short"]}
    accepted(await brand.post(f"{batches}/cola-spring/codes", codes, key=None), 200)
    accepted(await brand.post(f"{batches}/cola-spring/new-codes", {"count": 1}, key=None))
    at = {"occurred_at": "2017-01-20T19:00:00+08:00"}
    event = {"event": "sign-in", "member": "m-1001", **at}
    accepted(await brand.post(f"{PROGRAMME}/events", event, key="event-1"))
    scan = {"event": "product-code", "member": "m-1001", "code": "cola 2027 0001", **at}
    invite = {"rule": "invite", "event": "invite", "label": "Bring a friend", "points": 50}
    accepted(await brand.post(rules, {**invite, "after_use": True, "valid_from": FROM}))
    friend = {"kind": "phone", "value": "139 0000 4711"}
    told = {"event": "invite", "member": "m-1001", "friend": friend, **at}
    accepted(await brand.post(f"{PROGRAMME}/events", told, key="event-4"))
    events = {"events": [{**event, "key": "event-2"}, {**scan, "key": "event-3"}]}
    accepted(await brand.post(f"{PROGRAMME}/events/batch", events, key=None), 200)
    accepted(await brand.get(batches), 200)
    accepted(await brand.post(f"{batches}/cola-spring/end"), 200)
    accepted(await brand.post(f"{batches}/cola-spring/void"), 200)
    accepted(await brand.post(f"{rules}/cola/end"), 200)
    plan = {"birthday_offer_id": offer_id, "free_rights_per_week": 3}
    accepted(await brand.put(f"{PROGRAMME}/gift-plan", plan), 200)
    accepted(await brand.get(f"{PROGRAMME}/gift-plan"), 200)
    accepted(await brand.get(f"{PROGRAMME}/birthdays", day="2027-02-28"), 200)
    accepted(await brand.put(f"{PROGRAMME}/gift-plan", {"birthday_offer_id": None}), 200)
