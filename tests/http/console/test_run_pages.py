"""The operator's pages: parties, isolation, users, keys, audit log and system, and who may not."""

from typing import Any

import httpx2

from ledger import Database
from tests.http.conftest import Caller, accepted, stock
from tests.http.console.visitors import PASSWORD, Visitor, add_user, seen, sign_in

SCRIPT = "<script>alert(1)</script>"
OF_OPERATOR = (
    "/console",
    "/console/parties",
    "/console/parties/cinema",
    "/console/isolation",
    "/console/isolation?buyer=grocer",
    "/console/isolation/rules",
    "/console/isolation/categories",
    "/console/isolation/explain?programme=grocer&offer=1",
    "/console/system",
    "/console/audit-log",
)
OF_ALL = ("/console/isolation/vetoes", "/console/isolation/groups")


def _fields(shown: httpx2.Response, action: str) -> dict[str, str]:
    """What the form of a deed sends. One with filters leads to the same address."""
    forms = seen(shown).forms
    return next(fields for where, fields in forms if where == action and "_key" in fields)


async def _send(visitor: Visitor, page: str, action: str, **typed: str) -> httpx2.Response:
    """Open a page and submit its form, twice: the second time is a replay, and does nothing new."""
    shown = await visitor.open(page)
    fields = _fields(shown, action)
    first = await visitor.send(action, {**fields, **typed})
    again = await visitor.send(action, {**fields, **typed})
    assert (again.status_code, again.request.url.path) == (
        first.status_code,
        first.request.url.path,
    ), again.text
    return first


async def _status(visitor: Visitor, path: str) -> int:
    return (await visitor.open(path)).status_code


