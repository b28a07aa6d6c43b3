"""Isolation over HTTP: rules with periods, vetoes, groups, categories, and their explanations."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, accepted, add_party, offer, refused, stock

LATER = "2031-01-01T00:00:00Z"
VETO = {"against": {"category": "grocery"}, "role": "buyer"}


async def listed(brand: Caller) -> set[int]:
    answer = accepted(await brand.get(f"{PROGRAMME}/offers", all="true"), 200)
    return {each["offer_id"] for each in answer["items"]}


async def told(caller: Caller, offer_id: int, **query: str) -> Any:
    path = f"{PROGRAMME}/offers/{offer_id}/isolation"
    return accepted(await caller.get(path, **query), 200)


async def carried(operator: Caller, supplier: Caller) -> int:
    """The cinema carries a latte of a brand that trades in what the grocer trades in."""
    await add_party(operator, "barn", "brand", category="grocery.fresh")
    latte = offer("latte") | {"category": "leisure.cinema", "presented_brand": "barn"}
    return int(accepted(await supplier.post("/v1/offers", latte))["offer_id"])


async def test_an_aggregator_shows_no_rivals_offer(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    latte = await carried(operator, supplier)
    ticket = accepted(await supplier.post("/v1/offers", offer("ticket")))["offer_id"]
    assert await listed(brand) == {ticket}
    refused(await brand.get(f"{PROGRAMME}/offers/{latte}"), 404, "offer-not-found")
    refused(await brand.get(f"{PROGRAMME}/offers/{latte}/isolation"), 404, "offer-not-found")
    why = await told(operator, latte)
    assert (why["isolated"], why["layer"], why["facet"]) == (True, "default", "owner")
    assert why["words"]["en"] == why["explanation"]
    assert "barn" in why["words"]["zh"]
    # An allow of who carries it says nothing about whose it is.
    allow: dict[str, Any] = {"kind": "allow", "buyer": {"party": "grocer"}}
    body = allow | {"supplier": {"party": "cinema"}}
    carrier = accepted(await operator.post("/v1/isolation-rules", body))
    assert (await told(operator, latte))["isolated"] is True
    body = allow | {"supplier": {"party": "barn"}, "mutual": False, "valid_until": LATER}
    owner = accepted(await operator.post("/v1/isolation-rules", body))
    assert await listed(brand) == {ticket, latte}
    mine = await told(brand, latte)
    assert (mine["isolated"], mine["considered"]) == (False, [])
    why = await told(operator, latte)
    assert (why["layer"], why["rule_id"]) == ("rule", owner["rule_id"])
    assert [(each["rule_id"], each["facet"]) for each in why["considered"]] == [
        (owner["rule_id"], "owner"),
        (carrier["rule_id"], "carrier"),
    ]
    deny = {"kind": "deny", "buyer": {"party": "grocer"}, "supplier": {"everyone": True}}
    nearer = accepted(await operator.post("/v1/isolation-rules", deny | {"mutual": False}))
    assert await listed(brand) == {ticket, latte}, "two named parties are nearer than one"
    path = f"/v1/isolation-rules/{carrier['rule_id']}"
    accepted(await operator.post(f"{path}/end", {}, key="end"), 200)
    assert await listed(brand) == set()
    why = await told(operator, latte)
    assert (why["facet"], why["rule_id"]) == ("carrier", nearer["rule_id"])


async def test_what_is_ended_still_explains_the_past(
    operator: Caller, brand: Caller, supplier: Caller, database: Database
) -> None:
    ticket = accepted(await supplier.post("/v1/offers", offer("ticket")))["offer_id"]
    before = datetime.now(UTC).isoformat()
    deny = {"kind": "deny", "buyer": {"party": "grocer"}, "supplier": {"party": "cinema"}}
    rule = accepted(await operator.post("/v1/isolation-rules", deny))
    refused(await operator.post("/v1/isolation-rules", deny), 409, "isolation-rule-exists")
    path = f"/v1/isolation-rules/{rule['rule_id']}"
    during = rule["valid_from"]
    assert (await told(operator, ticket))["isolated"] is True
    ended = accepted(await operator.post(f"{path}/end", {}, key="end"), 200)
    refused(await operator.delete(path), 404, "isolation-rule-not-found")
    refused(await operator.post(f"{path}/end", {}, key="x"), 404, "isolation-rule-not-found")
    now = await told(operator, ticket)
    assert (now["isolated"], now["as_of"]) == (False, None)
    assert [each["applies"] for each in now["considered"]] == [False]
    for as_of, isolated in ((before, False), (during, True), (ended["ended_at"], False)):
        answer = await told(operator, ticket, as_of=as_of)
        assert (answer["isolated"], answer["rules_version"]) == (isolated, now["rules_version"])
    refused(
        await brand.get(f"{PROGRAMME}/offers/{ticket}/isolation", as_of=during),
        *(404, "offer-not-found"),
    )
    held = accepted(await operator.get("/v1/isolation-rules", as_of=during), 200)["items"]
    assert [each["rule_id"] for each in held] == [rule["rule_id"]]
    assert accepted(await operator.get("/v1/isolation-rules"), 200)["items"] == []
    again = deny | {"valid_from": LATER}
    later = accepted(await operator.post("/v1/isolation-rules", again))
    assert (await told(operator, ticket))["isolated"] is False
    assert (await operator.delete(f"/v1/isolation-rules/{later['rule_id']}")).status_code == 204
    async with database.transaction() as connection:
        stored = await connection.scalar(text("SELECT count(*) FROM catalog.isolation_rule"))
    assert stored == 1, "what never held is taken back"
    backwards = deny | {"valid_from": LATER, "valid_until": "2030-01-01T00:00:00Z"}
    refused(await operator.post("/v1/isolation-rules", backwards), 422, "period-backwards")


async def test_a_veto_is_a_partys_own_and_no_allow_overrides_it(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    ticket = accepted(await supplier.post("/v1/offers", offer("ticket")))["offer_id"]
    allow = {"kind": "allow", "buyer": {"party": "grocer"}, "supplier": {"party": "cinema"}}
    accepted(await operator.post("/v1/isolation-rules", allow))
    first = accepted(await brand.post("/v1/vetoes", VETO))
    assert await listed(brand) == {ticket}
    body = {"against": {"category": "leisure"}, "role": "buyer", "valid_until": LATER}
    veto = accepted(await brand.post("/v1/vetoes", body, key="veto"))
    assert (veto["party"], veto["against"]) == ("grocer", {"category": "leisure"})
    assert await listed(brand) == set()
    why = await told(operator, ticket)
    assert (why["layer"], why["rule_id"]) == ("veto", veto["veto_id"])
    refused(await brand.post("/v1/vetoes", body), 409, "isolation-rule-exists")
    refused(await brand.post("/v1/vetoes", body | {"role": "supplier"}), 403, "role-missing")
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    refused(await brand.post("/v1/vetoes", VETO | {"valid_from": past}), 422, "period-backwards")
    refused(await operator.post("/v1/vetoes", VETO), 403, "role-required")
    path = f"/v1/vetoes/{veto['veto_id']}/end"
    refused(await supplier.post(path, {}), 404, "veto-not-found")
    assert accepted(await supplier.get("/v1/vetoes"), 200)["items"] == []
    for caller in (brand, operator):
        mine = accepted(await caller.get("/v1/vetoes"), 200)["items"]
        assert [each["veto_id"] for each in mine] == [first["veto_id"], veto["veto_id"]]
    accepted(await brand.post(path, {}, key="end"), 200)
    assert await listed(brand) == {ticket}
    body = {"against": {"party": "grocer"}, "role": "supplier"}
    theirs = accepted(await supplier.post("/v1/vetoes", body, key="veto"))
    assert await listed(brand) == set()
    accepted(await operator.post(f"/v1/vetoes/{theirs['veto_id']}/end", {}, key="end"), 200)
    assert await listed(brand) == {ticket}
    rule_path = f"/v1/isolation-rules/{first['veto_id']}"
    refused(await operator.delete(rule_path), 404, "isolation-rule-not-found")


async def test_an_alliance_waits_for_its_members_and_competitors_do_not(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    rival = await add_party(operator, "rival", "brand", "supplier", category="grocery.fresh")
    rice = accepted(await rival.post("/v1/offers", offer("rice")))["offer_id"]
    assert await listed(brand) == set()
    sky = {"code": "sky", "kind": "alliance", "label": "Sky"}
    assert accepted(await operator.post("/v1/groups", sky))["members"] == []
    refused(await operator.post("/v1/groups", sky), 409, "group-exists")
    for code in ("grocer", "rival"):
        path = f"/v1/groups/sky/members/{code}"
        member = accepted(await operator.put(path, {"valid_until": LATER}), 200)
        assert (member["party"], member["accepted_at"]) == (code, None)
    refused(await supplier.post("/v1/groups/sky/accept", {}), 404, "group-not-found")
    assert accepted(await supplier.get("/v1/groups"), 200)["items"] == []
    accepted(await brand.post("/v1/groups/sky/accept", {}, key="yes"), 200)
    assert await listed(brand) == set(), "the other one is invited only"
    yes = accepted(await rival.post("/v1/groups/sky/accept", {}, key="yes"), 200)
    assert await listed(brand) == {rice}
    assert (await told(operator, rice))["rule"].startswith("group sky (alliance)")
    again = accepted(await rival.post("/v1/groups/sky/accept", {}, key="again"), 200)
    assert again == yes
    (mine,) = accepted(await brand.get("/v1/groups"), 200)["items"]
    assert {each["party"] for each in mine["members"]} == {"grocer", "rival"}
    foes = {"code": "foes", "kind": "competitors", "label": "Foes"}
    accepted(await operator.post("/v1/groups", foes))
    for code in ("grocer", "rival"):
        accepted(await operator.put(f"/v1/groups/foes/members/{code}", {}), 200)
    assert await listed(brand) == set(), "a deny is before an allow"
    assert len(accepted(await brand.get("/v1/groups"), 200)["items"]) == 1
    # A veto tells no more of groups than the list of them does.
    for code in ("foes", "none"):
        against = {"against": {"group": code}, "role": "buyer"}
        problem = refused(await brand.post("/v1/vetoes", against, key=code), 404, "group-not-found")
        assert problem["detail"] == f"there is no group {code}"
    known = {"against": {"group": "sky"}, "role": "buyer"}
    accepted(await brand.post("/v1/vetoes", known | {"valid_from": LATER}, key="known"))
    unknown = known | {"role": "supplier"}
    refused(await supplier.post("/v1/vetoes", unknown), 404, "group-not-found")
    refused(await brand.post("/v1/groups/foes/accept", {}), 404, "group-not-found")
    assert (await operator.delete("/v1/groups/foes/members/rival")).status_code == 204
    assert await listed(brand) == {rice}
    path = "/v1/groups/sky/members/rival"
    assert (await operator.delete(path)).status_code == 204
    assert await listed(brand) == set()
    assert (await told(operator, rice, as_of=yes["accepted_at"]))["isolated"] is False
    refused(await operator.delete(path), 404, "group-member-not-found")
    past = {"valid_from": yes["valid_from"]}
    refused(await operator.put(path, past), 409, "group-period-taken")
    refused(await operator.put("/v1/groups/no/members/rival", {}), 404, "group-not-found")
    refused(await operator.put("/v1/groups/sky/members/no", {}), 404, "party-not-found")


async def test_a_change_of_categories_says_first_what_it_closes(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    ticket = await stock(supplier, brand)
    path = "/v1/parties/grocer/categories"
    change = {"categories": ["grocery.fresh", "leisure"], "dry_run": True}
    looked = accepted(await operator.post(path, change, key="look"), 200)
    assert [(each["buyer"], each["offer_id"]) for each in looked["closes"]] == [("grocer", ticket)]
    assert accepted(await brand.get("/v1/parties/self"), 200)["categories"] == ["grocery.fresh"]
    assert await listed(brand) == {ticket}
    done = accepted(await operator.post(path, change | {"dry_run": False}, key="do"), 200)
    assert done == looked | {"dry_run": False}
    assert await listed(brand) == set()
    right = {"member": "m1", "offer_id": ticket, "free": True}
    refused(await brand.post(f"{PROGRAMME}/rights", right), 404, "offer-not-found")
    held = accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"]
    assert [each["offer_id"] for each in held] == [ticket], "the stock is still there"
    accepted(await operator.post(path, {"categories": ["grocery.fresh"]}, key="back"), 200)
    assert await listed(brand) == {ticket}
    refused(
        await operator.post(path, {"categories": ["nowhere"]}, key="x"), 422, "category-unknown"
    )
    many = {"code": "many", "name": "Many", "roles": ["brand"]}
    both = many | {"categories": ["leisure", "grocery"]}
    assert accepted(await operator.post("/v1/parties", both))["category"] == "leisure"
    refused(await operator.post("/v1/parties", both | {"category": "x"}), 400, "request-invalid")


async def test_the_matrix_says_what_is_decided_for_each_class(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    await carried(operator, supplier)
    for code in ("ticket", "popcorn"):
        accepted(await supplier.post("/v1/offers", offer(code)))
    rows = accepted(await operator.get("/v1/isolation/matrix", buyer="grocer"), 200)["items"]
    assert [(row["owner"], row["supplier"], row["offers"], row["isolated"]) for row in rows] == [
        ("barn", "cinema", 1, True),
        ("cinema", "cinema", 2, False),
    ]
    file = await operator.get("/v1/isolation/matrix/download", buyer="grocer")
    assert file.headers["content-type"] == "text/csv"
    read = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["owner"], row["isolated"]) for row in read] == [
        ("barn", "True"),
        ("cinema", "False"),
    ]
    assert read[0]["zh"] == rows[0]["words"]["zh"]
    for path in ("/v1/isolation/matrix", "/v1/isolation/matrix/download"):
        refused(await operator.get(path), 400, "request-invalid")
        refused(await operator.get(path, buyer="nobody"), 404, "party-not-found")
        refused(await operator.get(path, buyer="cinema"), 403, "role-missing")
        refused(await brand.get(path, buyer="grocer"), 403, "role-required")
