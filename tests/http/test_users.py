"""Users through the interface: whom a party lets in, and that no link opens another party."""

from dataclasses import replace
from typing import Any

import httpx2

from ledger import Database
from tests.http.conftest import Caller, accepted, refused
from tests.http.console.visitors import PASSWORD, Visitor, add_user, sign_in

ZHOU = {"email": "Zhou@Example.com", "name": "Zhou", "role": "marketer", "locale": "zh-Hans"}


def _path(link: str) -> str:
    return link.partition("/console")[1] + link.partition("/console")[2]


async def _come_in(http: httpx2.AsyncClient, link: str) -> Visitor:
    visitor = Visitor(http)
    await visitor.open(_path(link))
    came = await visitor.submit(_path(link), password=PASSWORD)
    assert came.request.url.path in {"/console", "/console/till"}, came.text
    return visitor


async def test_a_party_manages_its_own_users_and_the_operator_all(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    made = accepted(await brand.post("/v1/users", ZHOU, key="zhou"))
    assert (made["email"], made["state"], made["roles"]) == (
        *("zhou@example.com", "invited"),
        ["marketer"],
    )
    again = accepted(await brand.post("/v1/users", ZHOU, key="zhou"))
    assert (again["link"], again["already_shown"]) == (None, True)
    refused(await brand.post("/v1/users", ZHOU), 409, "user-exists")
    refused(await brand.post("/v1/users", {**ZHOU, "role": "operator"}), 422, "role-unknown")
    refused(await brand.post("/v1/users", {**ZHOU, "email": "no address"}), 422, "email-invalid")
    refused(await brand.get("/v1/users", party="cinema"), 404, "party-not-found")
    user = f"/v1/users/{made['user_id']}"
    refused(await supplier.get(user), 404, "user-not-found")
    refused(await supplier.post(f"{user}/disable"), 404, "user-not-found")
    zhou = await _come_in(http, made["link"])
    assert accepted(await brand.get(user), 200)["state"] == "active"
    changed = accepted(
        await operator.put(f"{user}/roles?party=grocer", {"roles": ["service"]}), 200
    )
    assert changed["roles"] == ["service"]
    refused(await brand.put(f"{user}/roles", {"roles": ["till"]}), 422, "role-unknown")
    log = accepted(await brand.get("/v1/audit-log", object=f"user:{made['user_id']}"), 200)["items"]
    assert [each["action"] for each in log] == ["choose_password", "invite_user"]
    accepted(await brand.post(f"{user}/disable"), 200)
    assert (await zhou.open("/console")).request.url.path == "/console/sign-in"
    link = accepted(await brand.post(f"{user}/invitation"), 200)["link"]
    await _come_in(http, link)
    accepted(await brand.post(f"{user}/remove"), 200)
    refused(await brand.get(user), 404, "user-not-found")


async def test_a_link_of_one_party_never_opens_another(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    """A supplier that took somebody's address beforehand does not get into the brand by it."""
    taken = accepted(await supplier.post("/v1/users", {**ZHOU, "role": "till"}))
    thief = await _come_in(http, taken["link"])
    asked = accepted(await brand.post("/v1/users", ZHOU))
    assert (asked["roles"], asked["asked_role"], asked["name"]) == ([], "marketer", "")
    user = f"/v1/users/{asked['user_id']}"
    # Nobody is in before the brand's own link was used, by somebody who is signed in.
    assert "/console/choose" not in (await thief.open("/console")).text
    refused(await brand.put(f"{user}/roles", {"roles": ["service"]}), 404, "user-not-found")
    stranger = Visitor(http)
    assert (await stranger.open(_path(asked["link"]))).request.url.path == "/console/sign-in"
    other = await sign_in(http, database, "operator", "auditor")
    assert (await other.open(_path(asked["link"]))).status_code == 404
    # Who has the link and the password is in.
    await thief.open(_path(asked["link"]))
    joined = await thief.submit(_path(asked["link"]), password=PASSWORD)
    assert (joined.status_code, joined.request.url.path) == (200, "/console")
    assert "Grocer" in joined.text or "grocer" in joined.text
    assert (await thief.open(_path(asked["link"]))).status_code == 404
    # From then on neither party alone lets the user choose another password.
    for party in (brand, supplier):
        refused(await party.post(f"{user}/invitation"), 403, "user-of-others")
        refused(await party.post(f"{user}/disable"), 403, "user-of-others")
    accepted(await operator.post(f"{user}/invitation", party="grocer"), 200)
    accepted(await brand.post(f"{user}/remove"), 200)
    accepted(await supplier.post(f"{user}/invitation"), 200)


async def test_the_last_operator_stays_and_keys_of_who_goes_are_listed(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    await add_user(database, "operator", "operator", email="anna@operator.example")
    (anna,) = accepted(await operator.get("/v1/users"), 200)["items"]
    user = f"/v1/users/{anna['user_id']}"
    invited = accepted(
        await operator.post(
            "/v1/users", {"email": "bo@operator.example", "name": "Bo", "role": "operator"}
        )
    )
    # Who was only invited cannot sign in yet.
    for answer in (
        await operator.put(f"{user}/roles", {"roles": ["auditor"]}),
        await operator.post(f"{user}/remove"),
        await operator.post(f"{user}/disable"),
    ):
        refused(answer, 409, "last-operator")
    await _come_in(http, invited["link"])
    gone: Any = accepted(await operator.post(f"{user}/remove"), 200)
    assert gone["user_id"] == anna["user_id"]
    refused(await replace(operator).get(user), 404, "user-not-found")
