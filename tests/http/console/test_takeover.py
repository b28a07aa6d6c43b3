"""Nobody becomes somebody else: links that others hold, taken addresses, and many tries at once."""

import asyncio
from typing import Any

import httpx2
from litestar.routes import HTTPRoute

from api.http.routes.events import HEARTBEAT, _streamed
from api.identity.sessions import FAILURES_MAX, begin_session
from api.identity.users import find_user_by_email, invite_user, load_memberships
from catalog import find_party
from ledger import Database
from tests.http.conftest import Caller, MakeSettings, accepted, serving
from tests.http.console.visitors import ADDRESS, PASSWORD, Visitor, add_user, sign_in

BOSS = {"email": "boss@operator.example", "name": "Boss", "role": "manager"}
OTHER_PASSWORD = "another mountain stream"


def _path(link: str) -> str:
    return "/console/invitations/" + link.rpartition("/")[2]


async def _choose_password(http: httpx2.AsyncClient, link: str, password: str) -> Visitor:
    visitor = Visitor(http)
    await visitor.open(_path(link))
    came = await visitor.submit(_path(link), password=password)
    assert came.request.url.path == "/console", came.text
    return visitor


async def _signs_in(http: httpx2.AsyncClient, email: str, password: str) -> int:
    visitor = Visitor(http)
    await visitor.open("/console/sign-in")
    return (await visitor.submit("/console/sign-in", email=email, password=password)).status_code