async def test_the_operators_pages_open_for_its_roles_and_for_nobody_else(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    offer_id = await stock(supplier, brand, name=SCRIPT)
    accepted(await operator.put("/v1/parties/cinema/name", {"name": SCRIPT}), 200)
    visitor = await sign_in(http, database, "operator", "operator")
    auditor = await sign_in(http, database, "operator", "auditor")
    for path in (*OF_OPERATOR, *OF_ALL):
        shown = await visitor.open(path.replace("offer=1", f"offer={offer_id}"))
        assert shown.status_code == 200, (path, shown.text)
        assert SCRIPT not in shown.text, path
        assert await _status(auditor, path) == 200, path
        # Who may only read has no form that does something.
        forms = [where for where, _ in seen(auditor.page).forms]  # type: ignore[arg-type]
        others = [each for each in forms if each.startswith("/console/")]
        known = {"/console/preferences", "/console/find", "/console/isolation"}
        assert (
            not {each for each in others if "rules" not in each}
            - known
            - set(OF_OPERATOR)
            - {
                "/console/isolation/explain",
                *OF_ALL,
            }
        ), path
    for party, role in (("grocer", "marketer"), ("cinema", "manager")):
        other = await sign_in(http, database, party, role)  # type: ignore[arg-type]
        assert [await _status(other, path) for path in OF_OPERATOR[1:3]] == [403, 403]
        assert await _status(other, "/console/system") == 403
        assert await _status(other, "/console/audit-log") == 403
        for path in (*OF_ALL, "/console/users", "/console/keys"):
            assert await _status(other, path) == 200, path
    till = await sign_in(http, database, "cinema", "till")
    for path in (*OF_ALL, "/console/users", "/console/keys"):
        assert await _status(till, path) == 403, path
    unknown = await visitor.open("/console/parties/nobody")
    assert (unknown.status_code, "There is no such party." in unknown.text) == (404, True)
    listed = await visitor.open("/console/audit-log", export="csv")
    assert listed.headers["content-type"].startswith("text/csv")
    assert "set_party_name" in listed.text


async def test_parties_and_their_settings_are_changed_by_forms(
    http: httpx2.AsyncClient, operator: Caller, supplier: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    wrong = await visitor.send("/console/parties", {"code": "Tea House", "name": "Tea"})
    assert wrong.status_code in {400, 422}
    assert 'aria-invalid="true"' in wrong.text
    nameless = {"code": "tea-garden", "name": "Tea", "roles": "brand", "user_name": "Lin"}
    shown = await _send(visitor, "/console/parties", "/console/parties", **nameless)
    assert 'id="w-party-email">Fill this in.' in shown.text
    assert (await operator.get("/v1/parties/tea-garden")).status_code == 404
    await visitor.open("/console/parties")
    new = {"code": "tea-house", "name": "Tea", "roles": "brand", "email": "li@tea.example"}
    added = await _send(visitor, "/console/parties", "/console/parties", **new)
    assert "/console/invitations/" in added.text
    page = "/console/parties/cinema"
    for rest, typed, said in (
        ("name", {"name": "Cinema Two"}, "The name was changed."),
        ("trust", {}, "The trust was changed."),
        ("categories", {"categories": "leisure"}, "The categories were changed."),
        ("stage", {"stage": "SUSPENDED", "reason": "Too slow"}, "The stage was changed."),
        ("profile", {"legal_name": "Cinema Two Ltd"}, "The billing profile was stated."),
    ):
        done = await _send(visitor, page, f"{page}/{rest}", **typed)
        assert said in done.text, (rest, done.text)
    assert "Cinema Two Ltd" in (await visitor.open(page)).text
    tried = await visitor.send(f"{page}/categories", {"categories": "leisure", "try": "1"})
    assert "Nothing would close" in tried.text


async def test_isolation_is_stated_and_ended_by_forms(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    offer_id = await stock(supplier, brand)
    visitor = await sign_in(http, database, "operator", "operator")
    rules = "/console/isolation/rules"
    empty = await _send(visitor, rules, rules, kind="deny", buyer="", supplier="party:cinema")
    assert '<span class="wrong" id="w-rule-buyer">Fill this in.</span>' in empty.text
    rule = {"kind": "deny", "buyer": "party:grocer", "supplier": "party:cinema"}
    assert "The rule was stated." in (await _send(visitor, rules, rules, **rule)).text
    (stated,) = accepted(await operator.get("/v1/isolation-rules"), 200)["items"]
    matrix = await visitor.open("/console/isolation", buyer="grocer")
    assert "Isolated" in matrix.text
    why = await visitor.open("/console/isolation/explain", programme="grocer", offer=str(offer_id))
    assert f"#{stated['rule_id']}" in why.text
    end = f"{rules}/{stated['rule_id']}/end"
    assert "The rule has ended." in (await _send(visitor, rules, end)).text
    missing = await visitor.send(f"{rules}/999999/end", {"_key": "k"})
    assert missing.status_code == 404
    groups = "/console/isolation/groups"
    made = {"code": "mall", "kind": "alliance", "label": SCRIPT}
    grouped = await _send(visitor, groups, groups, **made)
    assert SCRIPT not in grouped.text
    await _send(visitor, groups, f"{groups}/mall/add", party="grocer")
    marketer = await sign_in(http, database, "grocer", "marketer")
    joined = await _send(marketer, groups, f"{groups}/mall/accept")
    assert "Your party is in the alliance." in joined.text
    vetoes = "/console/isolation/vetoes"
    veto = {"role": "buyer", "party": "cinema"}
    assert "The veto was stated." in (await _send(marketer, vetoes, vetoes, **veto)).text
    (own,) = accepted(await brand.get("/v1/vetoes"), 200)["items"]
    manager = await sign_in(http, database, "cinema", "manager")
    ended = f"{vetoes}/{own['veto_id']}/end"
    assert (await manager.send(ended, {"_key": "k"})).status_code == 404
    assert "The veto has ended." in (await _send(marketer, vetoes, ended)).text


async def test_users_and_keys_are_managed_by_forms_and_shown_once(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, database: Database
) -> None:
    marketer = await sign_in(http, database, "grocer", "marketer")
    users = "/console/users"
    bo = {"email": "bo@grocer.example", "name": SCRIPT, "role": "marketer"}
    invited = await marketer.open(users)
    fields = _fields(invited, users)
    first = await marketer.send(users, {**fields, **bo})
    again = await marketer.send(users, {**fields, **bo})
    assert first.text.count("/console/invitations/") > again.text.count("/console/invitations/")
    assert SCRIPT not in first.text
    bad = await marketer.send(users, {**fields, **bo, "_key": "other", "email": "bo at home"})
    assert (bad.status_code, 'aria-invalid="true"' in bad.text) == (422, True)
    listed: list[Any] = accepted(await brand.get("/v1/users"), 200)["items"]
    made = next(each for each in listed if each["email"] == bo["email"])
    one = f"{users}/{made['user_id']}"
    # A key that the user made is listed where the user goes.
    link = first.text.partition('data-copy="')[2].partition('"')[0]
    own = Visitor(http)
    path = "/console/invitations/" + link.rpartition("/")[2]
    await own.open(path)
    await own.submit(path, password=PASSWORD)
    keys = "/console/keys"
    shown = await own.open(keys)
    fields = _fields(shown, keys)
    key = {"label": "Till server", "scopes": "points"}
    made_key = await own.send(keys, {**fields, **key})
    assert "cmty_" in made_key.text
    assert "cmty_" not in (await own.send(keys, {**fields, **key})).text
    assert SCRIPT not in (await marketer.open(one)).text
    assert "Till server" in marketer.page.text  # type: ignore[union-attr]
    gone = await _send(marketer, one, f"{one}/remove")
    assert gone.request.url.path == keys
    assert "Till server" in gone.text
    (key_row,) = [
        each
        for each in accepted(await brand.get("/v1/keys"), 200)["items"]
        if each["label"] == "Till server"
    ]
    revoke = f"{keys}/{key_row['key_id']}/revoke"
    assert (await marketer.send(f"{keys}/999999/revoke", {"_key": "k"})).status_code == 404
    await marketer.open(keys)
    assert "The key was revoked." in (await marketer.submit(revoke)).text
    # The operator chooses whose.
    await add_user(database, "operator", "operator")
    chief = await sign_in(http, database, "operator", "operator")
    assert "Grocer" in (await chief.open(users, party="grocer")).text
    assert (await marketer.open(users, party="operator")).text.count("operator@") == 0


async def test_webhooks_are_managed_by_forms_and_their_secret_is_shown_once(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, database: Database
) -> None:
    marketer = await sign_in(http, database, "grocer", "marketer")
    page = "/console/webhooks"
    wrong = await marketer.send(page, {"url": "no address", "_key": "w"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (400, True)
    fields = _fields(await marketer.open(page), page)
    new = {**fields, "url": "https://example.com/hooks", "description": SCRIPT}
    first = await marketer.send(page, new)
    assert first.text.count("whsec_") == 2
    assert SCRIPT not in first.text
    assert "whsec_" not in (await marketer.send(page, new)).text
    (made,) = accepted(await brand.get("/v1/webhook-endpoints"), 200)["items"]
    one = f"{page}/{made['endpoint_id']}"
    for rest, typed, said in (
        ("test", {}, "A test event is on its way."),
        ("replay", {"since": "2026-01-01T00:00"}, "What it did not get is sent again."),
        ("change", {"types": "coupon.used"}, "The endpoint was changed."),
    ):
        done = await _send(marketer, one, f"{one}/{rest}", **typed)
        assert said in done.text, (rest, done.text)
    await marketer.open(one)
    assert "whsec_" in (await marketer.submit(f"{one}/rotate")).text
    assert await _status(marketer, f"{page}/events") == 200
    done = await _send(marketer, page, f"{page}/points", types="hold.released")
    assert "The events of points were changed." in done.text
    assert done.text.count(" checked>") == 1
    told = accepted(await brand.get("/v1/programmes/grocer/event-types"), 200)
    assert told["types"] == ["hold.released"]
    other = await _send(marketer, page, f"{page}/points", programme="another")
    assert other.status_code == 404
    stranger = await sign_in(http, database, "operator", "operator")
    foreign, missing = await stranger.open(one), await stranger.open(f"{page}/999999")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    await marketer.open(one)
    assert "The endpoint was removed." in (await marketer.submit(f"{one}/remove")).text