async def test_who_joins_proves_the_password_and_no_link_from_before_works(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    made: Any = accepted(await supplier.post("/v1/users", BOSS))
    user = f"/v1/users/{made['user_id']}"
    await _choose_password(http, made["link"], PASSWORD)
    kept = accepted(await supplier.post(f"{user}/invitation"), 200)["link"]
    asked = accepted(await brand.post("/v1/users", {**BOSS, "role": "marketer"}))["link"]
    # A session alone is not enough: it may be by an organisation's service, or a browser left open.
    async with database.transaction() as connection:
        token = await begin_session(connection, made["user_id"], address="::1", agent="test")
    visitor = Visitor(http, {"comity": token})
    await visitor.open(_path(asked))
    wrong = await visitor.submit(_path(asked), password=OTHER_PASSWORD)
    assert wrong.status_code == 403
    assert OTHER_PASSWORD not in wrong.text
    assert (await visitor.send(_path(asked), {})).status_code == 403
    joined = await visitor.submit(_path(asked), password=PASSWORD)
    assert (joined.status_code, joined.request.url.path) == (200, "/console")
    assert "Grocer" in joined.text
    # The supplier has kept a link by which it would come in as somebody of the brand's.
    assert (await Visitor(http).open(_path(kept))).status_code == 404
    log = accepted(await operator.get("/v1/audit-log", object=f"user:{made['user_id']}"), 200)
    done = [(each["action"], each["actor"]) for each in log["items"]]
    own = f"user:{made['user_id']}"
    assert ("join_party", own) in done
    assert ("choose_password", own) in done


async def test_a_command_gives_no_role_to_who_took_the_address_beforehand(
    http: httpx2.AsyncClient, operator: Caller, supplier: Caller, database: Database
) -> None:
    made: Any = accepted(await supplier.post("/v1/users", BOSS))
    thief = await _choose_password(http, made["link"], PASSWORD)
    async with database.transaction() as connection:
        party = await find_party(connection, "operator")
        invited = await invite_user(
            connection, party.party_id, email=BOSS["email"], name="Boss", role="operator"
        )
        held = await load_memberships(connection, made["user_id"])
    assert party.party_id not in held
    await thief.open("/console")
    choice = await thief.send("/console/choose", {"party_id": str(party.party_id)})
    assert "/console/parties" not in choice.text
    # The role comes with the link, which the thief has not.
    await thief.open(_path(invited.token))
    await thief.submit(_path(invited.token), password=PASSWORD)
    async with database.transaction() as connection:
        assert party.party_id in await load_memberships(connection, made["user_id"])


async def test_an_old_password_opens_nothing_after_the_user_was_disabled(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, database: Database
) -> None:
    email = await add_user(database, "grocer", "marketer")
    async with database.transaction() as connection:
        found = await find_user_by_email(connection, email)
    assert found is not None
    user = f"/v1/users/{found.user_id}"
    accepted(await brand.post(f"{user}/disable"), 200)
    link = accepted(await brand.post(f"{user}/invitation"), 200)["link"]
    assert await _signs_in(http, email, PASSWORD) == 401
    visitor = await _choose_password(http, link, OTHER_PASSWORD)
    # Who changes the password ends links to choose yet another, and is in the audit log.
    kept = accepted(await brand.post(f"{user}/invitation"), 200)["link"]
    account = "/console/account"
    await visitor.open(account)
    changed = await visitor.submit(
        f"{account}/password", old_password=OTHER_PASSWORD, password=PASSWORD
    )
    assert "The password was changed." in changed.text
    assert (await Visitor(http).open(_path(kept))).status_code == 404
    log = accepted(await operator.get("/v1/audit-log", object=f"user:{found.user_id}"), 200)
    assert "change_password" in {each["action"] for each in log["items"]}
    # A stolen session guesses no more passwords than the door lets anybody.
    for _ in range(FAILURES_MAX):
        await visitor.open(account)
        tried = await visitor.submit(f"{account}/password", old_password="x", password=PASSWORD)
        assert tried.status_code == 403
    tried = await visitor.submit(f"{account}/password", old_password=PASSWORD, password=PASSWORD)
    assert tried.status_code == 429


async def test_many_tries_at_once_are_no_more_than_one_by_one(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    email = await add_user(database, "operator", "auditor")

    async def guess() -> int:
        answer = await http.post(
            f"{ADDRESS}/console/sign-in",
            data={"email": email, "password": "wrong"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        return answer.status_code

    answers = await asyncio.gather(*(guess() for _ in range(2 * FAILURES_MAX)))
    assert sorted(answers) == [401] * FAILURES_MAX + [429] * FAILURES_MAX


async def test_a_stream_ends_with_the_key_that_opened_it(
    make_settings: MakeSettings, operator: Caller, brand: Caller, database: Database
) -> None:
    made = accepted(await brand.post("/v1/keys", {"label": "stream", "scopes": ["read"]}))
    async with serving(make_settings()) as (app, _):
        context, left = app.state.context, list[bool]()
        async with database.transaction() as connection:
            party = await find_party(connection, "grocer")

        def open_stream() -> Any:
            return _streamed(context, party.party_id, 0, made["key"], lambda: left.append(True))

        pieces = open_stream()
        assert await anext(pieces) == HEARTBEAT
        assert (await brand.delete(f"/v1/keys/{made['key_id']}")).status_code == 204
        # Something happens, or nothing for a while: either way it is asked whether the key holds.
        assert await anext(pieces, None) is None
        assert left == [True]


async def test_no_form_of_another_site_and_none_of_a_stranger_does_anything(
    make_settings: MakeSettings, operator: Caller, database: Database
) -> None:
    """Each address of pages that takes a form, with made-up names in it."""
    del operator
    async with serving(make_settings()) as (app, client):
        visitor = await sign_in(client, database, "operator", "operator")
        cookie = visitor._cookie()
        wrong = []
        for route in app.routes:
            path = route.path_format
            is_form = isinstance(route, HTTPRoute) and "POST" in route.methods
            if not is_form or not path.startswith(("/console", "/m")):
                continue
            names = {"{deed}", "{verb}"} & set(path.split("/"))
            for known, real in (("deed", "adjust"), ("verb", "approve")):
                path = path.replace(f"{{{known}}}", real)
            path = "/".join("7" if each.startswith("{") else each for each in path.split("/"))
            sent = {"_key": "k"}
            foreign = {"Sec-Fetch-Site": "cross-site", **cookie}
            answer = await client.post(ADDRESS + path, data=sent, headers=foreign)
            if answer.status_code != 403 and not (names and answer.status_code == 404):
                wrong.append((path, "foreign", answer.status_code))
            own = {"Sec-Fetch-Site": "same-origin"}
            answer = await client.post(ADDRESS + path, data=sent, headers=own)
            if path in OPEN or (names and answer.status_code == 404):
                continue
            where = answer.headers.get("location", "")
            if answer.status_code not in {401, 404} and not where.startswith("/console/sign-in"):
                wrong.append((path, "stranger", answer.status_code))
        assert wrong == []


OPEN = {"/console/choose", "/console/preferences"}
"""They need no session: the one does nothing without it, the other sets a cookie."""
